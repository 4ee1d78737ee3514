"""Attach and identification at the MME (TS 24.301 §5.5.1, §5.4.4)."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Send, StartTimer, Step, StopTimer, dropped
from nodes.protocol.entities.mme.authentication import (
    ask_identity,
    challenge,
    renew,
    send_attach_accept,
    stray_identity,
)
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.endings import (
    Meeting,
    abort,
    end_without_success,
    forget_waiting,
    nas_timers_off,
    registered,
)
from nodes.protocol.entities.mme.identity import allocate_guti, reallocation_expired
from nodes.protocol.entities.mme.location import update_location
from nodes.protocol.entities.mme.push import start_push
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
    context_of_ue,
    forget_unidentified,
    restatus,
    unidentified_of,
    with_context,
)
from nodes.protocol.entities.mme.tau import accept_expired
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import nas
from nodes.protocol.options import AttachAuthenticates
from nodes.protocol.remarks import Remark


def on_attach_request(state: MMEState, message: nas.AttachRequest, source: str) -> Step[MMEState]:
    """TS 24.301 §5.5.1.2. A GUTI that the MME does not know leads to identification."""
    if not isinstance(message.identity, GUTI):
        return _identified(state, message.identity, message, source)
    context = context_of_guti(state, message.identity)
    # That the GUTI was given to another UE since, an MME learns when its challenge fails (§5.4.2.7 c). The model
    # knows it at once.
    if context is None or context.ue != source:
        state, stops = forget_waiting(state, source)
        step = _identify(state, Unidentified(source, message))
        return Step(step.state, (*stops, *step.outputs))
    return _identified(state, context.imsi, message, source)


def _identified(state: MMEState, imsi: IMSI, request: nas.AttachRequest, source: str) -> Step[MMEState]:
    """The IMSI is known; an identification that ran is over."""
    state, stops = forget_waiting(state, source)
    step = _begin(state, imsi, request, source)
    return Step(step.state, (*stops, *step.outputs))


def _identify(state: MMEState, waiting: Unidentified) -> Step[MMEState]:
    unidentified = tuple(sorted((*state.unidentified, waiting), key=lambda u: u.ue))
    note = Note(Remark.ASKS_FOR_IMSI)
    # By a GUTI that is unknown here nothing was verified, so it goes plain.
    outputs = (note, Send(waiting.ue, nas.IdentityRequest()), StartTimer(TimerName.T3470, waiting.ue))
    return Step(replace(state, unidentified=unidentified), outputs)


def on_identity_response(state: MMEState, message: nas.IdentityResponse, source: str) -> Step[MMEState]:
    waiting = next(u for u in state.unidentified if u.ue == source)
    return _identified(state, message.imsi, waiting.request, source)


def on_identity_response_after_failure(state: MMEState, message: nas.IdentityResponse, source: str) -> Step[MMEState]:
    """TS 24.301 §5.4.2.7 c, d: if the GUTI led to another subscriber, the attach goes on with the right one."""
    context = context_of_connection(state, source)
    request = context.running_request
    if message.imsi == context.imsi or request is None:
        return stray_identity(state, context, message.imsi)
    step = abort(state, context, Meeting.OTHER_IDENTITY)
    begun = _identified(step.state, message.imsi, request, source)
    return Step(begun.state, (*step.outputs, *begun.outputs))


def on_t3470_expiry(state: MMEState, subject: str) -> Step[MMEState]:
    """TS 24.301 §5.4.4.6 b: again, at most 4 times; then whatever runs for the UE is aborted."""
    waiting = unidentified_of(state, subject)
    if waiting is None:
        return _ask_again(state, context_of_ue(state, subject))
    state = forget_unidentified(state, subject)
    if waiting.attempts < RULES[TimerName.T3470].limit:
        return _identify(state, replace(waiting, attempts=waiting.attempts + 1))
    return Step(state, (Note(Remark.IDENTIFICATION_ABANDONED, NoteKind.ABANDONED),))


def _ask_again(state: MMEState, context: UEContext | None) -> Step[MMEState]:
    procedure = None if context is None else context.procedure
    if context is None or procedure is None or procedure.stage is not Stage.IDENTITY:
        return Step(state, (Note(Remark.NO_IDENTIFICATION_RUNS),))
    if procedure.attempts < RULES[TimerName.T3470].limit:
        return ask_identity(state, context, replace(procedure, attempts=procedure.attempts + 1))
    return end_without_success(state, context, Remark.IDENTIFICATION_ABANDONED, None)


def _begin(state: MMEState, imsi: IMSI, request: nas.AttachRequest, source: str) -> Step[MMEState]:
    """Choose the GUTI before the challenge, then authenticate; an identical request goes on with what runs."""
    known = context_of(state, imsi)
    if known is not None and known.procedure is not None and known.running_request == request:
        if known.procedure.stage is Stage.ATTACH_ACCEPT:
            # "the ATTACH ACCEPT message shall be resent" (§5.5.1.2.7 d, in our words).
            return send_attach_accept(state, known, known.procedure)
        return dropped(state, Remark.ATTACH_GOES_ON)
    procedure = Procedure(Stage.VECTORS, attach=True)
    if known is None:
        state, guti = allocate_guti(state, imsi)
        return challenge(state, _fresh(imsi, source, guti, request), procedure)
    if known.is_new:
        context = replace(_fresh(imsi, source, known.guti, request), vectors=known.vectors, open_push=known.open_push)
        step = challenge(state, restatus(context, VectorStatus.CHALLENGED, VectorStatus.USED), procedure)
        return Step(step.state, (*nas_timers_off(known), *step.outputs))
    aborted = abort(state, known, Meeting.ATTACH)
    if _may_skip(aborted.state, known):
        return _accept_at_once(aborted, known.ue, request)
    return _begin_again(aborted, known.ue, request)


def _may_skip(state: MMEState, known: UEContext) -> bool:
    """Whether an ATTACH REQUEST that was verified needs no authentication (TS 24.301 §4.4.2.3), by the lab's choice."""
    only_if_not = state.options.attach_authenticates is AttachAuthenticates.ONLY_IF_NOT_VERIFIED
    return only_if_not and connection_of(state, known.ue).is_secure and known.current is not None


def _accept_at_once(aborted: Step[MMEState], ue: str, request: nas.AttachRequest) -> Step[MMEState]:
    """Attach a UE anew under the security context, and so the AV, that it has."""
    known = context_of_connection(aborted.state, ue)
    state, guti = allocate_guti(aborted.state, known.imsi)
    state, context, settled = renew(state, known, Renewal(request, guti))
    state, context, pushed = start_push(state, context)
    state, context, located = update_location(state, context)
    step = send_attach_accept(state, context, Procedure(Stage.ATTACH_ACCEPT, attach=True))
    note = Note(Remark.ATTACH_VERIFIED)
    return Step(step.state, (*aborted.outputs, *settled, note, *pushed, *located, *step.outputs))


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
        return Step(state, (Note(Remark.NO_PROCEDURE_WAITS),))
    if procedure.stage is Stage.GUTI_REALLOCATION:
        return reallocation_expired(state, context, procedure)
    if procedure.stage is Stage.TAU_ACCEPT:
        return accept_expired(state, context, procedure)
    if procedure.attempts < RULES[TimerName.T3450].limit:
        return send_attach_accept(state, context, replace(procedure, attempts=procedure.attempts + 1))
    # "the MME enters state EMM-DEREGISTERED", the old and the new GUTI valid (§5.5.1.2.7 c).
    return end_without_success(state, context, Remark.NO_ATTACH_COMPLETE, None)
