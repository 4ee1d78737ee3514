"""Tracking area update at the MME (TS 24.301 §5.5.3.2). The context's way is s10's."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme import endings
from nodes.protocol.entities.mme.connections import connection_of, send_protected
from nodes.protocol.entities.mme.detach import on_detach_request
from nodes.protocol.entities.mme.endings import Meeting, abort
from nodes.protocol.entities.mme.identity import period_timer, settle
from nodes.protocol.entities.mme.location import update_location
from nodes.protocol.entities.mme.push import start_push
from nodes.protocol.entities.mme.security_mode import command_again
from nodes.protocol.entities.mme.state import (
    MMEState,
    Procedure,
    Stage,
    UEContext,
    context_of_connection,
    has_candidate,
    with_context,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.options import Solution
from nodes.protocol.remarks import NoteValue, Remark


def on_tracking_area_update_request(
    state: MMEState, message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    context = context_of_connection(state, source)
    if message.guti not in context.gutis:
        return reject(state, source, Remark.REJECTS_GUTI)
    return accept(state, context, message.guti)


def accept(state: MMEState, context: UEContext, guti: GUTI) -> Step[MMEState]:
    """The UE stays at its MME: the GUTI settles two valid ones, ACCEPT gives no new one and wants no COMPLETE.

    One that is still another MME's does not: the UE has not got the GUTI of this one, and is given it again.
    """
    state, context, settled = settle(state, context, guti)
    state, context, located = update_location(state, context)
    if guti != context.guti:
        step = send_accept(state, context, Procedure(Stage.TAU_ACCEPT, attach=False))
        return Step(step.state, (Note(Remark.GUTI_NOT_TAKEN), *located, *step.outputs))
    context, send = send_protected(context, nas.TrackingAreaUpdateAccept())
    return Step(with_context(state, context), (*settled, *located, send))


def on_tracking_area_update_request_in_a_challenge(
    state: MMEState, message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """It meets an authentication, and both go on; a UE that attaches updates nothing."""
    procedure = context_of_connection(state, source).procedure
    if procedure is not None and procedure.attach:
        return dropped(state, Remark.UE_ATTACHES)
    return on_tracking_area_update_request(state, message, source)


def on_tracking_area_update_request_in_a_procedure(
    state: MMEState, message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """It meets security mode control, which is aborted (TS 24.301 §5.4.3.7 c), or a GUTI reallocation (§5.4.1.6 e).

    With the repair `settle_key` the aborted SECURITY MODE COMMAND follows again.
    """
    context = context_of_connection(state, source)
    if context.procedure is not None and context.procedure.attach:
        return dropped(state, Remark.UE_ATTACHES)
    aborted = abort(state, context, Meeting.UPDATE)
    step = on_tracking_area_update_request(aborted.state, message, source)
    return command_again(Step(step.state, (*aborted.outputs, *step.outputs)), context.imsi)


def on_tracking_area_update_request_of_unknown(
    state: MMEState, _message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    return reject(state, source, Remark.REJECTS_UNKNOWN)


def on_tracking_area_update_request_of_detached(
    state: MMEState, message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """TS 24.301 §5.5.3.2.5: the network has implicitly detached the UE, but not one that has come back."""
    context = context_of_connection(state, source)
    if context.moved_to is not None and connection_of(state, source).is_secure:
        return _come_back(state, context, message)
    return reject(state, source, Remark.REJECTS_DETACHED, cause=nas.EMMCause.IMPLICITLY_DETACHED)


def _come_back(state: MMEState, context: UEContext, message: nas.TrackingAreaUpdateRequest) -> Step[MMEState]:
    """The UE never got ACCEPT of the MME that it went to: for this the context was kept (TS 23.401 §5.3.3.1).

    Its GUTI is pushed again, whatever the SCEF has forgotten or was told by the other MME.
    """
    context = replace(context, registered=True, moved_to=None)
    state, context, pushed = start_push(state, context)
    step = on_tracking_area_update_request(with_context(state, context), message, context.ue)
    note = Note(Remark.UE_IS_BACK)
    return Step(step.state, (note, *pushed, *step.outputs, *period_timer(state, context)))


def on_tracking_area_update_request_before_attach_complete(
    state: MMEState, _message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """TS 24.301 §5.5.1.2.7 g: the GUTI of the attach is the valid one, and the UE is to attach anew."""
    context = context_of_connection(state, source)
    context = replace(context, old_guti=None, procedure=None)
    why, cause = Remark.REJECTS_BEFORE_COMPLETE, nas.EMMCause.IMPLICITLY_DETACHED
    step = reject(with_context(state, context), source, why, cause=cause)
    return Step(step.state, (StopTimer(TimerName.T3450, context.imsi), *step.outputs))


def reject(
    state: MMEState,
    source: str,
    why: Remark,
    *values: NoteValue,
    cause: nas.EMMCause = nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED,
) -> Step[MMEState]:
    return endings.reject(state, source, why, nas.TrackingAreaUpdateReject(cause), *values)


def on_repeated_tracking_area_update_request(
    state: MMEState, _message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """The UE has not got ACCEPT: it is sent again (§5.5.3.2.7)."""
    context = context_of_connection(state, source)
    if context.procedure is None:
        raise LookupError(f"no tracking area update runs for {context.imsi}")
    step = send_accept(state, context, context.procedure)
    return Step(step.state, (Note(Remark.UPDATE_ACCEPT_SENT_AGAIN), *step.outputs))


def send_accept(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """TRACKING AREA UPDATE ACCEPT with a new GUTI."""
    accept = nas.TrackingAreaUpdateAccept(context.guti)
    context, send = send_protected(replace(context, procedure=procedure), accept)
    return Step(with_context(state, context), (send, StartTimer(TimerName.T3450, context.imsi)))


def on_tracking_area_update_complete(
    state: MMEState, _message: nas.TrackingAreaUpdateComplete, source: str
) -> Step[MMEState]:
    context = context_of_connection(state, source)
    stop = StopTimer(TimerName.T3450, context.imsi)
    context = replace(context, old_guti=None, is_unsettled=False)
    step = _end(state, context, Note(Remark.UPDATED_NEW_GUTI_VALID))
    return Step(step.state, (stop, *step.outputs))


def accept_expired(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """T3450: after the fifth expiry both GUTIs are valid (TS 24.301 §5.5.3.2.7 c), this MME's and the one of before."""
    if procedure.attempts < RULES[TimerName.T3450].limit:
        return send_accept(state, context, replace(procedure, attempts=procedure.attempts + 1))
    note = Note(Remark.NO_UPDATE_COMPLETE, NoteKind.ABANDONED)
    return _end(state, replace(context, is_unsettled=True), note)


def _end(state: MMEState, context: UEContext, note: Note) -> Step[MMEState]:
    """The UE is this MME's; solution 12 pushes the new GUTI with the RAND of the AV that is active.

    A detach that came before the end goes on now.
    """
    pending = None if context.procedure is None else context.procedure.pending
    context = replace(context, procedure=None)
    if isinstance(pending, nas.DetachRequest):
        step = on_detach_request(with_context(state, context), pending, context.ue)
        return Step(step.state, (note, *step.outputs))
    state, context, pushed = start_push(state, context)
    outputs: tuple[Output, ...] = (note, *pushed)
    if state.options.solution is Solution.PUSH and not pushed and not has_candidate(state, context):
        outputs = (note, Note(Remark.NOTHING_TO_PUSH))
    step = Step(with_context(state, context), (*outputs, *period_timer(state, context)))
    return command_again(step, context.imsi)
