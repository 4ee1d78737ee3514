"""P3: application messages that open, or do not; one that somebody altered on its way does not count."""

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.application import ProtectedMessage
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness
from nodes.protocol.properties.monitor import AlteredMessage, Monitor, Observed, with_altered, with_witness
from nodes.protocol.properties.states import av_of
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.events import Event, EventKind, Transition
from nodes.protocol.world.world import World, link_of, node, node_as

_JUDGED = (PropertyID.P3,)
_LEFT = (EventKind.RECEIVED, EventKind.REFUSED, EventKind.LOST)


def watch_use(monitor: Monitor, transition: Transition) -> Observed:
    """Judge the application message that UE or AS tried to open in this step, if any."""
    arrival: Event | None = None
    for event in transition.events:
        if event.kind is EventKind.RECEIVED:
            arrival = event
        elif event.note is NoteKind.OPENED:
            return Observed(with_witness(monitor, Witness.MESSAGE_OPENED), judged=_JUDGED)
        elif event.note is NoteKind.NOT_OPENED and arrival is not None:
            return _not_opened(monitor, transition.world, arrival)
    return Observed(monitor)


def _not_opened(monitor: Monitor, world: World, arrival: Event) -> Observed:
    if AlteredMessage(arrival.number, arrival.copy) in monitor.altered:
        return Observed(monitor)
    is_uplink = isinstance(node(world, arrival.peer), UEState)
    ue, server = (arrival.peer, arrival.node) if is_uplink else (arrival.node, arrival.peer)
    reason = _reason(world, arrival.node, node_as(world, ue, UEState), node_as(world, server, ApplicationServerState))
    return Observed(monitor, (Violation(PropertyID.P3, ue, reason),), _JUDGED)


def _reason(world: World, opener: str, ue: UEState, server: ApplicationServerState) -> str:
    session = server.session_of(ue.name)
    held = None if session is None else session.ks
    if held == ue.ks:
        return f"A message sealed under another Ks than that of {av_of(world, held, ue)} did not open at {opener}."
    holds, uses = av_of(world, held, ue), av_of(world, ue.ks, ue)
    return f"A message did not open at {opener}: {server.name} holds {holds}, {ue.name} uses {uses}."


# Altered on their way


def with_alterations(monitor: Monitor, before: World, action: Action, events: tuple[Event, ...]) -> Monitor:
    """Note the messages that this step altered or copied, and forget those that left their link."""
    if not monitor.altered and not isinstance(action, actions.Alter):
        return monitor
    altered = set(monitor.altered)
    for event in events:
        name = AlteredMessage(event.number, event.copy)
        if event.kind is EventKind.ALTERED and event.message == ProtectedMessage.__name__:
            # The same bit is changed: the second alteration undoes the first.
            altered ^= {name}
        elif event.kind is EventKind.COPIED and _copied(before, action, events) in monitor.altered:
            altered.add(name)
        elif event.kind in _LEFT:
            altered.discard(name)
    return with_altered(monitor, altered)


def _copied(before: World, action: Action, events: tuple[Event, ...]) -> AlteredMessage:
    """What a copy was made of: the message that somebody chose, or the one that an armed link repeats and delivers."""
    if isinstance(action, actions.Duplicate):
        original = link_of(before, action.source, action.destination).queue[action.position]
        return AlteredMessage(original.number, original.copy)
    delivered = next(event for event in events if event.kind in _LEFT)
    return AlteredMessage(delivered.number, delivered.copy)
