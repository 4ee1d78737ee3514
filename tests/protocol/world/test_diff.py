"""What differs between two worlds, to the leaf."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.entities.connection import Mode
from nodes.protocol.entities.mme.state import VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages.pushes import GUTIWithdrawalRequest
from nodes.protocol.messages.s10 import ContextRequest
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.diff import Change, changed_nodes, diff
from nodes.protocol.world.engine import next_delivery, step
from nodes.protocol.world.world import with_node
from tests.support.protocol import (
    ATTACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    after,
    context,
    lab,
    mme,
    take,
    ue,
    until,
)


def by_path(changes: tuple[Change, ...]) -> dict[tuple[str, ...], tuple[object, object]]:
    return {change.path: (change.old, change.new) for change in changes}


def test_equal_worlds_do_not_differ() -> None:
    world = after(lab(), ATTACH)
    assert diff(world, world) == ()
    assert diff(world, after(lab(), ATTACH)) == ()
    assert list(changed_nodes(world, after(lab(), ATTACH))) == []


def test_a_command_changes_only_its_node() -> None:
    changed = by_path(diff(lab(), take(lab(), ATTACH)))
    assert changed == {
        ("ue-1", "phase"): (UEPhase.DEREGISTERED, UEPhase.REGISTERED_INITIATED),
        ("ue-1", "mme"): (None, "mme-1"),
        ("ue-1", "attempts"): (0, 1),
        ("ue-1", "connection", "number"): (0, 1),
        ("ue-1", "connection", "mode"): (Mode.IDLE, Mode.CONNECTED),
    }


def test_an_av_is_found_by_its_rand() -> None:
    before = after(lab(), ATTACH)
    changed = by_path(diff(before, after(before, REAUTHENTICATE)))
    first, second, _ = (vector.rand.hex() for vector in context(before).vectors)
    path = ("mme-1", "contexts", IMSI_1, "vectors")
    assert changed[*path, first, "status"] == (VectorStatus.ACTIVE, VectorStatus.USED)
    assert changed[*path, second, "status"] == (VectorStatus.UNUSED, VectorStatus.ACTIVE)


def test_what_is_new_or_gone_is_one_leaf() -> None:
    before, later = lab(), after(lab(), ATTACH)
    path = ("mme-1", "contexts", IMSI_1)
    assert by_path(diff(before, later))[path] == (None, context(later))
    assert by_path(diff(later, before))[path] == (context(later), None)


def test_a_guti_is_a_leaf() -> None:
    before = after(lab(), ATTACH)
    later = after(before, REALLOCATE)
    assert by_path(diff(before, later))["ue-1", "guti"] == (ue(before).guti, ue(later).guti)


def test_what_comes_from_another_mme_or_is_withdrawn_is_found_by_its_name() -> None:
    before = after(lab(mmes=2, withdraw_guti=True), ATTACH)
    asked = until(take(before, MOVE), *NEW_TO_OLD, ContextRequest)
    assert ("mme-2", "arriving", "ue-1") in by_path(diff(before, asked))
    again = take(asked, actions.Expire("mme-2", TimerName.S10, "ue-1"))
    assert by_path(diff(asked, again)) == {("mme-2", "arriving", "ue-1", "attempts"): (1, 2)}
    gone = until(asked, "mme-1", SCEF, GUTIWithdrawalRequest)
    assert ("mme-1", "withdrawals", IMSI_1) in by_path(diff(asked, gone))
    unrouted = with_node(before, replace(mme(before), peers=()))
    assert ("mme-1", "peers", "mme-2") in by_path(diff(before, unrouted))


@given(st.sampled_from(Solution), st.integers(0, 12))
def test_a_difference_is_told_if_and_only_if_there_is_one(solution: Solution, deliveries: int) -> None:
    before = take(after(lab(solution), ATTACH, OPEN_SESSION), REAUTHENTICATE)
    later = before
    for _ in range(deliveries):
        action = next_delivery(later)
        if action is not None:
            later = step(later, action)
    changes = diff(before, later)
    assert bool(changes) == (before.nodes != later.nodes)
    assert len({change.path for change in changes}) == len(changes)
