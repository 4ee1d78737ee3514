"""Actions on a link: hold and release, arm it with a fault and disarm it."""

from dataclasses import replace

from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.world import actions
from nodes.protocol.world.events import Event, EventKind, Transition
from nodes.protocol.world.topology import are_linked
from nodes.protocol.world.world import World


def _check_link(world: World, source: str, destination: str) -> None:
    if not are_linked(world, source, destination):
        raise NoSuchAction(f"There is no link from {source} to {destination}")


def hold_or_release(world: World, action: actions.Hold | actions.Release) -> Transition:
    key = (action.source, action.destination)
    _check_link(world, *key)
    others = tuple(each for each in world.held if each != key)
    if isinstance(action, actions.Hold):
        held = tuple(sorted((*others, key)))
        kind = EventKind.HELD
    else:
        held = others
        kind = EventKind.RELEASED
    if held == world.held:
        raise CommandRefused(Hindrance.LINK_IS_SO_ALREADY)
    return Transition(replace(world, held=held), (Event(kind, action.destination, action.source),))


def arm_or_disarm(world: World, action: actions.Arm | actions.Disarm) -> Transition:
    """Arm a link with a fault that happens once, or take it back."""
    _check_link(world, action.source, action.destination)
    armed = (action.source, action.destination, action.fault)
    others = tuple(each for each in world.armed if each != armed)
    if isinstance(action, actions.Arm):
        after = tuple(sorted((*others, armed), key=lambda each: (each[0], each[1], each[2].value)))
        kind = EventKind.ARMED
    else:
        after = others
        kind = EventKind.DISARMED
    if after == world.armed:
        raise CommandRefused(Hindrance.LINK_IS_SO_ALREADY)
    event = Event(kind, action.destination, action.source, text=action.fault.value)
    return Transition(replace(world, armed=after), (event,))
