"""Authentication and security mode control at the MME (TS 24.301 §5.4.2, §5.4.3), and the AVs they use."""

import hmac
from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.connections import close, connection_of, release, send_nas, send_protected
from nodes.protocol.entities.mme.detach import on_detach_request
from nodes.protocol.entities.mme.endings import Meeting, abort, end_without_success, keep_or_drop
from nodes.protocol.entities.mme.identity import settle
from nodes.protocol.entities.mme.location import update_location
from nodes.protocol.entities.mme.paging import page
from nodes.protocol.entities.mme.push import enter_epoch, start_push
from nodes.protocol.entities.mme.security_mode import (
    activate,
    activated,
    is_in_question,
    keep_current,
    page_to_settle,
    send_security_mode_command,
)
from nodes.protocol.entities.mme.state import (
    MMEState,
    Paged,
    Procedure,
    Renewal,
    Stage,
    UEContext,
    Vector,
    VectorStatus,
    context_of,
    context_of_connection,
    counters_of,
    restatus,
    with_context,
    with_counters,
    with_status,
)
from nodes.protocol.entities.mme.tau import accept
from nodes.protocol.entities.security import SecurityContext
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.octets import KASME, RAND
from nodes.protocol.options import HSS, ActiveWhen
from nodes.protocol.remarks import NoteValue, Remark

MOST_VERIFIED = 4
MOST_FAILURES = 2  # two synch failures in a row end in AUTHENTICATION REJECT (TS 24.301 §5.4.2.7 e, NOTE 3: "may")


def reauthenticate(state: MMEState, command: commands.Reauthenticate) -> Step[MMEState]:
    context = context_of(state, command.imsi)
    if context is None or not context.registered:
        raise CommandRefused(Hindrance.NOT_REGISTERED_AT_MME)
    if context.procedure is not None:
        raise CommandRefused(Hindrance.NAS_PROCEDURE_RUNS, context.procedure.stage.value)
    if not connection_of(state, context.ue).is_open:
        return page(state, context, Paged.AUTHENTICATION)
    return challenge(state, context, Procedure(Stage.VECTORS, attach=False))


def authenticate_first(
    state: MMEState, context: UEContext, request: nas.TrackingAreaUpdateRequest | nas.DetachRequest
) -> Step[MMEState]:
    """A request that does not verify: the MME authenticates the UE before it goes on (TS 24.301 §4.4.4.3).

    Until that succeeds the context stays as it is. The same request again changes nothing (§5.5.3.2.7 e).
    """
    if context.procedure is not None and context.procedure.pending == request:
        return dropped(state, Remark.AUTHENTICATION_GOES_ON)
    note = Note(Remark.AUTHENTICATES_FIRST)
    is_detach = isinstance(request, nas.DetachRequest)
    aborted = abort(state, context, Meeting.DETACH if is_detach else Meeting.UPDATE)
    kept = context_of_connection(aborted.state, context.ue)
    step = challenge(aborted.state, kept, Procedure(Stage.VECTORS, attach=False, pending=request))
    return Step(step.state, (note, *aborted.outputs, *step.outputs))


def challenge(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """Challenge the UE with the next unused AV, or ask the HSS for more."""
    vector = context.next_unused
    if vector is None:
        return _ask_for_vectors(state, context, procedure)
    partial = SecurityContext(_next_ksi(replace(context, procedure=procedure)), vector.rand, vector.k_asme)
    procedure = replace(procedure, stage=Stage.AUTHENTICATION, attempts=1, partial=partial, resynchronization=None)
    context = with_status(context, vector.rand, VectorStatus.CHALLENGED)
    return _send_challenge(state, replace(context, procedure=procedure), vector, partial.ksi)


def _next_ksi(context: UEContext) -> int:
    """An eKSI, 0 to 6, that differs from those stored at the MME and the one the UE told (TS 24.301 §5.4.2.2, .4)."""
    start = -1 if context.current is None else context.current.ksi
    pending = None if context.procedure is None else context.procedure.pending
    request = context.running_request or pending
    kept = start if context.kept is None else context.kept.ksi
    taken = {start, kept, context.ue_ksi if request is None else request.ksi}
    return next(ksi % 7 for ksi in range(start + 1, start + 8) if ksi % 7 not in taken)


def _send_challenge(state: MMEState, context: UEContext, vector: Vector, ksi: int) -> Step[MMEState]:
    """AUTHENTICATION REQUEST, protected once secure exchange is established (TS 24.301 §4.4.2.4)."""
    context, send = send_nas(state, context, nas.AuthenticationRequest(ksi, vector.rand, vector.autn))
    return Step(with_context(state, context), (send, StartTimer(TimerName.T3460, context.imsi)))


def _ask_for_vectors(state: MMEState, context: UEContext, procedure: Procedure, attempts: int = 1) -> Step[MMEState]:
    counters = counters_of(state, context.imsi)
    counters = replace(counters, requests=counters.requests + 1)
    procedure = replace(procedure, stage=Stage.VECTORS, attempts=attempts, request=counters.requests)
    request = s6a.AuthenticationInformationRequest(
        context.imsi,
        counters.requests,
        state.gummei.plmn_id,
        state.options.vectors_per_request,
        procedure.resynchronization,
    )
    state = with_context(with_counters(state, counters), replace(context, procedure=procedure))
    return Step(state, (Send(HSS, request), StartTimer(TimerName.S6A, context.imsi)))


def on_authentication_information_answer(
    state: MMEState, message: s6a.AuthenticationInformationAnswer, _source: str
) -> Step[MMEState]:
    context = context_of(state, message.imsi)
    procedure = None if context is None else context.procedure
    if context is None or procedure is None or procedure.stage is not Stage.VECTORS:
        return dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    if procedure.request != message.request:
        return dropped(state, Remark.ANSWERS_OLDER_REQUEST)
    stop = StopTimer(TimerName.S6A, context.imsi)
    if message.error is not None:
        step = _without_vectors(state, context, message.error)
        return Step(step.state, (stop, *step.outputs))
    state = enter_epoch(state, context.imsi, message.epoch)
    vectors = tuple(Vector(v.rand, v.xres, v.autn, v.k_asme) for v in message.vectors)
    context = replace(context, vectors=(*context.vectors, *vectors))
    step = challenge(state, context, procedure)
    return Step(step.state, (stop, Note(Remark.VECTORS_CAME, values=(len(vectors),)), *step.outputs))


def _without_vectors(state: MMEState, context: UEContext, error: s6a.S6aError) -> Step[MMEState]:
    """Unknown IMSI: cause #8; else cause #17 (TS 29.272 Annex A)."""
    unknown = error is s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN
    cause = nas.EMMCause.EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED if unknown else nas.EMMCause.NETWORK_FAILURE
    return end_without_success(state, context, Remark.HSS_ANSWERS, cause, error.value)


def on_authentication_response(state: MMEState, message: nas.AuthenticationResponse, source: str) -> Step[MMEState]:
    """TS 24.301 §5.4.2.4; RES ≠ XRES: §5.4.2.5."""
    context = context_of_connection(state, source)
    procedure, partial, vector = _running(context)
    if not hmac.compare_digest(vector.xres, message.res):
        return _reject(state, context, Remark.RES_WRONG, vector.rand)
    context = replace(context, kept=None, verified=_with_verified(state, context, vector))
    outputs: tuple[Output, ...] = (Note(Remark.RES_VERIFIED, rand=vector.rand),)
    if procedure.renewal is not None:
        state, context, settled = renew(state, context, procedure.renewal)
        procedure, outputs = replace(procedure, renewal=None), (*outputs, *settled)
    if state.options.active_when is ActiveWhen.RES_VERIFIED:
        state, context, pushed = activate(state, context, vector)
        outputs = (*outputs, *pushed)
    elif state.options.named_key:
        # This confirms the pair at the SCEF; which AV is active decides nothing there.
        state, context, pushed = start_push(state, context, vector.rand)
        outputs = (*outputs, *pushed)
    procedure = replace(procedure, stage=Stage.SECURITY_MODE, attempts=1, failures=0)
    step = send_security_mode_command(state, context, procedure, partial)
    return Step(step.state, (*outputs, *step.outputs))


def _with_verified(state: MMEState, context: UEContext, vector: Vector) -> tuple[KASME, ...]:
    """Repair `named_key`: how many K_ASME an MME keeps by name is this demonstrator's decision."""
    return (vector.k_asme, *context.verified)[:MOST_VERIFIED] if state.options.named_key else ()


def renew(state: MMEState, context: UEContext, renewal: Renewal) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """The UE of this context attaches again: its AVs stay, its old GUTI is valid until ATTACH COMPLETE.

    TS 24.301 §5.5.1.2.7 f: the UE that was registered here has sent ATTACH REQUEST, so it is registered no more. A GUTI
    that led to identification is another MME's, another UE's or nobody's: it does not become valid here.
    """
    request = renewal.request
    settled: tuple[Output, ...] = ()
    old = context.guti
    if isinstance(request.identity, GUTI) and request.identity in context.gutis:
        state, context, settled = settle(state, context, request.identity)
        old = request.identity
    context = replace(
        context,
        guti=renewal.guti,
        old_guti=old,
        is_unsettled=False,
        registered=False,
        kept=None,
        moved_to=None,
        ue_network_capability=request.ue_network_capability,
        attach_request=request,
        ue_ksi=request.ksi,
        asked_by=None,
    )
    return state, context, settled


def _running(context: UEContext) -> tuple[Procedure, SecurityContext, Vector]:
    """The running procedure, its partial security context and the AV it challenged with.

    Raises:
        LookupError: none runs, so the phase was not asked.
    """
    procedure = context.procedure
    if procedure is None or procedure.partial is None:
        raise LookupError(f"no authentication runs for {context.imsi}")
    partial = procedure.partial
    return procedure, partial, next(vector for vector in context.vectors if vector.rand == partial.rand)


def on_security_mode_complete(state: MMEState, _message: nas.SecurityModeComplete, source: str) -> Step[MMEState]:
    """TS 24.301 §5.4.3.4: the partial context is current from now on."""
    context = context_of_connection(state, source)
    procedure, partial, vector = _running(context)
    outputs: tuple[Output, ...] = (StopTimer(TimerName.T3460, context.imsi),)
    context = replace(context, current=partial, kept=None, ue_ksi=nas.NO_KSI, procedure=None)
    if state.options.active_when is ActiveWhen.SECURITY_MODE_COMPLETE:
        state, context, pushed = _activate_complete(state, context, vector)
        outputs = (*outputs, *pushed)
    if procedure.pending is not None:
        step = _go_on(state, context, procedure.pending)
        return Step(step.state, (*outputs, *step.outputs))
    if not procedure.attach:
        return Step(with_context(state, context), outputs)
    state, context, located = update_location(state, context)
    step = send_attach_accept(state, context, Procedure(Stage.ATTACH_ACCEPT, attach=True))
    return Step(step.state, (*outputs, *located, *step.outputs))


def _activate_complete(
    state: MMEState, context: UEContext, vector: Vector
) -> tuple[MMEState, UEContext, tuple[Output, ...]]:
    """With the repair `named_key` this AV was pushed when RES was verified."""
    if not state.options.named_key:
        return activate(state, context, vector)
    context, note = activated(state, context, vector)
    return state, context, (note,)


def _go_on(
    state: MMEState, context: UEContext, request: nas.TrackingAreaUpdateRequest | nas.DetachRequest
) -> Step[MMEState]:
    """The UE is authenticated: what it had asked for is done."""
    if isinstance(request, nas.DetachRequest):
        return on_detach_request(with_context(state, context), request, context.ue)
    return accept(state, context, request.guti)


def send_attach_accept(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    context, send = send_protected(context, nas.AttachAccept(context.guti))
    state = with_context(state, replace(context, procedure=procedure))
    return Step(state, (send, StartTimer(TimerName.T3450, context.imsi)))


def on_security_mode_reject(state: MMEState, message: nas.SecurityModeReject, source: str) -> Step[MMEState]:
    """TS 24.301 §5.4.3.5: the MME keeps using the context it had, if any. The UE has not taken the new one."""
    context = context_of_connection(state, source)
    procedure, _, _ = _running(context)
    context = replace(context, procedure=replace(procedure, partial=None))
    step = end_without_success(state, context, Remark.SECURITY_MODE_REJECTED, None, message.cause.value)
    if is_in_question(state, context):
        step = keep_current(step, context.imsi)
    return Step(step.state, (StopTimer(TimerName.T3460, context.imsi), *step.outputs))


def on_authentication_failure(state: MMEState, message: nas.AuthenticationFailure, source: str) -> Step[MMEState]:
    """TS 24.301 §5.4.2.7 c, d, e: after cause #21 resynchronise; else ask whether the GUTI led to the right IMSI."""
    context = context_of_connection(state, source)
    procedure, _, vector = _running(context)
    failures = procedure.failures + 1
    stop = StopTimer(TimerName.T3460, context.imsi)
    note = Note(Remark.CHALLENGE_FAILED, rand=vector.rand, values=(message.cause.value,))
    is_synch = message.cause is nas.EMMCause.SYNCH_FAILURE and message.auts is not None
    if is_synch and failures >= MOST_FAILURES:
        return _reject(state, context, Remark.SYNCH_FAILURES, vector.rand, failures)
    context = with_status(context, vector.rand, VectorStatus.USED)
    procedure = replace(procedure, failures=failures)
    if not is_synch:
        step = ask_identity(state, context, replace(procedure, attempts=1))
        return Step(step.state, (stop, note, *step.outputs))
    # "The network shall … delete all unused authentication vectors" (§5.4.2.7 e, in our words).
    context = restatus(context, VectorStatus.UNUSED, VectorStatus.DELETED)
    info = None if message.auts is None else s6a.ResynchronizationInfo(vector.rand, message.auts)
    step = challenge(state, context, replace(procedure, resynchronization=info))
    return Step(step.state, (stop, note, *step.outputs))


def ask_identity(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """IDENTITY REQUEST after a challenge that the UE did not accept."""
    procedure = replace(procedure, stage=Stage.IDENTITY)
    context, send = send_nas(state, replace(context, procedure=procedure), nas.IdentityRequest())
    return Step(with_context(state, context), (send, StartTimer(TimerName.T3470, context.ue)))


def stray_identity(state: MMEState, context: UEContext, told: IMSI) -> Step[MMEState]:
    """The UE that did not accept the challenge has told its IMSI, and no attach can go on with it: it is rejected."""
    _, _, vector = _running(context)
    if told == context.imsi:
        step = _reject(state, context, Remark.IMSI_RIGHT, vector.rand)
    else:
        step = _reject(state, context, Remark.OTHER_IMSI, vector.rand, told)
    return Step(step.state, (StopTimer(TimerName.T3470, context.ue), *step.outputs))


def _reject(state: MMEState, context: UEContext, why: Remark, rand: RAND, *values: NoteValue) -> Step[MMEState]:
    """AUTHENTICATION REJECT; the context that was there before stays unchanged (TS 24.301 §5.4.2.5)."""
    context, send = send_nas(state, context, nas.AuthenticationReject())
    stop = StopTimer(TimerName.T3460, context.imsi)
    note = Note(why, NoteKind.ABANDONED, rand, values=values)
    return keep_or_drop(close(state, context.ue), context, stop, note, send)


# Expiries


def on_t3460_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """TS 24.301 §5.4.2.7 b, §5.4.3.7 b: repeat, at most 4 times."""
    context = context_of(state, subject)
    procedure = None if context is None else context.procedure
    if context is None or procedure is None or procedure.partial is None:
        return Step(state, (Note(Remark.NO_PROCEDURE_WAITS),))
    _, partial, vector = _running(context)
    if procedure.attempts >= RULES[TimerName.T3460].limit:
        return _give_up(state, context, procedure)
    procedure = replace(procedure, attempts=procedure.attempts + 1)
    if procedure.stage is Stage.SECURITY_MODE:
        return send_security_mode_command(state, context, procedure, partial)
    return _send_challenge(state, replace(context, procedure=procedure), vector, partial.ksi)


def _give_up(state: MMEState, context: UEContext, procedure: Procedure) -> Step[MMEState]:
    """TS 24.301 §5.4.2.7 b releases the connection after an authentication, §5.4.3.7 b aborts the procedure only.

    With the repair `settle_key` the connection goes either way: no COMMAND can reach the UE any more, and what it sends
    next tells its key.
    """
    released: tuple[Output, ...] = ()
    if procedure.stage is Stage.AUTHENTICATION or state.options.settle_key:
        state, released = release(state, context.ue)
    step = end_without_success(state, context, Remark.PROCEDURE_ABANDONED, None, procedure.stage.value)
    return page_to_settle(Step(step.state, (*step.outputs, *released)), context.imsi)


def on_s6a_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    context = context_of(state, subject)
    procedure = None if context is None else context.procedure
    if context is None or procedure is None or procedure.stage is not Stage.VECTORS:
        return Step(state, (Note(Remark.NO_OPEN_REQUEST),))
    if procedure.attempts < RULES[TimerName.S6A].limit:
        return _ask_for_vectors(state, context, procedure, procedure.attempts + 1)
    return end_without_success(state, context, Remark.HSS_SILENT, nas.EMMCause.NETWORK_FAILURE)
