"""A message of a lab as octets: `encoded`; with every one of them explained: `wire`."""

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
class Encoded:
    """Octets, what they are of, and whether a specification defines the message."""

    protocol: Protocol
    octets: bytes
    is_defined: bool = True


@dataclass(frozen=True, slots=True)
class Wire(Encoded):
    """Octets with the message's name and clause there, and the groups that make them up."""

    name: str = ""
    clause: str = ""
    groups: tuple[Group, ...] = ()


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


def encoded(message: object, between: Between) -> Encoded | NoOctets:
    """A message from one node to another as octets.

    A protected NAS message has the MAC that its sender computed. What begins a connection is wrapped in S1AP, which is
    left out: the octets are those of the NAS message.

    Raises:
        ValueError: a field does not fit the octets that it has.
    """
    if isinstance(message, s1.InitialMessage):
        return encoded(message.message, between)
    kind = type(message)
    return NO_OCTETS[kind] if kind in NO_OCTETS else ENCODERS[kind](message, between)


def wire(message: object, between: Between) -> Wire | NoOctets:
    """The same, with every octet explained; errors as there."""
    found = encoded(message, between)
    if isinstance(found, NoOctets):
        return found
    return Wire(found.protocol, found.octets, found.is_defined, *_READERS[found.protocol](found.octets))


def _nas(message: PlainNAS | SecurityProtected, _between: Between) -> Encoded:
    octets = security_protected(message) if isinstance(message, SecurityProtected) else encode_nas(message)
    return Encoded(Protocol.NAS, octets)


def _diameter(message: diameter_commands.Message, between: Between) -> Encoded:
    is_defined = NOT_3GPP not in diameter_commands.COMMANDS[type(message)].clause
    return Encoded(Protocol.DIAMETER, diameter_values.encode(message, between), is_defined)


def _http(message: http_json.Message, between: Between) -> Encoded:
    return Encoded(Protocol.HTTP, http_json.encode(message, between), is_defined=False)


def _application(message: ApplicationMessage, _between: Between) -> Encoded:
    return Encoded(Protocol.APPLICATION, application.encode(message), is_defined=False)


ENCODERS: Final[Mapping[type, Callable[[Any, Between], Encoded]]] = MappingProxyType(
    {
        **dict.fromkeys((*LAYOUTS, SecurityProtected), _nas),
        **dict.fromkeys(get_args(diameter_commands.Message), _diameter),
        **dict.fromkeys(get_args(http_json.Message), _http),
        **dict.fromkeys(get_args(ApplicationMessage), _application),
    }
)
"""What encodes each type of message; NO_OCTETS has the others."""

_Read = tuple[str, str, tuple[Group, ...]]


def _read_nas(octets: bytes) -> _Read:
    reading = nas.read(octets)
    return reading.name, f"TS 24.301 {reading.clause}", reading.groups


def _read_diameter(octets: bytes) -> _Read:
    reading = diameter.read(octets)
    return reading.command.name, reading.clause, reading.groups


def _read_http(octets: bytes) -> _Read:
    groups = http_json.read(octets).groups
    return groups[0].value, _OURS, groups


def _read_application(octets: bytes) -> _Read:
    reading = application.read(octets)
    return reading.name, _OURS, reading.groups


_OURS: Final = f"this demonstrator, {NOT_3GPP}"
_READERS: Final[Mapping[Protocol, Callable[[bytes], _Read]]] = MappingProxyType(
    {
        Protocol.NAS: _read_nas,
        Protocol.DIAMETER: _read_diameter,
        Protocol.HTTP: _read_http,
        Protocol.APPLICATION: _read_application,
    }
)
