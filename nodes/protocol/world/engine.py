"""`step(world, action) -> world`: the only thing that changes a world. `transition` tells what happened as well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.messages import commands
from nodes.protocol.world import actions, link_actions, message_actions
from nodes.protocol.world.actions import Action, LinkFault
from nodes.protocol.world.events import Event, EventKind, Transition, message_name
from nodes.protocol.world.outputs import apply, without_timer
from nodes.protocol.world.world import HANDLERS, Link, Timer, World, node

__all__ = ["Event", "EventKind", "Transition", "enabled", "message_name", "next_delivery", "step", "transition"]

MOST_SECONDS = 24 * 3600
MOST_EXPIRIES = 1000  # in one Advance; more would be a timer that starts itself without end


def step(world: World, action: Action) -> World:
    """The next world.

    Raises:
        CommandRefused: the command cannot be carried out now.
        NoSuchAction: the action names something that this world does not have.
    """
    return transition(world, action).world


def transition(world: World, action: Action) -> Transition:
    """The next world and the events; errors as `step`."""
    return _TAKERS[type(action)](world, action)


# Actions


def _command(world: World, action: actions.Command) -> Transition:
    state = node(world, action.node)
    handler = HANDLERS[type(state)].commands.get(type(action.command))
    if handler is None:
        raise CommandRefused(Hindrance.NO_SUCH_COMMAND, action.node, type(action.command).__name__)
    _check_peer(world, action)
    event = Event(EventKind.COMMAND, action.node, text=type(action.command).__name__)
    return apply(world, handler(state, action.command), (event,))


def _check_peer(world: World, action: actions.Command) -> None:
    """A UE knows no other nodes: whether a command names one of the right kind is checked here."""
    match action.command:
        case commands.Attach(mme=name) | commands.UpdateTrackingArea(mme=name):
            is_right = isinstance(node(world, name), MMEState)
        case commands.OpenApplicationSession(application_server=name):
            is_right = isinstance(node(world, name), ApplicationServerState)
        case _:
            return
    if not is_right:
        raise NoSuchAction(f"{type(action.command).__name__} cannot name {name}")


def _restart(world: World, action: actions.Restart) -> Transition:
    """A node restarts: it loses what is not in its permanent memory, and all its timers."""
    state = node(world, action.node)
    handler = HANDLERS[type(state)].restart
    if handler is None:
        raise CommandRefused(Hindrance.DOES_NOT_RESTART, action.node)
    world = replace(world, timers=tuple(timer for timer in world.timers if timer.node != action.node))
    return apply(world, handler(state), (Event(EventKind.RESTARTED, action.node),))


def _expire(world: World, action: actions.Expire) -> Transition:
    key = (action.node, action.timer.value, action.subject)
    timer = next((each for each in world.timers if each.key == key), None)
    if timer is None:
        raise NoSuchAction(f"{action.timer.value} does not run at {action.node}")
    return _expired(world, timer)


def _expired(world: World, timer: Timer) -> Transition:
    world = without_timer(world, timer.key)
    state = node(world, timer.node)
    handler = HANDLERS[type(state)].expiries[timer.name]
    event = Event(EventKind.EXPIRED, timer.node, text=timer.name.value)
    return apply(world, handler(state, timer.subject), (event,))


def _advance(world: World, action: actions.Advance) -> Transition:
    """Let lab time pass; what a timer starts on the way counts from its moment."""
    seconds = action.seconds
    if not 1 <= seconds <= MOST_SECONDS:
        raise CommandRefused(Hindrance.SECONDS, MOST_SECONDS, seconds)
    events: tuple[Event, ...] = (Event(EventKind.ADVANCED, world.nodes[0].name, values=(seconds,)),)
    left = seconds
    for _ in range(MOST_EXPIRIES):
        due = min(world.timers, key=lambda timer: timer.remaining, default=None)
        passed = left if due is None else min(left, due.remaining)
        world = replace(
            world, timers=tuple(replace(timer, remaining=timer.remaining - passed) for timer in world.timers)
        )
        left -= passed
        if due is None or due.remaining > passed:
            return Transition(world, events)
        done = _expired(world, replace(due, remaining=0))
        world, events = done.world, (*events, *done.events)
    raise CommandRefused(Hindrance.TOO_MANY_EXPIRIES, MOST_EXPIRIES)


_TAKERS: Mapping[type, Callable[[World, Any], Transition]] = {
    actions.Command: _command,
    actions.Deliver: message_actions.deliver,
    actions.Drop: message_actions.drop,
    actions.Duplicate: message_actions.duplicate,
    actions.Alter: message_actions.alter,
    actions.Fail: message_actions.fail,
    actions.Hold: link_actions.hold_or_release,
    actions.Release: link_actions.hold_or_release,
    actions.Arm: link_actions.arm_or_disarm,
    actions.Disarm: link_actions.arm_or_disarm,
    actions.Restart: _restart,
    actions.Expire: _expire,
    actions.Advance: _advance,
}


# What can happen


def enabled(world: World) -> tuple[Action, ...]:
    """Every delivery in order and every expiry that this world allows, links that wait left out."""
    deliveries = tuple(actions.Deliver(*link.key) for link in world.links if not _waits(world, link))
    expiries = tuple(actions.Expire(timer.node, timer.name, timer.subject) for timer in world.timers)
    return (*deliveries, *expiries)


def next_delivery(world: World) -> actions.Deliver | None:
    """The delivery that a lab that runs by itself does next: the oldest message on a link that does not wait."""
    links = [link for link in world.links if not _waits(world, link)]
    if not links:
        return None
    return actions.Deliver(*min(links, key=_oldest).key)


def _waits(world: World, link: Link) -> bool:
    """Whether a link is held, or has the first of two messages to let the second pass."""
    is_alone = len(link.queue) == 1
    return link.key in world.held or (is_alone and (*link.key, LinkFault.REORDER) in world.armed)


def _oldest(link: Link) -> int:
    return link.queue[0].ordinal
