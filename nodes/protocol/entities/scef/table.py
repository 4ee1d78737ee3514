"""Transitions of the SCEF: solution 11 passes key requests on, solution 12 keeps records. Not defined by 3GPP."""

from dataclasses import replace
from enum import Enum

from nodes.protocol.entities.machine import (
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
from nodes.protocol.entities.scef.records import (
    key_for,
    on_active_vector_push,
    on_guti_withdrawal,
    on_key_request,
    on_keys_push,
)
from nodes.protocol.entities.scef.state import (
    Record,
    Route,
    SCEFState,
    Transaction,
    record_of,
    record_of_guti,
    with_record,
)
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import (
    KeyResult,
    KeyRetrievalAnswer,
    KeyRetrievalRequest,
    T6aKeyAnswer,
    T6aKeyRequest,
)
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, GUTIWithdrawalRequest, KeysPushRequest
from nodes.protocol.options import Solution
from nodes.protocol.remarks import Remark

__all__ = [
    "HANDLERS",
    "Record",
    "Route",
    "SCEFState",
    "Transaction",
    "key_for",
    "mme_for",
    "record_of",
    "record_of_guti",
    "with_record",
]

# Solution 11


def on_key_request_pull(state: SCEFState, message: KeyRetrievalRequest, source: str) -> Step[SCEFState]:
    """Find the MME by the GUTI's GUMMEI and ask it (contribution 2.1 step 4)."""
    mme = mme_for(state, message.guti)
    if mme is None:
        answer = KeyRetrievalAnswer(message.origin, message.request, KeyResult.BAD_GATEWAY)
        return Step(state, (Note(Remark.NO_SUCH_GUMMEI), Send(source, answer)))
    transaction = Transaction(message.origin, message.request, source, message.guti, mme)
    others = _others(state, message)
    transactions = tuple(sorted((*others, transaction), key=lambda t: (t.origin, t.request)))
    request = T6aKeyRequest(message.origin, message.request, message.guti, message.key_name)
    timer = StartTimer(TimerName.T6A, _subject(message))
    return Step(replace(state, transactions=transactions), (Send(mme, request), timer))


def mme_for(state: SCEFState, guti: GUTI) -> str | None:
    """The name of the MME that a GUTI points to by its GUMMEI, or None when no MME has it."""
    return next((route.mme for route in state.routes if route.gummei == guti.gummei), None)


def _subject(message: KeyRetrievalRequest | T6aKeyAnswer) -> str:
    return f"{message.origin}/{message.request}"


def _others(state: SCEFState, message: KeyRetrievalRequest | T6aKeyAnswer) -> tuple[Transaction, ...]:
    key = (message.origin, message.request)
    return tuple(t for t in state.transactions if (t.origin, t.request) != key)


def on_t6a_key_answer(state: SCEFState, message: T6aKeyAnswer, _source: str) -> Step[SCEFState]:
    key = (message.origin, message.request)
    transaction = next((t for t in state.transactions if (t.origin, t.request) == key), None)
    if transaction is None:
        return dropped(state, Remark.ANSWERS_NO_OPEN_TRANSACTION)
    answer = KeyRetrievalAnswer(message.origin, message.request, message.result, message.ks)
    outputs = (StopTimer(TimerName.T6A, _subject(message)), Send(transaction.requester, answer))
    return Step(replace(state, transactions=_others(state, message)), outputs)


def on_t6a_expiry(state: SCEFState, subject: str) -> Step[SCEFState]:
    """The MME is silent: the requester gets a time-out (504)."""
    transaction = next((t for t in state.transactions if f"{t.origin}/{t.request}" == subject), None)
    if transaction is None:
        return Step(state, (Note(Remark.NO_OPEN_TRANSACTION),))
    kept = tuple(t for t in state.transactions if t != transaction)
    answer = KeyRetrievalAnswer(transaction.origin, transaction.request, KeyResult.TIME_OUT)
    note = Note(Remark.MME_SILENT, NoteKind.ABANDONED)
    return Step(replace(state, transactions=kept), (note, Send(transaction.requester, answer)))


# Both


def restart(state: SCEFState) -> Step[SCEFState]:
    """All is volatile, this demonstrator's decision: pairs come again only with new AVs, ACTIVE with the next push."""
    pairs = sum(len(record.pairs) for record in state.records)
    note = Note(Remark.SCEF_RESTARTED, values=(len(state.transactions), len(state.records), pairs))
    return Step(replace(state, records=(), transactions=()), (note,))


class SCEFPhase(Enum):
    """Which solution the SCEF follows."""

    PULL = "solution 11"
    PUSH = "solution 12"


_PUSHES = (KeysPushRequest, ActiveVectorPushRequest, GUTIWithdrawalRequest)

HANDLERS = Handlers(
    phases=SCEFPhase,
    phase=lambda state, _m, _s: SCEFPhase.PULL if state.solution is Solution.PULL else SCEFPhase.PUSH,
    incoming=(KeyRetrievalRequest, T6aKeyAnswer, *_PUSHES),
    messages={
        (SCEFPhase.PULL, KeyRetrievalRequest): on_key_request_pull,
        (SCEFPhase.PULL, T6aKeyAnswer): on_t6a_key_answer,
        (SCEFPhase.PUSH, KeyRetrievalRequest): on_key_request,
        (SCEFPhase.PUSH, KeysPushRequest): on_keys_push,
        (SCEFPhase.PUSH, ActiveVectorPushRequest): on_active_vector_push,
        (SCEFPhase.PUSH, GUTIWithdrawalRequest): on_guti_withdrawal,
    },
    refusals={
        **refuse_all(SCEFPhase.PULL, _PUSHES, Remark.SOLUTION_11_PUSHES_NOTHING),
        **refuse_all(SCEFPhase.PUSH, (T6aKeyAnswer,), Remark.SOLUTION_12_ASKS_NO_MME),
    },
    expiries={TimerName.T6A: on_t6a_expiry},
    commands={},
    restart=restart,
)
