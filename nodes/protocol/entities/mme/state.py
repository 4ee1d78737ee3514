"""What an MME holds: UE contexts by IMSI, counters, and UEs that it does not know yet. One context is context's."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter

from nodes.protocol.entities.connection import Connection
from nodes.protocol.entities.mme.context import (
    MovedKey,
    OpenLocation,
    OpenPush,
    OpenWithdrawal,
    Paged,
    Procedure,
    Renewal,
    Stage,
    UEContext,
    Vector,
    VectorStatus,
    restatus,
    with_status,
)
from nodes.protocol.identities import GUMMEI, GUTI, IMSI
from nodes.protocol.messages.nas import AttachRequest, SecurityProtected
from nodes.protocol.messages.pushes import PushOrder
from nodes.protocol.options import Options

__all__ = [
    "Arriving",
    "Counters",
    "MMEState",
    "MovedKey",
    "OpenLocation",
    "OpenPush",
    "OpenWithdrawal",
    "Paged",
    "Peer",
    "Procedure",
    "Renewal",
    "Stage",
    "UEConnection",
    "UEContext",
    "Unidentified",
    "Vector",
    "VectorStatus",
    "arriving_of",
    "context_of",
    "context_of_connection",
    "context_of_guti",
    "context_of_ue",
    "counters_of",
    "forget_arriving",
    "forget_unidentified",
    "has_candidate",
    "is_arriving",
    "is_unidentified",
    "restatus",
    "unidentified_of",
    "with_context",
    "with_counters",
    "with_status",
    "without_context",
]


@dataclass(frozen=True, slots=True)
class Counters:
    """Per IMSI, kept over detach and restart: M-TMSIs drawn, pushes and withdrawals, S6a requests sent.

    `order` is that of the last push or withdrawal (repair `ordered_push`).
    """

    imsi: IMSI
    m_tmsis: int = 0
    pushes: int = 0
    requests: int = 0
    order: PushOrder | None = None


@dataclass(frozen=True, slots=True)
class UEConnection:
    """The MME's end of a UE's NAS signalling connection."""

    ue: str
    connection: Connection


@dataclass(frozen=True, slots=True)
class Unidentified:
    """An ATTACH REQUEST by a GUTI that the MME does not know, until the UE tells its IMSI."""

    ue: str
    request: AttachRequest
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Arriving:
    """A UE that comes from another MME, until that one has answered on S10."""

    ue: str
    request: SecurityProtected
    old_mme: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Peer:
    """Another MME and its GUMMEI."""

    gummei: GUMMEI
    mme: str


@dataclass(frozen=True, slots=True)
class MMEState:
    """An MME: its GUMMEI and peers, its UE contexts, counters and open withdrawals, each sorted by IMSI.

    `connections` are sorted by UE; one that is released stays, with its number.
    """

    name: str
    gummei: GUMMEI
    options: Options
    seed: str
    contexts: tuple[UEContext, ...] = ()
    counters: tuple[Counters, ...] = ()
    unidentified: tuple[Unidentified, ...] = ()
    peers: tuple[Peer, ...] = ()
    arriving: tuple[Arriving, ...] = ()
    withdrawals: tuple[OpenWithdrawal, ...] = ()
    connections: tuple[UEConnection, ...] = ()


_BY_IMSI = attrgetter("imsi")


def unidentified_of(state: MMEState, ue: str) -> Unidentified | None:
    """The UE that has been asked for its IMSI, as its GUTI was unknown."""
    return next((waiting for waiting in state.unidentified if waiting.ue == ue), None)


def is_unidentified(state: MMEState, ue: str) -> bool:
    """Whether a UE has been asked for its IMSI, as its GUTI was unknown."""
    return unidentified_of(state, ue) is not None


def arriving_of(state: MMEState, ue: str) -> Arriving | None:
    """The UE that comes from another MME, which has been asked for its context."""
    return next((arriving for arriving in state.arriving if arriving.ue == ue), None)


def is_arriving(state: MMEState, ue: str) -> bool:
    """Whether another MME has been asked for the context of a UE."""
    return arriving_of(state, ue) is not None


def forget_arriving(state: MMEState, ue: str) -> MMEState:
    return replace(state, arriving=tuple(arriving for arriving in state.arriving if arriving.ue != ue))


def forget_unidentified(state: MMEState, ue: str) -> MMEState:
    return replace(state, unidentified=tuple(waiting for waiting in state.unidentified if waiting.ue != ue))


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


def has_candidate(state: MMEState, context: UEContext) -> bool:
    """Repair `settle_key`: whether it is open which of two keys a UE uses, the current one or the one that is kept."""
    return state.options.settle_key and context.kept is not None


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
