"""What a UE holds: EMM states of TS 24.301 §5.1.3.2, security contexts and application sessions."""

from dataclasses import dataclass, replace
from enum import Enum

from nodes.protocol.entities.application_leg import Leg
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.entities.key_names import key_name_of
from nodes.protocol.entities.machine import (
    Send,
    StopTimer,
)
from nodes.protocol.entities.security import NASDirection, SecurityContext, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused, Hindrance
from nodes.protocol.identities import GUTI, IMSI, PLMNIdentity
from nodes.protocol.messages import nas
from nodes.protocol.octets import RAND, RES, Ks

UE_NETWORK_CAPABILITY = bytes.fromhex("e060")
"""EEA0, 128-EEA1, 128-EEA2, 128-EIA1 and 128-EIA2 (TS 24.301 §9.9.3.34): a UE supports these algorithms (TS 33.401
§5.1.3.2, §5.1.4.2)."""


class UEPhase(Enum):
    """EMM main states of the UE."""

    DEREGISTERED = "EMM-DEREGISTERED"
    REGISTERED_INITIATED = "EMM-REGISTERED-INITIATED"
    REGISTERED = "EMM-REGISTERED"
    SERVICE_REQUEST_INITIATED = "EMM-SERVICE-REQUEST-INITIATED"
    TRACKING_AREA_UPDATING_INITIATED = "EMM-TRACKING-AREA-UPDATING-INITIATED"
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
    """What the UE holds. `seqs` is the USIM's array of 32 SEQ values, by IND (TS 33.102 Annex C).

    `names_keys`: the lab has the repair `key_name`.
    """

    name: str
    imsi: IMSI
    credentials: Credentials
    plmn_id: PLMNIdentity
    seqs: tuple[int, ...]
    names_keys: bool = False
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

    @property
    def key_name(self) -> str | None:
        """The name of that Ks; None without the repair `key_name`."""
        rand = None if self.current is None or not self.names_keys else self.current.rand
        return None if rand is None else key_name_of(rand, self.plmn_id)

    def session_with(self, application_server: str) -> UESession | None:
        """The open session with an AS."""
        return next((s for s in self.sessions if s.application_server == application_server and s.is_open), None)


def guard(condition: object, why: str, hindrance: Hindrance) -> None:
    if not condition:
        raise CommandRefused(why, hindrance)


def mme_of(state: UEState) -> str:
    if state.mme is None:
        raise CommandRefused("The UE has never attached, so it has no MME", Hindrance.NEVER_ATTACHED)
    return state.mme


def guti_of(state: UEState) -> GUTI:
    if state.guti is None:
        raise CommandRefused("The UE has no GUTI: it must attach first", Hindrance.NO_GUTI)
    return state.guti


def current_of(state: UEState) -> SecurityContext:
    if state.current is None:
        why = "The UE has no EPS security context, and so no Ks: it must attach first"
        raise CommandRefused(why, Hindrance.NO_SECURITY_CONTEXT)
    return state.current


def send_protected(state: UEState, mme: str, message: nas.PlainNAS) -> tuple[UEState, Send]:
    current, protected = protect(current_of(state), NASDirection.UPLINK, message)
    return replace(state, current=current), Send(mme, protected)


def deregistered(state: UEState) -> UEState:
    """EMM-DEREGISTERED: a running procedure is forgotten, with it the stored RAND and RES (TS 24.301 §5.4.2.3)."""
    return replace(state, phase=UEPhase.DEREGISTERED, partial=None, answered=None, attempts=0)


def with_session(state: UEState, session: UESession) -> UEState:
    sessions = tuple(session if s.application_server == session.application_server else s for s in state.sessions)
    return replace(state, sessions=sessions)


def all_timers_off(state: UEState) -> tuple[StopTimer, ...]:
    names = (TimerName.T3410, TimerName.T3417, TimerName.T3421, TimerName.T3430)
    return tuple(StopTimer(name, state.name) for name in names)
