"""NAS messages (TS 24.301) read and explained, by the tables that encode them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from nodes.codec import nas_words
from nodes.codec.groups import Cursor, Group
from nodes.codec.nas_optional import DETACH_BY_NETWORK
from nodes.codec.nas_reading import by_iei, elements
from nodes.codec.nas_values import half_in_words
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import EMM, LAYOUTS, MAC_LENGTH, SERVICE_REQUEST_HEADER, Layout
from nodes.protocol.octets import DecodeError

_TYPES: Final[Mapping[int, type[nas.PlainNAS]]] = MappingProxyType(
    {layout.message_type: message for message, layout in LAYOUTS.items()}
)
_CIPHERED: Final = (2, 4)
_FIRST_SERVICE_REQUEST: Final = 12  # §9.3.1: 13 to 15 are interpreted as 12.
SEQUENCE_BITS: Final = 5
_IDENTITY_LENGTHS: Final = range(3, 12)
_DETACH_REQUEST: Final = 0x45


@dataclass(frozen=True, slots=True)
class Reading:
    """What octets are: the message's name and clause, the header's meaning, every group of octets.

    `message_type` is None for SERVICE REQUEST, which has none, and where the message is ciphered. `elements` are the
    groups after the message type, `values` what they say, by the message's field.
    """

    name: str
    clause: str
    security_header: int
    groups: tuple[Group, ...]
    message_type: int | None = None
    elements: tuple[Group, ...] = ()
    mac: bytes = b""
    sequence_number: int | None = None
    kind: type[nas.PlainNAS] | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def read(octets: bytes) -> Reading:
    """Read one NAS message.

    Raises:
        DecodeError: the octets are no complete message of a type that this product has.
    """
    cursor = Cursor.over(octets)
    header = cursor.first("NAS message")
    if header & 0xF != EMM:
        raise DecodeError(
            f"EPS mobility management has protocol discriminator 7 (TS 24.301 §9.2), got {header & 0xF}", cursor.at
        )
    security_header = header >> 4
    if security_header >= _FIRST_SERVICE_REQUEST:
        return _service_request(cursor)
    if security_header not in nas_words.SECURITY_HEADERS:
        raise DecodeError(f"Security header type {security_header} is none of this product's (TS 24.301 §9.3.1)", 0)
    return _protected(cursor) if security_header else _plain(cursor)


def _header(cursor: Cursor) -> Group:
    octet = cursor.take(1, "Security header type, protocol discriminator")
    number = octet[0] >> 4
    meaning = nas_words.SECURITY_HEADERS.get(number, nas_words.SECURITY_HEADERS[SERVICE_REQUEST_HEADER])
    parts = (
        Group("Security header type", cursor.at - 1, octet, f"{number}, {meaning}", "TS 24.301 §9.3.1", bits="8 to 5"),
        Group("Protocol discriminator", cursor.at - 1, octet, "7, EMM", "TS 24.301 §9.2", bits="4 to 1"),
    )
    name = "Security header type, protocol discriminator"
    return Group(name, cursor.at - 1, octet, f"{number}, {EMM}: {meaning}", "TS 24.301 §9.3.1, §9.2", parts=parts)


def _service_request(cursor: Cursor) -> Reading:
    header = _header(cursor)
    at = cursor.at
    octet = cursor.take(1, "KSI and sequence number")
    ksi, number = octet[0] >> SEQUENCE_BITS, octet[0] & 0x1F
    clause = "TS 24.301 §9.9.3.19"
    parts = (
        Group("KSI", at, octet, str(ksi), clause, bits="8 to 6"),
        Group("Sequence number (short)", at, octet, f"NAS COUNT, the low 5 bits: {number}", clause, bits="5 to 1"),
    )
    found = (
        Group("KSI and sequence number", at, octet, f"KSI {ksi}, NAS COUNT …{number}", clause, parts=parts),
        cursor.group(2, "Message authentication code (short)", "the MAC's low 2 octets", "TS 24.301 §9.9.3.28"),
    )
    _refuse_rest(cursor)
    return Reading(
        "SERVICE REQUEST",
        "§8.2.25",
        header.octets[0] >> 4,
        (header, *found),
        elements=found,
        mac=found[1].octets,
        sequence_number=number,
        kind=nas.ServiceRequest,
        values=MappingProxyType({"ksi": ksi}),
    )


def _protected(cursor: Cursor) -> Reading:
    header = _header(cursor)
    mac = cursor.group(MAC_LENGTH, "Message authentication code", "over what follows", "TS 24.301 §9.5")
    at = cursor.at
    octet = cursor.take(1, "Sequence number")
    number = Group("Sequence number", at, octet, f"NAS COUNT, the low 8 bits: {octet[0]}", "TS 24.301 §9.6")
    security_header = header.octets[0] >> 4
    if security_header in _CIPHERED and cursor.left and cursor.first("NAS message") != EMM:
        ciphered = cursor.group(cursor.left, "NAS message", "ciphered: not read without the key", "TS 24.301 §9.7")
        name, clause = "SECURITY PROTECTED NAS MESSAGE", "§8.2.23"
        groups = (header, mac, number, ciphered)
        return Reading(name, clause, security_header, groups, mac=mac.octets, sequence_number=octet[0])
    if cursor.first("NAS message") != EMM:
        raise DecodeError("A protected message holds a plain EMM message, 07 first (TS 24.301 §9.7)", cursor.at)
    inner = _plain(cursor)
    return replace(
        inner,
        security_header=security_header,
        groups=(header, mac, number, *inner.groups),
        mac=mac.octets,
        sequence_number=octet[0],
    )


def _plain(cursor: Cursor) -> Reading:
    header = _header(cursor)
    at = cursor.at
    octet = cursor.take(1, "Message type")
    if octet[0] == _DETACH_REQUEST and _is_from_network(cursor):
        return _detach_by_network(cursor, header, octet)
    kind = _TYPES.get(octet[0])
    if kind is None:
        name = nas_words.OTHER_MESSAGES.get(octet[0], "no message type of EMM")
        raise DecodeError(f"Message type {octet.hex()} ({name}) is none of this product's (TS 24.301 §9.8)", at)
    layout, values = LAYOUTS[kind], dict[str, Any]()
    found = tuple(elements(cursor, kind, layout, values))
    return replace(_reading(layout, header, octet, found), kind=kind, values=MappingProxyType(values))


def _reading(layout: Layout, header: Group, octet: bytes, found: tuple[Group, ...]) -> Reading:
    message_type = Group("Message type", header.offset + 1, octet, layout.name, "TS 24.301 §9.8")
    groups = (header, message_type, *found)
    return Reading(layout.name, layout.clause, header.octets[0] >> 4, groups, octet[0], found)


def _is_from_network(cursor: Cursor) -> bool:
    """DETACH REQUEST from the network has no identity: what follows its type, if anything, begins with an IEI."""
    return cursor.left == 1 or (cursor.left > 1 and cursor.rest[1] not in _IDENTITY_LENGTHS)


def _detach_by_network(cursor: Cursor, header: Group, octet: bytes) -> Reading:
    at = cursor.at
    half = cursor.take(1, "Detach type")
    number = half[0] & 0b111
    words = nas_words.RE_ATTACH.get(number, "re-attach not required")
    parts = (
        Group(
            "Spare half octet", at, half, half_in_words("§9.9.2.9", half[0] >> 4), "TS 24.301 §9.9.2.9", bits="8 to 5"
        ),
        Group("Detach type", at, half, words, "TS 24.301 §9.9.3.7", bits="4 to 1"),
    )
    name = "Spare half octet, detach type"
    detach_type = Group(name, at, half, words, "TS 24.301 §9.9.2.9, §9.9.3.7", parts=parts)
    found = (detach_type, *by_iei(cursor, {}, DETACH_BY_NETWORK, {}))
    return _reading(Layout("DETACH REQUEST", "§8.2.11.2", _DETACH_REQUEST), header, octet, found)


def _refuse_rest(cursor: Cursor) -> None:
    if cursor.left:
        raise DecodeError("The message is complete, but more follows", cursor.at)
