"""`wire`: a message of a lab as octets, with every one of them explained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, get_args

from nodes.codec import application, diameter, diameter_commands, diameter_values, http_json, nas
from nodes.codec.between import Between
from nodes.codec.groups import NOT_3GPP, Group
from nodes.protocol.messages import s1, s10
from nodes.protocol.messages.application import ApplicationMessage
from nodes.protocol.messages.nas import PlainNAS, SecurityProtected, ServiceRequest
from nodes.protocol.messages.nas_octets import LAYOUTS, security_protected
from nodes.protocol.messages.nas_octets import encode as encode_nas


class Protocol(Enum):
    """What the octets are of."""

    NAS = "NAS"
    DIAMETER = "Diameter"
    HTTP = "HTTP"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Wire:
    """Octets, what they are of, the message's name and clause there, and the groups that make them up."""

    protocol: Protocol
    name: str
    clause: str
    octets: bytes
    groups: tuple[Group, ...]

    @property
    def is_defined(self) -> bool:
        """Whether a specification defines the message."""
        return NOT_3GPP not in self.clause


@dataclass(frozen=True, slots=True)
class NoOctets:
    """A message of a protocol that this product does not encode, and why."""

    reason: str


_LEFT_OUT: Final = "S1AP and RRC are left out of this product"
NO_OCTETS: Final[Mapping[type, NoOctets]] = MappingProxyType(
    {
        s1.ConnectionRelease: NoOctets(f"{_LEFT_OUT}: the release is that of both, as one"),
        s1.Paging: NoOctets(f"{_LEFT_OUT}: paging is theirs, and carries the S-TMSI"),
        ServiceRequest: NoOctets("SERVICE REQUEST is only sent protected: it ends in a short MAC (TS 24.301 §8.2.25)"),
        **dict.fromkeys(get_args(s10.S10Message), NoOctets("GTPv2-C (TS 29.274) is not encoded in this product")),
    }
)
"""Messages that have no octets here."""


def wire(message: object, between: Between) -> Wire | NoOctets:
    """A message from one node to another as octets with their explanation.

    A protected NAS message has the MAC that its sender computed. What begins a connection is wrapped in S1AP, which is
    left out: the octets are those of the NAS message.

    Raises:
        ValueError: a field does not fit the octets that it has.
    """
    if isinstance(message, s1.InitialMessage):
        return wire(message.message, between)
    if type(message) in NO_OCTETS:
        return NO_OCTETS[type(message)]
    return _WIRES[type(message)](message, between)


def _nas(message: PlainNAS | SecurityProtected, _between: Between) -> Wire:
    octets = security_protected(message) if isinstance(message, SecurityProtected) else encode_nas(message)
    reading = nas.read(octets)
    return Wire(Protocol.NAS, reading.name, f"TS 24.301 {reading.clause}", octets, reading.groups)


def _diameter(message: diameter_commands.Message, between: Between) -> Wire:
    octets = diameter_values.encode(message, between)
    reading = diameter.read(octets)
    return Wire(Protocol.DIAMETER, reading.command.name, reading.clause, octets, reading.groups)


def _http(message: http_json.Message, between: Between) -> Wire:
    octets = http_json.encode(message, between)
    reading = http_json.read(octets)
    return Wire(Protocol.HTTP, reading.groups[0].value, f"this demonstrator, {NOT_3GPP}", octets, reading.groups)


def _application(message: ApplicationMessage, _between: Between) -> Wire:
    octets = application.encode(message)
    reading = application.read(octets)
    return Wire(Protocol.APPLICATION, reading.name, f"this demonstrator, {NOT_3GPP}", octets, reading.groups)


_WIRES: Final[Mapping[type, Callable[[Any, Between], Wire]]] = MappingProxyType(
    {
        **dict.fromkeys((*LAYOUTS, SecurityProtected), _nas),
        **dict.fromkeys(get_args(diameter_commands.Message), _diameter),
        **dict.fromkeys(get_args(http_json.Message), _http),
        **dict.fromkeys(get_args(ApplicationMessage), _application),
    }
)
