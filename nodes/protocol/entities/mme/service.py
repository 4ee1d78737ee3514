"""Service requests and the answers to paging, at the MME (TS 24.301 §5.6.1, §5.6.2)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Step, StopTimer
from nodes.protocol.entities.mme import endings
from nodes.protocol.entities.mme.authentication import challenge
from nodes.protocol.entities.mme.connections import send_protected
from nodes.protocol.entities.mme.identity import offer_guti, put_off_reallocation, settle, start_reallocation
from nodes.protocol.entities.mme.location import update_location
from nodes.protocol.entities.mme.paging import page_again
from nodes.protocol.entities.mme.state import (
    MMEState,
    Paged,
    Procedure,
    Stage,
    UEContext,
    context_of,
    context_of_connection,
    with_context,
)
from nodes.protocol.entities.mme.tau import on_tracking_area_update_request
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.messages import nas
from nodes.protocol.remarks import Remark


def on_service_request(state: MMEState, message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    """An access. It settles two valid GUTIs, and counts for a reallocation every n accesses."""
    context = context_of_connection(state, source)
    if message.guti not in context.gutis:
        return reject_service(state, source, Remark.REJECTS_GUTI)
    state, context, outputs = _accept(state, context, message)
    every = state.options.reallocate_every_accesses
    if not every or context.accesses < every:
        return Step(state, outputs)
    step = start_reallocation(state, context)
    return Step(step.state, (*outputs, Note(Remark.GUTI_DUE, values=(every,)), *step.outputs))


def _accept(
    state: MMEState, context: UEContext, message: nas.ServiceRequest
) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    state, context, settled = settle(state, context, message.guti)
    state, context, located = update_location(state, context)
    context, send = send_protected(replace(context, accesses=context.accesses + 1), nas.ServiceAccept())
    return with_context(state, context), context, (*settled, *located, send)


def on_service_request_of_unknown(state: MMEState, _message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    return reject_service(state, source, Remark.REJECTS_UNKNOWN)


def on_service_request_of_detached(state: MMEState, _message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.6.1.5: the network has implicitly detached the UE."""
    return reject_service(state, source, Remark.REJECTS_DETACHED, nas.EMMCause.IMPLICITLY_DETACHED)


def reject_service(
    state: MMEState, source: str, why: Remark, cause: nas.EMMCause = nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED
) -> Step[MMEState]:
    """SERVICE REJECT; EMM context and security context stay as they are (TS 24.301 §4.4.4.3)."""
    return endings.reject(state, source, why, nas.ServiceReject(cause))


# Paging


def on_service_request_after_paging(state: MMEState, message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    """The UE has answered: what it was paged for begins (TS 24.301 §5.6.2.2.1)."""
    context = context_of_connection(state, source)
    if message.guti not in context.gutis:
        return reject_service(state, source, Remark.REJECTS_GUTI)
    state, context, outputs = _accept(state, context, message)
    return _begin(state, context, outputs)


def on_tracking_area_update_request_after_paging(
    state: MMEState, message: nas.TrackingAreaUpdateRequest, source: str
) -> Step[MMEState]:
    """A UE whose update had failed answers with another one."""
    if message.guti not in context_of_connection(state, source).gutis:
        return on_tracking_area_update_request(state, message, source)
    step = on_tracking_area_update_request(state, message, source)
    context = context_of_connection(step.state, source)
    if context.procedure is not None and context.procedure.stage is Stage.TAU_ACCEPT:
        put_off = Note(Remark.PUT_OFF_FOR_GUTI, NoteKind.ABANDONED)
        return Step(step.state, (StopTimer(TimerName.T3413, context.imsi), *step.outputs, put_off))
    return _begin(step.state, context, step.outputs)


def _begin(state: MMEState, context: UEContext, outputs: tuple[Output, ...]) -> Step[MMEState]:
    """Begin what the UE was paged for."""
    what_for = None if context.procedure is None else context.procedure.paged_for
    context = replace(context, procedure=None)
    match what_for:
        case Paged.REALLOCATION:
            step = offer_guti(state, context)
        case Paged.SETTLING:
            # The answer itself has told the key.
            step = Step(with_context(state, context))
        case _:
            step = challenge(state, context, Procedure(Stage.VECTORS, attach=False))
    return Step(step.state, (StopTimer(TimerName.T3413, context.imsi), *outputs, *step.outputs))


def on_t3413_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """The network may page again (TS 24.301 §5.6.2.2.1); how often is this demonstrator's decision."""
    context = context_of(state, subject)
    procedure = None if context is None else context.procedure
    if context is None or procedure is None or procedure.stage is not Stage.PAGING:
        return Step(state, (Note(Remark.NO_UE_PAGED),))
    if procedure.attempts < RULES[TimerName.T3413].limit:
        return page_again(state, context, replace(procedure, attempts=procedure.attempts + 1))
    if procedure.paged_for is Paged.REALLOCATION:
        return put_off_reallocation(state, context)
    note = Note(Remark.PAGING_ABANDONED, NoteKind.ABANDONED)
    return Step(with_context(state, replace(context, procedure=None)), (note,))
