"""Records of the SCEF under the repairs: order, withdrawals, names, and what a repetition does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.eps_keys import derive_kn
from nodes.protocol.entities.machine import Note, Send, Step, handle, ignored
from nodes.protocol.entities.scef import table as scef
from nodes.protocol.entities.scef.table import HANDLERS, Record, SCEFState
from nodes.protocol.errors import UnexpectedMessage
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    GUTIWithdrawalAnswer,
    GUTIWithdrawalRequest,
    KeyPair,
    KeysPushRequest,
    PushOrder,
)
from nodes.protocol.octets import KN, RAND, Ks
from nodes.protocol.options import HSS, Solution
from nodes.protocol.remarks import Remark
from tests.support.protocol import IMSI_1, IMSI_2, lab
from tests.support.protocol import scef as scef_of

PAIRS = tuple(KeyPair(RAND(bytes((number,)) * 16), Ks(bytes((number,)) * 32)) for number in (1, 2, 3))
GUMMEI = scef_of(lab()).routes[0].gummei
GUTIS = tuple(GUTI(GUMMEI, m_tmsi) for m_tmsi in range(4))
KEYS = KeysPushRequest(IMSI_1, 1, PAIRS)


def given_step(state: SCEFState, message: object) -> Step[SCEFState]:
    return handle(HANDLERS, state, message, HSS if isinstance(message, KeysPushRequest) else "mme-1")


def given_state(*messages: object) -> SCEFState:
    state = scef_of(lab())
    for message in messages:
        state = given_step(state, message).state
    return state


def push(count: int, av: int = 0, *gutis: GUTI, imsi: IMSI = IMSI_1, epoch: int = 1) -> ActiveVectorPushRequest:
    return ActiveVectorPushRequest(imsi, count, PAIRS[av].rand, gutis or GUTIS[:1], PushOrder(epoch, count))


def withdrawal(count: int, *gutis: GUTI, is_ordered: bool = True) -> GUTIWithdrawalRequest:
    return GUTIWithdrawalRequest(IMSI_1, count, gutis or GUTIS[:1], PushOrder(1, count) if is_ordered else None)


# Repair `ordered_push`


def test_older_push_is_answered_and_ignored() -> None:
    state = given_state(KEYS, push(2, 1))
    note = ignored(Remark.PUSH_OLDER, 1, 2)
    answer = Send("mme-1", ActiveVectorPushAnswer(IMSI_1, 1))
    assert given_step(state, push(1, 0, GUTIS[1])) == Step(state, (note, answer))


def test_push_of_an_earlier_epoch_is_older_however_many_there_were() -> None:
    state = given_state(KEYS, push(1, 1, epoch=2))
    assert given_step(state, push(9, 0)).state == state


def test_equal_push_is_answered_and_has_no_effect_again() -> None:
    """Another UE has the GUTI since: a repetition does not take it back."""
    other = replace(push(1, 2, imsi=IMSI_2), imsi=IMSI_2)
    state = given_state(KEYS, push(1), other)
    answer = Send("mme-1", ActiveVectorPushAnswer(IMSI_1, 1))
    assert given_step(state, push(1)) == Step(state, (Note(Remark.PUSH_REPEATED), answer))
    assert [record.gutis for record in state.records] == [(), GUTIS[:1]]


def test_ignored_push_unbinds_nothing_elsewhere() -> None:
    state = given_state(KEYS, push(2), push(1, 2, GUTIS[1], imsi=IMSI_2))
    assert given_step(state, push(1, 0, GUTIS[1])).state == state


def test_newer_push_has_its_effect() -> None:
    state = given_state(KEYS, push(1), push(2, 1, GUTIS[1]))
    assert state.records == (Record(IMSI_1, PAIRS, PAIRS[1].rand, GUTIS[1:2], order=PushOrder(1, 2)),)


def test_without_an_order_the_last_one_wins() -> None:
    late = replace(push(1), order=None)
    state = given_state(KEYS, replace(push(2, 1), order=None), late)
    assert state.records == (Record(IMSI_1, PAIRS, PAIRS[0].rand, GUTIS[:1]),)


# Repair `withdraw_guti`


def test_withdrawn_guti_is_unknown_and_active_stays() -> None:
    state = given_state(KEYS, replace(push(1, 0, *GUTIS[:2]), order=None))
    step = given_step(state, withdrawal(2, is_ordered=False))
    assert step.state.records == (Record(IMSI_1, PAIRS, PAIRS[0].rand, GUTIS[1:2]),)
    assert step.outputs == (Note(Remark.GUTI_WITHDRAWN), Send("mme-1", GUTIWithdrawalAnswer(IMSI_1, 2)))
    assert scef.key_for(step.state, GUTIS[0])[0] is KeyResult.GUTI_UNKNOWN
    assert scef.key_for(step.state, GUTIS[1])[0] is KeyResult.OK


def test_guti_that_is_not_bound_is_withdrawn_with_success() -> None:
    state = given_state(KEYS, replace(push(1), order=None))
    step = given_step(state, withdrawal(2, GUTIS[3], is_ordered=False))
    assert step == Step(state, (Note(Remark.GUTI_NOT_BOUND), Send("mme-1", GUTIWithdrawalAnswer(IMSI_1, 2))))


def test_withdrawal_with_an_order_unbinds_what_older_pushes_bound() -> None:
    """A push of the GUTI that is withdrawn has not come; the one bound before is no more valid than it."""
    state = given_state(KEYS, push(1), withdrawal(3, GUTIS[1]))
    assert state.records == (Record(IMSI_1, PAIRS, PAIRS[0].rand, (), order=PushOrder(1, 3)),)


def test_withdrawal_without_a_record_makes_none() -> None:
    state = given_state()
    step = given_step(state, withdrawal(1, is_ordered=False))
    assert step == Step(state, (Note(Remark.GUTI_NOT_BOUND), Send("mme-1", GUTIWithdrawalAnswer(IMSI_1, 1))))


def test_push_that_its_withdrawal_overtook_is_ignored_with_both_repairs() -> None:
    state = given_state(withdrawal(2), push(1))
    assert state.records == (Record(IMSI_1, order=PushOrder(1, 2)),)


def test_withdrawal_that_a_push_overtook_is_ignored_with_both_repairs() -> None:
    """The GUTI was given to the same UE again."""
    state = given_state(KEYS, push(1), push(3))
    step = given_step(state, withdrawal(2))
    note = ignored(Remark.PUSH_OLDER, 1, 3)
    assert step == Step(state, (note, Send("mme-1", GUTIWithdrawalAnswer(IMSI_1, 2))))


def test_withdrawal_leaves_a_parked_push_parked() -> None:
    state = given_state(push(1), withdrawal(2), KEYS)
    assert state.records == (Record(IMSI_1, PAIRS, PAIRS[0].rand, (), order=PushOrder(1, 2)),)


def test_solution_11_gets_no_withdrawals() -> None:
    with pytest.raises(UnexpectedMessage, match="GUTIWithdrawalRequest in solution 11: solution_11_pushes_nothing"):
        handle(HANDLERS, scef_of(lab(Solution.PULL)), withdrawal(1), "mme-1")


# Repair `named_key`

NAMES = tuple(derive_kn(pair.ks) for pair in PAIRS)


def named_push(number: int, *confirmed: int, rand: bool = True) -> ActiveVectorPushRequest:
    names = tuple(NAMES[each] for each in confirmed)
    return ActiveVectorPushRequest(IMSI_1, number, PAIRS[confirmed[0]].rand if rand else None, GUTIS[:1], names=names)


def by_name(*messages: object) -> SCEFState:
    state = replace(scef_of(lab()), names_keys=True)
    for message in messages:
        state = given_step(state, message).state
    return state


def test_key_is_had_by_its_name_once_it_is_confirmed_whichever_is_active() -> None:
    state = by_name(KEYS, named_push(1, 1, 0))
    for index in (0, 1):
        assert scef.key_for(state, GUTIS[0], NAMES[index]) == (KeyResult.OK, PAIRS[index].ks, PAIRS[index].rand)
    assert scef.key_for(state, GUTIS[0], NAMES[2]) == (KeyResult.NO_KEY_YET, None, None)
    assert scef.key_for(state, GUTIS[0]) == (KeyResult.CONFLICT, None, None)
    assert scef.key_for(state, GUTIS[1], NAMES[1]) == (KeyResult.GUTI_UNKNOWN, None, None)


def test_confirmation_comes_before_its_pair_and_stays() -> None:
    early = by_name(named_push(1, 1))
    assert scef.key_for(early, GUTIS[0], NAMES[1]) == (KeyResult.NO_KEY_YET, None, None)
    state = by_name(named_push(1, 1), KEYS, named_push(2, 0))
    assert scef.key_for(state, GUTIS[0], NAMES[1])[0] is KeyResult.OK
    (record,) = state.records
    assert record.confirmed == (NAMES[1], NAMES[0])


def test_push_without_a_rand_confirms_and_binds_and_flags_nothing() -> None:
    """The key came to its MME over S10, which carries no RAND."""
    before = by_name(KEYS, named_push(1, 1))
    step = given_step(before, replace(named_push(2, 0, rand=False), gutis=GUTIS[1:2]))
    (record,) = step.state.records
    assert (record.active, record.gutis, record.confirmed) == (PAIRS[1].rand, GUTIS[1:2], (NAMES[1], NAMES[0]))
    assert step.outputs[0] == Note(Remark.KEY_CONFIRMED)


@pytest.mark.parametrize(
    ("name", "result", "said"),
    [
        (None, KeyResult.CONFLICT, Remark.NO_KEY_NAMED),
        (NAMES[2], KeyResult.NO_KEY_YET, Remark.NO_CONFIRMED_KS),
    ],
    ids=["none", "not confirmed"],
)
def test_why_no_key_is_given_by_name_is_said_and_answered(name: KN | None, result: KeyResult, said: Remark) -> None:
    state = by_name(KEYS, named_push(1, 1))
    step = given_step(state, KeyRetrievalRequest("as-1", "ue-1.1", GUTIS[0], name))
    assert step == Step(state, (Note(said), Send("mme-1", KeyRetrievalAnswer("as-1", "ue-1.1", result))))


# Repetitions

gutis = st.lists(st.sampled_from(GUTIS), min_size=1, max_size=2, unique=True).map(tuple)
imsis = st.sampled_from((IMSI_1, IMSI_2))
orders = st.builds(PushOrder, st.integers(1, 2), st.integers(1, 3))
keys = st.builds(KeysPushRequest, imsis, st.just(1), st.lists(st.sampled_from(PAIRS), unique=True).map(tuple))


def requests(order: st.SearchStrategy[PushOrder | None]) -> st.SearchStrategy[object]:
    rands = st.sampled_from([pair.rand for pair in PAIRS])
    pushes = st.builds(ActiveVectorPushRequest, imsis, st.just(1), rands, gutis, order)
    return st.one_of(keys, pushes, st.builds(GUTIWithdrawalRequest, imsis, st.just(1), gutis, order))


@given(st.lists(requests(st.none()) | requests(orders), max_size=8))
def test_immediate_repetition_changes_nothing(messages: list[object]) -> None:
    state = scef_of(lab())
    for message in messages:
        state = given_step(state, message).state
        again = given_step(state, message)
        assert again.state == state
        assert isinstance(again.outputs[-1], Send)


@given(st.lists(requests(orders), max_size=8), st.data())
def test_repetition_changes_nothing_however_late_with_the_order(messages: list[object], data: st.DataObject) -> None:
    """What came once has no effect a second time, unless another UE's push took its GUTI."""
    state = given_state(*messages)
    for message in data.draw(st.permutations(messages)):
        assert given_step(state, message).state == state


@given(st.permutations(range(1, 6)), st.lists(st.integers(0, 4), max_size=5))
def test_any_order_of_arrival_ends_in_the_newest(arrival: list[int], repeated: list[int]) -> None:
    """Each place in the order is one push or withdrawal of one UE."""
    sent = [push(1), push(2, 1), withdrawal(3), push(4, 2, GUTIS[1]), withdrawal(5, GUTIS[1])]
    messages = [sent[place - 1] for place in arrival] + [sent[index] for index in repeated]
    (record,) = given_state(KEYS, *messages).records
    assert record.order == PushOrder(1, 5)
    assert record.gutis == ()
