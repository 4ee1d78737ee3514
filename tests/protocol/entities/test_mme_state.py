"""Look-ups in the MME's state."""

import pytest

from nodes.protocol.entities.mme import state as mme_state
from nodes.protocol.entities.mme.state import VectorStatus
from nodes.protocol.messages import nas
from nodes.protocol.options import Solution
from tests.support.protocol import (
    ATTACH,
    IMSI_1,
    IMSI_2,
    REALLOCATE,
    REAUTHENTICATE,
    TO_MME,
    after,
    context,
    lab,
    mme,
    take,
    until,
)

STATE = mme(after(lab(Solution.PULL, ues=2), ATTACH))


def test_context_by_imsi() -> None:
    found = mme_state.context_of(STATE, IMSI_1)
    assert found is not None
    assert found.ue == "ue-1"
    assert mme_state.context_of(STATE, IMSI_2) is None
    assert mme_state.context_of(STATE, "0") is None


def test_context_by_connection() -> None:
    assert mme_state.context_of_connection(STATE, "ue-1").imsi == IMSI_1
    with pytest.raises(LookupError, match="mme-1 has no context of ue-2"):
        mme_state.context_of_connection(STATE, "ue-2")


def test_context_is_found_by_either_valid_guti() -> None:
    world = take(after(lab(), ATTACH), REALLOCATE)
    for guti in context(world).gutis:
        assert mme_state.context_of_guti(mme(world), guti) == context(world)


def test_contexts_and_counters_are_put_in_their_place() -> None:
    one = STATE.contexts[0]
    state = mme_state.without_context(STATE, IMSI_1)
    assert state.contexts == ()
    assert mme_state.with_context(mme_state.with_context(state, one), one).contexts == (one,)
    counted = mme_state.with_counters(STATE, mme_state.Counters(IMSI_2, pushes=1))
    counted = mme_state.with_counters(counted, mme_state.Counters(IMSI_2, pushes=2))
    assert [counters.pushes for counters in counted.counters] == [0, 2]
    assert mme_state.counters_of(counted, IMSI_2).pushes == 2
    assert mme_state.counters_of(STATE, IMSI_2) == mme_state.Counters(IMSI_2)


def test_vectors_by_status() -> None:
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)
    found = context(world)
    first, second, third = found.vectors
    assert (found.active, found.next_unused) == (first, third)
    assert second.status is VectorStatus.CHALLENGED
    assert mme_state.restatus(found, VectorStatus.DELETED, VectorStatus.USED) is found
    assert mme_state.with_status(found, third.rand, VectorStatus.USED).next_unused is None
