"""P3, P3n: application messages that open, or do not; one that somebody altered on its way does not count."""

from nodes.protocol.entities.application_leg import named
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.application import ProtectedMessage
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness
from nodes.protocol.properties.monitor import AlteredMessage, Monitor, Observed, with_altered, with_witness
from nodes.protocol.properties.states import av_of, names_keys
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.events import Event, EventKind, Transition
from nodes.protocol.world.world import World, link_of, node, node_as

_LEFT = (EventKind.RECEIVED, EventKind.REFUSED, EventKind.LOST)


def watch_use(before: World, monitor: Monitor, transition: Transition) -> Observed:
    """Judge the application message that UE or AS tried to open in this step, if any.

    P3n: one that is refused for want of its key, which the receiver was given, is as one that does not open.
    """
    judged = PropertyID.P3N if names_keys(transition.world) else PropertyID.P3
    arrival: Event | None = None
    for event in transition.events:
        if event.kind is EventKind.RECEIVED:
            arrival = event
        elif event.note is NoteKind.OPENED:
            return Observed(with_witness(monitor, Witness.MESSAGE_OPENED), judged=(judged,))
        elif arrival is not None and (event.note is NoteKind.NOT_OPENED or _is_refused(before, event, arrival)):
            return _not_opened(monitor, transition.world, arrival, judged)
    return Observed(monitor)


def _is_refused(before: World, event: Event, arrival: Event) -> bool:
    return event.note is NoteKind.MISMATCH and _was_given(before, arrival)


def _was_given(before: World, arrival: Event) -> bool:
    """Whether the receiver of a message has the key that it names."""
    queue = link_of(before, arrival.peer, arrival.node).queue
    message = next(each.message for each in queue if (each.number, each.copy) == (arrival.number, arrival.copy))
    receiver = node(before, arrival.node)
    if isinstance(receiver, ApplicationServerState):
        held = receiver.session_of(arrival.peer)
        keys = () if held is None else held.keys
    else:
        own = node_as(before, arrival.node, UEState).session_with(arrival.peer)
        keys = () if own is None else own.keys
    return isinstance(message, ProtectedMessage) and named(keys, message.key_name) is not None


def _not_opened(monitor: Monitor, world: World, arrival: Event, judged: PropertyID) -> Observed:
    if AlteredMessage(arrival.number, arrival.copy) in monitor.altered:
        return Observed(monitor)
    is_uplink = isinstance(node(world, arrival.peer), UEState)
    ue, server = (arrival.peer, arrival.node) if is_uplink else (arrival.node, arrival.peer)
    reason = _reason(world, arrival.node, node_as(world, ue, UEState), node_as(world, server, ApplicationServerState))
    return Observed(monitor, (Violation(judged, ue, reason),), (judged,))


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
