"""What happens in a step, as the ladder tells it, and the transition that it belongs to."""

from dataclasses import dataclass, field
from enum import Enum

from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.s1 import inside
from nodes.protocol.plain.conversion import MAY_BE_LEFT_OUT
from nodes.protocol.remarks import NoteValue, Remark
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import World


class EventKind(Enum):
    """What happened, as the ladder tells it."""

    COMMAND = "command"
    SENT = "sent"
    RECEIVED = "received"
    REFUSED = "refused"
    LOST = "lost"
    COPIED = "copied"
    ALTERED = "altered"
    HELD = "held"
    RELEASED = "released"
    ARMED = "armed"
    DISARMED = "disarmed"
    RESTARTED = "restarted"
    EXPIRED = "expired"
    NOTED = "noted"
    ADVANCED = "advanced"


class LossCause(Enum):
    """Why a message was lost that nobody dropped by hand."""

    ARMED = "armed"
    LOWER_LAYER_FAILURE = "lower-layer-failure"
    CONNECTION_RELEASED = "connection-released"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at `node` in a step; `peer` is the other end of a link.

    `text` names a command's class, a timer, a fault, the cause of a loss or the field that was altered. `vector` is the
    AV of the RAND or key that a message carries or a note is about. `note` is the kind of note, `remark` what it says,
    or why a message was refused; `values` are those of the remark, or the seconds that passed.
    """

    kind: EventKind
    node: str
    peer: str = ""
    number: int = 0
    copy: int = 0
    message: str = ""
    text: str = ""
    vector: VectorName | None = None
    note: NoteKind = NoteKind.PLAIN
    remark: Remark | None = None
    values: tuple[NoteValue, ...] = ()
    out_of_order: bool = False
    guti: GUTI | None = field(default=None, metadata=MAY_BE_LEFT_OUT)
    """The GUTI that a message carries where it is sent; of several, the newest."""


@dataclass(frozen=True, slots=True)
class Transition:
    """The next world and what happened on the way there, in order."""

    world: World
    events: tuple[Event, ...]


def message_name(message: object) -> str:
    """The class name of a message; what is wrapped is named by what is inside."""
    return type(inside(message)).__name__
