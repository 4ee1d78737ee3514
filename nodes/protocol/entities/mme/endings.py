"""How NAS procedures end at the MME: a UE is registered, a procedure is given up, a UE context is dropped."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, Step, StopTimer
from nodes.protocol.entities.mme.identity import period_timer
from nodes.protocol.entities.mme.state import MMEState, UEContext, VectorStatus, restatus, with_context, without_context
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import nas


def registered(state: MMEState, context: UEContext) -> tuple[Output, ...]:
    """What starts when a UE is registered."""
    return (Note("registered"), *period_timer(state, context))


def end_without_success(state: MMEState, context: UEContext, why: str, cause: nas.EMMCause | None) -> Step[MMEState]:
    """End the running procedure: an attach drops the context, a re-authentication keeps what was before."""
    procedure = context.procedure
    context = restatus(replace(context, procedure=None), VectorStatus.CHALLENGED, VectorStatus.USED)
    note = Note(why, NoteKind.ABANDONED)
    if procedure is None or not procedure.attach:
        return Step(with_context(state, context), (note,))
    reject = () if cause is None else (Send(context.ue, nas.AttachReject(cause)),)
    return drop_context(state, context, note, *reject)


def drop_context(state: MMEState, context: UEContext, *outputs: Output) -> Step[MMEState]:
    """Drop a UE context with all its timers; the repetition of a push ends with it."""
    names = (TimerName.T3450, TimerName.T3460, TimerName.S6A, TimerName.PUSH, TimerName.GUTI_PERIOD)
    timers = tuple(StopTimer(name, context.imsi) for name in names)
    return Step(without_context(state, context.imsi), (*timers, *outputs))
