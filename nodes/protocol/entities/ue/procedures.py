"""What a UE starts on its own: commands, and what it tries again when a timer expires."""

from dataclasses import replace
from typing import Final

from nodes.protocol.entities.application_leg import Leg, seal
from nodes.protocol.entities.machine import (
    Note,
    NoteKind,
    Send,
    StartTimer,
    Step,
)
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.entities.ue.state import (
    UE_NETWORK_CAPABILITY,
    UEPhase,
    UESession,
    UEState,
    all_timers_off,
    current_of,
    deregistered,
    guard,
    guti_of,
    mme_of,
    send_protected,
    with_session,
)
from nodes.protocol.errors import CommandRefused, Hindrance
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import Direction, OpenSession

_SENDING: Final = frozenset({UEPhase.REGISTERED, UEPhase.TRACKING_AREA_UPDATING_INITIATED})
"""Where a UE has a connection to ASs: a tracking area update leaves it as it is."""
_NO_CONNECTION: Final = "The UE is not registered, so it has no connection to an AS"


def attach(state: UEState, command: commands.Attach) -> Step[UEState]:
    is_between = state.phase in {UEPhase.REGISTERED_INITIATED, UEPhase.DEREGISTERED_INITIATED}
    hindrance = Hindrance.NAS_PROCEDURE_RUNS if is_between else Hindrance.REGISTERED
    guard(state.phase is UEPhase.DEREGISTERED, f"The UE is in {state.phase.value}", hindrance)
    return attempt_attach(replace(state, mme=command.mme), command.mme)


def attempt_attach(state: UEState, mme: str) -> Step[UEState]:
    """Send ATTACH REQUEST with the GUTI, if there is one, and the eKSI of the security context, if any."""
    identity = state.imsi if state.guti is None else state.guti
    ksi = nas.NO_KSI if state.current is None else state.current.ksi
    request = nas.AttachRequest(identity, ksi, UE_NETWORK_CAPABILITY)
    state = replace(state, phase=UEPhase.REGISTERED_INITIATED, attempts=state.attempts + 1)
    return Step(state, (Send(mme, request), StartTimer(TimerName.T3410, state.name)))


def _guard_rest(state: UEState) -> None:
    """Refuse what needs a registered UE that has no procedure of its own under way."""
    is_detached = state.phase is UEPhase.DEREGISTERED
    hindrance = Hindrance.NOT_REGISTERED if is_detached else Hindrance.NAS_PROCEDURE_RUNS
    guard(state.phase is UEPhase.REGISTERED, f"The UE is in {state.phase.value}", hindrance)


def detach(state: UEState, _command: commands.Detach) -> Step[UEState]:
    _guard_rest(state)
    return _attempt_detach(replace(state, attempts=0))


def _attempt_detach(state: UEState) -> Step[UEState]:
    state = replace(state, phase=UEPhase.DEREGISTERED_INITIATED, attempts=state.attempts + 1)
    request = nas.DetachRequest(guti_of(state), current_of(state).ksi)
    state, send = send_protected(state, mme_of(state), request)
    return Step(state, (send, StartTimer(TimerName.T3421, state.name)))


def power_cycle(state: UEState, _command: commands.PowerCycle) -> Step[UEState]:
    """GUTI, security context, SQN array and message counters survive in non-volatile memory; open sessions do not."""
    sessions = tuple(replace(session, is_open=False) for session in state.sessions)
    state = replace(deregistered(state), sessions=sessions)
    return Step(state, (*all_timers_off(state), Note("power lost and back; sessions closed")))


def access(state: UEState, _command: commands.Access) -> Step[UEState]:
    mme, guti = mme_of(state), guti_of(state)
    _guard_rest(state)
    state = replace(state, phase=UEPhase.SERVICE_REQUEST_INITIATED)
    state, send = send_protected(state, mme, nas.ServiceRequest(guti, current_of(state).ksi))
    return Step(state, (send, StartTimer(TimerName.T3417, state.name)))


def update_tracking_area(state: UEState, command: commands.UpdateTrackingArea) -> Step[UEState]:
    """A normal tracking area update (TS 24.301 §5.5.3.2.2), at the MME of the UE or at another one."""
    guti_of(state)
    _guard_rest(state)
    return _attempt_update(replace(state, mme=command.mme))


def _attempt_update(state: UEState) -> Step[UEState]:
    request = nas.TrackingAreaUpdateRequest(guti_of(state), current_of(state).ksi)
    state = replace(state, phase=UEPhase.TRACKING_AREA_UPDATING_INITIATED, attempts=state.attempts + 1)
    state, send = send_protected(state, mme_of(state), request)
    return Step(state, (send, StartTimer(TimerName.T3430, state.name)))


def open_session(state: UEState, command: commands.OpenApplicationSession) -> Step[UEState]:
    guti = guti_of(state)
    guard(state.phase in _SENDING, _NO_CONNECTION, Hindrance.NOT_REGISTERED)
    number = state.sessions_opened + 1
    before = next((s for s in state.sessions if s.application_server == command.application_server), None)
    leg = Leg() if before is None else replace(before.leg, seen=())
    session = UESession(command.application_server, number, guti, leg=leg)
    others = tuple(s for s in state.sessions if s.application_server != command.application_server)
    sessions = tuple(sorted((*others, session), key=lambda s: s.application_server))
    state = replace(state, sessions=sessions, sessions_opened=number)
    return Step(state, (Send(command.application_server, OpenSession(number, guti, state.key_name)),))


def send_reading(state: UEState, command: commands.SendReading) -> Step[UEState]:
    session = state.session_with(command.application_server)
    if session is None:
        why = f"The UE has no session with {command.application_server}; open one first"
        raise CommandRefused(why, Hindrance.NO_SESSION_AT_UE)
    ks = current_of(state).ks
    guard(state.phase in _SENDING, _NO_CONNECTION, Hindrance.NOT_REGISTERED)
    leg, message = seal(
        session.leg,
        ks=ks,
        application_server=session.application_server,
        session=session.number,
        direction=Direction.UPLINK,
        text="reading 21.5 C",
        key_name=state.key_name,
    )
    state = with_session(state, replace(session, leg=leg))
    return Step(state, (Send(session.application_server, message),))


# Expiries


def on_t3410_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6: the attach is tried again, at most 5 times. T3411 between tries is left out."""
    if state.attempts < RULES[TimerName.T3410].limit:
        return attempt_attach(replace(state, partial=None, answered=None), mme_of(state))
    return Step(deregistered(state), (Note("attach abandoned by the UE", NoteKind.ABANDONED),))


def on_t3421_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.2.2.4: the detach is tried again, then done locally."""
    if state.attempts < RULES[TimerName.T3421].limit:
        return _attempt_detach(state)
    return Step(deregistered(state), (Note("detached without an answer", NoteKind.ABANDONED),))


def on_t3417_expiry(state: UEState, _subject: str) -> Step[UEState]:
    note = Note("service request abandoned", NoteKind.ABANDONED)
    return Step(replace(state, phase=UEPhase.REGISTERED), (note,))


def on_t3430_expiry(state: UEState, _subject: str) -> Step[UEState]:
    """TS 24.301 §5.5.3.2.6 c: tried again, at most 5 times; the UE stays registered. T3411 in between is left out."""
    if state.attempts < RULES[TimerName.T3430].limit:
        return _attempt_update(state)
    state = replace(state, phase=UEPhase.REGISTERED, attempts=0)
    return Step(state, (Note("tracking area update abandoned", NoteKind.ABANDONED),))


_ABANDONED = {
    # What a UE abandons when its connection to the MME breaks, and where that leaves it.
    UEPhase.REGISTERED_INITIATED: ("attach abandoned", UEPhase.DEREGISTERED),
    UEPhase.SERVICE_REQUEST_INITIATED: ("service request abandoned", UEPhase.REGISTERED),
    UEPhase.TRACKING_AREA_UPDATING_INITIATED: ("tracking area update abandoned", UEPhase.REGISTERED),
    UEPhase.DEREGISTERED_INITIATED: ("detached without an answer", UEPhase.DEREGISTERED),
}


def lower_layer_failure(state: UEState, peer: str) -> Step[UEState]:
    """TS 24.301 §5.5.1.2.6, §5.5.2.2.4, §5.5.3.2.6, §5.6.1.6: the procedure is abandoned at once.

    A challenge that was answered is forgotten (§5.4.2.3).
    """
    if peer != state.mme:
        return Step(state)
    without = replace(state, partial=None, answered=None)
    if state.phase not in _ABANDONED:
        forgets = Note("forgets the challenge it answered", NoteKind.ABANDONED)
        return Step(without, () if without == state else (forgets,))
    words, phase = _ABANDONED[state.phase]
    note = Note(f"{words}: lower layer failure", NoteKind.ABANDONED)
    return Step(replace(without, phase=phase, attempts=0), (*all_timers_off(state), note))
