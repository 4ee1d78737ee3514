"""P2, P2q, P2n and P4: keys that an AS gets, and the requests that they answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nodes.protocol.entities.application_server import ApplicationServerState, OpenRequest, ServerSession
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.ue.state import UNREGISTERED, UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness
from nodes.protocol.properties.monitor import Monitor, Observed, QuietRequest, with_quiet, with_witness
from nodes.protocol.properties.states import av_of, names_keys
from nodes.protocol.world.events import Event, Transition
from nodes.protocol.world.subjects import why_nas_busy
from nodes.protocol.world.world import World, node, node_as, nodes_of


@dataclass(frozen=True, slots=True)
class _Change:
    """A session that a step changed; `before` is its request that was open, `now` the one that is."""

    application_server: str
    ue: UEState
    session: ServerSession
    before: OpenRequest | None
    now: OpenRequest | None


def _changes(before: World, transition: Transition, ues: Iterable[UEState]) -> Iterator[_Change]:
    """The sessions that a step changed, at each AS where something happened."""
    for name in {event.node for event in transition.events}:
        server = node(transition.world, name)
        if not isinstance(server, ApplicationServerState):
            continue
        was = node_as(before, name, ApplicationServerState)
        for ue in ues:
            session, old = server.session_of(ue.name), was.session_of(ue.name)
            if session is not None and session is not old:
                yield _Change(name, ue, session, None if old is None else old.open_request, session.open_request)


def watch_delivery(before: World, monitor: Monitor, transition: Transition, ues: Iterable[UEState]) -> Observed:
    """Judge the key that an AS got in this step, if any."""
    noted = next((event for event in transition.events if event.note is NoteKind.KEY_DELIVERED), None)
    seen = Observed(monitor)
    if noted is None:
        return seen
    seen = Observed(with_witness(monitor, Witness.KEY_DELIVERED))
    for change in _changes(before, transition, ues):
        seen = seen.then(_right_ue(seen.monitor, transition.world, noted, change))
        judge = _held if names_keys(transition.world) else _agreement
        seen = seen.then(judge(seen.monitor, transition.world, change))
    return seen


def _held(monitor: Monitor, world: World, change: _Change) -> Observed:
    """P2n: the UE that opened the session holds the newest Ks that the AS has for it.

    Of a session that the UE has closed, or opened anew, it holds none any more: an answer that comes late is no harm.
    """
    own = change.ue.session_with(change.application_server)
    judged = (PropertyID.P2N,)
    if own is None or own.number != change.session.number or change.session.ks in own.keys:
        return Observed(monitor, judged=judged)
    got = av_of(world, change.session.ks, change.ue)
    reason = f"{change.application_server} got the Ks of {got}, which {change.ue.name} does not hold for the session."
    return Observed(monitor, (Violation(PropertyID.P2N, change.ue.name, reason),), judged)


def _right_ue(monitor: Monitor, world: World, noted: Event, change: _Change) -> Observed:
    """P4: the IMSI of the key is that of the UE that opened the session. The event knows whose key it is.

    A key of no AV is nobody's, and so not that UE's.
    """
    judged = (PropertyID.P4,)
    is_its_own = noted.vector is not None and noted.vector.imsi == change.ue.imsi
    if is_its_own or change.session.ks == change.ue.ks:
        return Observed(monitor, judged=judged)
    got = "a key of no AV" if noted.vector is None else av_of(world, change.session.ks, change.ue)
    reason = f"{change.application_server} got {got} for the session of {change.ue.name}."
    return Observed(monitor, (Violation(PropertyID.P4, change.ue.name, reason),), judged)


def _agreement(monitor: Monitor, world: World, change: _Change) -> Observed:
    """P2: the UE that holds the GUTI uses the Ks at this moment. P2q: the same, if all was quiet meanwhile.

    Where no UE holds the GUTI any more, the AS takes the key for that of the UE that opened the session.
    """
    guti = change.session.key_guti
    holders = (() if guti is None else _holders(world, guti, change.ue)) or (change.ue,)
    answered = None if change.before is None else change.before.number
    is_quiet = any(
        (each.application_server, each.ue, each.number) == (change.application_server, change.ue.name, answered)
        for each in monitor.quiet
    )
    judged = (PropertyID.P2, PropertyID.P2Q) if is_quiet else (PropertyID.P2,)
    if any(holder.ks == change.session.ks for holder in holders):
        return Observed(monitor, judged=judged)
    reason = _disagreement(world, change, holders[0])
    return Observed(monitor, tuple(Violation(each, holders[0].name, reason) for each in judged), judged)


def _holders(world: World, guti: GUTI, likely: UEState) -> tuple[UEState, ...]:
    """The UEs that hold a GUTI. One that is not registered has only kept it: it counts if no other holds it.

    The UE that most likely holds it is tried first: looking at all takes long where there are 1,000.
    """
    if likely.guti == guti and likely.phase not in UNREGISTERED:
        return (likely,)
    holders = tuple(ue for ue in nodes_of(world, UEState) if ue.guti == guti)
    return tuple(ue for ue in holders if ue.phase not in UNREGISTERED) or holders


def _disagreement(world: World, change: _Change, holder: UEState) -> str:
    got, used = av_of(world, change.session.ks, holder), av_of(world, holder.ks, holder)
    return f"{change.application_server} got the Ks of {got} while {holder.name} used {used}."


# Requests that are asked while all is quiet


def with_requests(monitor: Monitor, before: World, transition: Transition, ues: Iterable[UEState]) -> Monitor:
    """Note the requests that this step opened or closed, and those whose quiet it ended."""
    world = transition.world
    quiet = [each for each in monitor.quiet if not _is_over(each, world, ues)]
    for change in _changes(before, transition, ues):
        if change.now is None or (change.before is not None and change.before.number == change.now.number):
            continue
        if change.now.guti != change.ue.guti:
            monitor = with_witness(monitor, Witness.OLD_GUTI_ASKED)
        holder = next(iter(_holders(world, change.now.guti, change.ue)), None)
        if holder is not None and why_nas_busy(world, holder) is None:
            quiet.append(QuietRequest(change.application_server, change.ue.name, change.now.number, holder.name))
    return with_quiet(monitor, quiet)


def _is_over(request: QuietRequest, world: World, ues: Iterable[UEState]) -> bool:
    """Whether a request is open no more, or a NAS procedure began for the UE whose key it asks for."""
    holder = next((ue for ue in ues if ue.name == request.holder), None)
    if holder is not None and why_nas_busy(world, holder) is not None:
        return True
    session = node_as(world, request.application_server, ApplicationServerState).session_of(request.ue)
    opened = None if session is None else session.open_request
    return opened is None or opened.number != request.number
