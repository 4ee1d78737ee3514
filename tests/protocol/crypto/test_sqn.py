"""nodes.protocol.crypto.sqn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.sqn import DELTA, EMPTY_ARRAY, accept, highest, ind, join, next_sqn, seq
from nodes.protocol.octets import SQN

sqns = st.integers(0, (1 << 48) - 1).map(SQN)


@given(sqns)
def test_sqn_is_seq_and_ind(sqn: SQN) -> None:
    assert join(seq(sqn), ind(sqn)) == sqn


@given(sqns)
def test_the_next_sqn_has_the_next_seq_and_the_next_ind(sqn: SQN) -> None:
    following = next_sqn(sqn)
    assert seq(following) == (seq(sqn) + 1) % (1 << 43)
    assert ind(following) == (ind(sqn) + 1) % 32


def test_a_run_of_sqns_is_accepted_in_order_and_each_only_once() -> None:
    """TS 33.102 §C.2.2."""
    array, sqn = EMPTY_ARRAY, SQN(0)
    for _ in range(100):
        sqn = next_sqn(sqn)
        accepted = accept(array, sqn)
        assert accepted is not None
        assert highest(accepted) == sqn
        assert accept(accepted, sqn) is None
        array = accepted


def test_vectors_out_of_order_are_accepted_thanks_to_ind() -> None:
    """TS 33.102 §C.3.4: the array is there for that."""
    first = next_sqn(SQN(0))
    second = next_sqn(first)
    after_second = accept(EMPTY_ARRAY, second)
    assert after_second is not None
    after_both = accept(after_second, first)
    assert after_both is not None
    assert highest(after_both) == second


@pytest.mark.parametrize(("jump", "is_accepted"), [(DELTA, True), (DELTA + 1, False)])
def test_a_jump_beyond_delta_is_refused(jump: int, is_accepted: bool) -> None:  # noqa: FBT001 (a parameter of the table)
    """TS 33.102 §C.2.1."""
    array = accept(EMPTY_ARRAY, join(5, 0))
    assert array is not None
    assert (accept(array, join(5 + jump, 1)) is not None) is is_accepted


def test_delta_may_be_chosen() -> None:
    assert accept(EMPTY_ARRAY, join(3, 0), delta=2) is None


def test_only_the_entry_of_its_ind_changes() -> None:
    assert accept(EMPTY_ARRAY, join(9, 4)) == (0, 0, 0, 0, 9, *(0,) * 27)


def test_sqn_ms_of_a_new_usim_is_zero() -> None:
    assert highest(EMPTY_ARRAY) == 0
