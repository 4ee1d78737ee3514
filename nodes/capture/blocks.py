"""Blocks of a pcapng file (draft-ietf-opsawg-pcapng, from memory; the tests have others read them back)."""

from collections.abc import Iterable
from typing import Final

EXPORTED_PDU: Final = 252  # LINKTYPE_WIRESHARK_UPPER_PDU

_SECTION_HEADER: Final = 0x0A0D0D0A
_BYTE_ORDER_MAGIC: Final = 0x1A2B3C4D
_VERSION: Final = (1, 0)
_LENGTH_UNKNOWN: Final = (1 << 64) - 1
_INTERFACE_DESCRIPTION: Final = 1
_NAME_RESOLUTION: Final = 4
_ENHANCED_PACKET: Final = 6
_COMMENT: Final = 1
_APPLICATION: Final = 4
_NAME, _DESCRIPTION = 2, 3
_IPV4_NAME: Final = 1


def _number(value: int, length: int) -> bytes:
    return value.to_bytes(length, "little")


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _option(code: int, value: bytes) -> bytes:
    return _number(code, 2) + _number(len(value), 2) + _padded(value)


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    found = b"".join(_option(code, value) for code, value in options)
    return found + bytes(4) if found else b""


def _block(kind: int, body: bytes) -> bytes:
    length = _number(12 + len(body), 4)
    return _number(kind, 4) + length + body + length


def section_header(application: str, comments: Iterable[str]) -> bytes:
    """The block that a file begins with."""
    body = _number(_BYTE_ORDER_MAGIC, 4) + b"".join(_number(part, 2) for part in _VERSION)
    options = [(_COMMENT, comment.encode()) for comment in comments] + [(_APPLICATION, application.encode())]
    return _block(_SECTION_HEADER, body + _number(_LENGTH_UNKNOWN, 8) + _options(options))


def interface(name: str, description: str) -> bytes:
    """An interface whose packets are exported PDUs. Times are in microseconds where no option says otherwise."""
    options = ((_NAME, name.encode()), (_DESCRIPTION, description.encode()))
    body = _number(EXPORTED_PDU, 2) + bytes(2) + _number(0, 4)  # no limit of octets per packet
    return _block(_INTERFACE_DESCRIPTION, body + _options(options))


def names(names_of_addresses: Iterable[tuple[bytes, str]]) -> bytes:
    """Names of IPv4 addresses, 4 octets each."""
    records = (_option(_IPV4_NAME, address + name.encode() + b"\0") for address, name in names_of_addresses)
    return _block(_NAME_RESOLUTION, b"".join(records) + bytes(4))


def packet(interface_number: int, microseconds: int, octets: bytes, comments: Iterable[str]) -> bytes:
    """A packet of an interface, counted from 0 in the order of their blocks."""
    head = (
        _number(interface_number, 4)
        + _number(microseconds >> 32, 4)
        + _number(microseconds & 0xFFFF_FFFF, 4)
        + _number(len(octets), 4) * 2
    )
    options = _options((_COMMENT, comment.encode()) for comment in comments)
    return _block(_ENHANCED_PACKET, head + _padded(octets) + options)
