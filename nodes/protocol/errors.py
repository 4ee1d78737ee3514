"""What can go wrong that is not a message: one class per decision the caller can take."""

from nodes.protocol.hindrances import Hindrance, HindranceValue, Refused
from nodes.protocol.remarks import Remark


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
    """An action that cannot be carried out now; `why` says why, and the text in the viewer's words."""

    def __init__(self, hindrance: Hindrance, *values: HindranceValue) -> None:
        self.why = Refused(hindrance, values)
        super().__init__(str(self.why))


class NoSuchAction(ProtocolError):
    """An action names a node, a link, a position or a timer that the world does not have."""


class PlainError(ProtocolError, ValueError):
    """Plain data (JSON) is not of the form that the type wants."""
