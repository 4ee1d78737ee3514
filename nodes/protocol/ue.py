"""Transitions of the UE (ME and USIM): EMM states of TS 24.301 §5.1.3.2 and its application sessions."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol.application_leg import Leg, receive, seal
from nodes.protocol.credentials import Credentials
from nodes.protocol.errors import CommandRefused
from nodes.protocol.identities import GUTI, IMSI, PLMNIdentity
from nodes.protocol.machine import (
    Handler,
    Handlers,
    Note,
    NoteKind,
    Send,
    StartTimer,
    Step,
    StopTimer,
    dropped,
    refuse_all,
)
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import Direction, OpenSession, ProtectedMessage
from nodes.protocol.octets import RAND, RES, Ks
from nodes.protocol.security import NASDirection, SecurityContext, check, protect
from nodes.protocol.timers import RULES, TimerName
from nodes.protocol.usim import AUTNRefused, answer_challenge

UE_NETWORK_CAPABILITY = bytes.fromhex("a020")  # EEA0, EEA2, 128-EIA2 (TS 24.301 §9.9.3.34)


class UEPhase(Enum):
    """EMM main states of the UE."""

    DEREGISTERED = "EMM-DEREGISTERED"
    REGISTERED_INITIATED = "EMM-REGISTERED-INITIATED"
    REGISTERED = "EMM-REGISTERED"
    SERVICE_REQUEST_INITIATED = "EMM-SERVICE-REQUEST-INITIATED"
    DEREGISTERED_INITIATED = "EMM-DEREGISTERED-INITIATED"


@dataclass(frozen=True, slots=True)
class AnsweredChallenge:
    """RAND and RES of the last challenge: a repeated RAND is answered from memory (TS 24.301 §5.4.2.3)."""

    rand: RAND
    res: RES


@dataclass(frozen=True, slots=True)
class UESession:
    """The UE's end of its session with an AS."""

    application_server: str
    number: int
    guti: GUTI
    is_open: bool = True
    leg: Leg = Leg()


@dataclass(frozen=True, slots=True)
class UEState:
    """What the UE holds. `seqs` is the USIM's array of 32 SEQ values, by IND (TS 33.102 Annex C)."""

    name: str
    imsi: IMSI
    credentials: Credentials
    plmn_id: PLMNIdentity
    seqs: tuple[int, ...]
    phase: UEPhase = UEPhase.DEREGISTERED
    mme: str | None = None
    guti: GUTI | None = None
    current: SecurityContext | None = None
    partial: SecurityContext | None = None
    answered: AnsweredChallenge | None = None
    attempts: int = 0
    sessions_opened: int = 0
    sessions: tuple[UESession, ...] = ()

    @property
    def ks(self) -> Ks | None:
        """The Ks that the UE uses now: that of its current context, 32 octets."""
        return None if self.current is None else self.current.ks

    def session_with(self, application_server: str) -> UESession | None:
        """The open session with an AS."""
        return next((s for s in self.sessions if s.application_server == application_server and s.is_open), None)


def _guard(condition: object, why: str) -> None:
    if not condition:
        raise CommandRefused(why)


def _mme(state: UEState) -> str:
    if state.mme is None:
        raise CommandRefused("The UE has never attached, so it has no MME")
    return state.mme


def _guti(state: UEState) -> GUTI:
    if state.guti is None:
        raise CommandRefused("The UE has no GUTI: it must attach first")
    return state.guti


def _current(state: UEState) -> SecurityContext:
    if state.current is None:
        raise CommandRefused("The UE has no EPS security context, and so no Ks: it must attach first")
    return state.current


def _send_protected(state: UEState, mme: str, message: nas.PlainNAS) -> tuple[UEState, Send]:
    current, protected = protect(_current(state), NASDirection.UPLINK, message)
    return replace(state, current=current), Send(mme, protected)


def _deregistered(state: UEState) -> UEState:
    """EMM-DEREGISTERED: a running procedure is forgotten, with it the stored RAND and RES (TS 24.301 §5.4.2.3)."""
    return replace(state, phase=UEPhase.DEREGISTERED, partial=None, answered=None, attempts=0)


# Commands


def attach(state: UEState, command: commands.Attach) -> Step[UEState]:
    _guard(state.phase is UEPhase.DEREGISTERED, f"The UE is in {state.phase.value}")
    return _attempt_attach(replace(state, mme=command.mme), command.mme)


def _attempt_attach(state: UEState, mme: str) -> Step[UEState]:
    identity = state.imsi if state.guti is None else state.guti
    ksi = nas.NO_KSI if state.current is None else state.current.ksi
    request = nas.AttachRequest(identity, ksi, UE_NETWORK_CAPABILITY)
    state = replace(state, phase=UEPhase.REGISTERED_INITIATED, attempts=state.attempts + 1)
    return Step(state, (Send(mme, request), StartTimer(TimerName.T3410, state.name)))


def detach(state: UEState, _command: commands.Detach) -> Step[UEState]:
    _guard(state.phase is UEPhase.REGISTERED, f"The UE is in {state.phase.value}")
    return _attempt_detach(replace(state, attempts=0, partial=None, answered=None))


def _attempt_detach(state: UEState) -> Step[UEState]:
    state = replace(state, phase=UEPhase.DEREGISTERED_INITIATED, attempts=state.attempts + 1)
    request = nas.DetachRequest(_guti(state), _current(state).ksi)
    state, send = _send_protected(state, _mme(state), request)
    return Step(state, (send, StartTimer(TimerName.T3421, state.name)))


def power_cycle(state: UEState, _command: commands.PowerCycle) -> Step[UEState]:
    """GUTI, security context, SQN array and message counters survive in non-volatile memory; open sessions do not."""
    sessions = tuple(replace(session, is_open=False) for session in state.sessions)
    state = replace(_deregistered(state), sessions=sessions)
    return Step(state, (*_all_timers_off(state), Note("power lost and back; sessions closed")))


def access(state: UEState, _command: commands.Access) -> Step[UEState]:
    mme, guti = _mme(state), _guti(state)
    _guard(state.phase is UEPhase.REGISTERED, f"The UE is in {state.phase.value}")
    state = replace(state, phase=UEPhase.SERVICE_REQUEST_INITIATED)
    state, send = _send_protected(state, mme, nas.ServiceRequest(guti, _current(state).ksi))
    return Step(state, (send, StartTimer(TimerName.T3417, state.name)))


def open_session(state: UEState, command: commands.OpenApplicationSession) -> Step[UEState]:
    guti = _guti(state)
    _guard(state.phase is UEPhase.REGISTERED, "The UE is not registered, so it has no connection to an AS")
    number = state.sessions_opened + 1
    before = next((s for s in state.sessions if s.application_server == command.application_server), None)
    leg = Leg() if before is None else replace(before.leg, seen=())
    session = UESession(command.application_server, number, guti, leg=leg)
    others = tuple(s for s in state.sessions if s.application_server != command.application_server)
    sessions = tuple(sorted((*others, session), key=lambda s: s.application_server))
    state = replace(state, sessions=sessions, sessions_opened=number)
    return Step(state, (Send(command.application_server, OpenSession(number, guti)),))


def send_reading(state: UEState, command: commands.SendReading) -> Step[UEState]:
    session = state.session_with(command.application_server)
    if session is None:
        raise CommandRefused(f"The UE has no session with {command.application_server}; open one first")
    ks = _current(state).ks
    _guard(state.phase is UEPhase.REGISTERED, "The UE is not registered, so it has no connection to an AS")
    leg, message = seal(
        session.leg,
        ks=ks,
        application_server=session.application_server,
        session=session.number,
        direction=Direction.UPLINK,
        text="reading 21.5 C",
    )
    state = _with_session(state, replace(session, leg=leg))
    return Step(state, (Send(session.application_server, message),))


def _with_session(state: UEState, session: UESession) -> UEState:
    sessions = tuple(session if s.application_server == session.application_server else s for s in state.sessions)
    return replace(state, sessions=sessions)


# Messages


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
        state, send = _send_protected(state, source, nas.SecurityModeComplete())
        return Step(state, (Note("repeated SECURITY MODE COMMAND"), send))
    context = state.partial
    if message.replayed_ue_security_capability != UE_NETWORK_CAPABILITY:
        cause = nas.EMMCause.UE_SECURITY_CAPABILITIES_MISMATCH
        note = Note("replayed capabilities are not the UE's own")
        return Step(replace(state, partial=None), (note, Send(source, nas.SecurityModeReject(cause))))
    state = replace(state, current=context, partial=None, answered=None)
    state, send = _send_protected(state, source, nas.SecurityModeComplete())
    return Step(state, (Note("uses", NoteKind.USES, context.rand), send))


def on_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    state = replace(state, phase=UEPhase.REGISTERED, guti=message.guti, attempts=0)
    state, send = _send_protected(state, source, nas.AttachComplete())
    return Step(state, (StopTimer(TimerName.T3410, state.name), Note("registered"), send))


def on_repeated_attach_accept(state: UEState, message: nas.AttachAccept, source: str) -> Step[UEState]:
    """The MME repeats ATTACH ACCEPT when COMPLETE was lost (TS 24.301 §5.5.1.2.7)."""
    state, send = _send_protected(replace(state, guti=message.guti), source, nas.AttachComplete())
    return Step(state, (Note("repeated ATTACH ACCEPT"), send))


def on_attach_reject(state: UEState, message: nas.AttachReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.5: cause #8 makes GUTI and eKSI invalid; other causes leave them."""
    timer = StopTimer(TimerName.T3410, state.name)
    state = _deregistered(state)
    if message.cause is nas.EMMCause.EPS_AND_NON_EPS_SERVICES_NOT_ALLOWED:
        state = replace(state, guti=None, current=None)
    return Step(state, (timer, Note(f"rejected, cause #{message.cause.value}")))


def on_authentication_reject(state: UEState, _message: nas.AuthenticationReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.5: GUTI and eKSI are deleted."""
    state = replace(_deregistered(state), guti=None, current=None)
    return Step(state, (*_all_timers_off(state), Note("AUTHENTICATION REJECT: GUTI and context deleted")))


def on_identity_request(state: UEState, _message: nas.IdentityRequest, source: str) -> Step[UEState]:
    return Step(state, (Send(source, nas.IdentityResponse(state.imsi)),))


def on_guti_reallocation_command(state: UEState, message: nas.GUTIReallocationCommand, source: str) -> Step[UEState]:
    """TS 24.301 §5.4.1.3: the new GUTI is valid, the old one dropped."""
    state = replace(state, guti=message.guti)
    state, send = _send_protected(state, source, nas.GUTIReallocationComplete())
    return Step(state, (Note("new GUTI, old one dropped"), send))


def on_detach_accept(state: UEState, _message: nas.DetachAccept, _source: str) -> Step[UEState]:
    state = _deregistered(state)
    return Step(state, (StopTimer(TimerName.T3421, state.name), Note("detached")))


def on_service_accept(state: UEState, _message: nas.ServiceAccept, _source: str) -> Step[UEState]:
    state = replace(state, phase=UEPhase.REGISTERED)
    return Step(state, (StopTimer(TimerName.T3417, state.name),))


def on_service_reject(state: UEState, message: nas.ServiceReject, _source: str) -> Step[UEState]:
    """TS 24.301 §5.6.1.5, cause #9: GUTI and eKSI are deleted and the UE is deregistered."""
    state = replace(_deregistered(state), guti=None, current=None)
    note = Note(f"rejected, cause #{message.cause.value}; must attach again")
    return Step(state, (StopTimer(TimerName.T3417, state.name), note))


def on_protected_message(state: UEState, message: ProtectedMessage, source: str) -> Step[UEState]:
    session = state.session_with(source)
    if session is None or session.number != message.session:
        return dropped(state, "unknown session, refused before it is opened")
    if message.direction is not Direction.DOWNLINK:
        return dropped(state, "the UE's own direction, refused before it is opened")
    if state.current is None:
        return dropped(state, "no Ks to open it with")
    leg, note = receive(session.leg, message, ks=state.current.ks, application_server=source)
    return Step(_with_session(state, replace(session, leg=leg)), (note,))


# Expiries


def on_t3410_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6: the attach is tried again, at most 5 times."""
    if state.attempts < RULES[TimerName.T3410].limit:
        return _attempt_attach(replace(state, partial=None, answered=None), _mme(state))
    return Step(_deregistered(state), (Note("attach abandoned by the UE", NoteKind.ABANDONED),))


def on_t3421_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.2.2.4: the detach is tried again, then done locally."""
    if state.attempts < RULES[TimerName.T3421].limit:
        return _attempt_detach(state)
    return Step(_deregistered(state), (Note("detached without an answer", NoteKind.ABANDONED),))


def on_t3417_expiry(state: UEState, _subject: str) -> Step[UEState]:
    note = Note("service request abandoned", NoteKind.ABANDONED)
    return Step(replace(state, phase=UEPhase.REGISTERED), (note,))


def _all_timers_off(state: UEState) -> tuple[StopTimer, ...]:
    names = (TimerName.T3410, TimerName.T3417, TimerName.T3421)
    return tuple(StopTimer(name, state.name) for name in names)


# NAS security


PLAIN_ALLOWED = (
    # Messages that a UE processes without integrity protection (TS 24.301 §4.4.4.2; the list is from memory).
    nas.IdentityRequest,
    nas.AuthenticationRequest,
    nas.AuthenticationReject,
    nas.AttachReject,
    nas.DetachAccept,
    nas.ServiceReject,
)


def unwrap(state: UEState, message: object, source: str) -> tuple[UEState, object] | Step[UEState]:
    """Open NAS security: the partial context is for its SECURITY MODE COMMAND, the current one for all else.

    A SECURITY MODE COMMAND that the MME repeats comes after the UE has switched: then the current one opens it.
    """
    if not isinstance(message, nas.SecurityProtected):
        if isinstance(message, nas.PlainNAS) and not isinstance(message, PLAIN_ALLOWED):
            return dropped(state, "not integrity protected")
        return state, message
    is_command = isinstance(message.message, nas.SecurityModeCommand)
    if is_command and state.partial is not None and state.partial.ksi == message.ksi:
        checked = check(state.partial, NASDirection.DOWNLINK, message)
        if isinstance(checked, str):
            return _security_mode_reject(state, checked, source)
        return replace(state, partial=checked), message.message
    checked = check(state.current, NASDirection.DOWNLINK, message)
    if isinstance(checked, str):
        return dropped(state, checked)
    return replace(state, current=checked), message.message


def _security_mode_reject(state: UEState, why: str, source: str) -> Step[UEState]:
    """A SECURITY MODE COMMAND that cannot be accepted (TS 24.301 §5.4.3.5)."""
    reject = nas.SecurityModeReject(nas.EMMCause.SECURITY_MODE_REJECTED_UNSPECIFIED)
    return Step(replace(state, partial=None), (Note(f"{why}: not accepted"), Send(source, reject)))


# The table


NAS_TO_UE = (
    nas.AttachAccept,
    nas.AttachReject,
    nas.DetachAccept,
    nas.AuthenticationRequest,
    nas.AuthenticationReject,
    nas.IdentityRequest,
    nas.SecurityModeCommand,
    nas.GUTIReallocationCommand,
    nas.ServiceAccept,
    nas.ServiceReject,
)
INCOMING = (*NAS_TO_UE, ProtectedMessage)

_CHALLENGED: dict[type, Handler] = {
    nas.AuthenticationRequest: on_authentication_request,
    nas.AuthenticationReject: on_authentication_reject,
    nas.IdentityRequest: on_identity_request,
    nas.SecurityModeCommand: on_security_mode_command,
    ProtectedMessage: on_protected_message,
}

_BY_PHASE: dict[UEPhase, dict[type, Handler]] = {
    UEPhase.DEREGISTERED: {ProtectedMessage: on_protected_message},
    UEPhase.REGISTERED_INITIATED: {
        **_CHALLENGED,
        nas.AttachAccept: on_attach_accept,
        nas.AttachReject: on_attach_reject,
    },
    UEPhase.REGISTERED: {
        **_CHALLENGED,
        nas.AttachAccept: on_repeated_attach_accept,
        nas.GUTIReallocationCommand: on_guti_reallocation_command,
    },
    UEPhase.SERVICE_REQUEST_INITIATED: {
        **_CHALLENGED,
        nas.ServiceAccept: on_service_accept,
        nas.ServiceReject: on_service_reject,
    },
    UEPhase.DEREGISTERED_INITIATED: {
        nas.DetachAccept: on_detach_accept,
        nas.AuthenticationReject: on_authentication_reject,
        ProtectedMessage: on_protected_message,
    },
}

_WHY = {
    UEPhase.DEREGISTERED: "the UE has no NAS procedure",
    UEPhase.REGISTERED_INITIATED: "the UE is attaching",
    UEPhase.REGISTERED: "the UE started no such procedure",
    UEPhase.SERVICE_REQUEST_INITIATED: "the UE waits for SERVICE ACCEPT",
    UEPhase.DEREGISTERED_INITIATED: "the UE is detaching (TS 24.301 §5.5.2.2.4)",
}


def _refusals() -> dict[tuple[Enum, type], str]:
    refused: dict[tuple[Enum, type], str] = {}
    for phase, handled in _BY_PHASE.items():
        refused |= refuse_all(phase, tuple(t for t in INCOMING if t not in handled), _WHY[phase])
    return refused


HANDLERS = Handlers(
    phases=UEPhase,
    phase=lambda state, _message, _source: state.phase,
    incoming=INCOMING,
    messages={(phase, kind): handler for phase, table in _BY_PHASE.items() for kind, handler in table.items()},
    refusals=_refusals(),
    expiries={
        TimerName.T3410: on_t3410_expiry,
        TimerName.T3417: on_t3417_expiry,
        TimerName.T3421: on_t3421_expiry,
    },
    commands={
        commands.Attach: attach,
        commands.Detach: detach,
        commands.PowerCycle: power_cycle,
        commands.Access: access,
        commands.OpenApplicationSession: open_session,
        commands.SendReading: send_reading,
    },
    unwrap=unwrap,
)
