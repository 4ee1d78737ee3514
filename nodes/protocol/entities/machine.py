"""What a node's handler answers with, and how a message finds its handler.

A node is a frozen value. A handler is `on_<message>(state, message, source) -> Step`; `source` is the name of the
sending node and stands for the lower layer's identifiers. One table per node maps (phase, message type) to a handler,
another lists the deliberate refusals; every message type a node can get is in one of the two for every phase.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.messages.s1 import inside
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.remarks import NoteValue, Remark

StateT = TypeVar("StateT")


@dataclass(frozen=True, slots=True)
class Send:
    """Put a message on the link to `destination`."""

    destination: str
    message: Any


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Start a timer about `subject` (an IMSI, a UE, a request), or start it anew. None: the rule's seconds."""

    name: TimerName
    subject: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Stop a timer; one that does not run is no error."""

    name: TimerName
    subject: str


@dataclass(frozen=True, slots=True)
class LoseFrom:
    """The connection with `source` is gone, and with it what that node has in flight to this one."""

    source: str


class NoteKind(Enum):
    """What a note is about; verdict and ladder read it."""

    PLAIN = "plain"
    DROPPED = "dropped"
    USES = "uses"
    ACTIVE = "active"
    KEY_DELIVERED = "key-delivered"
    OPENED = "opened"
    NOT_OPENED = "not-opened"
    ABANDONED = "abandoned"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Note:
    """What the node just did; `rand` or `ks` names the AV that it is about, `values` are those of the remark."""

    remark: Remark
    kind: NoteKind = NoteKind.PLAIN
    rand: RAND | None = None
    ks: Ks | None = None
    values: tuple[NoteValue, ...] = ()

    @property
    def as_reason(self) -> tuple[NoteValue, ...]:
        """The last values of a remark that gives this one as its reason."""
        return (self.remark.value, *self.values)


Output = Send | StartTimer | StopTimer | LoseFrom | Note


@dataclass(frozen=True, slots=True)
class Step(Generic[StateT]):
    """A node's next state and what it puts out, in order."""

    state: StateT
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened(Generic[StateT]):
    """What wrapped a message is opened: the state then, what is inside, and what that alone has put out."""

    state: StateT
    message: Any
    outputs: tuple[Output, ...] = ()


def ignored(why: Remark, *values: NoteValue) -> Note:
    """The note of a message that is ignored, and why."""
    return Note(why, NoteKind.DROPPED, values=values)


def dropped(state: StateT, why: Remark, *values: NoteValue) -> Step[StateT]:
    """The message is ignored; the reason is said."""
    return Step(state, (ignored(why, *values),))


Handler = Callable[[Any, Any, str], Step[Any]]
ExpiryHandler = Callable[[Any, str], Step[Any]]
CommandHandler = Callable[[Any, Any], Step[Any]]


@dataclass(frozen=True, slots=True)
class Handlers:
    """All that one kind of node reacts to.

    `restart` is what a node loses when it restarts; `lower_layer_failure(state, peer)` abandons the NAS procedure with
    a peer whose connection broke. None: the node cannot restart, or has no such connection.
    `unwrap` opens what wraps a message (a new connection, NAS security) before the table is asked; a Step settles it.
    """

    phases: type[Enum]
    phase: Callable[[Any, Any, str], Enum]
    incoming: tuple[type, ...]
    messages: Mapping[tuple[Enum, type], Handler]
    refusals: Mapping[tuple[Enum, type], Remark]
    expiries: Mapping[TimerName, ExpiryHandler]
    commands: Mapping[type, CommandHandler]
    unwrap: Callable[[Any, Any, str], Opened[Any] | Step[Any]] | None = field(default=None)
    restart: Callable[[Any], Step[Any]] | None = field(default=None)
    lower_layer_failure: Callable[[Any, str], Step[Any]] | None = field(default=None)


def handle(handlers: Handlers, state: StateT, message: object, source: str) -> Step[StateT]:
    """Give a message to a node.

    Raises:
        UnexpectedMessage: the node refuses this message in its phase.
    """
    outputs: tuple[Output, ...] = ()
    if handlers.unwrap is not None:
        opened = handlers.unwrap(state, message, source)
        if isinstance(opened, Step):
            return opened
        state, message, outputs = opened.state, opened.message, opened.outputs
    key = (handlers.phase(state, message, source), type(message))
    handler = handlers.messages.get(key)
    if handler is not None:
        done = handler(state, message, source)
        return Step(done.state, (*outputs, *done.outputs))
    why = handlers.refusals.get(key, Remark.NO_SUCH_MESSAGE)
    raise UnexpectedMessage(type(inside(message)).__name__, key[0].value, why)


def refuse_all(phase: Enum, types: tuple[type, ...], why: Remark) -> dict[tuple[Enum, type], Remark]:
    """Refusals of one phase that share a reason."""
    return {(phase, message_type): why for message_type in types}
