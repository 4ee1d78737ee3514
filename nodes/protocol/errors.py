"""What can go wrong that is not a message: one class per decision the caller can take."""


class ProtocolError(Exception):
    """Base of the errors of nodes.protocol."""


class UnexpectedMessage(ProtocolError):
    """A node got a message that its phase deliberately refuses; the state stays as it was."""


class CommandRefused(ProtocolError):
    """A command that cannot be carried out now; the text says why, in the viewer's words."""


class NoSuchAction(ProtocolError):
    """An action names a node, a link, a position or a timer that the world does not have."""


class PlainError(ProtocolError, ValueError):
    """Plain data (JSON) is not of the form that the type wants."""
