"""What an attacker on a link can change: one bit, in the field that shows most. Not defined by 3GPP."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from nodes.protocol.messages import nas
from nodes.protocol.messages.application import ProtectedMessage
from nodes.protocol.messages.s1 import InitialMessage
from nodes.protocol.octets import AUTN, RES

MessageT = TypeVar("MessageT")


def _flip(octets: bytes) -> bytes:
    """`octets` with the lowest bit of the last one changed."""
    return octets[:-1] + bytes((octets[-1] ^ 1,))


_ALTERATIONS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    nas.AttachRequest: (
        "UE network capability",
        lambda m: replace(m, ue_network_capability=_flip(m.ue_network_capability)),
    ),
    nas.AuthenticationRequest: ("MAC-A in AUTN", lambda m: replace(m, autn=AUTN(_flip(m.autn)))),
    nas.AuthenticationResponse: ("RES", lambda m: replace(m, res=RES(_flip(m.res)))),
    nas.SecurityProtected: ("MAC", lambda m: replace(m, mac=_flip(m.mac))),
    # The tag, not the ciphertext: the ends know a message again by its tag, and the genuine one may still come.
    ProtectedMessage: ("tag", lambda m: replace(m, sealed=_flip(m.sealed))),
}


def altered_field(message: object) -> str | None:
    """What `alter` would change, or None when this message cannot be altered here."""
    if isinstance(message, InitialMessage):
        return altered_field(message.message)
    entry = _ALTERATIONS.get(type(message))
    return None if entry is None else entry[0]


def alter(message: MessageT) -> MessageT:
    """The message with one bit changed.

    Raises:
        KeyError: this kind of message cannot be altered; `altered_field` tells.
    """
    if isinstance(message, InitialMessage):
        return replace(message, message=alter(message.message))
    changed: MessageT = _ALTERATIONS[type(message)][1](message)
    return changed
