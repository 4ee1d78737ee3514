"""Application messages between UE and AS. Not defined by 3GPP; they show whether the keys agree."""

from dataclasses import dataclass
from enum import Enum

from nodes.protocol.identities import GUTI


class Direction(Enum):
    """Who sent a protected message; part of its nonce."""

    UPLINK = 0
    DOWNLINK = 1


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The UE opens session number `session` and names itself by its GUTI."""

    session: int
    guti: GUTI
    key_name: str | None = None


@dataclass(frozen=True, slots=True)
class ProtectedMessage:
    """A reading or a command under AES-CCM-16-64-128; `sealed` ends in a tag of 8 octets."""

    session: int
    direction: Direction
    counter: int
    sealed: bytes
    key_name: str | None = None


ApplicationMessage = OpenSession | ProtectedMessage
