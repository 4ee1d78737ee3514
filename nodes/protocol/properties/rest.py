"""What the definitions of the properties speak of: registered, at rest, AVs that a UE was authenticated with."""

from collections.abc import Iterator

from nodes.protocol.entities.mme.context import Stage, UEContext
from nodes.protocol.entities.mme.state import MMEState, context_of
from nodes.protocol.entities.scef.state import Record, SCEFState, record_of
from nodes.protocol.entities.ue.state import UNREGISTERED, UEPhase, UEState
from nodes.protocol.octets import RAND
from nodes.protocol.options import SCEF
from nodes.protocol.world.subjects import why_busy
from nodes.protocol.world.world import World, node_as


def mmes_of(world: World) -> tuple[MMEState, ...]:
    """Every MME. The SCEF has a route to each; looking at all nodes takes long where there are 1,000 UEs."""
    return tuple(node_as(world, route.mme, MMEState) for route in node_as(world, SCEF, SCEFState).routes)


def contexts_of(world: World, ue: UEState) -> Iterator[UEContext]:
    """The UE's context at each MME that has one."""
    for mme in mmes_of(world):
        context = context_of(mme, ue.imsi)
        if context is not None:
            yield context


def is_registered(world: World, ue: UEState) -> bool:
    """Both ends hold the UE registered, and it has a GUTI and a key."""
    if ue.phase in _UNREGISTERED or ue.guti is None or ue.current is None:
        return False
    return any(context.registered and context.ue == ue.name for context in contexts_of(world, ue))


_UNREGISTERED = frozenset({*UNREGISTERED, UEPhase.REGISTERED_INITIATED, UEPhase.DEREGISTERED_INITIATED})


def is_at_rest(world: World, ue: UEState) -> bool:
    """For this UE no message is in flight or held, no timer runs, no transaction is open, no push is parked."""
    return why_busy(world, ue) is None


def record_in(world: World, ue: UEState) -> Record | None:
    """Solution 12: the UE's record at the SCEF."""
    return record_of(node_as(world, SCEF, SCEFState), ue.imsi)


def shown_rands(world: World, ue: UEState) -> frozenset[RAND]:
    """RANDs of AVs that the UE was authenticated with, as far as the world shows it.

    The UE uses the AV: then SECURITY MODE COMMAND came, after RES was verified. Or an MME has gone on to it.
    """
    used = None if ue.current is None else ue.current.rand
    verified = (
        context.procedure.partial.rand
        for context in contexts_of(world, ue)
        if context.procedure is not None
        and context.procedure.partial is not None
        and context.procedure.stage is Stage.SECURITY_MODE
    )
    return frozenset(rand for rand in (used, *verified) if rand is not None)
