"""P7 for one world: a short way from here to IN SYNC, found by trying a few plans in a fixed order.

That it finds none is no proof that there is none.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands
from nodes.protocol.properties.key_answers import network_key
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import step
from nodes.protocol.world.subjects import PASSIVE_TIMERS, ue_of_message, ue_of_timer
from nodes.protocol.world.world import Timer, World, node_as, nodes_of

MOST_ACTIONS: Final = 150
"""In a way. An attach with all its answers takes about 20; the rest is for what was lost and is sent again."""

# Which of ask, open, attach, update, access and power cycle are told, in this order, each when nothing is under way.
_PLANS: Final = (
    *("", "k", "o", "ok", "a", "ak", "ao", "aok", "u", "uk", "uo", "uok", "x", "xk", "xo", "xok"),
    *("p", "pa", "pao", "paok"),
)


@dataclass(frozen=True, slots=True)
class _Way:
    """The actions taken, and where they led."""

    world: World
    taken: tuple[Action, ...] = ()

    def then(self, action: Action) -> "_Way":
        return _Way(step(self.world, action), (*self.taken, action))


class _ThisWorld:
    """A world as a key: the same object, not an equal one, for comparing worlds takes long. It keeps the world."""

    __slots__ = ("world",)

    def __init__(self, world: World) -> None:
        self.world = world

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ThisWorld) and other.world is self.world

    def __hash__(self) -> int:
        return id(self.world)


def find_recovery(world: World, ue: str, application_server: str) -> tuple[Action, ...] | None:
    """Actions that lead to IN SYNC, or None when the plans tried do not.

    They are deliveries and expiries about this UE, and at most one attach, access or tracking area update, one loss of
    power, one session opening and one key request.
    First of all every link is released and disarmed: a held message is one that has not come yet.
    """
    return _way_out(_ThisWorld(world), ue, application_server)


@lru_cache(maxsize=256)
def _way_out(here: _ThisWorld, ue: str, application_server: str) -> tuple[Action, ...] | None:
    if is_in_sync(here.world, ue, application_server):
        return ()
    reached = {"": _to_rest(_unhindered(here.world), ue, application_server)}
    for plan in _PLANS:
        if plan:
            before = reached.get(plan[:-1])
            begun = None if before is None else _commanded(before, plan[-1], ue, application_server)
            if begun is None:
                continue
            reached[plan] = _to_rest(begun, ue, application_server)
        if is_in_sync(reached[plan].world, ue, application_server):
            return reached[plan].taken
    return None


def is_in_sync(world: World, ue: str, application_server: str) -> bool:
    """Whether U = N = A: the same Ks is of the same AV."""
    state = node_as(world, ue, UEState)
    session = node_as(world, application_server, ApplicationServerState).session_of(ue)
    if session is None or state.ks is None:
        return False
    return state.ks == session.ks == network_key(world, state)


def _unhindered(world: World) -> _Way:
    way = _Way(world)
    for link in world.held:
        way = way.then(actions.Release(*link))
    for armed in world.armed:
        way = way.then(actions.Disarm(*armed))
    return way


def _commanded(way: _Way, what: str, ue: str, application_server: str) -> _Way | None:
    """Tell a node what the plan wants, or None when that is refused."""
    command = {
        "k": actions.Command(application_server, commands.AskForKey(ue)),
        "o": actions.Command(ue, commands.OpenApplicationSession(application_server)),
        "a": actions.Command(ue, commands.Attach(_mme_of(way.world, ue))),
        "u": actions.Command(ue, commands.UpdateTrackingArea(_mme_of(way.world, ue))),
        "x": actions.Command(ue, commands.Access()),
        "p": actions.Command(ue, commands.PowerCycle()),
    }[what]
    try:
        return way.then(command)
    except CommandRefused:
        return None


def _mme_of(world: World, ue: str) -> str:
    return node_as(world, ue, UEState).mme or nodes_of(world, MMEState)[0].name


def _to_rest(way: _Way, ue: str, application_server: str) -> _Way:
    """Deliver and let expire what is about the UE, until nothing is left or all are in sync."""
    while len(way.taken) < MOST_ACTIONS and not is_in_sync(way.world, ue, application_server):
        action = _next_delivery(way.world, ue) or _next_expiry(way.world, ue)
        if action is None:
            break
        way = way.then(action)
    return way


def _next_delivery(world: World, ue: str) -> actions.Deliver | None:
    """The oldest message that waits first on a link with a message about this UE."""
    heads = [
        (link.queue[0].ordinal, link.key)
        for link in world.links
        if any(ue_of_message(world, *link.key, envelope.message) == ue for envelope in link.queue)
    ]
    return actions.Deliver(*min(heads)[1]) if heads else None


def _next_expiry(world: World, ue: str) -> actions.Expire | None:
    """The timer about this UE that runs out first: nothing is in flight, so what it waits for was lost."""
    waiting = [each for each in world.timers if each.name not in PASSIVE_TIMERS and ue_of_timer(world, each) == ue]
    timer = min(waiting, key=_soonest, default=None)
    return None if timer is None else actions.Expire(timer.node, timer.name, timer.subject)


def _soonest(timer: Timer) -> tuple[int, tuple[str, str, str]]:
    return timer.remaining, timer.key
