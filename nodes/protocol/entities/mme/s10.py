"""The MME's two ends of S10 (TS 23.401 §5.3.3.1, TS 29.274 §7.3.5 to §7.3.7, from memory): a UE changes its MME.

What happens when a message is lost, late or repeated is this demonstrator's decision, not defined by 3GPP.
"""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme import push
from nodes.protocol.entities.mme.connections import secured
from nodes.protocol.entities.mme.endings import abort, drop_context
from nodes.protocol.entities.mme.identity import allocate_guti, settle
from nodes.protocol.entities.mme.location import keep_until_cancelled, update_location
from nodes.protocol.entities.mme.state import (
    Arriving,
    MMEState,
    MovedKey,
    Procedure,
    Stage,
    UEContext,
    Vector,
    VectorStatus,
    arriving_of,
    context_of,
    context_of_connection,
    context_of_guti,
    counters_of,
    forget_arriving,
    with_context,
)
from nodes.protocol.entities.mme.tau import reject, send_accept
from nodes.protocol.entities.security import NASDirection, SecurityContext, check, is_genuine
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.s6a import EUTRANVector
from nodes.protocol.messages.s10 import ContextAcknowledge, ContextRequest, ContextResponse, MMContext, S10Cause
from nodes.protocol.remarks import Remark

# The new MME


def on_tracking_area_update_request_by_foreign_guti(
    state: MMEState, message: nas.SecurityProtected, source: str
) -> Step[MMEState]:
    """The GUTI is another MME's: that one has the context, and checks the MAC of the whole request."""
    arriving = arriving_of(state, source)
    if arriving is not None and arriving.request.message == message.message:
        return dropped(state, Remark.CONTEXT_BEING_ASKED_FOR)
    gummei = _guti_of(message).gummei
    old_mme = next((peer.mme for peer in state.peers if peer.gummei == gummei), None)
    if old_mme is None:
        return reject(state, source, Remark.REJECTS_GUMMEI, str(gummei))
    step = _ask(forget_arriving(state, source), Arriving(source, message, old_mme))
    return Step(step.state, (Note(Remark.ASKS_OLD_MME, values=(old_mme,)), *step.outputs))


def _guti_of(request: nas.SecurityProtected) -> GUTI:
    """The GUTI of a TRACKING AREA UPDATE REQUEST.

    Raises:
        TypeError: it is another message, so the table was not asked.
    """
    if not isinstance(request.message, nas.TrackingAreaUpdateRequest):
        raise TypeError(f"{type(request.message).__name__} is not for another MME")
    return request.message.guti


def _ask(state: MMEState, arriving: Arriving) -> Step[MMEState]:
    others = tuple(sorted((*state.arriving, arriving), key=lambda each: each.ue))
    request = ContextRequest(arriving.ue, _guti_of(arriving.request), arriving.request)
    outputs = (Send(arriving.old_mme, request), StartTimer(TimerName.S10, arriving.ue))
    return Step(replace(state, arriving=others), outputs)


def on_s10_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    arriving = arriving_of(state, subject)
    if arriving is None:
        return Step(state, (Note(Remark.NO_CONTEXT_ASKED_FOR),))
    state = forget_arriving(state, subject)
    if arriving.attempts < RULES[TimerName.S10].limit:
        return _ask(state, replace(arriving, attempts=arriving.attempts + 1))
    step = reject(state, subject, Remark.REJECTS_MME_SILENT, arriving.old_mme)
    return Step(step.state, (Note(Remark.UPDATE_ABANDONED, NoteKind.ABANDONED), *step.outputs))


def on_context_response(state: MMEState, message: ContextResponse, source: str) -> Step[MMEState]:
    """The UE's context arrives: it is registered here, under the K_ASME that it has."""
    arriving = arriving_of(state, message.ue)
    if arriving is None or arriving.old_mme != source:
        return dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    if message.context is None:
        return _without_context(forget_arriving(state, message.ue), message, source)
    moved = message.context
    current = SecurityContext(moved.ksi, moved.rand, moved.k_asme, moved.uplink, moved.downlink)
    if not is_genuine(current, NASDirection.UPLINK, arriving.request):
        # An answer to a request of before, late: the UE has another K_ASME by now.
        return dropped(state, Remark.NOT_THE_CONTEXT)
    return _arrived(forget_arriving(state, message.ue), arriving, moved, current)


def _without_context(state: MMEState, message: ContextResponse, source: str) -> Step[MMEState]:
    stop = StopTimer(TimerName.S10, message.ue)
    if message.cause is S10Cause.USER_AUTHENTICATION_FAILED:
        # Without the IMSI there is nobody to authenticate: rejecting is this demonstrator's decision.
        step = reject(state, message.ue, Remark.REJECTS_UNVERIFIED_THERE, source)
    else:
        step = reject(state, message.ue, Remark.REJECTS_NO_CONTEXT_THERE, source)
    return Step(step.state, (stop, *step.outputs))


def _arrived(state: MMEState, arriving: Arriving, moved: MMContext, current: SecurityContext) -> Step[MMEState]:
    """Both GUTIs are valid until the UE has got this MME's (TS 24.301 §5.5.3.2.4)."""
    ue, request, old_mme = arriving.ue, arriving.request, arriving.old_mme
    note = Note(Remark.CONTEXT_CAME, ks=current.ks, values=(old_mme,))
    outputs: tuple[Output, ...] = (StopTimer(TimerName.S10, ue), note)
    stale = context_of(state, moved.imsi)
    if stale is not None:
        step = drop_context(state, stale, Note(Remark.EARLIER_STAY_REPLACED))
        state, outputs = step.state, (*outputs, *step.outputs)
    state, settled = _not_of_another_ue(state, _guti_of(request))
    state, guti = allocate_guti(push.take_over_order(state, moved.imsi, moved.order), moved.imsi)
    context = UEContext(
        imsi=moved.imsi,
        ue=ue,
        guti=guti,
        old_guti=_guti_of(request),
        ue_network_capability=moved.ue_network_capability,
        attach_request=None,
        registered=True,
        current=current,
        vectors=tuple(Vector(v.rand, v.xres, v.autn, v.k_asme) for v in moved.vectors),
        ks=current.ks if state.options.store_ks else None,
        moved=MovedKey(moved.k_asme, moved.rand),
        verified=(moved.k_asme,) if state.options.named_key else (),
    )
    acknowledge = Send(old_mme, ContextAcknowledge(ue, moved.imsi))
    state, context, located = update_location(secured(state, ue), context)
    step = send_accept(state, context, Procedure(Stage.TAU_ACCEPT, attach=False))
    return Step(step.state, (*outputs, *settled, acknowledge, *located, *step.outputs))


def _not_of_another_ue(state: MMEState, guti: GUTI) -> tuple[MMEState, tuple[Output, ...]]:
    """A UE that came with this GUTI before has it no more: its MME has given it to another UE since."""
    before = context_of_guti(state, guti)
    if before is None:
        return state, ()
    state, before, settled = settle(state, before, before.guti)
    return with_context(state, replace(before, old_guti=None)), settled


# The old MME


def on_context_request(state: MMEState, message: ContextRequest, source: str) -> Step[MMEState]:
    """The current context's keys check the request; the context stays until the new MME acknowledges it.

    NAS COUNT is not taken here, so that a repeated request gets the same answer.
    """
    context = context_of_guti(state, message.guti)
    current = None if context is None else context.current
    if context is None or current is None or current.ksi != message.tau.ksi:
        return _refuse(state, message, source, S10Cause.CONTEXT_NOT_FOUND, Note(Remark.NO_CONTEXT_OF_GUTI))
    if context.is_detached or (context.procedure is not None and context.procedure.attach):
        return _refuse(state, message, source, S10Cause.CONTEXT_NOT_FOUND, Note(Remark.NOT_REGISTERED_HERE))
    checked = check(current, NASDirection.UPLINK, message.tau)
    if isinstance(checked, Note):
        return _refuse(state, message, source, S10Cause.USER_AUTHENTICATION_FAILED, checked)
    step = abort(state, context)
    state, context = step.state, context_of_connection(step.state, context.ue)
    notes = _notes(context, checked, source)
    state = with_context(state, replace(context, asked_by=source, is_located=False))
    response = ContextResponse(message.ue, S10Cause.REQUEST_ACCEPTED, _mm_context(state, context, checked))
    return Step(state, (*step.outputs, *notes, Send(source, response)))


def _refuse(state: MMEState, message: ContextRequest, source: str, cause: S10Cause, why: Note) -> Step[MMEState]:
    note = Note(Remark.CONTEXT_REFUSED, values=(cause.value, *why.as_reason))
    return Step(state, (note, Send(source, ContextResponse(message.ue, cause))))


def _notes(context: UEContext, current: SecurityContext, new_mme: str) -> tuple[Note, ...]:
    remark = Remark.CONTEXT_SENT_AGAIN if context.asked_by == new_mme else Remark.CONTEXT_SENT
    sent = Note(remark, ks=current.ks, values=(new_mme,))
    if context.active_k_asme == current.k_asme:
        return (sent,)
    # With `active_when` res-verified, after SECURITY MODE has failed.
    return (sent, Note(Remark.CURRENT_CONTEXT_GOES))


def _mm_context(state: MMEState, context: UEContext, current: SecurityContext) -> MMContext:
    unused = (vector for vector in context.vectors if vector.status is VectorStatus.UNUSED)
    return MMContext(
        imsi=context.imsi,
        ksi=current.ksi,
        k_asme=current.k_asme,
        uplink=current.uplink,
        downlink=current.downlink,
        ue_network_capability=context.ue_network_capability,
        vectors=tuple(EUTRANVector(v.rand, v.xres, v.autn, v.k_asme) for v in unused),
        rand=current.rand if state.options.context_carries_rand else None,
        order=counters_of(state, context.imsi).order if state.options.ordered_push else None,
    )


def on_context_acknowledge(state: MMEState, message: ContextAcknowledge, source: str) -> Step[MMEState]:
    """The UE is gone. What becomes of its context, `location` says."""
    context = context_of(state, message.imsi)
    if context is None or context.asked_by != source:
        return dropped(state, Remark.NO_CONTEXT_GOES)
    return keep_until_cancelled(state, context, source)
