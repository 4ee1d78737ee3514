"""What an MME holds: UE contexts by IMSI, their AVs with a status each, and the procedure that runs."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter

from nodes.protocol.identities import GUMMEI, GUTI, IMSI
from nodes.protocol.messages.nas import AttachRequest
from nodes.protocol.messages.s6a import ResynchronizationInfo
from nodes.protocol.octets import AUTN, KASME, RAND, RES, Ks
from nodes.protocol.options import Options
from nodes.protocol.security import SecurityContext


class VectorStatus(Enum):
    """What became of an AV at the MME."""

    UNUSED = "unused"
    CHALLENGED = "challenged"
    ACTIVE = "ACTIVE"
    USED = "used"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Vector:
    """An AV of a UE context (contribution 2.1 step 2): octet lengths as in S6a's E-UTRAN-Vector."""

    rand: RAND
    xres: RES
    autn: AUTN
    k_asme: KASME
    status: VectorStatus = VectorStatus.UNUSED


class Stage(Enum):
    """How far the NAS procedure of a UE context has come."""

    VECTORS = "waiting for AVs"
    AUTHENTICATION = "authentication"
    SECURITY_MODE = "security mode control"
    ATTACH_ACCEPT = "attach accepted"
    GUTI_REALLOCATION = "GUTI reallocation"


@dataclass(frozen=True, slots=True)
class Procedure:
    """The one NAS procedure that runs for a UE.

    `attempts` counts sendings of the message that waits for an answer; `failures` AUTHENTICATION FAILUREs in a row;
    `request` is the open request on S6a. `partial` is the new, not yet current, EPS security context.
    """

    stage: Stage
    attach: bool
    attempts: int = 1
    failures: int = 0
    request: int = 0
    resynchronization: ResynchronizationInfo | None = None
    partial: SecurityContext | None = None


@dataclass(frozen=True, slots=True)
class OpenPush:
    """Solution 12: a push to the SCEF that has no answer yet."""

    push: int
    rand: RAND
    gutis: tuple[GUTI, ...]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class UEContext:
    """MME's context of one UE. `ue` stands for the S1 connection.

    `guti` is the newest allocated GUTI; `old_guti` one that is valid beside it while a reallocation is not settled.
    """

    imsi: IMSI
    ue: str
    guti: GUTI
    ue_network_capability: bytes
    attach_request: AttachRequest
    old_guti: GUTI | None = None
    is_unsettled: bool = False
    registered: bool = False
    current: SecurityContext | None = None
    ue_ksi: int = 7
    vectors: tuple[Vector, ...] = ()
    ks: Ks | None = None
    procedure: Procedure | None = None
    open_push: OpenPush | None = None
    accesses: int = 0

    @property
    def gutis(self) -> tuple[GUTI, ...]:
        """Every GUTI that is valid for this UE now, the newest first."""
        return (self.guti,) if self.old_guti is None else (self.guti, self.old_guti)

    @property
    def active(self) -> Vector | None:
        return next((vector for vector in self.vectors if vector.status is VectorStatus.ACTIVE), None)

    @property
    def next_unused(self) -> Vector | None:
        return next((vector for vector in self.vectors if vector.status is VectorStatus.UNUSED), None)


@dataclass(frozen=True, slots=True)
class Counters:
    """Per IMSI, kept over detach and restart: M-TMSIs drawn, pushes and S6a requests sent."""

    imsi: IMSI
    m_tmsis: int = 0
    pushes: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Unidentified:
    """An ATTACH REQUEST by a GUTI that the MME does not know, until the UE tells its IMSI."""

    ue: str
    request: AttachRequest
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class MMEState:
    """An MME: its GUMMEI, its UE contexts and counters, each sorted by IMSI."""

    name: str
    gummei: GUMMEI
    options: Options
    seed: str
    contexts: tuple[UEContext, ...] = ()
    counters: tuple[Counters, ...] = ()
    unidentified: tuple[Unidentified, ...] = ()


_BY_IMSI = attrgetter("imsi")


def context_of(state: MMEState, imsi: str) -> UEContext | None:
    """The context of an IMSI."""
    index = bisect_left(state.contexts, imsi, key=_BY_IMSI)
    found = state.contexts[index] if index < len(state.contexts) else None
    return found if found is not None and found.imsi == imsi else None


def context_of_ue(state: MMEState, ue: str) -> UEContext | None:
    """The context whose S1 connection is that of a UE."""
    return next((context for context in state.contexts if context.ue == ue), None)


def context_of_connection(state: MMEState, ue: str) -> UEContext:
    """The context of a UE whose phase says that it has one.

    Raises:
        LookupError: it has none.
    """
    context = context_of_ue(state, ue)
    if context is None:
        raise LookupError(f"{state.name} has no context of {ue}")
    return context


def context_of_guti(state: MMEState, guti: GUTI) -> UEContext | None:
    """The context for which a GUTI is valid."""
    return next((context for context in state.contexts if guti in (context.guti, context.old_guti)), None)


def with_context(state: MMEState, context: UEContext) -> MMEState:
    """Put a context in its place by IMSI."""
    index = bisect_left(state.contexts, context.imsi, key=_BY_IMSI)
    end = index + (index < len(state.contexts) and state.contexts[index].imsi == context.imsi)
    return replace(state, contexts=(*state.contexts[:index], context, *state.contexts[end:]))


def without_context(state: MMEState, imsi: IMSI) -> MMEState:
    return replace(state, contexts=tuple(c for c in state.contexts if c.imsi != imsi))


def counters_of(state: MMEState, imsi: IMSI) -> Counters:
    index = bisect_left(state.counters, imsi, key=_BY_IMSI)
    if index < len(state.counters) and state.counters[index].imsi == imsi:
        return state.counters[index]
    return Counters(imsi)


def with_counters(state: MMEState, counters: Counters) -> MMEState:
    index = bisect_left(state.counters, counters.imsi, key=_BY_IMSI)
    end = index + (index < len(state.counters) and state.counters[index].imsi == counters.imsi)
    return replace(state, counters=(*state.counters[:index], counters, *state.counters[end:]))


def with_status(context: UEContext, rand: RAND, status: VectorStatus) -> UEContext:
    """Set the status of one AV."""
    vectors = tuple(replace(v, status=status) if v.rand == rand else v for v in context.vectors)
    return replace(context, vectors=vectors)


def restatus(context: UEContext, before: VectorStatus, after: VectorStatus) -> UEContext:
    """Set the status of every AV that has status `before`."""
    if not any(vector.status is before for vector in context.vectors):
        return context
    vectors = tuple(replace(v, status=after) if v.status is before else v for v in context.vectors)
    return replace(context, vectors=vectors)
