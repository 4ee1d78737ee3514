"""A run as a pcapng file: an interface a reference point, nodes by their names, and what befell each message."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import chain
from typing import Final

from nodes.capture import blocks
from nodes.capture.exported import pdu
from nodes.capture.packets import Packet, packets_of
from nodes.codec.between import Between
from nodes.codec.groups import NOT_3GPP
from nodes.codec.wire import Encoded, NoOctets, Protocol, encoded
from nodes.protocol.messages.key_requests import KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.runs.trace import MODEL_VERSION, Caption, Trace
from nodes.protocol.world.topology import reference_point

_APPLICATION: Final = "Syncscope"
_DIAMETER_PORT: Final = 3868
_HTTP_PORT: Final = 80
_FIRST_PORT: Final = 49_152  # of the dynamic ports (RFC 6335)
_PORTS: Final = 16_384
# For documentation (RFC 5737), and for what is more than they hold (RFC 2544).
_NETWORKS: Final = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")
_REBUILT: Final = "rebuilt from the run, not seen on a wire: exported PDUs, with nothing below them"
_TIMES: Final = "times: lab time, and a millisecond a step, from 0"


@dataclass(frozen=True, slots=True)
class _Shown:
    """A packet with its octets."""

    packet: Packet
    encoded: Encoded

    @property
    def point(self) -> str:
        return reference_point(self.packet.source, self.packet.destination)


def of_trace(trace: Trace) -> bytes:
    """The capture of a trace: the same trace makes the same octets.

    Raises:
        CommandRefused, NoSuchAction: an action cannot be taken.
    """
    packets = packets_of(trace.setup, trace.actions)
    left_out: Counter[str] = Counter()
    shown: list[_Shown] = []
    for packet in packets.found:
        found = encoded(packet.message, Between(packet.source, packet.destination))
        if isinstance(found, NoOctets):
            left_out[found.reason] += 1
        else:
            shown.append(_Shown(packet, found))
    comments = _comments(trace, left_out, packets.unseen)
    return b"".join(_file(trace, shown, comments))


def _comments(trace: Trace, left_out: Counter[str], unseen: Counter[str]) -> list[str]:
    """What is said of the whole file."""
    return [
        f"{trace.title or 'A lab'}; model {trace.model}, result {trace.result}",
        _REBUILT,
        _TIMES,
        f"what is marked so is {NOT_3GPP}",
        *(f"{count} messages are not here: {reason}" for reason, count in left_out.items()),
        *(f"{count} {name} was lost in the step that sent it" for name, count in unseen.items()),
    ]


def _file(trace: Trace, shown: list[_Shown], comments: list[str]) -> Iterator[bytes]:
    yield blocks.section_header(f"{_APPLICATION}, model {MODEL_VERSION}", comments)
    points = list(dict.fromkeys(each.point for each in shown))
    for point in points:
        yield blocks.interface(point, f"reference point {point}")
    addresses = _addresses(chain.from_iterable((each.packet.source, each.packet.destination) for each in shown))
    yield blocks.names((address, Between("", "").host(node)) for node, address in addresses.items())
    ports = _Ports()
    for each in shown:
        packet = each.packet
        ends = (addresses[packet.source], addresses[packet.destination])
        octets = pdu(each.encoded.protocol, each.encoded.octets, ends, ports.of(each))
        yield blocks.packet(points.index(each.point), packet.microseconds, octets, _said(trace.captions, each))


def _said(captions: tuple[Caption, ...], shown: _Shown) -> list[str]:
    """What is said of a packet: itself, and which step of the contribution it belongs to."""
    step = shown.packet.step
    told = [caption.contribution for caption in captions if caption.step < step]
    said = [shown.packet.comment]
    if told and told[-1]:
        said.append(f"contribution {told[-1]}")
    return said if shown.encoded.is_defined else [*said, NOT_3GPP]


def _addresses(nodes: Iterable[str]) -> dict[str, bytes]:
    """An address for each node, in the order in which they appear."""
    free = chain.from_iterable(IPv4Network(each).hosts() for each in _NETWORKS)
    return {node: next(free).packed for node in dict.fromkeys(nodes)}


class _Ports:
    """Ports: Diameter's own at both ends, and one source port for each HTTP transaction."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str, str, str], int] = {}

    def of(self, shown: _Shown) -> tuple[int, int] | None:
        """Source and destination port; None where there are none."""
        if shown.encoded.protocol is Protocol.DIAMETER:
            return (_DIAMETER_PORT, _DIAMETER_PORT)
        match shown.packet.message:
            case KeyRetrievalRequest(origin=origin, request=request):
                key = (shown.packet.source, shown.packet.destination, origin, request)
                return (self._of.setdefault(key, _FIRST_PORT + len(self._of) % _PORTS), _HTTP_PORT)
            case KeyRetrievalAnswer(origin=origin, request=request):
                key = (shown.packet.destination, shown.packet.source, origin, request)
                return (_HTTP_PORT, self._of.setdefault(key, _FIRST_PORT + len(self._of) % _PORTS))
            case _:
                return None
