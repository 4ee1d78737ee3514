"""What a UE starts on its own: commands, and what it tries again when a timer expires."""

from dataclasses import replace
from typing import Final

from nodes.protocol.entities.application_leg import Leg, seal
from nodes.protocol.entities.machine import Note, NoteKind, Send, StartTimer, Step
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.entities.ue.state import (
    UE_NETWORK_CAPABILITY,
    UNREGISTERED,
    UEPhase,
    UESession,
    UEState,
    current_of,
    deregistered,
    guard,
    guti_of,
    mme_of,
    release,
    send_nas,
    start_again,
    timers_off,
    with_session,
)
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import Direction, OpenSession
from nodes.protocol.remarks import Remark

_SENDING: Final = frozenset(
    {UEPhase.REGISTERED, UEPhase.ATTEMPTING_TO_UPDATE, UEPhase.TRACKING_AREA_UPDATING_INITIATED}
)
"""Where a UE reaches its ASs: a tracking area update leaves that as it is. Which bearer carries it is left out."""


# Attach and detach


def attach(state: UEState, command: commands.Attach) -> Step[UEState]:
    is_between = state.phase in {UEPhase.REGISTERED_INITIATED, UEPhase.DEREGISTERED_INITIATED}
    hindrance = Hindrance.IN_NAS_PROCEDURE if is_between else Hindrance.REGISTERED
    guard(state.phase in UNREGISTERED, hindrance, state.phase.value)
    guard(not state.is_barred, Hindrance.USIM_INVALID)
    stops = timers_off(state)
    step = attempt_attach(replace(state, mme=command.mme, attempts=0), command.mme)
    return Step(step.state, (*stops, *step.outputs))


def attempt_attach(state: UEState, mme: str) -> Step[UEState]:
    """Send ATTACH REQUEST with the GUTI, if there is one, and the eKSI of the security context, if any."""
    identity = state.imsi if state.guti is None else state.guti
    ksi = nas.NO_KSI if state.current is None else state.current.ksi
    request = nas.AttachRequest(identity, ksi, UE_NETWORK_CAPABILITY)
    state = replace(state, phase=UEPhase.REGISTERED_INITIATED, attempts=state.attempts + 1)
    state, send = send_nas(state, mme, request)
    return Step(state, (send, StartTimer(TimerName.T3410, state.name)))


def attach_failed(state: UEState) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6: again after T3411; the fifth time GUTI and eKSI are deleted, and T3402 runs."""
    stops, is_last = timers_off(state), state.attempts >= RULES[TimerName.T3410].limit
    state, outputs = release(state)
    state = replace(state, phase=UEPhase.ATTEMPTING_TO_ATTACH)
    if not is_last:
        return Step(state, (*stops, *outputs, StartTimer(TimerName.T3411, state.name)))
    note = Note(Remark.ATTACH_ABANDONED_BY_UE, NoteKind.ABANDONED)
    waits = StartTimer(TimerName.T3402, state.name)
    return Step(replace(state, guti=None, current=None), (*stops, *outputs, note, waits))


def _guard_rest(state: UEState) -> None:
    """Refuse what needs a registered UE that has no procedure of its own under way."""
    hindrance = Hindrance.NOT_REGISTERED if state.phase in UNREGISTERED else Hindrance.IN_NAS_PROCEDURE
    at_rest = state.phase in {UEPhase.REGISTERED, UEPhase.ATTEMPTING_TO_UPDATE}
    guard(at_rest, hindrance, state.phase.value)


def detach(state: UEState, command: commands.Detach) -> Step[UEState]:
    """TS 24.301 §5.5.2.2.1; a UE that is switched off waits for no answer."""
    _guard_rest(state)
    if not command.switch_off:
        stops = timers_off(state)
        step = _attempt_detach(replace(state, attempts=0))
        return Step(step.state, (*stops, *step.outputs))
    request = nas.DetachRequest(guti_of(state), current_of(state).ksi, switch_off=True)
    state, send = send_nas(state, mme_of(state), request)
    state, outputs = deregistered(_closed(state))
    return Step(state, (send, *outputs, Note(Remark.SWITCHED_OFF_AND_ON)))


def _closed(state: UEState) -> UEState:
    """Without power, or once it is switched off, a UE has no open sessions, and no keys for them."""
    closed = (replace(session, is_open=False, keys=(), sending=None) for session in state.sessions)
    return replace(state, sessions=tuple(closed))


def _attempt_detach(state: UEState) -> Step[UEState]:
    state = replace(state, phase=UEPhase.DEREGISTERED_INITIATED, attempts=state.attempts + 1)
    request = nas.DetachRequest(guti_of(state), current_of(state).ksi)
    state, send = send_nas(state, mme_of(state), request)
    return Step(state, (send, StartTimer(TimerName.T3421, state.name)))


def power_cycle(state: UEState, _command: commands.PowerCycle) -> Step[UEState]:
    """GUTI, security context, SQN array and message counters survive in non-volatile memory; open sessions do not."""
    state, outputs = deregistered(_closed(state))
    return Step(replace(state, is_barred=False), (*outputs, Note(Remark.POWER_LOST_AND_BACK)))


# Access and tracking area update


def access(state: UEState, _command: commands.Access) -> Step[UEState]:
    """TS 24.301 §5.6.1.1: a service request is what an idle UE does."""
    mme, _ = mme_of(state), guti_of(state)
    _guard_rest(state)
    guard(state.phase is UEPhase.REGISTERED, Hindrance.WAITS_TO_UPDATE)
    guard(not state.connection.is_open, Hindrance.CONNECTED)
    return request_service(state, mme)


def request_service(state: UEState, mme: str) -> Step[UEState]:
    """Send SERVICE REQUEST, of the UE's own accord or as the answer to paging."""
    state = replace(state, phase=UEPhase.SERVICE_REQUEST_INITIATED)
    state, send = send_nas(state, mme, nas.ServiceRequest(guti_of(state), current_of(state).ksi))
    return Step(state, (send, StartTimer(TimerName.T3417, state.name)))


def update_tracking_area(state: UEState, command: commands.UpdateTrackingArea) -> Step[UEState]:
    """A normal tracking area update (TS 24.301 §5.5.3.2.2), at the MME of the UE or at another one.

    There is no handover: with its MME a UE leaves the connection, too.
    """
    guti_of(state)
    _guard_rest(state)
    if command.mme == state.mme:
        return attempt_update(replace(state, attempts=0))
    state, outputs = release(state)
    step = attempt_update(replace(state, mme=command.mme, attempts=0))
    return Step(step.state, (*outputs, *step.outputs))


def attempt_update(state: UEState) -> Step[UEState]:
    """Send TRACKING AREA UPDATE REQUEST, whatever the UE waited for."""
    stops = timers_off(state)
    request = nas.TrackingAreaUpdateRequest(guti_of(state), current_of(state).ksi)
    state = replace(state, phase=UEPhase.TRACKING_AREA_UPDATING_INITIATED, attempts=state.attempts + 1)
    state, send = send_nas(state, mme_of(state), request)
    return Step(state, (*stops, send, StartTimer(TimerName.T3430, state.name)))


def _update_failed(state: UEState) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.6: again after T3411, the fifth time after T3402; GUTI and eKSI stay, and the registration."""
    stops, is_last = timers_off(state), state.attempts >= RULES[TimerName.T3430].limit
    state, outputs = release(state)
    waits = StartTimer(TimerName.T3402 if is_last else TimerName.T3411, state.name)
    notes = (Note(Remark.UPDATE_ABANDONED, NoteKind.ABANDONED),) if is_last else ()
    return Step(replace(state, phase=UEPhase.ATTEMPTING_TO_UPDATE), (*stops, *outputs, *notes, waits))


# Sessions


def open_session(state: UEState, command: commands.OpenApplicationSession) -> Step[UEState]:
    guti = guti_of(state)
    guard(state.phase in _SENDING, Hindrance.NO_BEARER)
    number = state.sessions_opened + 1
    before = next((s for s in state.sessions if s.application_server == command.application_server), None)
    leg = Leg() if before is None else replace(before.leg, seen=())
    ks = state.ks if state.names_keys else None
    keys = () if ks is None else (ks,)
    session = UESession(command.application_server, number, guti, leg=leg, keys=keys, sending=ks)
    others = tuple(s for s in state.sessions if s.application_server != command.application_server)
    sessions = tuple(sorted((*others, session), key=lambda s: s.application_server))
    state = replace(state, sessions=sessions, sessions_opened=number)
    return Step(state, (Send(command.application_server, OpenSession(number, guti, state.key_name)),))


def send_reading(state: UEState, command: commands.SendReading) -> Step[UEState]:
    session = state.session_with(command.application_server)
    if session is None:
        raise CommandRefused(Hindrance.NO_SESSION_AT_UE, command.application_server)
    ks = current_of(state).ks
    guard(state.phase in _SENDING, Hindrance.NO_BEARER)
    leg, message = seal(
        session.leg,
        ks=session.sending or ks,
        application_server=session.application_server,
        session=session.number,
        direction=Direction.UPLINK,
        text="reading 21.5 C",
        newest=ks if state.names_keys else None,
    )
    state = with_session(state, replace(session, leg=leg))
    return Step(state, (Send(session.application_server, message),))


# Expiries


def on_t3410_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6 c: the connection is released, and the attach is tried again later."""
    return attach_failed(state)


def on_t3421_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.2.2.4 c: the detach is tried again, then done locally."""
    if state.attempts < RULES[TimerName.T3421].limit:
        return _attempt_detach(state)
    state, outputs = deregistered(state)
    return Step(state, (*outputs, Note(Remark.DETACHED_WITHOUT_ANSWER, NoteKind.ABANDONED)))


def on_t3417_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.6.1.6 c; the service request attempt counter, and with it T3325, are left out."""
    return connection_lost(state)


def on_t3430_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.6 c: the connection is released, and the update is tried again later."""
    return _update_failed(state)


def on_t3411_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6, §5.5.3.2.6: what failed is tried again."""
    if state.phase is UEPhase.ATTEMPTING_TO_UPDATE:
        return attempt_update(state)
    return attempt_attach(state, mme_of(state))


def on_t3402_expiry(state: UEState, subject: str) -> Step[UEState]:
    """As T3411, and the attempts are counted anew (TS 24.301 §5.5.1.1, §5.5.3.1)."""
    return on_t3411_expiry(replace(state, attempts=0), subject)


def on_t3416_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.3."""
    return Step(replace(state, answered=None), (Note(Remark.CHALLENGE_FORGOTTEN),))


def on_t3418_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.7 f."""
    return network_failed_check(state)


def on_t3420_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.4.2.7 f."""
    return network_failed_check(state)


def network_failed_check(state: UEState) -> Step[UEState]:
    """TS 24.301 §5.4.2.7 f: the connection is released, and the timer of the UE's procedure starts anew.

    That the cell counts as barred has no effect: there are no cells.
    """
    state, outputs = release(state)
    note = Note(Remark.NETWORK_FAILED_CHECK, NoteKind.ABANDONED)
    return Step(state, (*outputs, note, *start_again(state)))


# The lower layer

_ABANDONED: Final = {
    # What a UE abandons for good when its connection is gone, and where that leaves it.
    UEPhase.SERVICE_REQUEST_INITIATED: (Remark.SERVICE_REQUEST_ABANDONED, UEPhase.REGISTERED),
    UEPhase.DEREGISTERED_INITIATED: (Remark.DETACHED_WITHOUT_ANSWER, UEPhase.DEREGISTERED),
}


def connection_lost(state: UEState) -> Step[UEState]:
    """The connection is gone: what the UE began on it is tried again or abandoned (§5.5.1.2.6 b, §5.5.2.2.4 b, …)."""
    if state.phase is UEPhase.REGISTERED_INITIATED:
        return attach_failed(state)
    if state.phase is UEPhase.TRACKING_AREA_UPDATING_INITIATED:
        return _update_failed(state)
    if state.phase not in _ABANDONED:
        return Step(*release(state))
    stops, (remark, phase) = timers_off(state), _ABANDONED[state.phase]
    state, outputs = release(state)
    note = Note(remark, NoteKind.ABANDONED)
    return Step(replace(state, phase=phase, attempts=0), (*stops, *outputs, note))


def lower_layer_failure(state: UEState, peer: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6 b, §5.5.2.2.4 b, §5.5.3.2.6 b, §5.6.1.6 b.

    Where the UE runs no procedure, it takes this for a release, unless the lab has it notice that the radio connection
    failed: then it updates its tracking area (§5.5.3.2.2).
    """
    if peer != state.mme or not state.connection.is_open:
        return Step(state)
    is_idle = state.phase is UEPhase.REGISTERED
    lost = connection_lost(state)
    note = Note(Remark.CONNECTION_LOST, NoteKind.ABANDONED)
    if not is_idle or not state.notices_failure:
        return Step(lost.state, (note, *lost.outputs))
    step = attempt_update(replace(lost.state, attempts=0))
    return Step(step.state, (note, *lost.outputs, *step.outputs))
