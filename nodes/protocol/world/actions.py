"""Everything that can happen in a world. A message in flight is addressed by its link and its position in it."""

from dataclasses import dataclass
from enum import Enum

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages.commands import NodeCommand


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody tells a node to do something."""

    node: str
    command: NodeCommand


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message reaches its node. Any position but 0 is out of order, a fault."""

    source: str
    destination: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """A message is lost: a fault."""

    source: str
    destination: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The network makes a copy of a message, at the end of the link: a fault."""

    source: str
    destination: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Alter:
    """Somebody changes one bit of a message on its way: an attack."""

    source: str
    destination: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Fail:
    """A NAS message is lost for good: lower layer failure, and both ends abandon the procedure. A fault."""

    source: str
    destination: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Messages of a link wait until they are delivered by hand."""

    source: str
    destination: str


@dataclass(frozen=True, slots=True)
class Release:
    """Messages of a link go their way again."""

    source: str
    destination: str


class LinkFault(Enum):
    """What a link does to the next message that would be delivered, once."""

    LOSE = "lose-next"
    REPEAT = "repeat-next"
    REORDER = "reorder-next"


@dataclass(frozen=True, slots=True)
class Arm:
    """A link will do this fault once: lose or repeat the next delivery, or deliver the second message first."""

    source: str
    destination: str
    fault: LinkFault


@dataclass(frozen=True, slots=True)
class Disarm:
    """A link will not do this fault after all."""

    source: str
    destination: str
    fault: LinkFault


@dataclass(frozen=True, slots=True)
class Restart:
    """A node restarts and loses what is not in its permanent memory."""

    node: str


@dataclass(frozen=True, slots=True)
class Expire:
    """A timer expires now, whatever remains of it."""

    node: str
    timer: TimerName
    subject: str


@dataclass(frozen=True, slots=True)
class Advance:
    """Lab time passes; timers that run out meanwhile expire, the earliest first."""

    seconds: int


OnMessage = Deliver | Drop | Duplicate | Alter | Fail
OnLink = Hold | Release | Arm | Disarm
Action = Command | OnMessage | OnLink | Restart | Expire | Advance
