"""Data formats of AVPs (RFC 6733 §4.2, §4.3, §4.4): both ways, and in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nodes.codec.groups import EMPTY, octets_in_words
from nodes.protocol.identities import GUTI, PLMNIdentity
from nodes.protocol.messages.s6a import ResynchronizationInfo
from nodes.protocol.octets import AUTS, RAND, DecodeError

_UNSIGNED32: Final = 4
_RAND_LENGTH: Final = 16
_AUTS_LENGTH: Final = 14


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: `encode` makes the data of a value, `decode` reads it back or raises DecodeError, `words` says it."""

    name: str
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]
    words: Callable[[Any], str] = str


def _unsigned32(value: int) -> bytes:
    if not 0 <= value < 1 << 8 * _UNSIGNED32:
        raise ValueError(f"Unsigned32 is 32 bits (RFC 6733 §4.2), got {value}")
    return value.to_bytes(_UNSIGNED32, "big")


def _number(data: bytes) -> int:
    if len(data) != _UNSIGNED32:
        raise DecodeError(f"Unsigned32 is {_UNSIGNED32} octets (RFC 6733 §4.2), got {len(data)}")
    return int.from_bytes(data, "big")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("UTF8String is UTF-8 (RFC 6733 §4.3.1)", error.start) from None


def _identity(data: bytes) -> str:
    if not data.isascii():
        raise DecodeError("DiameterIdentity is ASCII (RFC 6733 §4.3.1)")
    return data.decode()


def _shown(text: str) -> str:
    return text or EMPTY


def _ascii(value: str) -> bytes:
    return value.encode("ascii")


def enumerated(names: Mapping[int, str], name: str = "Enumerated") -> Kind:
    """Enumerated (§4.3.1), or Unsigned32, whose values have these names."""
    return Kind(name, _unsigned32, _number, lambda number: f"{number}, {names.get(number, 'unknown')}")


def flags(names: Mapping[int, str]) -> Kind:
    """Unsigned32 whose bits, counted from the lowest, have these names."""

    def words(number: int) -> str:
        return ", ".join(name for bit, name in names.items() if number >> bit & 1) or "none"

    return Kind("Unsigned32", _unsigned32, _number, words)


def sized(name: str, least: int, most: int) -> Kind:
    """OctetString of `least` to `most` octets."""

    def decode(data: bytes) -> bytes:
        if not least <= len(data) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise DecodeError(f"{name} is {wanted} octets, got {len(data)}")
        return data

    return Kind("OctetString", bytes, decode, octets_in_words)


def _resynchronization(info: ResynchronizationInfo) -> bytes:
    return info.rand + info.auts


def _info(data: bytes) -> ResynchronizationInfo:
    if len(data) != _RAND_LENGTH + _AUTS_LENGTH:
        raise DecodeError(f"Re-Synchronization-Info is RAND and AUTS, 30 octets (TS 29.272 §7.3.15), got {len(data)}")
    return ResynchronizationInfo(RAND(data[:_RAND_LENGTH]), AUTS(data[_RAND_LENGTH:]))


UNSIGNED32: Final = Kind("Unsigned32", _unsigned32, _number)
UTF8_STRING: Final = Kind("UTF8String", str.encode, _text, _shown)
DIAMETER_IDENTITY: Final = Kind("DiameterIdentity", _ascii, _identity, _shown)
GROUPED: Final = Kind("Grouped", bytes, bytes, octets_in_words)
OCTET_STRING: Final = Kind("OctetString", bytes, bytes, octets_in_words)
PLMN: Final = Kind(
    "OctetString",
    lambda plmn_id: plmn_id.octets,
    PLMNIdentity.decode,
    lambda plmn_id: f"MCC {plmn_id.mcc}, MNC {plmn_id.mnc}",
)
GUTI_OCTETS: Final = Kind("OctetString", lambda guti: guti.octets, GUTI.decode, lambda guti: f"GUTI {guti}")
RESYNCHRONIZATION_INFO: Final = Kind("OctetString", _resynchronization, _info, lambda _info: "RAND, then AUTS")
