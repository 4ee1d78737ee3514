"""Actions on one message in flight: deliver, lose, copy, alter. Which message, its link and its position say."""

from bisect import bisect_left
from dataclasses import replace

from nodes.protocol.entities.machine import handle
from nodes.protocol.errors import CommandRefused, NoSuchAction, UnexpectedMessage
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.messages.alter import alter as alter_message
from nodes.protocol.messages.alter import altered_field
from nodes.protocol.messages.s1 import OnConnection
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault, OnLink, OnMessage
from nodes.protocol.world.events import Event, EventKind, LossCause, Transition, message_name
from nodes.protocol.world.outputs import apply
from nodes.protocol.world.provenance import VectorName, vector_of_message
from nodes.protocol.world.world import HANDLERS, Envelope, World, link_of, node, with_link


def take_off(world: World, action: OnMessage) -> tuple[World, Envelope]:
    """Take a message off its link."""
    link = link_of(world, action.source, action.destination)
    if not 0 <= action.position < len(link.queue):
        raise NoSuchAction(f"No message at position {action.position} from {action.source} to {action.destination}")
    rest = (*link.queue[: action.position], *link.queue[action.position + 1 :])
    return with_link(world, replace(link, queue=rest)), link.queue[action.position]


def _about(
    kind: EventKind,
    action: OnMessage,
    envelope: Envelope,
    *,
    text: str = "",
    vector: VectorName | None = None,
    remark: Remark | None = None,
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
        remark=remark,
        out_of_order=action.position > 0 and not stays,
    )


def deliver(world: World, action: actions.Deliver) -> Transition:
    """Deliver a message. What its link is armed with happens first: a loss, a copy, or the second before the first."""
    armed = {fault for source, destination, fault in world.armed if (source, destination) == key_of(action)}
    waiting = len(link_of(world, *key_of(action)).queue)
    if LinkFault.LOSE in armed and waiting:
        return _drop(disarmed(world, action, LinkFault.LOSE), action, LossCause.ARMED)
    if LinkFault.REORDER in armed and waiting > 1:
        world = disarmed(world, action, LinkFault.REORDER)
        action = actions.Deliver(action.source, action.destination, max(action.position, 1))
    if LinkFault.REPEAT not in armed or not waiting:
        return _deliver(world, action)
    copied = _duplicate(disarmed(world, action, LinkFault.REPEAT), action)
    done = _deliver(copied.world, action)
    return Transition(done.world, (*copied.events, *done.events))


def key_of(action: OnMessage | OnLink) -> tuple[str, str]:
    return (action.source, action.destination)


def disarmed(world: World, action: OnMessage, fault: LinkFault) -> World:
    return replace(world, armed=tuple(each for each in world.armed if each != (*key_of(action), fault)))


def _deliver(world: World, action: actions.Deliver) -> Transition:
    world, envelope = take_off(world, action)
    state = node(world, action.destination)
    vector = vector_of_message(world, envelope.message)
    try:
        done = handle(HANDLERS[type(state)], state, envelope.message, action.source)
    except UnexpectedMessage as refusal:
        return Transition(world, (_about(EventKind.REFUSED, action, envelope, remark=refusal.remark),))
    return apply(world, done, (_about(EventKind.RECEIVED, action, envelope, vector=vector),))


def drop(world: World, action: actions.Drop) -> Transition:
    return _drop(world, action, None)


def _drop(world: World, action: OnMessage, why: LossCause | None) -> Transition:
    world, envelope = take_off(world, action)
    vector = vector_of_message(world, envelope.message)
    text = "" if why is None else why.value
    return Transition(world, (_about(EventKind.LOST, action, envelope, text=text, vector=vector),))


def fail(world: World, action: actions.Fail) -> Transition:
    """Lose a NAS message for good and tell both ends, which abandon the procedure ("lower layer failure", TS 24.301).

    A UE without a NAS procedure, or an MME without a context, has nothing to abandon.
    """
    _, envelope = take_off(world, action)
    if not isinstance(envelope.message, OnConnection):
        raise CommandRefused(Hindrance.NO_NAS_MESSAGE, message_name(envelope.message))
    done = _drop(world, action, LossCause.LOWER_LAYER_FAILURE)
    for end, peer in (key_of(action), key_of(action)[::-1]):
        state = node(done.world, end)
        tell = HANDLERS[type(state)].lower_layer_failure
        if tell is not None:
            done = apply(done.world, tell(state, peer), done.events)
    return done


def duplicate(world: World, action: actions.Duplicate) -> Transition:
    return _duplicate(world, action)


def _duplicate(world: World, action: OnMessage) -> Transition:
    _, envelope = take_off(world, action)
    link = link_of(world, action.source, action.destination)
    # Copies that have left the link count too: a number and a copy name one envelope of the lab for ever.
    copies, highest = _with_one_more(world.copies, envelope.number)
    copy = replace(envelope, copy=highest, ordinal=world.ordinals + 1)
    world = replace(world, ordinals=copy.ordinal, copies=copies)
    world = with_link(world, replace(link, queue=(*link.queue, copy)))
    vector = vector_of_message(world, envelope.message)
    return Transition(world, (_about(EventKind.COPIED, action, copy, vector=vector),))


def _with_one_more(copies: tuple[tuple[int, int], ...], number: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """The highest copy of each message copied, sorted by number, after one more of this message; and that copy."""
    place = bisect_left(copies, (number,))
    is_first = place == len(copies) or copies[place][0] != number
    highest = 2 if is_first else copies[place][1] + 1
    return (*copies[:place], (number, highest), *copies[place + (not is_first) :]), highest


def alter(world: World, action: actions.Alter) -> Transition:
    _, envelope = take_off(world, action)
    what = altered_field(envelope.message)
    if what is None:
        raise CommandRefused(Hindrance.CANNOT_BE_ALTERED, message_name(envelope.message))
    link = link_of(world, action.source, action.destination)
    changed = replace(envelope, message=alter_message(envelope.message))
    queue = tuple(changed if each is envelope else each for each in link.queue)
    event = _about(EventKind.ALTERED, action, envelope, text=what)
    return Transition(with_link(world, replace(link, queue=queue)), (event,))
