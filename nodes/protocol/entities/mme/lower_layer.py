"""Lower layer failure at the MME: the NAS procedure of a UE is abandoned at once, as its last timer would do."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Step, StopTimer
from nodes.protocol.entities.mme.attach import on_t3450_expiry
from nodes.protocol.entities.mme.authentication import on_t3460_expiry
from nodes.protocol.entities.mme.endings import end_without_success
from nodes.protocol.entities.mme.identity import put_off_reallocation
from nodes.protocol.entities.mme.state import (
    MMEState,
    Procedure,
    Stage,
    UEContext,
    context_of_ue,
    forget_arriving,
    forget_unidentified,
    is_arriving,
    with_context,
)
from nodes.protocol.entities.timers import RULES, TimerName

_LAST_EXPIRIES = {
    # TS 24.301 §5.4.2.7 a, §5.4.3.7 a; §5.5.1.2.7 a, §5.4.1.6 a, §5.5.3.2.7 a.
    Stage.AUTHENTICATION: (TimerName.T3460, on_t3460_expiry),
    Stage.SECURITY_MODE: (TimerName.T3460, on_t3460_expiry),
    Stage.ATTACH_ACCEPT: (TimerName.T3450, on_t3450_expiry),
    Stage.GUTI_REALLOCATION: (TimerName.T3450, on_t3450_expiry),
    Stage.TAU_ACCEPT: (TimerName.T3450, on_t3450_expiry),
}


def lower_layer_failure(state: MMEState, peer: str) -> Step[MMEState]:
    """The connection with a UE broke: what runs for it is abandoned; where nothing runs, nothing changes."""
    state, outputs = _forget(state, peer)
    context = context_of_ue(state, peer)
    if context is None or context.procedure is None:
        return Step(state, outputs)
    names = (TimerName.T3450, TimerName.T3460, TimerName.S6A)
    timers = tuple(StopTimer(name, context.imsi) for name in names)
    step = _abandon(state, context, context.procedure)
    return Step(step.state, (*outputs, *timers, *step.outputs))


def _forget(state: MMEState, ue: str) -> tuple[MMEState, tuple[Output, ...]]:
    """An identification, or a UE that comes from another MME."""
    outputs: tuple[Output, ...] = ()
    if any(waiting.ue == ue for waiting in state.unidentified):
        note = Note("identification abandoned", NoteKind.ABANDONED)
        outputs = (StopTimer(TimerName.T3470, ue), note)
    if is_arriving(state, ue):
        note = Note("tracking area update abandoned", NoteKind.ABANDONED)
        outputs = (*outputs, StopTimer(TimerName.S10, ue), note)
    return forget_arriving(forget_unidentified(state, ue), ue), outputs


def _abandon(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    if procedure.stage is Stage.GUTI_WITHDRAWAL:
        return put_off_reallocation(state, context)
    if procedure.stage not in _LAST_EXPIRIES:
        return end_without_success(state, context, f"{procedure.stage.value} abandoned", None)
    timer, on_expiry = _LAST_EXPIRIES[procedure.stage]
    last = replace(procedure, attempts=RULES[timer].limit)
    return on_expiry(with_context(state, replace(context, procedure=last)), context.imsi)
