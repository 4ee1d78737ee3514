"""Exported PDUs (Wireshark's exported_pdu.h, from memory): tags that say how to dissect octets, then the octets."""

from typing import Final

from nodes.codec.wire import Protocol

DISSECTORS: Final = {
    Protocol.NAS: "nas-eps",
    Protocol.DIAMETER: "diameter",
    Protocol.HTTP: "http",
    Protocol.APPLICATION: "data",
}

_DISSECTOR: Final = 12
_SOURCE: Final = 20
_DESTINATION: Final = 21
_PORT_TYPE: Final = 24
_SOURCE_PORT: Final = 25
_DESTINATION_PORT: Final = 26
_END: Final = bytes(4)
_SCTP, _TCP = 1, 2
_TRANSPORTS: Final = {Protocol.DIAMETER: _SCTP, Protocol.HTTP: _TCP}


def _tag(number: int, value: bytes) -> bytes:
    padded = value + bytes(-len(value) % 4)
    return number.to_bytes(2, "big") + len(padded).to_bytes(2, "big") + padded


def pdu(protocol: Protocol, octets: bytes, addresses: tuple[bytes, bytes], ports: tuple[int, int] | None) -> bytes:
    """A PDU from one IPv4 address to another, and from port to port where the protocol has ports."""
    source, destination = addresses
    tags = [
        _tag(_DISSECTOR, DISSECTORS[protocol].encode()),
        _tag(_SOURCE, source),
        _tag(_DESTINATION, destination),
    ]
    if ports is not None:
        numbers = (_TRANSPORTS[protocol], *ports)
        kinds = (_PORT_TYPE, _SOURCE_PORT, _DESTINATION_PORT)
        tags += [_tag(kind, number.to_bytes(4, "big")) for kind, number in zip(kinds, numbers, strict=True)]
    return b"".join(tags) + _END + octets
