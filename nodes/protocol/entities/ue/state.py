"""What a UE holds: EMM states of TS 24.301 §5.1.3.2, security contexts and application sessions."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from nodes.protocol.crypto.eps_keys import derive_kn
from nodes.protocol.entities.application_leg import Leg
from nodes.protocol.entities.connection import NO_CONNECTION, Connection
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.entities.machine import LoseFrom, Output, Send, StartTimer, StopTimer
from nodes.protocol.entities.security import NASDirection, SecurityContext, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI, IMSI, PLMNIdentity
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import InitialMessage
from nodes.protocol.octets import KN, RAND, RES, Ks

UE_NETWORK_CAPABILITY = bytes.fromhex("e060")
"""EEA0, 128-EEA1, 128-EEA2, 128-EIA1 and 128-EIA2 (TS 24.301 §9.9.3.34): a UE supports these algorithms (TS 33.401
§5.1.3.2, §5.1.4.2)."""


class UEPhase(Enum):
    """EMM main states of the UE, and the substates in which it waits before it tries again."""

    DEREGISTERED = "EMM-DEREGISTERED"
    ATTEMPTING_TO_ATTACH = "EMM-DEREGISTERED.ATTEMPTING-TO-ATTACH"
    REGISTERED_INITIATED = "EMM-REGISTERED-INITIATED"
    REGISTERED = "EMM-REGISTERED"
    ATTEMPTING_TO_UPDATE = "EMM-REGISTERED.ATTEMPTING-TO-UPDATE"
    SERVICE_REQUEST_INITIATED = "EMM-SERVICE-REQUEST-INITIATED"
    TRACKING_AREA_UPDATING_INITIATED = "EMM-TRACKING-AREA-UPDATING-INITIATED"
    DEREGISTERED_INITIATED = "EMM-DEREGISTERED-INITIATED"


UNREGISTERED: Final = frozenset({UEPhase.DEREGISTERED, UEPhase.ATTEMPTING_TO_ATTACH})
RETRANSMISSIONS: Final = {
    UEPhase.REGISTERED_INITIATED: TimerName.T3410,
    UEPhase.SERVICE_REQUEST_INITIATED: TimerName.T3417,
    UEPhase.TRACKING_AREA_UPDATING_INITIATED: TimerName.T3430,
    UEPhase.DEREGISTERED_INITIATED: TimerName.T3421,
}
"""The timer that supervises each procedure of the UE's own."""


@dataclass(frozen=True, slots=True)
class AnsweredChallenge:
    """RAND and RES of the last challenge: a repeated RAND is answered from memory (TS 24.301 §5.4.2.3)."""

    rand: RAND
    res: RES


@dataclass(frozen=True, slots=True)
class UESession:
    """The UE's end of its session with an AS.

    With the repair `named_key`, `keys`, 32 octets each, are those that the UE has used since it opened the session, the
    newest last, and `sending` the one under which it seals: it moves on when the AS does.
    """

    application_server: str
    number: int
    guti: GUTI
    is_open: bool = True
    leg: Leg = Leg()
    keys: tuple[Ks, ...] = ()
    sending: Ks | None = None


@dataclass(frozen=True, slots=True)
class UEState:
    """What the UE holds. `seqs` is the USIM's array of 32 SEQ values, by IND (TS 33.102 Annex C).

    `names_keys`: the lab has the repair `named_key`. `failures` counts AUTHENTICATION FAILUREs in a row. A USIM that
    `is_barred` is invalid until the UE is switched off (§5.4.2.5).
    """

    name: str
    imsi: IMSI
    credentials: Credentials
    plmn_id: PLMNIdentity
    seqs: tuple[int, ...]
    names_keys: bool = False
    notices_failure: bool = False
    phase: UEPhase = UEPhase.DEREGISTERED
    mme: str | None = None
    guti: GUTI | None = None
    current: SecurityContext | None = None
    partial: SecurityContext | None = None
    answered: AnsweredChallenge | None = None
    connection: Connection = NO_CONNECTION
    failures: int = 0
    is_barred: bool = False
    attempts: int = 0
    sessions_opened: int = 0
    sessions: tuple[UESession, ...] = ()

    @property
    def ks(self) -> Ks | None:
        """The Ks that the UE uses now: that of its current context, 32 octets."""
        return None if self.current is None else self.current.ks

    @property
    def key_name(self) -> KN | None:
        """The name of that Ks, 8 octets; None without the repair `named_key`."""
        ks = self.ks if self.names_keys else None
        return None if ks is None else derive_kn(ks)

    def session_with(self, application_server: str) -> UESession | None:
        """The open session with an AS."""
        return next((s for s in self.sessions if s.application_server == application_server and s.is_open), None)


def guard(condition: object, hindrance: Hindrance, *values: str) -> None:
    if not condition:
        raise CommandRefused(hindrance, *values)


def mme_of(state: UEState) -> str:
    if state.mme is None:
        raise CommandRefused(Hindrance.NEVER_ATTACHED)
    return state.mme


def guti_of(state: UEState) -> GUTI:
    if state.guti is None:
        raise CommandRefused(Hindrance.NO_GUTI)
    return state.guti


def current_of(state: UEState) -> SecurityContext:
    if state.current is None:
        raise CommandRefused(Hindrance.NO_SECURITY_CONTEXT)
    return state.current


def send_nas(state: UEState, mme: str, message: nas.PlainNAS) -> tuple[UEState, Send]:
    """Send a NAS message, protected by the current context, if any (TS 24.301 §4.4.4.1).

    In EMM-IDLE it is an initial one, and a NAS signalling connection begins with it.
    """
    sent: nas.NASMessage = message
    if state.current is not None:
        current, sent = protect(state.current, NASDirection.UPLINK, message)
        state = replace(state, current=current)
    if state.connection.is_open:
        return state, Send(mme, sent)
    connection = state.connection.next()
    return replace(state, connection=connection), Send(mme, InitialMessage(connection.number, sent))


def release(state: UEState) -> tuple[UEState, tuple[Output, ...]]:
    """EMM-IDLE: what came with the connection is lost with it, and RAND and RES are forgotten (TS 24.301 §5.4.2.3)."""
    lost = () if state.mme is None or not state.connection.is_open else (LoseFrom(state.mme),)
    state, stops = forget_challenge(state)
    return replace(state, partial=None, connection=state.connection.released()), (*lost, *stops)


def forget_challenge(state: UEState) -> tuple[UEState, tuple[Output, ...]]:
    """Delete RAND and RES, with T3416, and what is counted towards a network that fails the check."""
    stops: tuple[Output, ...] = ()
    if state.answered is not None:
        stops = (StopTimer(TimerName.T3416, state.name),)
    if state.failures:
        stops = (*stops, StopTimer(TimerName.T3418, state.name), StopTimer(TimerName.T3420, state.name))
    return replace(state, answered=None, failures=0), stops


def challenge_settled(state: UEState) -> tuple[UEState, tuple[Output, ...]]:
    """As `forget_challenge`; the timer that AUTHENTICATION FAILURE had stopped starts anew (§5.4.2.7 c to e)."""
    again = start_again(state) if state.failures else ()
    state, stops = forget_challenge(state)
    return state, (*stops, *again)


def deregistered(state: UEState) -> tuple[UEState, tuple[Output, ...]]:
    """EMM-DEREGISTERED and EMM-IDLE: whatever ran is forgotten, and every timer is off."""
    timers = timers_off(state)
    state, outputs = release(state)
    return replace(state, phase=UEPhase.DEREGISTERED, attempts=0), (*timers, *outputs)


def with_session(state: UEState, session: UESession) -> UEState:
    sessions = tuple(session if s.application_server == session.application_server else s for s in state.sessions)
    return replace(state, sessions=sessions)


def with_new_key(state: UEState) -> UEState:
    """Repair `named_key`: open sessions may go on under the Ks that the UE uses now, and keep those of before."""
    ks = state.ks
    if not state.names_keys or ks is None:
        return state
    sessions = tuple(replace(each, keys=(*each.keys, ks)) if each.is_open else each for each in state.sessions)
    return replace(state, sessions=sessions)


def timers_off(state: UEState) -> tuple[StopTimer, ...]:
    """Stop the timer of the procedure that runs, or the one that is waited for."""
    running = RETRANSMISSIONS.get(state.phase)
    if running is not None:
        return (StopTimer(running, state.name),)
    if state.phase in {UEPhase.ATTEMPTING_TO_ATTACH, UEPhase.ATTEMPTING_TO_UPDATE}:
        return (StopTimer(TimerName.T3411, state.name), StopTimer(TimerName.T3402, state.name))
    return ()


def start_again(state: UEState) -> tuple[StartTimer, ...]:
    """Start the timer of the procedure that runs anew, which AUTHENTICATION FAILURE had stopped (§5.4.2.7 c to f)."""
    running = RETRANSMISSIONS.get(state.phase)
    return () if running is None else (StartTimer(running, state.name),)
