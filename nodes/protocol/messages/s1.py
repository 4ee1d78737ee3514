"""What goes between UE and MME: NAS messages, and what S1AP and RRC carry beside them, as one."""

from dataclasses import dataclass

from nodes.protocol.identities import GUTI
from nodes.protocol.messages.nas import NASMessage


@dataclass(frozen=True, slots=True)
class InitialMessage:
    """An initial NAS message, with which a NAS signalling connection begins (TS 24.301 §5.3.1.1).

    `connection` tells the connections of a UE apart, counted from 1. It stands for the identifiers of S1AP.
    """

    connection: int
    message: NASMessage


@dataclass(frozen=True, slots=True)
class ConnectionRelease:
    """The MME releases a NAS signalling connection (TS 24.301 §5.3.1.2.1): S1AP and RRC release as one."""

    connection: int


@dataclass(frozen=True, slots=True)
class Paging:
    """Paging by S-TMSI, for which the GUTI stands (TS 24.301 §5.6.2.2.1)."""

    guti: GUTI


OnConnection = NASMessage | InitialMessage
"""What is lost for good when the lower layer fails."""
S1Message = OnConnection | ConnectionRelease | Paging


def inside(message: object) -> object:
    """What is inside all wrappings of a message: NAS security, the beginning of a connection."""
    while (inner := getattr(message, "message", None)) is not None:
        message = inner
    return message
