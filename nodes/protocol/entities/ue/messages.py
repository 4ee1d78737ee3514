"""What a UE does with each message that it gets."""

from dataclasses import replace

from nodes.protocol.entities.application_leg import named, receive
from nodes.protocol.entities.machine import (
    Note,
    NoteKind,
    Output,
    StartTimer,
    Step,
    dropped,
)
from nodes.protocol.entities.security import SecurityContext
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue import procedures
from nodes.protocol.entities.ue.state import (
    UE_NETWORK_CAPABILITY,
    AnsweredChallenge,
    UEPhase,
    UESession,
    UEState,
    challenge_settled,
    deregistered,
    forget_challenge,
    send_nas,
    timers_off,
    with_new_key,
    with_session,
)
from nodes.protocol.entities.usim import AUTNRefused, answer_challenge
from nodes.protocol.messages import nas
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.messages.s1 import ConnectionRelease, Paging
from nodes.protocol.octets import Ks
from nodes.protocol.remarks import Remark

MOST_FAILURES = 3  # "three consecutive authentication challenges" (TS 24.301 §5.4.2.7)


# Authentication and security mode control


def on_authentication_request(state: UEState, message: nas.AuthenticationRequest, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.3, §5.4.2.6."""
    if state.answered is not None and state.answered.rand == message.rand:
        state, send = send_nas(state, source, nas.AuthenticationResponse(state.answered.res))
        return Step(state, (Note(Remark.RES_REPEATED, rand=message.rand), send))
    try:
        answer = answer_challenge(state.credentials, state.seqs, message.rand, message.autn, state.plmn_id)
    except AUTNRefused as refusal:
        return _refuse_challenge(state, message, refusal, source)
    state, settled = challenge_settled(state)
    state = replace(
        state,
        seqs=answer.seqs,
        partial=SecurityContext(message.ksi, message.rand, answer.k_asme),
        answered=AnsweredChallenge(message.rand, answer.res),
    )
    note = Note(Remark.AUTN_ACCEPTED, rand=message.rand)
    state, send = send_nas(state, source, nas.AuthenticationResponse(answer.res))
    return Step(state, (*settled, note, StartTimer(TimerName.T3416, state.name), send))


def _refuse_challenge(
    state: UEState, message: nas.AuthenticationRequest, refusal: AUTNRefused, source: str
) -> Step[UEState]:
    """TS 24.301 §5.4.2.7 c, d, e: T3418 or T3420 runs instead of the timer of the UE's procedure; the third is f."""
    note = Note(refusal.remark, rand=message.rand)
    failures = state.failures + 1
    if failures >= MOST_FAILURES:
        step = procedures.network_failed_check(state)
        return Step(step.state, (note, *step.outputs))
    stops: tuple[Output, ...] = timers_off(state)
    state, forgotten = forget_challenge(state)
    timer = TimerName.T3420 if refusal.cause is nas.EMMCause.SYNCH_FAILURE else TimerName.T3418
    failure = nas.AuthenticationFailure(refusal.cause, refusal.auts)
    state, send = send_nas(replace(state, failures=failures), source, failure)
    return Step(state, (note, *stops, *forgotten, StartTimer(timer, state.name), send))


def on_security_mode_command(state: UEState, message: nas.SecurityModeCommand, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.3.3: the partial context, whose keys have checked the MAC, becomes current.

    Secure exchange of NAS messages is established with it (§4.4.2.3).
    """
    if state.partial is None or state.partial.ksi != message.ksi:
        state, send = send_nas(state, source, nas.SecurityModeComplete())
        return Step(state, (Note(Remark.SECURITY_MODE_COMMAND_REPEATED), send))
    context = state.partial
    if message.replayed_ue_security_capability != UE_NETWORK_CAPABILITY:
        cause = nas.EMMCause.UE_SECURITY_CAPABILITIES_MISMATCH
        return reject_security_mode(state, source, cause, Note(Remark.CAPABILITIES_DIFFER))
    state, settled = challenge_settled(state)
    state = with_new_key(replace(state, current=context, partial=None, connection=state.connection.secured()))
    state, send = send_nas(state, source, nas.SecurityModeComplete())
    return Step(state, (*settled, Note(Remark.USES, NoteKind.USES, context.rand), send))


def reject_security_mode(state: UEState, source: str, cause: nas.EMMCause, why: Note) -> Step[UEState]:
    """TS 24.301 §5.4.3.5: the context of before, if any, protects SECURITY MODE REJECT and stays in use."""
    state, settled = challenge_settled(replace(state, partial=None))
    state, send = send_nas(state, source, nas.SecurityModeReject(cause))
    return Step(state, (*settled, why, send))


def on_authentication_reject(state: UEState, _message: nas.AuthenticationReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.5: GUTI and eKSI are deleted, and the USIM is invalid until the UE is switched off."""
    state, outputs = deregistered(state)
    state = replace(state, guti=None, current=None, is_barred=True)
    note = Note(Remark.AUTHENTICATION_REJECTED)
    return Step(state, (*outputs, note))


def on_identity_request(state: UEState, _message: nas.IdentityRequest, source: str) -> Step[UEState]:
    state, send = send_nas(state, source, nas.IdentityResponse(state.imsi))
    return Step(state, (send,))


# Attach and detach


def on_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    stop = timers_off(state)
    state = replace(state, phase=UEPhase.REGISTERED, guti=message.guti, attempts=0)
    state, send = send_nas(state, source, nas.AttachComplete())
    return Step(state, (*stop, Note(Remark.REGISTERED), send))


def on_repeated_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    """The MME repeats ATTACH ACCEPT when COMPLETE was lost (TS 24.301 §5.5.1.2.7)."""
    state, send = send_nas(replace(state, guti=message.guti), source, nas.AttachComplete())
    return Step(state, (Note(Remark.ATTACH_ACCEPT_REPEATED), send))


def on_attach_reject(state: UEState, message: nas.AttachReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.5: cause #8 makes GUTI and eKSI invalid; of the others the UE tries again (§5.5.1.2.6 d)."""
    note = Note(Remark.REJECTED, values=(message.cause.value,))
    if message.cause is not nas.EMMCause.EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED:
        step = procedures.attach_failed(state)
        return Step(step.state, (note, *step.outputs))
    state, outputs = deregistered(state)
    return Step(replace(state, guti=None, current=None), (*outputs, note))


def on_detach_accept(state: UEState, _message: nas.DetachAccept, _source: str) -> Step[UEState]:
    state, outputs = deregistered(state)
    return Step(state, (*outputs, Note(Remark.DETACHED)))


# GUTI, tracking area, service


def on_guti_reallocation_command(state: UEState, message: nas.GUTIReallocationCommand, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.1.3: the new GUTI is valid, the old one dropped."""
    state = replace(state, guti=message.guti)
    state, send = send_nas(state, source, nas.GUTIReallocationComplete())
    return Step(state, (Note(Remark.GUTI_TAKEN), send))


def on_service_accept(state: UEState, _message: nas.ServiceAccept, _source: str) -> Step[UEState]:
    return _done(state)


def _done(state: UEState, *outputs: Output) -> Step[UEState]:
    """A procedure of the UE's own has succeeded; RAND and RES are deleted (TS 24.301 §5.4.2.3)."""
    stop = timers_off(state)
    state, forgotten = forget_challenge(state)
    return Step(replace(state, phase=UEPhase.REGISTERED, attempts=0), (*stop, *forgotten, *outputs))


def on_service_reject(state: UEState, message: nas.ServiceReject, source: str) -> Step[UEState]:
    """TS 24.301 §5.6.1.5."""
    return _attach_again(state, message.cause, source)


def _attach_again(state: UEState, cause: nas.EMMCause, mme: str) -> Step[UEState]:
    """Cause #9: GUTI and eKSI are deleted; #10: they stay. The UE is deregistered and attaches by itself.

    T3440, for which it would wait, is left out: the connection is released at once.
    """
    state, outputs = deregistered(state)
    if cause is not nas.EMMCause.IMPLICITLY_DETACHED:
        state = replace(state, guti=None, current=None)
    step = procedures.attempt_attach(state, mme)
    note = Note(Remark.REJECTED_ATTACHES_AGAIN, values=(cause.value,))
    return Step(step.state, (*outputs, note, *step.outputs))


def on_tracking_area_update_accept(state: UEState, message: nas.TrackingAreaUpdateAccept, source: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.4: a new GUTI is answered with COMPLETE."""
    if message.guti is None:
        return _done(state, Note(Remark.UPDATED))
    done = _done(replace(state, guti=message.guti), Note(Remark.UPDATED_NEW_GUTI))
    state, send = send_nas(done.state, source, nas.TrackingAreaUpdateComplete())
    return Step(state, (*done.outputs, send))


def on_repeated_tracking_area_update_accept(
    state: UEState, message: nas.TrackingAreaUpdateAccept, source: str
) -> Step[UEState]:
    """The MME repeats TRACKING AREA UPDATE ACCEPT when COMPLETE was lost (TS 24.301 §5.5.3.2.7)."""
    note = Note(Remark.UPDATE_ACCEPT_REPEATED)
    if message.guti is None:
        return Step(state, (note,))
    state, send = send_nas(replace(state, guti=message.guti), source, nas.TrackingAreaUpdateComplete())
    return Step(state, (note, send))


def on_tracking_area_update_reject(state: UEState, message: nas.TrackingAreaUpdateReject, source: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.5."""
    return _attach_again(state, message.cause, source)


# The connection


def on_connection_release(state: UEState, message: ConnectionRelease, _source: str) -> Step[UEState]:
    """TS 24.301 §5.3.1.2.1; for a procedure of the UE's own it is as a lower layer failure."""
    if not state.connection.is_open or state.connection.number != message.connection:
        return dropped(state, Remark.RELEASES_NO_CONNECTION)
    step = procedures.connection_lost(state)
    return Step(step.state, (Note(Remark.CONNECTION_RELEASED), *step.outputs))


def on_paging(state: UEState, message: Paging, source: str) -> Step[UEState]:
    """TS 24.301 §5.6.2.2.1: an idle UE answers with SERVICE REQUEST, or, where an update failed, tries that again."""
    if message.guti != state.guti:
        return dropped(state, Remark.PAGES_ANOTHER)
    if state.connection.is_open:
        return dropped(state, Remark.PAGING_IGNORED_CONNECTED)
    if state.phase is UEPhase.ATTEMPTING_TO_UPDATE:
        return procedures.attempt_update(state)
    if state.phase is not UEPhase.REGISTERED:
        return dropped(state, Remark.PAGING_IGNORED_NOT_REGISTERED)
    return procedures.request_service(state, source)


# The application leg


def on_protected_message(state: UEState, message: ProtectedMessage, source: str) -> Step[UEState]:
    session = state.session_with(source)
    if session is None or session.number != message.session:
        return dropped(state, Remark.NO_SUCH_SESSION)
    if message.direction is not Direction.DOWNLINK:
        return dropped(state, Remark.OWN_DIRECTION_OF_UE)
    ks = named(session.keys, message.key_name) if state.names_keys else state.ks
    if ks is None and not state.names_keys:
        return dropped(state, Remark.NO_KS_TO_OPEN_WITH)
    leg, note = receive(session.leg, message, ks=ks, application_server=source)
    session = replace(session, leg=leg)
    if note.kind is NoteKind.OPENED and ks is not None:
        session = _moved_on(session, ks)
    return Step(with_session(state, session), (note,))


def _moved_on(session: UESession, ks: Ks) -> UESession:
    """Repair `named_key`: the AS has a newer Ks than the UE seals under, so the UE goes on with that one."""
    if session.sending is None or session.keys.index(ks) <= session.keys.index(session.sending):
        return session
    return replace(session, sending=ks)
