"""What a node puts out is carried out: messages go on links, timers start and stop, notes become events."""

from dataclasses import replace

from nodes.protocol.entities.machine import LoseFrom, Output, Send, StartTimer, Step, StopTimer
from nodes.protocol.entities.timers import RULES
from nodes.protocol.world.events import Event, EventKind, LossCause, Transition, message_name
from nodes.protocol.world.provenance import guti_of_message, vector_of_ks, vector_of_rand, vector_of_sending
from nodes.protocol.world.world import Envelope, NodeState, Timer, World, link_of, with_link, with_node


def apply(world: World, done: Step[NodeState], events: tuple[Event, ...]) -> Transition:
    """Take a node's next state and carry out its outputs in order."""
    world = with_node(world, done.state)
    name = done.state.name
    happened = list(events)
    for output in done.outputs:
        world = _carry_out(world, name, output, happened)
    return Transition(world, tuple(happened))


def _carry_out(world: World, name: str, output: Output, happened: list[Event]) -> World:
    match output:
        case Send():
            return _send(world, name, output, happened)
        case StartTimer():
            return replace(world, timers=with_timer(world.timers, started(name, output)))
        case StopTimer():
            return without_timer(world, (name, output.name.value, output.subject))
        case LoseFrom():
            return _lose(world, name, output.source, happened)
    vector = vector_of_rand(world, output.rand) or vector_of_ks(world, output.ks)
    noted = Event(EventKind.NOTED, name, vector=vector, note=output.kind, remark=output.remark, values=output.values)
    happened.append(noted)
    return world


def _send(world: World, name: str, send: Send, happened: list[Event]) -> World:
    number = world.messages + 1
    envelope = Envelope(send.message, number, 1, world.ordinals + 1)
    link = link_of(world, name, send.destination)
    happened.append(
        Event(
            EventKind.SENT,
            name,
            send.destination,
            number,
            1,
            message_name(send.message),
            vector=vector_of_sending(world, name, send.destination, send.message),
            guti=guti_of_message(send.message),
        )
    )
    world = replace(world, messages=number, ordinals=envelope.ordinal)
    return with_link(world, replace(link, queue=(*link.queue, envelope)))


def _lose(world: World, name: str, source: str, happened: list[Event]) -> World:
    """What one node has in flight to the other is lost with their connection."""
    link = link_of(world, source, name)
    for each in link.queue:
        what = message_name(each.message)
        why = LossCause.CONNECTION_RELEASED.value
        happened.append(Event(EventKind.LOST, name, source, each.number, each.copy, what, text=why))
    return with_link(world, replace(link, queue=()))


def started(name: str, output: StartTimer) -> Timer:
    """The timer that a node starts."""
    seconds = RULES[output.name].seconds if output.seconds is None else output.seconds
    return Timer(name, output.name, output.subject, seconds)


def with_timer(timers: tuple[Timer, ...], timer: Timer) -> tuple[Timer, ...]:
    """Timers, sorted, with one that starts, or starts anew."""
    others = (each for each in timers if each.key != timer.key)
    return tuple(sorted((*others, timer), key=lambda each: each.key))


def without_timer(world: World, key: tuple[str, str, str]) -> World:
    if all(timer.key != key for timer in world.timers):
        return world
    return replace(world, timers=tuple(timer for timer in world.timers if timer.key != key))
