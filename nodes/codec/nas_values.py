"""Values of NAS information elements in words and in parts, by the clause that defines them (TS 24.301 §9.9)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from nodes.codec import nas_words
from nodes.codec.groups import Cursor, Group, octets_in_words
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.messages.nas_elements import decode_guti
from nodes.protocol.octets import DecodeError

Explained = tuple[str, tuple[Group, ...]]
"""A value in words, and its parts."""

_IDENTITY: Final = "§9.9.3.12"
_TYPES: Final = MappingProxyType({1: "IMSI", 2: "IMEI", 3: "IMEISV", 4: "TMSI", 6: "GUTI"})
# The two types of identity clauses number IMEI differently; TMSI and IMEISV are the mobile identity's only.
_EPS_TYPES: Final = MappingProxyType({1: "IMSI", 3: "IMEI", 6: "GUTI"})
_ODD: Final = 0b1000
_FILLER: Final = "f"
_SEPARATION_BIT: Final = 0x80


def explain(clause: str, value: Cursor) -> Explained:
    """Explain the value that a cursor is over.

    Raises:
        DecodeError: it is not of the form that the clause wants.
    """
    explainer = _EXPLAINERS.get(clause)
    if explainer is None:
        return octets_in_words(value.rest), ()
    return explainer(value)


def half_in_words(clause: str, number: int) -> str:
    """Half an octet in words."""
    return nas_words.HALF_OCTETS.get(clause, {}).get(number, str(number))


def plmn_in_words(octets: bytes, offset: int) -> str:
    """MCC and MNC.

    Raises:
        DecodeError: a digit is not decimal.
    """
    try:
        plmn_id = PLMNIdentity.decode(octets)
    except DecodeError as error:
        raise error.moved(offset) from None
    return f"MCC {plmn_id.mcc}, MNC {plmn_id.mnc}"


def guti_parts(cursor: Cursor) -> tuple[Group, ...]:
    """The 10 octets of a GUTI (TS 24.301 §9.9.3.12)."""
    plmn = cursor.group(3, "PLMN", "", f"TS 24.301 {_IDENTITY}")
    return (
        Group(plmn.name, plmn.offset, plmn.octets, plmn_in_words(plmn.octets, plmn.offset), plmn.clause),
        cursor.number(2, "MME Group ID", plmn.clause),
        cursor.number(1, "MME Code", plmn.clause),
        cursor.number(4, "M-TMSI", plmn.clause),
    )


def _guti(cursor: Cursor) -> Explained:
    try:
        guti = decode_guti(cursor.rest)
    except DecodeError as error:
        raise error.moved(cursor.at) from None
    first = cursor.group(1, "Type of identity", "GUTI", f"TS 24.301 {_IDENTITY}")
    return f"GUTI {guti}", (first, *guti_parts(cursor))


def _identity(types: Mapping[int, str]) -> Callable[[Cursor], Explained]:
    def explained(cursor: Cursor) -> Explained:
        first = cursor.first("Type of identity")
        name = types.get(first & 0b111)
        if name is None:
            raise DecodeError(f"Type of identity {first & 0b111} is none (TS 24.301 {_IDENTITY})", cursor.at)
        if name == "GUTI":
            return _guti(cursor)
        if name == "TMSI":
            return octets_in_words(cursor.rest), ()
        return f"{name} {_digits(cursor)}", ()

    return explained


def _digits(cursor: Cursor) -> str:
    first, *rest = cursor.rest
    digits = f"{first >> 4:x}" + "".join(f"{octet & 0xF:x}{octet >> 4:x}" for octet in rest)
    if not first & _ODD:
        if not digits.endswith(_FILLER):
            raise DecodeError(f"An even number of digits ends in 1111 (TS 24.301 {_IDENTITY})", cursor.end - 1)
        digits = digits.removesuffix(_FILLER)
    if not digits.isdecimal():
        raise DecodeError(f"Identity digits are decimal, in BCD (TS 24.301 {_IDENTITY})", cursor.at)
    return digits


def _cause(cursor: Cursor) -> Explained:
    number = cursor.first("EMM cause")
    return f"#{number}, {nas_words.CAUSES.get(number, 'treated as #111, protocol error, unspecified')}", ()


def _rand(cursor: Cursor) -> Explained:
    return f"the challenge, {octets_in_words(cursor.rest)}", ()


def _autn(cursor: Cursor) -> Explained:
    clause = "TS 33.102 §6.3.2"
    concealed = cursor.group(6, "SQN ⊕ AK", "SQN, concealed by AK", clause)
    amf = cursor.take(2, "AMF")
    bit = "1, as EPS wants it" if amf[0] & _SEPARATION_BIT else "0, which a UE refuses with cause #26"
    parts = (
        concealed,
        Group("AMF", concealed.offset + 6, amf, f"separation bit {bit}", clause),
        cursor.group(8, "MAC-A", "MAC over SQN, RAND and AMF", clause),
    )
    return "the network's proof to the UE", parts


def _auts(cursor: Cursor) -> Explained:
    clause = "TS 33.102 §6.3.3"
    parts = (
        cursor.group(6, "SQN_MS ⊕ AK*", "the UE's SQN, concealed by AK*", clause),
        cursor.group(8, "MAC-S", "MAC over SQN_MS, RAND and an AMF of zeros", clause),
    )
    return "the UE's SQN and its proof", parts


def _res(cursor: Cursor) -> Explained:
    return f"RES, {octets_in_words(cursor.rest)}", ()


def _capability(rows: tuple[tuple[str, tuple[str, ...]], ...], clause: str) -> Callable[[Cursor], Explained]:
    def explained(cursor: Cursor) -> Explained:
        parts = []
        for name, bits in rows[: cursor.left]:
            octet = cursor.first(name)
            on = [bit for place, bit in enumerate(bits) if octet & 0x80 >> place]
            parts.append(cursor.group(1, name, ", ".join(on) or "none", f"TS 24.301 {clause}"))
        if cursor.left:
            parts.append(cursor.group(cursor.left, "Spare", "spare", f"TS 24.301 {clause}"))
        return ", ".join(part.value for part in parts[:2]), tuple(parts)

    return explained


def _algorithms(cursor: Cursor) -> Explained:
    octet = cursor.first("NAS security algorithms")
    ciphering, integrity = nas_words.ALGORITHMS
    return f"{ciphering[octet >> 4 & 0b111]} for ciphering, {integrity[octet & 0b111]} for integrity", ()


def _tai_list(cursor: Cursor) -> Explained:
    """Of a list of one type-00 list the parts; other lists are not taken apart."""
    first = cursor.first("Type of list")
    count = (first & 0x1F) + 1
    if first >> 5 or cursor.left != 4 + 2 * count:
        return octets_in_words(cursor.rest), ()
    clause = "TS 24.301 §9.9.3.33"
    head = cursor.group(1, "Type of list, number of elements", f"type 00, {count}", clause)
    plmn = cursor.take(3, "PLMN")
    parts = [head, Group("PLMN", head.offset + 1, plmn, plmn_in_words(plmn, head.offset + 1), clause)]
    parts += [cursor.group(2, "TAC", "tracking area code", clause) for _ in range(count)]
    return "1 tracking area" if count == 1 else f"{count} tracking areas", tuple(parts)


def _timer(cursor: Cursor) -> Explained:
    octet = cursor.first("GPRS timer")
    unit = nas_words.TIMER_UNITS.get(octet >> 5, "min")
    return unit if unit == "deactivated" else f"{octet & 0x1F} × {unit}", ()


def _esm(cursor: Cursor) -> Explained:
    """The header of the message in it; what follows an ESM header is another matter."""
    clause = "TS 24.301 §9.2, §9.3.2"
    head = cursor.first("EPS bearer identity")
    parts = [
        cursor.group(1, "EPS bearer identity, protocol discriminator", f"{head >> 4}, {head & 0xF}", clause),
        cursor.number(1, "Procedure transaction identity", "TS 24.301 §9.4"),
    ]
    number = cursor.first("Message type")
    name = "ESM DUMMY MESSAGE" if number == _ESM_DUMMY else f"ESM message type {number:02x}"
    parts.append(cursor.group(1, "Message type", name, "TS 24.301 §9.8"))
    if cursor.left:
        parts.append(cursor.group(cursor.left, "ESM information elements", "not explained here", "TS 24.301 §8.3"))
    return name, tuple(parts)


_ESM_DUMMY: Final = 0xDC

_EXPLAINERS: Final[Mapping[str, Callable[[Cursor], Explained]]] = MappingProxyType(
    {
        "§9.9.2.3": _identity(_TYPES),
        "§9.9.3.1": _auts,
        "§9.9.3.2": _autn,
        "§9.9.3.3": _rand,
        "§9.9.3.4": _res,
        "§9.9.3.9": _cause,
        "§9.9.3.12": _identity(_EPS_TYPES),
        "§9.9.3.15": _esm,
        "§9.9.3.16": _timer,
        "§9.9.3.23": _algorithms,
        "§9.9.3.33": _tai_list,
        "§9.9.3.34": _capability(nas_words.NETWORK_CAPABILITY, "§9.9.3.34"),
        "§9.9.3.36": _capability(nas_words.SECURITY_CAPABILITY, "§9.9.3.36"),
    }
)
