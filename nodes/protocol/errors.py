"""What can go wrong that is not a message: one class per decision the caller can take."""

from enum import Enum, auto

from nodes.protocol.remarks import Remark


class Hindrance(Enum):
    """What keeps a command from being carried out, where that may change in the course of a run."""

    NAS_PROCEDURE_RUNS = auto()
    NAS_MESSAGE_IN_FLIGHT = auto()
    REGISTERED = auto()
    NOT_REGISTERED = auto()
    NEVER_ATTACHED = auto()
    USIM_INVALID = auto()
    CONNECTED = auto()
    NOT_CONNECTED = auto()
    NO_GUTI = auto()
    NO_SECURITY_CONTEXT = auto()
    NO_CONTEXT_AT_MME = auto()
    NO_SESSION_AT_UE = auto()
    NO_SESSION_AT_AS = auto()
    NO_KEY_AT_AS = auto()


class ProtocolError(Exception):
    """Base of the errors of nodes.protocol."""


class UnexpectedMessage(ProtocolError):
    """A node got a message that its phase deliberately refuses; the state stays as it was.

    `message` is the class name of what is inside, `remark` says why.
    """

    def __init__(self, message: str, phase: str, remark: Remark) -> None:
        super().__init__(f"{message} in {phase}: {remark}")
        self.message = message
        self.phase = phase
        self.remark = remark


class CommandRefused(ProtocolError):
    """A command that cannot be carried out now; the text says why, in the viewer's words."""

    def __init__(self, text: str, hindrance: Hindrance | None = None) -> None:
        super().__init__(text)
        self.hindrance = hindrance


class NoSuchAction(ProtocolError):
    """An action names a node, a link, a position or a timer that the world does not have."""


class PlainError(ProtocolError, ValueError):
    """Plain data (JSON) is not of the form that the type wants."""
