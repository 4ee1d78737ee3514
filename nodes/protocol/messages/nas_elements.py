"""Information elements of NAS messages (TS 24.301 §9.9): name, clause, format and both ways of their values.

A row is what encodes an element and what a decoder reads it by: nothing else knows how an element is laid out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from nodes.protocol import octets
from nodes.protocol.identities import GUTI, IMSI, imsi
from nodes.protocol.messages import nas
from nodes.protocol.octets import DecodeError

_ESM_DUMMY_MESSAGE: Final = bytes.fromhex("0200dc")  # TS 24.301 §8.3.12A: session management is left out
_TRACKING_AREA_CODE: Final = b"\x00\x01"
_IMSI_TYPE: Final = 1
_GUTI_TYPE: Final = 6
_GUTI_LENGTH: Final = 11
_GUTI_OCTET: Final = 0xF6  # 1111, even number of digits, type of identity GUTI
_SWITCH_OFF: Final = 0b1000  # bit 4 of the detach type (§9.9.3.7)
_EPS_DETACH: Final = 1
_FILLER: Final = 0xF


class Format(Enum):
    """Formats of TS 24.007 §11.2.1.1; a whole octet of two half octets is none of them, but `Halves`."""

    V = "V"
    LV = "LV"
    LV_E = "LV-E"
    TV = "TV"
    TLV = "TLV"
    TLV_E = "TLV-E"

    @property
    def length_octets(self) -> int:
        """Octets that say how long the value is."""
        return _LENGTH_OCTETS.get(self, 0)


_LENGTH_OCTETS: Final = {Format.LV: 1, Format.TLV: 1, Format.LV_E: 2, Format.TLV_E: 2}


@dataclass(frozen=True, slots=True)
class Half:
    """Half an octet: the number that a value of the message's `field` has, and back. Without a field it is constant."""

    name: str
    clause: str
    number: Callable[[Any], int] | int
    field: str = ""
    value: Callable[[int], Any] = int

    def of(self, message: nas.PlainNAS) -> int:
        return self.number if isinstance(self.number, int) else self.number(getattr(message, self.field))


@dataclass(frozen=True, slots=True)
class Halves:
    """Two elements of half an octet each in one octet: bits 8 to 5, and bits 4 to 1."""

    high: Half
    low: Half

    def of(self, message: nas.PlainNAS) -> bytes:
        return bytes((self.high.of(message) << 4 | self.low.of(message),))


@dataclass(frozen=True, slots=True)
class Element:
    """An information element whose value is `least` to `most` octets.

    `encode` makes the value from the message's `field`, `decode` reads it back; without it the field comes from another
    element. A field that is None leaves the element out. Without a field the element is constant.
    """

    name: str
    clause: str
    format: Format
    least: int
    most: int
    encode: Callable[[Any], bytes] | bytes
    field: str = ""
    decode: Callable[[bytes], Any] | None = None
    iei: int | None = None

    def of(self, message: nas.PlainNAS) -> bytes:
        value = self.encode
        if not isinstance(value, bytes):
            found = getattr(message, self.field)
            if found is None:
                return b""
            value = value(found)
        if not self.least <= len(value) <= self.most:
            wanted = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise ValueError(f"{self.name} is {wanted} octets (TS 24.301 {self.clause}), got {len(value)}")
        counted = self.format.length_octets
        head = b"" if self.iei is None else bytes((self.iei,))
        return head + len(value).to_bytes(counted, "big") + value if counted else head + value


Part = Element | Halves
"""What stands in a layout: an information element, or two in one octet."""


# Values, both ways


def checked_ksi(ksi: int) -> int:
    """Give back a key set identifier, 3 bits.

    Raises:
        ValueError: it is not 0 to 7.
    """
    if not 0 <= ksi <= nas.NO_KSI:
        raise ValueError(f"NAS key set identifier is 0 to 7 (TS 24.301 §9.9.3.21), got {ksi}")
    return ksi


def _detach_type(switch_off: bool) -> int:  # noqa: FBT001 (a field's value)
    return _EPS_DETACH | _SWITCH_OFF if switch_off else _EPS_DETACH


def _imsi_octets(digits: IMSI) -> bytes:
    """Type of identity, a decimal digit per half octet, 1111 after an even number of them (§9.9.3.12)."""
    odd = len(digits) % 2
    padded = digits if odd else f"{digits}f"
    first = int(padded[0]) << 4 | odd << 3 | _IMSI_TYPE
    rest = (int(padded[at + 1] + padded[at], 16) for at in range(1, len(padded), 2))
    return bytes((first, *rest))


def decode_imsi(value: bytes) -> IMSI:
    """Decode a mobile identity that is an IMSI, 4 to 8 octets (TS 24.301 §9.9.3.12).

    Raises:
        DecodeError: it is no IMSI, or its digits are not decimal or too few or too many.
    """
    if not value or value[0] & 0b111 != _IMSI_TYPE:
        raise DecodeError("Mobile identity is an IMSI, type of identity 1 (TS 24.301 §9.9.3.12)")
    digits = f"{value[0] >> 4:x}" + "".join(f"{octet & 0xF:x}{octet >> 4:x}" for octet in value[1:])
    if not value[0] & 0b1000:
        if value[-1] >> 4 != _FILLER:
            raise DecodeError("An even number of digits ends in 1111 (TS 24.301 §9.9.3.12)", len(value) - 1)
        digits = digits[:-1]
    try:
        return imsi(digits)
    except ValueError as error:
        raise DecodeError(str(error)) from None


def _eps_identity(identity: GUTI | IMSI) -> bytes:
    return identity.information_element[1:] if isinstance(identity, GUTI) else _imsi_octets(identity)


def decode_eps_identity(value: bytes) -> GUTI | IMSI:
    """Decode an EPS mobile identity that is a GUTI, 11 octets, or an IMSI, 4 to 8 (TS 24.301 §9.9.3.12).

    Raises:
        DecodeError: it is neither, or it does not decode.
    """
    if value and value[0] & 0b111 == _GUTI_TYPE:
        return decode_guti(value)
    return decode_imsi(value)


def decode_guti(value: bytes) -> GUTI:
    """Decode an EPS mobile identity that is a GUTI, 11 octets (TS 24.301 §9.9.3.12).

    Raises:
        DecodeError: it is none, or it does not decode.
    """
    if len(value) != _GUTI_LENGTH or value[0] != _GUTI_OCTET:
        raise DecodeError(
            f"EPS mobile identity that is a GUTI is {_GUTI_LENGTH} octets, f6 first (TS 24.301 §9.9.3.12)"
        )
    try:
        return GUTI.decode(value[1:])
    except DecodeError as error:
        raise error.moved(1) from None


def _tai_list(guti: GUTI) -> bytes:
    """One tracking area (type of list 00), in the network of the GUTI."""
    return b"\x00" + guti.gummei.plmn_id.octets + _TRACKING_AREA_CODE


def _cause(number: bytes) -> nas.EMMCause:
    try:
        return nas.EMMCause(number[0])
    except ValueError:
        raise DecodeError(f"EMM cause #{number[0]} is none that this product sends") from None


def _octet(number: int) -> bytes:
    return bytes((number,))


def _capability(name: str, clause: str, most: int, field: str) -> Element:
    return Element(name, clause, Format.LV, 2, most, bytes, field, bytes)


def _identity(name: str, field: str, format_: Format = Format.LV, iei: int | None = None) -> Element:
    """An EPS mobile identity; one that is called GUTI is nothing else."""
    least = 4 if name == "EPS mobile identity" else _GUTI_LENGTH
    decode = decode_eps_identity if field == "identity" else decode_guti
    return Element(name, "§9.9.3.12", format_, least, _GUTI_LENGTH, _eps_identity, field, decode, iei)


_SPARE: Final = Half("Spare half octet", "§9.9.2.9", 0)
_KSI: Final = Half("NAS key set identifier", "§9.9.3.21", checked_ksi, "ksi")
_EPS: Final = 1  # "EPS attach", "EPS only"
_DETACH_TYPE: Final = Half(
    "Detach type", "§9.9.3.7", _detach_type, "switch_off", lambda number: bool(number & _SWITCH_OFF)
)

ATTACH_RESULT: Final = Halves(_SPARE, Half("EPS attach result", "§9.9.3.10", _EPS))
ATTACH_TYPE: Final = Halves(_KSI, Half("EPS attach type", "§9.9.3.11", _EPS))
DETACH_TYPE: Final = Halves(_KSI, _DETACH_TYPE)
# Update type "TA updating" without the "active" flag, and update result "TA updated".
EPS_UPDATE_RESULT: Final = Halves(_SPARE, Half("EPS update result", "§9.9.3.13", 0))
EPS_UPDATE_TYPE: Final = Halves(_KSI, Half("EPS update type", "§9.9.3.14", 0))
IDENTITY_TYPE: Final = Halves(_SPARE, Half("Identity type", "§9.9.3.17", _IMSI_TYPE))
KSI: Final = Halves(_SPARE, _KSI)

AUTN: Final = Element("Authentication parameter AUTN", "§9.9.3.2", Format.LV, 16, 16, bytes, "autn", octets.AUTN)
AUTS: Final = Element(
    "Authentication failure parameter", "§9.9.3.1", Format.TLV, 14, 14, bytes, "auts", octets.AUTS, iei=0x30
)
CAUSE: Final = Element("EMM cause", "§9.9.3.9", Format.V, 1, 1, _octet, "cause", _cause)
CAPABILITY: Final = _capability("UE network capability", "§9.9.3.34", 13, "ue_network_capability")
ESM_CONTAINER: Final = Element("ESM message container", "§9.9.3.15", Format.LV_E, 3, 0xFFFF, _ESM_DUMMY_MESSAGE)
EPS_IDENTITY: Final = _identity("EPS mobile identity", "identity")
EPS_IDENTITY_GUTI: Final = _identity("EPS mobile identity", "guti")
GUTI_LV: Final = _identity("GUTI", "guti")
OLD_GUTI: Final = _identity("Old GUTI", "guti")
GUTI_TLV: Final = _identity("GUTI", "guti", Format.TLV, 0x50)
MOBILE_IDENTITY: Final = Element("Mobile identity", "§9.9.2.3", Format.LV, 3, 9, _imsi_octets, "imsi", decode_imsi)
RAND: Final = Element("Authentication parameter RAND", "§9.9.3.3", Format.V, 16, 16, bytes, "rand", octets.RAND)
REPLAYED_CAPABILITY: Final = _capability(
    "Replayed UE security capabilities", "§9.9.3.36", 5, "replayed_ue_security_capability"
)
RES: Final = Element("Authentication response parameter", "§9.9.3.4", Format.LV, 4, 16, bytes, "res", octets.RES)
SELECTED_ALGORITHMS: Final = Element("Selected NAS security algorithms", "§9.9.3.23", Format.V, 1, 1, b"\x02")
"""EEA0 and 128-EIA2."""
T3412: Final = Element("T3412 value", "§9.9.3.16", Format.V, 1, 1, b"\x49")
"""9 times 6 minutes: 54 minutes, the default of §10.2."""
TAI_LIST: Final = Element("TAI list", "§9.9.3.33", Format.LV, 6, 96, _tai_list, "guti")
