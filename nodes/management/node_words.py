"""What a node holds, in one line of text; keys are named by their AV."""

from collections.abc import Iterable

from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.hss.state import HSSState, Subscriber
from nodes.protocol.entities.mme.state import MMEState, UEContext
from nodes.protocol.entities.scef.state import Record, SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.provenance import VectorName, vector_of_ks, vector_of_rand
from nodes.protocol.world.world import NodeState, World


def describe(world: World, state: NodeState) -> tuple[str, ...]:
    """A line for each thing that a node holds."""
    match state:
        case UEState():
            return (_ue(world, state),)
        case HSSState():
            return tuple(_subscriber(each) for each in state.subscribers if each.issued)
        case MMEState():
            return tuple(_context(world, each) for each in state.contexts)
        case SCEFState():
            records = (_record(world, each) for each in state.records)
            return (*records, *(f"open request {each.origin}/{each.request}" for each in state.transactions))
        case ApplicationServerState():
            return tuple(_session(world, each) for each in state.sessions)
    return tuple(f"open errand {each.origin}/{each.request}" for each in state.errands)


def av(vector: VectorName | None, imsi: str) -> str:
    """An AV by its number, and by its IMSI where that is not the one spoken of."""
    if vector is None:
        return "no AV"
    return f"AV {vector.number}" if vector.imsi == imsi else f"AV {vector.number} of {vector.imsi}"


def _gutis(gutis: Iterable[GUTI]) -> str:
    return " and ".join(guti.octets.hex() for guti in gutis) or "none"


def _ue(world: World, state: UEState) -> str:
    guti = "none" if state.guti is None else state.guti.octets.hex()
    return f"{state.phase.value}, GUTI {guti}, Ks of {av(vector_of_ks(world, state.ks, state.imsi), state.imsi)}"


def _subscriber(subscriber: Subscriber) -> str:
    return f"{subscriber.imsi}: AVs made: {len(subscriber.issued)}, SQN {subscriber.sqn:012x}"


def _context(world: World, context: UEContext) -> str:
    active = av(vector_of_rand(world, context.active_rand, context.imsi), context.imsi)
    if context.active_rand is None and context.active_k_asme is not None:
        active = "an AV without its RAND"
    stands = "registered" if context.registered else "not registered"
    running = "" if context.procedure is None else f", {context.procedure.stage.value}"
    return f"{context.imsi}: {stands}, GUTI {_gutis(context.gutis)}, active: {active}{running}"


def _record(world: World, record: Record) -> str:
    active = av(vector_of_rand(world, record.active, record.imsi), record.imsi)
    parked = "" if record.parked is None else ", a push is parked"
    return f"{record.imsi}: pairs: {len(record.pairs)}, ACTIVE: {active}, GUTI {_gutis(record.gutis)}{parked}"


def _session(world: World, session: ServerSession) -> str:
    imsi = imsi_of(session.ue)
    held = av(vector_of_ks(world, session.ks, imsi), imsi)
    return f"session {session.number} of {session.ue}: Ks of {held}, GUTIs learned: {len(session.gutis)}"
