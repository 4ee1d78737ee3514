"""How NAS procedures end at the MME: a UE is registered, a procedure is given up, a UE context is dropped."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

from nodes.protocol.entities.machine import Note, NoteKind, Output, Step, StopTimer
from nodes.protocol.entities.mme.connections import answer_and_close, close, send_nas
from nodes.protocol.entities.mme.identity import period_timer, put_off_reallocation
from nodes.protocol.entities.mme.state import (
    MMEState,
    Paged,
    Procedure,
    Stage,
    UEContext,
    VectorStatus,
    context_of_ue,
    forget_arriving,
    forget_unidentified,
    is_arriving,
    is_unidentified,
    restatus,
    with_context,
    without_context,
)
from nodes.protocol.entities.security import SecurityContext
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import nas
from nodes.protocol.options import AfterAbandonedSMC
from nodes.protocol.remarks import NoteValue, Remark

_GIVING_A_GUTI: Final = frozenset({Stage.GUTI_REALLOCATION, Stage.TAU_ACCEPT})
_WITHOUT_CONNECTION: Final = frozenset({Stage.PAGING, Stage.GUTI_WITHDRAWAL})


def registered(state: MMEState, context: UEContext) -> tuple[Output, ...]:
    """What starts when a UE is registered."""
    return (Note(Remark.REGISTERED), *period_timer(state, context))


def end_without_success(
    state: MMEState, context: UEContext, why: Remark, cause: nas.EMMCause | None, *values: NoteValue
) -> Step[MMEState]:
    """End the running procedure; an attach is rejected with the cause, if any.

    What was there before stays (TS 24.301 §5.4.2.5, §5.4.3.5, §5.5.1.2.7 f), or, where RES was verified in an attach,
    is marked detached: EMM-DEREGISTERED (§5.5.1.2.7 a, c). Of a UE that had no context nothing stays.
    """
    procedure = context.procedure
    note = Note(why, NoteKind.ABANDONED, values=values)
    reject: tuple[Output, ...] = ()
    if procedure is not None and procedure.attach and cause is not None:
        context, send = send_nas(state, context, nas.AttachReject(cause))
        state, reject = close(state, context.ue), (send,)
    return keep_or_drop(state, context, note, *reject)


def keep_or_drop(state: MMEState, context: UEContext, *outputs: Output) -> Step[MMEState]:
    """End the running procedure without success; a context that has no security context is not kept."""
    if context.is_new:
        return drop_context(state, context, *outputs)
    kept = _kept(state, context, context.procedure)
    context = restatus(replace(context, procedure=None, kept=kept), VectorStatus.CHALLENGED, VectorStatus.USED)
    return Step(with_context(state, context), outputs)


def _kept(state: MMEState, context: UEContext, procedure: Procedure | None) -> SecurityContext | None:
    """The new security context that stays with a UE context, by the lab's choice: TS 24.301 §5.4.3.7 only says abort.

    With the repair `settle_key` it stays, too, as the candidate. It goes with the next successful authentication
    (§4.4.2.1), or in EMM-DEREGISTERED.
    """
    if not context.registered:
        return None
    is_abandoned = procedure is not None and procedure.stage is Stage.SECURITY_MODE
    keeps = state.options.after_abandoned_smc is AfterAbandonedSMC.KEEP or state.options.settle_key
    return procedure.partial if procedure is not None and is_abandoned and keeps else context.kept


class Meeting(Enum):
    """What a NAS procedure of the MME meets, so that it is aborted."""

    CONNECTION_GONE = "its connection is gone"
    ATTACH = "attach"
    UPDATE = "tracking area update"
    DETACH = "detach"
    SWITCH_OFF = "detach of a UE that is switched off"
    OTHER_IDENTITY = "another IMSI than that of the context"


_CLAUSES: Final[Mapping[Stage, Mapping[Meeting, str]]] = {
    Stage.AUTHENTICATION: {Meeting.CONNECTION_GONE: "§5.4.2.7 a"},
    Stage.IDENTITY: {
        Meeting.CONNECTION_GONE: "§5.4.4.6 a",
        Meeting.OTHER_IDENTITY: "§5.4.2.7 c",
        Meeting.ATTACH: "§5.4.4.6 d",
        Meeting.SWITCH_OFF: "§5.4.4.6 e",
    },
    Stage.SECURITY_MODE: {
        Meeting.CONNECTION_GONE: "§5.4.3.7 a",
        Meeting.ATTACH: "§5.4.3.7 c",
        Meeting.UPDATE: "§5.4.3.7 c",
        Meeting.DETACH: "§5.4.3.7 c",
    },
    Stage.ATTACH_ACCEPT: {Meeting.CONNECTION_GONE: "§5.5.1.2.7 a", Meeting.ATTACH: "§5.5.1.2.7 d"},
    Stage.GUTI_REALLOCATION: {
        Meeting.CONNECTION_GONE: "§5.4.1.6 a",
        Meeting.ATTACH: "§5.4.1.6 c",
        Meeting.DETACH: "§5.4.1.6 d",
        Meeting.SWITCH_OFF: "§5.4.1.6 d",
        Meeting.UPDATE: "§5.4.1.6 e",
    },
    Stage.TAU_ACCEPT: {Meeting.CONNECTION_GONE: "§5.5.3.2.7 a", Meeting.SWITCH_OFF: "§5.5.3.2.7 g"},
}
_OF_AN_ATTACH: Final = {
    # Where the stage says nothing else.
    Meeting.ATTACH: "§5.5.1.2.7 e",
    Meeting.DETACH: "§5.5.1.2.7 h",
    Meeting.SWITCH_OFF: "§5.5.1.2.7 h",
}


def abort_note(procedure: Procedure, meets: Meeting) -> Note:
    """Say that a procedure is aborted, and which item of TS 24.301 decides that, where one does."""
    of_attach = _OF_AN_ATTACH.get(meets) if procedure.attach else None
    clause = _CLAUSES.get(procedure.stage, {}).get(meets, of_attach)
    values = (procedure.stage.value,) if clause is None else (procedure.stage.value, clause)
    return Note(Remark.PROCEDURE_ABORTED, NoteKind.ABANDONED, values=values)


def abort(state: MMEState, context: UEContext, meets: Meeting = Meeting.CONNECTION_GONE) -> Step[MMEState]:
    """Abort the NAS procedure that runs for a UE, with its timers; an open push goes on.

    Of a GUTI reallocation, and of a tracking area update that has given a GUTI, both GUTIs stay valid until the UE is
    heard (TS 24.301 §5.4.1.6, §5.5.3.2.7 a); a new security context that is not in use yet is forgotten.
    """
    procedure = context.procedure
    if procedure is None:
        return Step(state)
    if procedure.stage is Stage.GUTI_WITHDRAWAL:
        return put_off_reallocation(state, context)
    if procedure.paged_for is Paged.REALLOCATION:
        step = put_off_reallocation(state, context)
        return Step(step.state, (*nas_timers_off(context), *step.outputs))
    note = abort_note(procedure, meets)
    timers = nas_timers_off(context)
    if procedure.stage in _GIVING_A_GUTI:
        context = replace(context, is_unsettled=True)
        return keep_or_drop(state, context, *timers, note, *period_timer(state, context))
    return keep_or_drop(state, context, *timers, note)


def reject(
    state: MMEState, ue: str, why: Remark, message: nas.ServiceReject | nas.TrackingAreaUpdateReject, *values: NoteValue
) -> Step[MMEState]:
    """Reject what a UE asks for. The connection ends with it (T3440 is left out), and so does what runs there.

    The first value of the note is the cause.
    """
    context = context_of_ue(state, ue)
    procedure = None if context is None else context.procedure
    is_there = procedure is not None and procedure.stage not in _WITHOUT_CONNECTION
    ended = abort(state, context) if context is not None and is_there else Step(state)
    state, send = answer_and_close(ended.state, ue, message)
    return Step(state, (Note(why, values=(message.cause.value, *values)), *ended.outputs, send))


def forget_waiting(state: MMEState, ue: str) -> tuple[MMEState, tuple[Output, ...]]:
    """End an identification of a UE, or a tracking area update of it that waits for another MME, with its timer."""
    stops: tuple[Output, ...] = ()
    if is_unidentified(state, ue):
        stops = (StopTimer(TimerName.T3470, ue),)
    if is_arriving(state, ue):
        stops = (*stops, StopTimer(TimerName.S10, ue))
    return forget_arriving(forget_unidentified(state, ue), ue), stops


def abandon_waiting(state: MMEState, ue: str) -> tuple[MMEState, tuple[Output, ...]]:
    """The same when the connection on which it waits is gone (TS 24.301 §5.4.4.6 a, §5.5.3.2.7 a)."""
    ran = {
        Remark.IDENTIFICATION_ABANDONED: is_unidentified(state, ue),
        Remark.UPDATE_ABANDONED: is_arriving(state, ue),
    }
    state, stops = forget_waiting(state, ue)
    return state, (*stops, *(Note(remark, NoteKind.ABANDONED) for remark, was in ran.items() if was))


def nas_timers_off(context: UEContext) -> tuple[StopTimer, ...]:
    """Stop the timers of the NAS procedure that runs for a UE."""
    names = (TimerName.T3413, TimerName.T3450, TimerName.T3460, TimerName.S6A)
    return (*(StopTimer(name, context.imsi) for name in names), StopTimer(TimerName.T3470, context.ue))


def lasting_timers_off(imsi: IMSI) -> tuple[StopTimer, ...]:
    """Stop the timers that run for a UE context, whatever procedure does."""
    return tuple(StopTimer(name, imsi) for name in (TimerName.PUSH, TimerName.GUTI_PERIOD, TimerName.LOCATION))


def drop_context(state: MMEState, context: UEContext, *outputs: Output) -> Step[MMEState]:
    """Drop a UE context with all its timers; the repetition of a push ends with it."""
    timers = (*nas_timers_off(context), *lasting_timers_off(context.imsi))
    return Step(without_context(state, context.imsi), (*timers, *outputs))
