"""The same procedures and faults under other options: a run follows another one, action by action.

1. Commands, holds, armed faults, expiries, restarts and lab time are taken as they are.
2. What is done to a message is done to the message of the same name on the same link, the n-th to the n-th of it (the
   last of it where there are fewer), wherever it stands there.
3. What the followed run refuses, or has no such message for, is skipped, and the reason is said.
4. After each action every message that the original has no counterpart of is delivered, oldest first and in order;
   links that are held wait. A counterpart is of the same name on the same link, and in flight in the original, or sent
   there before the original next comes to rest: it waits for what the original does to it.
5. Where the original is at rest the followed run comes to rest too.
6. Nothing else moves: no timer expires and no lab time passes but by an action of the original.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.hindrances import Hindrance, Refused
from nodes.protocol.options import Setup
from nodes.protocol.world.actions import Action, Deliver, OnMessage
from nodes.protocol.world.engine import enabled, next_delivery, transition
from nodes.protocol.world.events import EventKind, Transition, message_name
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import Link, World, link_of

MOST_DELIVERIES = 500
"""Deliveries of the followed run's own messages after one action of the original."""

Sort = tuple[str, str, str]
"""Source, destination and name of a message: what a counterpart has in common."""

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Action `number` of the original, from 1, that the followed run could not take.

    The reason is a text where the action names something that the world does not have.
    """

    number: int
    action: Action
    reason: Refused | str


@dataclass(frozen=True, slots=True)
class Followed:
    """The run that follows. `upto[i]`: how many of its actions are taken when the original's action i is done."""

    setup: Setup
    actions: tuple[Action, ...]
    transitions: tuple[Transition, ...]
    upto: tuple[int, ...]
    skipped: tuple[Skipped, ...]


def no_tick() -> None:
    """What is called between steps by whoever does not count them."""


def run(setup: Setup, actions: Sequence[Action], tick: Tick = no_tick) -> tuple[Transition, ...]:
    """Take actions in a new lab. `tick` is called before each; what it raises ends the run.

    Raises:
        CommandRefused, NoSuchAction: an action cannot be taken.
    """
    world, transitions = first_world(setup), []
    for action in actions:
        tick()
        transitions.append(transition(world, action))
        world = transitions[-1].world
    return tuple(transitions)


def follow(setup: Setup, actions: Sequence[Action], other: Setup, tick: Tick = no_tick) -> Followed:
    """Follow a run under another set-up; `tick` as in `run`.

    Raises:
        CommandRefused, NoSuchAction: the original itself cannot be taken.
    """
    return follow_run(setup, actions, run(setup, actions, tick), other, tick)


def follow_run(
    setup: Setup, actions: Sequence[Action], originals: Sequence[Transition], other: Setup, tick: Tick = no_tick
) -> Followed:
    """Follow a run whose transitions are known; `tick` as in `run`."""
    follower = _Follower(first_world(other), tick)
    upto: list[int] = []
    skipped: list[Skipped] = []
    before = first_world(setup)
    awaited = _awaited(originals)
    for number, (action, original) in enumerate(zip(actions, originals, strict=True), 1):
        reason = follower.imitate(action, before)
        if reason is not None:
            skipped.append(Skipped(number, action, reason))
        follower.deliver_own(awaited[number - 1])
        upto.append(len(follower.actions))
        before = original.world
    return Followed(other, tuple(follower.actions), tuple(follower.transitions), tuple(upto), tuple(skipped))


class _Follower:
    """The followed run while it grows."""

    def __init__(self, world: World, tick: Tick) -> None:
        self._world = world
        self._tick = tick
        self.actions: list[Action] = []
        self.transitions: list[Transition] = []

    def imitate(self, action: Action, original: World) -> Refused | str | None:
        """Do what the original does in that world, or say why that cannot be."""
        if isinstance(action, OnMessage):
            counterpart = _counterpart(action, original, self._world)
            if isinstance(counterpart, Refused):
                return counterpart
            action = counterpart
        try:
            self._take(action)
        except CommandRefused as refusal:
            return refusal.why
        except NoSuchAction as error:
            return str(error)
        return None

    def deliver_own(self, awaited: frozenset[Sort]) -> None:
        """Deliver what has no counterpart in the original."""
        for _ in range(MOST_DELIVERIES):
            action = _oldest_own(self._world, awaited)
            if action is None:
                return
            self._take(action)

    def _take(self, action: Action) -> None:
        self._tick()
        done = transition(self._world, action)
        self._world = done.world
        self.actions.append(action)
        self.transitions.append(done)


def _counterpart(action: OnMessage, original: World, world: World) -> OnMessage | Refused:
    """The same action on the message that corresponds to the original's, or why there is none."""
    names = _names(link_of(original, action.source, action.destination))
    name = names[action.position]
    positions = [
        position
        for position, each in enumerate(_names(link_of(world, action.source, action.destination)))
        if each == name
    ]
    if not positions:
        return Refused(Hindrance.NO_SUCH_MESSAGE, (name, action.source, action.destination))
    return replace(action, position=positions[: names[: action.position].count(name) + 1][-1])


def _names(link: Link) -> list[str]:
    return [message_name(envelope.message) for envelope in link.queue]


def _awaited(originals: Sequence[Transition]) -> list[frozenset[Sort]]:
    """After each action, what the original has in flight or sends before it next comes to rest; at rest nothing."""
    found = []
    sent: frozenset[Sort] = frozenset()
    for done in reversed(originals):
        is_at_rest = next_delivery(done.world) is None
        found.append(frozenset() if is_at_rest else sent | _in_flight(done.world))
        sent = (frozenset() if is_at_rest else sent) | {
            (event.node, event.peer, event.message) for event in done.events if event.kind is EventKind.SENT
        }
    return found[::-1]


def _in_flight(world: World) -> frozenset[Sort]:
    return frozenset((*link.key, name) for link in world.links for name in _names(link))


def _oldest_own(world: World, awaited: frozenset[Sort]) -> Deliver | None:
    """The delivery of the oldest message that nothing of the original waits for."""
    heads = ((action, link_of(world, action.source, action.destination)) for action in _deliveries(world))
    own = [(link.queue[0].ordinal, action) for action, link in heads if (*link.key, _names(link)[0]) not in awaited]
    return min(own, key=lambda each: each[0], default=(0, None))[1]


def _deliveries(world: World) -> list[Deliver]:
    return [action for action in enabled(world) if isinstance(action, Deliver)]
