"""How the history grows by a step, and what of it is forgotten: what no node can bring back any more."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from nodes.protocol.entities.mme.context import Stage, UEContext
from nodes.protocol.entities.mme.state import MMEState, context_of
from nodes.protocol.entities.ue.state import UEPhase, UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s10 import ContextResponse, MMContext
from nodes.protocol.octets import RAND
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.monitor import (
    Authenticated,
    Monitor,
    Observed,
    Retired,
    with_authenticated,
    with_retired,
    with_witness,
)
from nodes.protocol.properties.rest import contexts_of, is_at_rest, mmes_of, record_in, shown_rands
from nodes.protocol.properties.states import has_records, is_unknown, names_keys
from nodes.protocol.world.events import EventKind, Transition
from nodes.protocol.world.world import World, node_as

ItemT = TypeVar("ItemT", bound=Hashable)


def with_history(monitor: Monitor, before: World, transition: Transition, ues: Iterable[UEState]) -> Monitor:
    """Take over what the world shows no more after this step."""
    mmes = zip(mmes_of(before), mmes_of(transition.world), strict=True)
    changed = [(old, new) for old, new in mmes if old is not new]
    for ue in ues:
        was = node_as(before, ue.name, UEState)
        if was is not ue and _goes_on_under_one_guti(was, ue):
            monitor = with_witness(monitor, Witness.TWO_AVS)
        for old, new in changed:
            monitor = _with_old_gutis(monitor, old, new, transition, ue)
        if has_records(before) and (changed or was is not ue or monitor.authenticated):
            monitor = _with_authenticated(monitor, before, transition.world, was, ue)
    return monitor


def _goes_on_under_one_guti(was: UEState, now: UEState) -> bool:
    """An attach, which changes the GUTI too, is not meant."""
    if was.current is None or now.current is None or now.phase is UEPhase.REGISTERED_INITIATED:
        return False
    return was.current.rand != now.current.rand and was.guti == now.guti


# Old GUTIs


def _with_old_gutis(monitor: Monitor, old: MMEState, new: MMEState, transition: Transition, ue: UEState) -> Monitor:
    was, now = context_of(old, ue.imsi), context_of(new, ue.imsi)
    if was is now:
        return monitor
    allocated = set() if now is None else {now.guti} - set(() if was is None else was.gutis)
    lost = () if was is None else _lost(was, now, is_detach=_is_detach(transition, new.name))
    if not lost and not monitor.retired:
        return monitor
    kept = (each for each in monitor.retired if each.guti not in {*allocated, *lost})
    return with_retired(monitor, (*kept, *(Retired(guti, ue.imsi) for guti in lost)))


def _is_detach(transition: Transition, mme: str) -> bool:
    request = nas.DetachRequest.__name__
    return any(
        event.kind is EventKind.RECEIVED and event.node == mme and event.message == request
        for event in transition.events
    )


def _lost(was: UEContext, now: UEContext | None, *, is_detach: bool) -> tuple[GUTI, ...]:
    """The GUTIs that a detach or a completed reallocation took from a UE."""
    if now is None:
        return was.gutis if is_detach else ()
    is_reallocated = was.procedure is not None and was.procedure.stage is Stage.GUTI_REALLOCATION
    if not is_reallocated and not was.is_unsettled:
        return ()
    return tuple(guti for guti in was.gutis if guti not in now.gutis)


# AVs that a UE was authenticated with


def _with_authenticated(monitor: Monitor, before: World, world: World, was: UEState, now: UEState) -> Monitor:
    """Remember what UE and MMEs showed before this step and show no more, as long as a push may still name it."""
    shown_before, shown = shown_rands(before, was), shown_rands(world, now)
    if shown_before <= shown and not monitor.authenticated:
        return monitor
    others = [each for each in monitor.authenticated if each.imsi != now.imsi]
    known = frozenset(each.rand for each in monitor.authenticated if each.imsi == now.imsi)
    kept = still_named(known, shown_before, shown, named_rands(world, now))
    return with_authenticated(monitor, (*others, *(Authenticated(now.imsi, rand) for rand in kept)))


def still_named(
    known: frozenset[ItemT], shown_before: frozenset[ItemT], shown: frozenset[ItemT], named: frozenset[ItemT]
) -> frozenset[ItemT]:
    """Of what was known or shown before, what nothing shows now and a push may still name."""
    return ((known | shown_before) & named) - shown


def named_rands(world: World, ue: UEState) -> frozenset[RAND]:
    """The RANDs that the SCEF has or may get as that of the active AV: from itself, an MME, or a message in flight."""
    return frozenset(rand for rand in _rands_of_nodes(world, ue) if rand is not None)


def _rands_of_nodes(world: World, ue: UEState) -> Iterator[RAND | None]:
    record = record_in(world, ue)
    if record is not None:
        yield from (record.active, record.parked)
    for context in contexts_of(world, ue):
        yield context.active_rand
        yield None if context.open_push is None else context.open_push.rand
    for link in world.links:
        yield from (_rand_in(envelope.message, ue) for envelope in link.queue)


def _rand_in(message: object, ue: UEState) -> RAND | None:
    named = message.context if isinstance(message, ContextResponse) else message
    if isinstance(named, ActiveVectorPushRequest | MMContext) and named.imsi == ue.imsi:
        return named.rand
    return None


# What is over


def forget_what_is_over(monitor: Monitor, world: World, ues: Iterable[UEState]) -> Observed:
    """At rest an old GUTI that the network does not know stays so, unless it is allocated again."""
    seen, judged = Observed(monitor), () if names_keys(world) else (PropertyID.P6,)
    for ue in ues:
        if any(each.imsi == ue.imsi for each in seen.monitor.retired) and is_at_rest(world, ue):
            kept = (each for each in seen.monitor.retired if each.imsi != ue.imsi or not is_unknown(world, each.guti))
            seen = seen.then(Observed(with_retired(seen.monitor, kept), judged=judged))
    return seen
