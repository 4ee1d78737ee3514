"""Application messages between UE and AS. Not defined by 3GPP; they show whether the keys agree."""

from dataclasses import dataclass
from enum import Enum

from nodes.protocol.identities import GUTI
from nodes.protocol.octets import KN


class Direction(Enum):
    """Who sent a protected message; part of its nonce."""

    UPLINK = 0
    DOWNLINK = 1


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The UE opens session number `session` and names itself by its GUTI.

    `key_name`, 8 octets, names the Ks that it uses (repair `named_key`).
    """

    session: int
    guti: GUTI
    key_name: KN | None = None


@dataclass(frozen=True, slots=True)
class ProtectedMessage:
    """A reading or a command under AES-CCM-16-64-128; `sealed` ends in a tag of 8 octets.

    With the repair `named_key`, `key_name` names the Ks whose K_APP seals it, and `newest_name` the one that the sender
    would rather use, where that is another.
    """

    session: int
    direction: Direction
    counter: int
    sealed: bytes
    key_name: KN | None = None
    newest_name: KN | None = None


ApplicationMessage = OpenSession | ProtectedMessage
