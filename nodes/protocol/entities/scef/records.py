"""Solution 12 at the SCEF: pushes and withdrawals change records, key requests are answered from them.

Not defined by 3GPP.
"""

from dataclasses import replace

from nodes.protocol.crypto.eps_keys import derive_kn
from nodes.protocol.entities.machine import Note, NoteKind, Send, Step, ignored
from nodes.protocol.entities.scef.state import Record, SCEFState, record_of, record_of_guti, with_record
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    GUTIWithdrawalAnswer,
    GUTIWithdrawalRequest,
    KeysPushAnswer,
    KeysPushRequest,
    PushOrder,
)
from nodes.protocol.octets import KN, RAND, Ks
from nodes.protocol.remarks import Remark


def on_keys_push(state: SCEFState, message: KeysPushRequest, source: str) -> Step[SCEFState]:
    """The pairs extend the list; a parked RAND that is among them becomes ACTIVE (contribution 2.2 steps 3, 5)."""
    record = record_of(state, message.imsi) or Record(message.imsi)
    known = {pair.rand for pair in record.pairs}
    record = replace(record, pairs=(*record.pairs, *(p for p in message.pairs if p.rand not in known)))
    notes: tuple[Note, ...] = ()
    if record.parked is not None and record.ks_of(record.parked) is not None:
        notes = (Note(Remark.PARKED_RAND_FOUND, NoteKind.ACTIVE, record.parked),)
        record = replace(record, active=record.parked, parked=None)
    answer = Send(source, KeysPushAnswer(message.imsi, message.push))
    return Step(with_record(state, record), (*notes, answer))


def on_active_vector_push(state: SCEFState, message: ActiveVectorPushRequest, source: str) -> Step[SCEFState]:
    """Flag the Ks of this RAND ACTIVE and no other, bind the GUTIs (contribution 2.2 steps 4, 5)."""
    answer = Send(source, ActiveVectorPushAnswer(message.imsi, message.push))
    ignored = _why_ignored(state, message.imsi, message.order)
    if ignored is not None:
        return Step(state, (ignored, answer))
    state = _unbind_elsewhere(state, message)
    record = record_of(state, message.imsi) or Record(message.imsi)
    confirmed = tuple(name for name in reversed(message.names) if name not in record.confirmed)
    record = replace(record, gutis=message.gutis, order=message.order, confirmed=(*record.confirmed, *confirmed))
    if message.rand is None:
        return Step(with_record(state, record), (Note(Remark.KEY_CONFIRMED), answer))
    if record.ks_of(message.rand) is None:
        record = replace(record, active=None, parked=message.rand)
        note = Note(Remark.PARKED, rand=message.rand)
    else:
        record = replace(record, active=message.rand, parked=None)
        note = Note(Remark.ACTIVE, NoteKind.ACTIVE, message.rand)
    return Step(with_record(state, record), (note, answer))


def on_guti_withdrawal(state: SCEFState, message: GUTIWithdrawalRequest, source: str) -> Step[SCEFState]:
    """Repair `withdraw_guti`: these GUTIs name the IMSI no more; a GUTI that is not bound is withdrawn already.

    The MME names all that are valid. With an order that is the last word: what an older push bound goes as well.
    """
    answer = Send(source, GUTIWithdrawalAnswer(message.imsi, message.push))
    ignored = _why_ignored(state, message.imsi, message.order)
    if ignored is not None:
        return Step(state, (ignored, answer))
    record = record_of(state, message.imsi)
    if record is None and message.order is None:
        return Step(state, (Note(Remark.GUTI_NOT_BOUND), answer))
    # A withdrawal that comes before anything else is remembered by its order: the push it overtook is older.
    record = record or Record(message.imsi)
    named = record.gutis if message.order is not None else message.gutis
    kept = tuple(guti for guti in record.gutis if guti not in named)
    note = Note(Remark.GUTI_NOT_BOUND if kept == record.gutis else Remark.GUTI_WITHDRAWN)
    return Step(with_record(state, replace(record, gutis=kept, order=message.order)), (note, answer))


def _why_ignored(state: SCEFState, imsi: IMSI, order: PushOrder | None) -> Note | None:
    """Repair `ordered_push`: what is older than the newest that came for the IMSI, or came already, has no effect."""
    record = record_of(state, imsi)
    if record is None or record.order is None or order is None or order > record.order:
        return None
    if order == record.order:
        return Note(Remark.PUSH_REPEATED)
    return ignored(Remark.PUSH_OLDER, record.order.epoch, record.order.count)


def _unbind_elsewhere(state: SCEFState, message: ActiveVectorPushRequest) -> SCEFState:
    """A GUTI names one IMSI: bound to another one, it is unbound there."""
    for record in state.records:
        kept = tuple(guti for guti in record.gutis if guti not in message.gutis)
        if record.imsi != message.imsi and kept != record.gutis:
            state = with_record(state, replace(record, gutis=kept))
    return state


def key_for(state: SCEFState, guti: GUTI, key_name: KN | None = None) -> tuple[KeyResult, Ks | None, RAND | None]:
    """The ACTIVE Ks of the record that a GUTI is bound to, 32 octets, or why there is none (2.2 step 6)."""
    record = record_of_guti(state, guti)
    if record is None:
        return KeyResult.GUTI_UNKNOWN, None, None
    if state.names_keys:
        return _by_name(record, key_name)
    ks = record.ks_of(record.active)
    if ks is None:
        return KeyResult.NO_KEY_YET, None, None
    return KeyResult.OK, ks, record.active


def _by_name(record: Record, name: KN | None) -> tuple[KeyResult, Ks | None, RAND | None]:
    """Repair `named_key`: the Ks of this name, once confirmed. ACTIVE decides nothing; a GUTI alone yields none."""
    if name is None:
        return KeyResult.CONFLICT, None, None
    pair = next((pair for pair in record.pairs if derive_kn(pair.ks) == name), None)
    if pair is None or name not in record.confirmed:
        return KeyResult.NO_KEY_YET, None, None
    return KeyResult.OK, pair.ks, pair.rand


def on_key_request(state: SCEFState, message: KeyRetrievalRequest, source: str) -> Step[SCEFState]:
    result, ks, rand = key_for(state, message.guti, message.key_name)
    remarks = _BY_NAME if state.names_keys else _REMARKS
    answer = KeyRetrievalAnswer(message.origin, message.request, result, ks)
    return Step(state, (Note(remarks[result], rand=rand), Send(source, answer)))


_REMARKS = {
    KeyResult.OK: Remark.KS_GIVEN_BY_SCEF,
    KeyResult.GUTI_UNKNOWN: Remark.GUTI_UNKNOWN,
    KeyResult.NO_KEY_YET: Remark.NO_ACTIVE_KS,
}
_BY_NAME = {
    KeyResult.OK: Remark.KS_OF_NAME_BY_SCEF,
    KeyResult.GUTI_UNKNOWN: Remark.GUTI_UNKNOWN,
    KeyResult.NO_KEY_YET: Remark.NO_CONFIRMED_KS,
    KeyResult.CONFLICT: Remark.NO_KEY_NAMED,
}
