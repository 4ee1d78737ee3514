"""What the HSS holds: its subscribers by IMSI, with what the AuC made for them."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter

from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.identities import IMSI
from nodes.protocol.messages.pushes import KeyPair
from nodes.protocol.octets import AMF, KASME, RAND, SQN
from nodes.protocol.options import Solution


@dataclass(frozen=True, slots=True)
class IssuedVector:
    """An AV that the AuC made: its place in the order of making is its number for people."""

    rand: RAND
    sqn: SQN
    k_asme: KASME


@dataclass(frozen=True, slots=True)
class OpenKeysPush:
    """Solution 12: a push to the SCEF that has no answer yet; it is repeated until it has."""

    push: int
    pairs: tuple[KeyPair, ...]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class OpenCancellation:
    """A Cancel Location that an MME has not answered yet."""

    request: int
    mme: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscription: secrets, SQN (48 bits, the last one used), AMF (2 octets), and what was issued.

    `answers` counts the answers with AVs, for the repair `ordered_push`. `mme` serves the UE, as far as the HSS was
    told; `cancellations` counts what it has sent to others, `open_cancellations` have no answer yet.
    """

    imsi: IMSI
    credentials: Credentials
    sqn: SQN
    amf: AMF
    is_provisioned: bool = True
    rands_drawn: int = 0
    pushes: int = 0
    issued: tuple[IssuedVector, ...] = ()
    open_pushes: tuple[OpenKeysPush, ...] = ()
    answers: int = 0
    mme: str | None = None
    cancellations: int = 0
    open_cancellations: tuple[OpenCancellation, ...] = ()


@dataclass(frozen=True, slots=True)
class HSSState:
    """The HSS: its subscribers, sorted by IMSI. `counts_epochs`: the lab has the repair `ordered_push`."""

    name: str
    solution: Solution
    seed: str
    subscribers: tuple[Subscriber, ...] = ()
    counts_epochs: bool = False


_BY_IMSI = attrgetter("imsi")


def subscriber_of(state: HSSState, imsi: str) -> Subscriber | None:
    index = bisect_left(state.subscribers, imsi, key=_BY_IMSI)
    found = state.subscribers[index] if index < len(state.subscribers) else None
    return found if found is not None and found.imsi == imsi else None


def with_subscriber(state: HSSState, subscriber: Subscriber) -> HSSState:
    """Replace a subscriber that is there."""
    index = bisect_left(state.subscribers, subscriber.imsi, key=_BY_IMSI)
    return replace(state, subscribers=(*state.subscribers[:index], subscriber, *state.subscribers[index + 1 :]))
