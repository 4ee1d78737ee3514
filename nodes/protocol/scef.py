"""Transitions of the SCEF: solution 11 passes key requests on, solution 12 keeps records. Not defined by 3GPP."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter

from nodes.protocol.identities import GUMMEI, GUTI, IMSI
from nodes.protocol.machine import Handlers, Note, NoteKind, Send, StartTimer, Step, StopTimer, dropped, refuse_all
from nodes.protocol.messages.key_requests import (
    KeyResult,
    KeyRetrievalAnswer,
    KeyRetrievalRequest,
    T6aKeyAnswer,
    T6aKeyRequest,
)
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    KeyPair,
    KeysPushAnswer,
    KeysPushRequest,
)
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.options import Solution
from nodes.protocol.timers import TimerName


@dataclass(frozen=True, slots=True)
class Record:
    """Solution 12, per IMSI: pairs in the order of arrival, the RAND flagged ACTIVE, the GUTIs bound, a parked RAND."""

    imsi: IMSI
    pairs: tuple[KeyPair, ...] = ()
    active: RAND | None = None
    gutis: tuple[GUTI, ...] = ()
    parked: RAND | None = None

    def ks_of(self, rand: RAND | None) -> Ks | None:
        return next((pair.ks for pair in self.pairs if pair.rand == rand), None)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Solution 11: a northbound request that waits for an MME. `requester` gets the answer."""

    origin: str
    request: str
    requester: str
    guti: GUTI
    mme: str


@dataclass(frozen=True, slots=True)
class Route:
    """Which MME has a GUMMEI."""

    gummei: GUMMEI
    mme: str


@dataclass(frozen=True, slots=True)
class SCEFState:
    """The SCEF: routes by GUMMEI; records sorted by IMSI (12); open transactions (11)."""

    name: str
    solution: Solution
    routes: tuple[Route, ...] = ()
    records: tuple[Record, ...] = ()
    transactions: tuple[Transaction, ...] = ()


_BY_IMSI = attrgetter("imsi")


def record_of(state: SCEFState, imsi: str) -> Record | None:
    index = bisect_left(state.records, imsi, key=_BY_IMSI)
    found = state.records[index] if index < len(state.records) else None
    return found if found is not None and found.imsi == imsi else None


def record_of_guti(state: SCEFState, guti: GUTI) -> Record | None:
    return next((record for record in state.records if guti in record.gutis), None)


def with_record(state: SCEFState, record: Record) -> SCEFState:
    """Put a record in its place by IMSI."""
    index = bisect_left(state.records, record.imsi, key=_BY_IMSI)
    end = index + (index < len(state.records) and state.records[index].imsi == record.imsi)
    return replace(state, records=(*state.records[:index], record, *state.records[end:]))


# Solution 12


def on_keys_push(state: SCEFState, message: KeysPushRequest, source: str) -> Step[SCEFState]:
    """The pairs extend the list; a parked RAND that is among them becomes ACTIVE (contribution 2.2 steps 3, 5)."""
    record = record_of(state, message.imsi) or Record(message.imsi)
    known = {pair.rand for pair in record.pairs}
    record = replace(record, pairs=(*record.pairs, *(p for p in message.pairs if p.rand not in known)))
    notes: tuple[Note, ...] = ()
    if record.parked is not None and record.ks_of(record.parked) is not None:
        notes = (Note("parked RAND found: ACTIVE", NoteKind.ACTIVE, record.parked),)
        record = replace(record, active=record.parked, parked=None)
    answer = Send(source, KeysPushAnswer(message.imsi, message.push))
    return Step(with_record(state, record), (*notes, answer))


def on_active_vector_push(state: SCEFState, message: ActiveVectorPushRequest, source: str) -> Step[SCEFState]:
    """Flag the Ks of this RAND ACTIVE and no other, bind the GUTIs (contribution 2.2 steps 4, 5)."""
    state = _unbind_elsewhere(state, message)
    record = replace(record_of(state, message.imsi) or Record(message.imsi), gutis=message.gutis)
    if record.ks_of(message.rand) is None:
        record = replace(record, active=None, parked=message.rand)
        note = Note("RAND not known yet: parked", rand=message.rand)
    else:
        record = replace(record, active=message.rand, parked=None)
        note = Note("ACTIVE", NoteKind.ACTIVE, message.rand)
    answer = Send(source, ActiveVectorPushAnswer(message.imsi, message.push))
    return Step(with_record(state, record), (note, answer))


def _unbind_elsewhere(state: SCEFState, message: ActiveVectorPushRequest) -> SCEFState:
    """A GUTI names one IMSI: bound to another one, it is unbound there."""
    for record in state.records:
        kept = tuple(guti for guti in record.gutis if guti not in message.gutis)
        if record.imsi != message.imsi and kept != record.gutis:
            state = with_record(state, replace(record, gutis=kept))
    return state


def key_for(state: SCEFState, guti: GUTI) -> tuple[KeyResult, Ks | None, RAND | None]:
    """The ACTIVE Ks of the record that a GUTI is bound to, 32 octets, or why there is none (2.2 step 6)."""
    record = record_of_guti(state, guti)
    if record is None:
        return KeyResult.GUTI_UNKNOWN, None, None
    ks = record.ks_of(record.active)
    if ks is None:
        return KeyResult.NO_KEY_YET, None, None
    return KeyResult.OK, ks, record.active


def on_key_request_push(state: SCEFState, message: KeyRetrievalRequest, source: str) -> Step[SCEFState]:
    result, ks, rand = key_for(state, message.guti)
    answer = KeyRetrievalAnswer(message.origin, message.request, result, ks)
    return Step(state, (Note(_WORDS[result], rand=rand), Send(source, answer)))


_WORDS = {
    KeyResult.OK: "gives the ACTIVE Ks",
    KeyResult.GUTI_UNKNOWN: "GUTI unknown",
    KeyResult.NO_KEY_YET: "no ACTIVE Ks yet",
}


# Solution 11


def on_key_request_pull(state: SCEFState, message: KeyRetrievalRequest, source: str) -> Step[SCEFState]:
    """Find the MME by the GUTI's GUMMEI and ask it (contribution 2.1 step 4)."""
    mme = next((route.mme for route in state.routes if route.gummei == message.guti.gummei), None)
    if mme is None:
        answer = KeyRetrievalAnswer(message.origin, message.request, KeyResult.BAD_GATEWAY)
        return Step(state, (Note("no MME has this GUMMEI"), Send(source, answer)))
    transaction = Transaction(message.origin, message.request, source, message.guti, mme)
    others = _others(state, message)
    transactions = tuple(sorted((*others, transaction), key=lambda t: (t.origin, t.request)))
    request = T6aKeyRequest(message.origin, message.request, message.guti)
    timer = StartTimer(TimerName.T6A, _subject(message))
    return Step(replace(state, transactions=transactions), (Send(mme, request), timer))


def _subject(message: KeyRetrievalRequest | T6aKeyAnswer) -> str:
    return f"{message.origin}/{message.request}"


def _others(state: SCEFState, message: KeyRetrievalRequest | T6aKeyAnswer) -> tuple[Transaction, ...]:
    key = (message.origin, message.request)
    return tuple(t for t in state.transactions if (t.origin, t.request) != key)


def on_t6a_key_answer(state: SCEFState, message: T6aKeyAnswer, _source: str) -> Step[SCEFState]:
    key = (message.origin, message.request)
    transaction = next((t for t in state.transactions if (t.origin, t.request) == key), None)
    if transaction is None:
        return dropped(state, "answers no open transaction")
    answer = KeyRetrievalAnswer(message.origin, message.request, message.result, message.ks)
    outputs = (StopTimer(TimerName.T6A, _subject(message)), Send(transaction.requester, answer))
    return Step(replace(state, transactions=_others(state, message)), outputs)


def on_t6a_expiry(state: SCEFState, subject: str) -> Step[SCEFState]:
    """The MME is silent: the requester gets a time-out (504)."""
    transaction = next((t for t in state.transactions if f"{t.origin}/{t.request}" == subject), None)
    if transaction is None:
        return Step(state, (Note("no transaction is open"),))
    kept = tuple(t for t in state.transactions if t != transaction)
    answer = KeyRetrievalAnswer(transaction.origin, transaction.request, KeyResult.TIME_OUT)
    note = Note("MME silent", NoteKind.ABANDONED)
    return Step(replace(state, transactions=kept), (note, Send(transaction.requester, answer)))


class SCEFPhase(Enum):
    """Which solution the SCEF follows."""

    PULL = "solution 11"
    PUSH = "solution 12"


_PUSHES = (KeysPushRequest, ActiveVectorPushRequest)

HANDLERS = Handlers(
    phases=SCEFPhase,
    phase=lambda state, _m, _s: SCEFPhase.PULL if state.solution is Solution.PULL else SCEFPhase.PUSH,
    incoming=(KeyRetrievalRequest, T6aKeyAnswer, *_PUSHES),
    messages={
        (SCEFPhase.PULL, KeyRetrievalRequest): on_key_request_pull,
        (SCEFPhase.PULL, T6aKeyAnswer): on_t6a_key_answer,
        (SCEFPhase.PUSH, KeyRetrievalRequest): on_key_request_push,
        (SCEFPhase.PUSH, KeysPushRequest): on_keys_push,
        (SCEFPhase.PUSH, ActiveVectorPushRequest): on_active_vector_push,
    },
    refusals={
        **refuse_all(SCEFPhase.PULL, _PUSHES, "solution 11 pushes nothing"),
        **refuse_all(SCEFPhase.PUSH, (T6aKeyAnswer,), "solution 12 asks no MME"),
    },
    expiries={TimerName.T6A: on_t6a_expiry},
    commands={},
)
