"""One end of a UE's NAS signalling connection (TS 24.301 §5.3.1). Each end knows its own only; they may differ."""

from dataclasses import dataclass, replace
from enum import Enum


class Mode(Enum):
    """EMM mode; where secure exchange of NAS messages is established, plain ones are discarded (§4.4.4)."""

    IDLE = "EMM-IDLE"
    CONNECTED = "EMM-CONNECTED"
    SECURE = "EMM-CONNECTED, secure exchange"


@dataclass(frozen=True, slots=True)
class Connection:
    """`number` is that of the connection, or of the last one; 0: there was none yet."""

    number: int = 0
    mode: Mode = Mode.IDLE

    @property
    def is_open(self) -> bool:
        return self.mode is not Mode.IDLE

    @property
    def is_secure(self) -> bool:
        return self.mode is Mode.SECURE

    def next(self) -> "Connection":
        """A new connection, on which nothing is established yet."""
        return Connection(self.number + 1, Mode.CONNECTED)

    def secured(self) -> "Connection":
        """The same with secure exchange of NAS messages."""
        return replace(self, mode=Mode.SECURE)

    def released(self) -> "Connection":
        """No connection any more."""
        return replace(self, mode=Mode.IDLE)


NO_CONNECTION = Connection()
