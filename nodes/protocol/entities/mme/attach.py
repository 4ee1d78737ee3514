"""Attach, identification, detach and accesses at the MME (TS 24.301 §5.5.1, §5.4.4, §5.5.2, §5.6.1)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.authentication import challenge, send_attach_accept
from nodes.protocol.entities.mme.endings import abort, drop_context, end_without_success, nas_timers_off, registered
from nodes.protocol.entities.mme.identity import (
    allocate_guti,
    reallocation_expired,
    send_protected,
    settle,
    start_reallocation,
)
from nodes.protocol.entities.mme.push import withdraw
from nodes.protocol.entities.mme.state import (
    MMEState,
    Procedure,
    Renewal,
    Stage,
    UEContext,
    Unidentified,
    VectorStatus,
    context_of,
    context_of_connection,
    context_of_guti,
    forget_arriving,
    forget_unidentified,
    restatus,
    with_context,
)
from nodes.protocol.entities.mme.tau import accept_expired
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import nas


def on_attach_request(state: MMEState, message: nas.AttachRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.5.1.2. A GUTI that the MME does not know leads to identification."""
    if not isinstance(message.identity, GUTI):
        return _identified(state, message.identity, message, source)
    context = context_of_guti(state, message.identity)
    # The MAC of ATTACH REQUEST, not modelled, would tell that the GUTI was given to another UE since: the
    # connection tells it here.
    if context is None or context.ue != source:
        step = _identify(_forget_waiting(state, source), Unidentified(source, message))
        return Step(step.state, (StopTimer(TimerName.S10, source), *step.outputs))
    return _identified(state, context.imsi, message, source)


def _identified(state: MMEState, imsi: IMSI, request: nas.AttachRequest, source: str) -> Step[MMEState]:
    """The IMSI is known; an identification that ran is over."""
    step = _begin(_forget_waiting(state, source), imsi, request, source)
    stops = (StopTimer(TimerName.T3470, source), StopTimer(TimerName.S10, source))
    return Step(step.state, (*stops, *step.outputs))


def _forget_waiting(state: MMEState, ue: str) -> MMEState:
    """A new attach ends an identification, and a tracking area update that waits for another MME."""
    return forget_arriving(forget_unidentified(state, ue), ue)


def _identify(state: MMEState, waiting: Unidentified) -> Step[MMEState]:
    unidentified = tuple(sorted((*state.unidentified, waiting), key=lambda u: u.ue))
    note = Note("GUTI unknown, asks for the IMSI")
    outputs = (note, Send(waiting.ue, nas.IdentityRequest()), StartTimer(TimerName.T3470, waiting.ue))
    return Step(replace(state, unidentified=unidentified), outputs)


def on_identity_response(state: MMEState, message: nas.IdentityResponse, source: str) -> Step[MMEState]:
    waiting = next(u for u in state.unidentified if u.ue == source)
    return _identified(state, message.imsi, waiting.request, source)


def on_t3470_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """TS 24.301 §5.4.4.6."""
    waiting = next((u for u in state.unidentified if u.ue == subject), None)
    if waiting is None:
        return Step(state, (Note("no identification runs"),))
    state = forget_unidentified(state, subject)
    if waiting.attempts < RULES[TimerName.T3470].limit:
        return _identify(state, replace(waiting, attempts=waiting.attempts + 1))
    return Step(state, (Note("identification abandoned", NoteKind.ABANDONED),))


def _begin(state: MMEState, imsi: IMSI, request: nas.AttachRequest, source: str) -> Step[MMEState]:
    """Choose the GUTI before the challenge, then authenticate; an identical request goes on with what runs."""
    known = context_of(state, imsi)
    if known is not None and known.procedure is not None and known.running_request == request:
        if known.procedure.stage is Stage.ATTACH_ACCEPT:
            # "the ATTACH ACCEPT message shall be resent" (§5.5.1.2.7 d, in our words).
            return send_attach_accept(state, known, known.procedure)
        return dropped(state, "the same request again: the attach goes on")
    procedure = Procedure(Stage.VECTORS, attach=True)
    if known is None:
        state, guti = allocate_guti(state, imsi)
        return challenge(state, _fresh(imsi, source, guti, request), procedure)
    if known.is_new:
        context = replace(_fresh(imsi, source, known.guti, request), vectors=known.vectors, open_push=known.open_push)
        step = challenge(state, restatus(context, VectorStatus.CHALLENGED, VectorStatus.USED), procedure)
        return Step(step.state, (*nas_timers_off(known), *step.outputs))
    return _begin_again(abort(state, known), known.ue, request)


def _begin_again(aborted: Step[MMEState], ue: str, request: nas.AttachRequest) -> Step[MMEState]:
    """Authenticate before anything changes in the context of a UE that says that it attaches."""
    known = context_of_connection(aborted.state, ue)
    state, guti = allocate_guti(aborted.state, known.imsi)
    procedure = Procedure(Stage.VECTORS, attach=True, renewal=Renewal(request, guti))
    context = replace(_without_stale_vectors(state, known, request), procedure=procedure)
    step = challenge(state, context, procedure)
    return Step(step.state, (*aborted.outputs, *step.outputs))


def _without_stale_vectors(state: MMEState, known: UEContext, request: nas.AttachRequest) -> UEContext:
    """With the repair `ordered_push` the unused AVs of an earlier stay are deleted, of a UE that names no GUTI of it.

    The UE may have been at another MME since, which has pushed in a later epoch; only an answer of the HSS tells the
    epoch, and without an unused AV the MME asks it.
    """
    if not state.options.ordered_push or request.identity in known.gutis:
        return known
    return restatus(known, VectorStatus.UNUSED, VectorStatus.DELETED)


def _fresh(imsi: IMSI, source: str, guti: GUTI, request: nas.AttachRequest) -> UEContext:
    return UEContext(
        imsi=imsi,
        ue=source,
        guti=guti,
        ue_network_capability=request.ue_network_capability,
        attach_request=request,
        ue_ksi=request.ksi,
    )


def on_attach_complete(state: MMEState, _message: nas.AttachComplete, source: str) -> Step[MMEState]:
    context = context_of_connection(state, source)
    context = replace(context, registered=True, old_guti=None, procedure=None, accesses=0)
    stop = StopTimer(TimerName.T3450, context.imsi)
    return Step(with_context(state, context), (stop, *registered(state, context)))


def on_t3450_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """Again, at most 4 times: ATTACH ACCEPT (TS 24.301 §5.5.1.2.7 c), GUTI REALLOCATION COMMAND (§5.4.1.6 b), TAU."""
    context = context_of(state, subject)
    procedure = None if context is None else context.procedure
    if context is None or procedure is None:
        return Step(state, (Note("no procedure waits"),))
    if procedure.stage is Stage.GUTI_REALLOCATION:
        return reallocation_expired(state, context, procedure)
    if procedure.stage is Stage.TAU_ACCEPT:
        return accept_expired(state, context, procedure)
    if procedure.attempts < RULES[TimerName.T3450].limit:
        return send_attach_accept(state, context, replace(procedure, attempts=procedure.attempts + 1))
    # "the MME enters state EMM-DEREGISTERED", the old and the new GUTI valid (§5.5.1.2.7 c).
    why = "attach abandoned: no ATTACH COMPLETE; context kept, marked detached"
    return end_without_success(state, context, why, None)


def on_detach_request(state: MMEState, _message: nas.DetachRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.5.2.2.2. The context goes, and with it GUTI and AVs; a procedure that runs is aborted."""
    context = context_of_connection(state, source)
    context, send = send_protected(context, nas.DetachAccept())
    state, withdrawn = withdraw(state, context)
    return drop_context(state, context, Note("detached, GUTI freed"), send, *withdrawn)


def on_detach_request_of_unknown(state: MMEState, _message: nas.DetachRequest, source: str) -> Step[MMEState]:
    """A repeated DETACH REQUEST: it is answered again, plain, for there is no context any more."""
    return Step(state, (Note("no context, accepts all the same"), Send(source, nas.DetachAccept())))


def on_service_request(state: MMEState, message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    """An access. It settles two valid GUTIs, and counts for a reallocation every n accesses."""
    context = context_of_connection(state, source)
    if message.guti not in context.gutis:
        return reject_service(state, source, "GUTI is not valid for this UE")
    state, context, settled = settle(state, context, message.guti)
    context, send = send_protected(replace(context, accesses=context.accesses + 1), nas.ServiceAccept())
    state = with_context(state, context)
    every = state.options.reallocate_every_accesses
    if not every or context.accesses < every:
        return Step(state, (*settled, send))
    step = start_reallocation(state, context)
    return Step(step.state, (*settled, send, Note(f"access {every}: GUTI is due"), *step.outputs))


def on_service_request_of_unknown(state: MMEState, _message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    return reject_service(state, source, "no context of this UE")


def on_service_request_of_detached(state: MMEState, _message: nas.ServiceRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.6.1.5: the network has implicitly detached the UE."""
    return reject_service(state, source, "the context is marked detached", nas.EMMCause.IMPLICITLY_DETACHED)


def reject_service(
    state: MMEState, source: str, why: str, cause: nas.EMMCause = nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED
) -> Step[MMEState]:
    return Step(state, (Note(f"{why}, cause #{cause.value}"), Send(source, nas.ServiceReject(cause))))
