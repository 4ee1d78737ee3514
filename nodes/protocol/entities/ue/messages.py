"""What a UE does with each message that it gets."""

from dataclasses import replace

from nodes.protocol.entities.application_leg import receive
from nodes.protocol.entities.machine import (
    Note,
    NoteKind,
    Send,
    Step,
    StopTimer,
    dropped,
)
from nodes.protocol.entities.security import SecurityContext
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.procedures import attempt_attach
from nodes.protocol.entities.ue.state import (
    UE_NETWORK_CAPABILITY,
    AnsweredChallenge,
    UEPhase,
    UEState,
    all_timers_off,
    deregistered,
    send_protected,
    with_session,
)
from nodes.protocol.entities.usim import AUTNRefused, answer_challenge
from nodes.protocol.messages import nas
from nodes.protocol.messages.application import Direction, ProtectedMessage


def on_authentication_request(state: UEState, message: nas.AuthenticationRequest, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.3, §5.4.2.6."""
    if state.answered is not None and state.answered.rand == message.rand:
        send = Send(source, nas.AuthenticationResponse(state.answered.res))
        return Step(state, (Note("RAND seen before: RES from memory", rand=message.rand), send))
    try:
        answer = answer_challenge(state.credentials, state.seqs, message.rand, message.autn, state.plmn_id)
    except AUTNRefused as refusal:
        failure = nas.AuthenticationFailure(refusal.cause, refusal.auts)
        note = Note(f"AUTN refused: {refusal}", rand=message.rand)
        return Step(state, (note, Send(source, failure)))
    state = replace(
        state,
        seqs=answer.seqs,
        partial=SecurityContext(message.ksi, message.rand, answer.k_asme),
        answered=AnsweredChallenge(message.rand, answer.res),
    )
    note = Note("AUTN accepted, new context partial", rand=message.rand)
    return Step(state, (note, Send(source, nas.AuthenticationResponse(answer.res))))


def on_security_mode_command(state: UEState, message: nas.SecurityModeCommand, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.3.3: the partial context, whose keys have checked the MAC, becomes current."""
    if state.partial is None or state.partial.ksi != message.ksi:
        state, send = send_protected(state, source, nas.SecurityModeComplete())
        return Step(state, (Note("repeated SECURITY MODE COMMAND"), send))
    context = state.partial
    if message.replayed_ue_security_capability != UE_NETWORK_CAPABILITY:
        cause = nas.EMMCause.UE_SECURITY_CAPABILITIES_MISMATCH
        return reject_security_mode(state, source, cause, "replayed capabilities are not the UE's own")
    state = replace(state, current=context, partial=None, answered=None)
    state, send = send_protected(state, source, nas.SecurityModeComplete())
    return Step(state, (Note("uses", NoteKind.USES, context.rand), send))


def reject_security_mode(state: UEState, source: str, cause: nas.EMMCause, why: str) -> Step[UEState]:
    """TS 24.301 §5.4.3.5: the context of before, if any, protects SECURITY MODE REJECT and stays in use."""
    state, reject = replace(state, partial=None), nas.SecurityModeReject(cause)
    if state.current is None:
        return Step(state, (Note(why), Send(source, reject)))
    state, send = send_protected(state, source, reject)
    return Step(state, (Note(why), send))


def on_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    state = replace(state, phase=UEPhase.REGISTERED, guti=message.guti, attempts=0)
    state, send = send_protected(state, source, nas.AttachComplete())
    return Step(state, (StopTimer(TimerName.T3410, state.name), Note("registered"), send))


def on_repeated_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    """The MME repeats ATTACH ACCEPT when COMPLETE was lost (TS 24.301 §5.5.1.2.7)."""
    state, send = send_protected(replace(state, guti=message.guti), source, nas.AttachComplete())
    return Step(state, (Note("repeated ATTACH ACCEPT"), send))


def on_attach_reject(state: UEState, message: nas.AttachReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.5: cause #8 makes GUTI and eKSI invalid; other causes leave them."""
    timer = StopTimer(TimerName.T3410, state.name)
    state = deregistered(state)
    if message.cause is nas.EMMCause.EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED:
        state = replace(state, guti=None, current=None)
    return Step(state, (timer, Note(f"rejected, cause #{message.cause.value}")))


def on_authentication_reject(state: UEState, _message: nas.AuthenticationReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.5: GUTI and eKSI are deleted."""
    state = replace(deregistered(state), guti=None, current=None)
    return Step(state, (*all_timers_off(state), Note("AUTHENTICATION REJECT: GUTI and context deleted")))


def on_identity_request(state: UEState, _message: nas.IdentityRequest, source: str) -> Step[UEState]:
    return Step(state, (Send(source, nas.IdentityResponse(state.imsi)),))


def on_guti_reallocation_command(state: UEState, message: nas.GUTIReallocationCommand, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.1.3: the new GUTI is valid, the old one dropped."""
    state = replace(state, guti=message.guti)
    state, send = send_protected(state, source, nas.GUTIReallocationComplete())
    return Step(state, (Note("new GUTI, old one dropped"), send))


def on_detach_accept(state: UEState, _message: nas.DetachAccept, _source: str) -> Step[UEState]:
    state = deregistered(state)
    return Step(state, (StopTimer(TimerName.T3421, state.name), Note("detached")))


def on_service_accept(state: UEState, _message: nas.ServiceAccept, _source: str) -> Step[UEState]:
    state = replace(state, phase=UEPhase.REGISTERED)
    return Step(state, (StopTimer(TimerName.T3417, state.name),))


def on_service_reject(state: UEState, message: nas.ServiceReject, source: str) -> Step[UEState]:
    """TS 24.301 §5.6.1.5."""
    return _attach_again(state, message.cause, source, TimerName.T3417)


def _attach_again(state: UEState, cause: nas.EMMCause, mme: str, timer: TimerName) -> Step[UEState]:
    """Cause #9: GUTI and eKSI are deleted; #10: they stay. The UE is deregistered and attaches by itself."""
    state = deregistered(state)
    if cause is not nas.EMMCause.IMPLICITLY_DETACHED:
        state = replace(state, guti=None, current=None)
    step = attempt_attach(state, mme)
    note = Note(f"rejected, cause #{cause.value}; attaches again")
    return Step(step.state, (StopTimer(timer, state.name), note, *step.outputs))


def on_tracking_area_update_accept(state: UEState, message: nas.TrackingAreaUpdateAccept, source: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.4: a new GUTI is answered with COMPLETE."""
    state = replace(state, phase=UEPhase.REGISTERED, attempts=0)
    stop = StopTimer(TimerName.T3430, state.name)
    if message.guti is None:
        return Step(state, (stop, Note("tracking area updated")))
    state, send = send_protected(replace(state, guti=message.guti), source, nas.TrackingAreaUpdateComplete())
    return Step(state, (stop, Note("tracking area updated, new GUTI"), send))


def on_repeated_tracking_area_update_accept(
    state: UEState, message: nas.TrackingAreaUpdateAccept, source: str
) -> Step[UEState]:
    """The MME repeats TRACKING AREA UPDATE ACCEPT when COMPLETE was lost (TS 24.301 §5.5.3.2.7)."""
    note = Note("repeated TRACKING AREA UPDATE ACCEPT")
    if message.guti is None:
        return Step(state, (note,))
    state, send = send_protected(replace(state, guti=message.guti), source, nas.TrackingAreaUpdateComplete())
    return Step(state, (note, send))


def on_tracking_area_update_reject(state: UEState, message: nas.TrackingAreaUpdateReject, source: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.5."""
    return _attach_again(state, message.cause, source, TimerName.T3430)


def on_protected_message(state: UEState, message: ProtectedMessage, source: str) -> Step[UEState]:
    session = state.session_with(source)
    if session is None or session.number != message.session:
        return dropped(state, "unknown session, refused before it is opened")
    if message.direction is not Direction.DOWNLINK:
        return dropped(state, "the UE's own direction, refused before it is opened")
    if state.current is None:
        return dropped(state, "no Ks to open it with")
    leg, note = receive(session.leg, message, ks=state.current.ks, application_server=source, key_name=state.key_name)
    return Step(with_session(state, replace(session, leg=leg)), (note,))
