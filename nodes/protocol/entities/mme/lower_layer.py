"""The end of a connection at the MME: by its own release, or by a failure that has it abandon the NAS procedure."""

from dataclasses import replace

from nodes.protocol.entities.machine import Step
from nodes.protocol.entities.mme.attach import on_t3450_expiry
from nodes.protocol.entities.mme.authentication import on_t3460_expiry
from nodes.protocol.entities.mme.connections import close, connection_of, release
from nodes.protocol.entities.mme.endings import abandon_waiting, end_without_success, nas_timers_off
from nodes.protocol.entities.mme.identity import put_off_reallocation
from nodes.protocol.entities.mme.security_mode import page_to_settle
from nodes.protocol.entities.mme.state import (
    MMEState,
    Procedure,
    Stage,
    UEContext,
    context_of,
    context_of_ue,
    with_context,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.messages import commands
from nodes.protocol.remarks import Remark

_LAST_EXPIRIES = {
    # TS 24.301 §5.4.2.7 a, §5.4.3.7 a; §5.5.1.2.7 a, §5.4.1.6 a, §5.5.3.2.7 a.
    Stage.AUTHENTICATION: (TimerName.T3460, on_t3460_expiry),
    Stage.SECURITY_MODE: (TimerName.T3460, on_t3460_expiry),
    Stage.ATTACH_ACCEPT: (TimerName.T3450, on_t3450_expiry),
    Stage.GUTI_REALLOCATION: (TimerName.T3450, on_t3450_expiry),
    Stage.TAU_ACCEPT: (TimerName.T3450, on_t3450_expiry),
}


def lower_layer_failure(state: MMEState, peer: str) -> Step[MMEState]:
    """The connection with a UE is gone, and what runs for it is abandoned. Paging needs no connection, and goes on."""
    state, outputs = abandon_waiting(close(state, peer), peer)
    context = context_of_ue(state, peer)
    if context is None or context.procedure is None or context.procedure.stage is Stage.PAGING:
        return Step(state, outputs)
    step = page_to_settle(_abandon(state, context, context.procedure), context.imsi)
    return Step(step.state, (*outputs, *nas_timers_off(context), *step.outputs))


def release_connection(state: MMEState, command: commands.ReleaseConnection) -> Step[MMEState]:
    """TS 24.301 §5.3.1.2.1: the network releases the connection, where it runs no procedure on it."""
    context = context_of(state, command.imsi)
    if context is None:
        raise CommandRefused(Hindrance.NO_CONTEXT_AT_MME)
    if not connection_of(state, context.ue).is_open:
        raise CommandRefused(Hindrance.NOT_CONNECTED)
    if context.procedure is not None:
        raise CommandRefused(Hindrance.NAS_PROCEDURE_RUNS, context.procedure.stage.value)
    return Step(*release(state, context.ue))


def _abandon(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    if procedure.stage is Stage.GUTI_WITHDRAWAL:
        return put_off_reallocation(state, context)
    if procedure.stage not in _LAST_EXPIRIES:
        return end_without_success(state, context, Remark.PROCEDURE_ABANDONED, None, procedure.stage.value)
    timer, on_expiry = _LAST_EXPIRIES[procedure.stage]
    last = replace(procedure, attempts=RULES[timer].limit)
    return on_expiry(with_context(state, replace(context, procedure=last)), context.imsi)
