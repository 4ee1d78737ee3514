"""`step(world, action) -> world`: the only thing that changes a world. `transition` tells what happened as well."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol import actions
from nodes.protocol.actions import Action
from nodes.protocol.alter import alter, altered_field
from nodes.protocol.application_server import ApplicationServerState
from nodes.protocol.busy import why_command_waits
from nodes.protocol.errors import CommandRefused, NoSuchAction, UnexpectedMessage
from nodes.protocol.machine import NoteKind, Output, Send, StartTimer, Step, StopTimer, handle
from nodes.protocol.messages import commands
from nodes.protocol.mme.state import MMEState
from nodes.protocol.provenance import VectorName, vector_of_ks, vector_of_message, vector_of_rand, vector_of_sending
from nodes.protocol.timers import RULES
from nodes.protocol.world import HANDLERS, Envelope, Link, NodeState, Timer, World, link_of, node, with_link, with_node

MOST_SECONDS = 24 * 3600
MOST_EXPIRIES = 1000  # in one Advance; more would be a timer that starts itself without end


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
    EXPIRED = "expired"
    NOTED = "noted"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at `node` in a step; `peer` is the other end of a link.

    `vector` is the AV of the RAND or key that a message carries or a note is about. `note` is the kind of note.
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
    out_of_order: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """The next world and what happened on the way there, in order."""

    world: World
    events: tuple[Event, ...]


def step(world: World, action: Action) -> World:
    """The next world.

    Raises:
        CommandRefused: the command cannot be carried out now.
        NoSuchAction: the action names something that this world does not have.
    """
    return transition(world, action).world


def transition(world: World, action: Action) -> Transition:
    """The next world and the events; errors as `step`."""
    match action:
        case actions.Command():
            return _command(world, action)
        case actions.Deliver():
            return _deliver(world, action)
        case actions.Drop():
            return _drop(world, action)
        case actions.Duplicate():
            return _duplicate(world, action)
        case actions.Alter():
            return _alter(world, action)
        case actions.Hold() | actions.Release():
            return _hold_or_release(world, action)
        case actions.Expire():
            return _expire(world, action)
    return _advance(world, action.seconds)


def message_name(message: object) -> str:
    """The class name of a message; what NAS security wraps is named by what is inside."""
    return type(getattr(message, "message", message)).__name__


# What nodes do


def _apply(world: World, done: Step[NodeState], events: tuple[Event, ...]) -> Transition:
    """Take a node's next state and carry out its outputs in order."""
    world = with_node(world, done.state)
    name = done.state.name
    told = list(events)
    for output in done.outputs:
        world = _carry_out(world, name, output, told)
    return Transition(world, tuple(told))


def _carry_out(world: World, name: str, output: Output, told: list[Event]) -> World:
    match output:
        case Send():
            return _send(world, name, output, told)
        case StartTimer():
            seconds = RULES[output.name].seconds if output.seconds is None else output.seconds
            return _with_timer(world, Timer(name, output.name, output.subject, seconds))
        case StopTimer():
            return _without_timer(world, (name, output.name.value, output.subject))
    vector = vector_of_rand(world, output.rand) or vector_of_ks(world, output.ks)
    told.append(Event(EventKind.NOTED, name, text=output.text, vector=vector, note=output.kind))
    return world


def _send(world: World, name: str, send: Send, told: list[Event]) -> World:
    number = world.messages + 1
    envelope = Envelope(send.message, number, 1, world.ordinals + 1)
    link = link_of(world, name, send.destination)
    told.append(
        Event(
            EventKind.SENT,
            name,
            send.destination,
            number,
            1,
            message_name(send.message),
            vector=vector_of_sending(world, name, send.destination, send.message),
        )
    )
    world = replace(world, messages=number, ordinals=envelope.ordinal)
    return with_link(world, replace(link, queue=(*link.queue, envelope)))


def _with_timer(world: World, timer: Timer) -> World:
    others = (each for each in world.timers if each.key != timer.key)
    return replace(world, timers=tuple(sorted((*others, timer), key=lambda each: each.key)))


def _without_timer(world: World, key: tuple[str, str, str]) -> World:
    if all(timer.key != key for timer in world.timers):
        return world
    return replace(world, timers=tuple(timer for timer in world.timers if timer.key != key))


# Actions


def _command(world: World, action: actions.Command) -> Transition:
    state = node(world, action.node)
    handler = HANDLERS[type(state)].commands.get(type(action.command))
    if handler is None:
        raise CommandRefused(f"{action.node} knows no command {type(action.command).__name__}")
    _check_peer(world, action)
    why = why_command_waits(world, action)
    if why is not None:
        raise CommandRefused(why)
    event = Event(EventKind.COMMAND, action.node, text=type(action.command).__name__)
    return _apply(world, handler(state, action.command), (event,))


def _check_peer(world: World, action: actions.Command) -> None:
    """A UE knows no other nodes: whether a command names one of the right kind is checked here."""
    match action.command:
        case commands.Attach(mme=name):
            is_right = isinstance(node(world, name), MMEState)
        case commands.OpenApplicationSession(application_server=name):
            is_right = isinstance(node(world, name), ApplicationServerState)
        case _:
            return
    if not is_right:
        raise NoSuchAction(f"{type(action.command).__name__} cannot name {name}")


def _take(world: World, action: actions.OnMessage) -> tuple[World, Envelope]:
    """Take a message off its link."""
    link = link_of(world, action.source, action.destination)
    if not 0 <= action.position < len(link.queue):
        raise NoSuchAction(f"No message at position {action.position} from {action.source} to {action.destination}")
    rest = (*link.queue[: action.position], *link.queue[action.position + 1 :])
    return with_link(world, replace(link, queue=rest)), link.queue[action.position]


def _about(
    kind: EventKind,
    action: actions.OnMessage,
    envelope: Envelope,
    *,
    text: str = "",
    vector: VectorName | None = None,
) -> Event:
    """An event at the receiving end about a message."""
    stays = kind in {EventKind.COPIED, EventKind.ALTERED}
    return Event(
        kind,
        action.destination,
        action.source,
        envelope.number,
        envelope.copy,
        message_name(envelope.message),
        text,
        vector,
        out_of_order=action.position > 0 and not stays,
    )


def _deliver(world: World, action: actions.Deliver) -> Transition:
    world, envelope = _take(world, action)
    state = node(world, action.destination)
    vector = vector_of_message(world, envelope.message)
    try:
        done = handle(HANDLERS[type(state)], state, envelope.message, action.source)
    except UnexpectedMessage as refusal:
        return Transition(world, (_about(EventKind.REFUSED, action, envelope, text=str(refusal)),))
    return _apply(world, done, (_about(EventKind.RECEIVED, action, envelope, vector=vector),))


def _drop(world: World, action: actions.Drop) -> Transition:
    world, envelope = _take(world, action)
    vector = vector_of_message(world, envelope.message)
    return Transition(world, (_about(EventKind.LOST, action, envelope, vector=vector),))


def _duplicate(world: World, action: actions.Duplicate) -> Transition:
    _, envelope = _take(world, action)
    link = link_of(world, action.source, action.destination)
    # Copies that have left the link count too: a number and a copy name one envelope of the lab for ever.
    copies = {**dict(world.copies), envelope.number: dict(world.copies).get(envelope.number, 1) + 1}
    copy = replace(envelope, copy=copies[envelope.number], ordinal=world.ordinals + 1)
    world = replace(world, ordinals=copy.ordinal, copies=tuple(sorted(copies.items())))
    world = with_link(world, replace(link, queue=(*link.queue, copy)))
    vector = vector_of_message(world, envelope.message)
    return Transition(world, (_about(EventKind.COPIED, action, copy, vector=vector),))


def _alter(world: World, action: actions.Alter) -> Transition:
    _, envelope = _take(world, action)
    what = altered_field(envelope.message)
    if what is None:
        raise CommandRefused(f"{message_name(envelope.message)} cannot be altered here")
    link = link_of(world, action.source, action.destination)
    changed = replace(envelope, message=alter(envelope.message))
    queue = tuple(changed if each is envelope else each for each in link.queue)
    event = _about(EventKind.ALTERED, action, envelope, text=f"{what} altered")
    return Transition(with_link(world, replace(link, queue=queue)), (event,))


def _hold_or_release(world: World, action: actions.OnLink) -> Transition:
    key = (action.source, action.destination)
    for name in key:
        node(world, name)
    others = tuple(each for each in world.held if each != key)
    if isinstance(action, actions.Hold):
        held = tuple(sorted((*others, key)))
        kind = EventKind.HELD
    else:
        held = others
        kind = EventKind.RELEASED
    if held == world.held:
        raise CommandRefused("The link is in that state already")
    return Transition(replace(world, held=held), (Event(kind, action.destination, action.source),))


def _expire(world: World, action: actions.Expire) -> Transition:
    key = (action.node, action.timer.value, action.subject)
    timer = next((each for each in world.timers if each.key == key), None)
    if timer is None:
        raise NoSuchAction(f"{action.timer.value} does not run at {action.node}")
    return _expired(world, timer)


def _expired(world: World, timer: Timer) -> Transition:
    world = _without_timer(world, timer.key)
    state = node(world, timer.node)
    handler = HANDLERS[type(state)].expiries[timer.name]
    event = Event(EventKind.EXPIRED, timer.node, text=timer.name.value)
    return _apply(world, handler(state, timer.subject), (event,))


def _advance(world: World, seconds: int) -> Transition:
    """Let lab time pass; what a timer starts on the way counts from its moment."""
    if not 1 <= seconds <= MOST_SECONDS:
        raise CommandRefused(f"Lab time advances by 1 to {MOST_SECONDS} seconds, got {seconds}")
    events: tuple[Event, ...] = (Event(EventKind.ADVANCED, world.nodes[0].name, text=f"{seconds} s of lab time"),)
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
    raise CommandRefused(f"More than {MOST_EXPIRIES} timers would expire; advance by less")


# What can happen


def enabled(world: World) -> tuple[Action, ...]:
    """Every delivery in order and every expiry that this world allows, links that are held left out."""
    deliveries = tuple(actions.Deliver(*link.key) for link in world.links if link.key not in world.held)
    expiries = tuple(actions.Expire(timer.node, timer.name, timer.subject) for timer in world.timers)
    return (*deliveries, *expiries)


def next_delivery(world: World) -> actions.Deliver | None:
    """The delivery that a lab that runs by itself does next: the oldest message on a link that is not held."""
    links = [link for link in world.links if link.key not in world.held]
    if not links:
        return None
    return actions.Deliver(*min(links, key=_oldest).key)


def _oldest(link: Link) -> int:
    return link.queue[0].ordinal
