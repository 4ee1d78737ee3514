"""Whole ladders of three repairs: what goes wrong without one, and what it costs. None is defined by 3GPP."""

from typing import Any

import pytest

from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, GUTIWithdrawalRequest
from nodes.protocol.options import SCEF, MTMSIReuse, Solution
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.world import actions
from nodes.protocol.world.subjects import why_busy
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    MOVE,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_READING,
    after,
    command,
    context,
    in_flight,
    lab,
    ladder,
    record,
    server_session,
    settle,
    take,
    ue,
    until,
)

FROM_MME = ("mme-1", SCEF)
TO_AS = ("ue-1", "as-1")
REPAIR = pytest.mark.parametrize("repaired", [False, True], ids=["without the repair", "with the repair"])
SOLUTIONS = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHED = ActiveVectorPushRequest
PUSH = ["mme-1 > scef ActiveVectorPushRequest", "scef > mme-1 ActiveVectorPushAnswer"]
WITHDRAWAL = ["mme-1 > scef GUTIWithdrawalRequest", "scef > mme-1 GUTIWithdrawalAnswer"]
REALLOCATION = ["mme-1 > ue-1 GUTIReallocationCommand", "ue-1 > mme-1 GUTIReallocationComplete"]
DETACHMENT = ["ue-1 > mme-1 DetachRequest", "mme-1 > ue-1 DetachAccept"]
KEY = {
    Solution.PULL: [
        "as-1 > scef KeyRetrievalRequest",
        "scef > mme-1 T6aKeyRequest",
        "mme-1 > scef T6aKeyAnswer",
        "scef > as-1 KeyRetrievalAnswer",
    ],
    Solution.PUSH: ["as-1 > scef KeyRetrievalRequest", "scef > as-1 KeyRetrievalAnswer"],
}
READING = "ue-1 > as-1 ProtectedMessage"


def with_key(solution: Solution = Solution.PUSH, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH, OPEN_SESSION)


def word(world: World) -> Word:
    return judge(world, "ue-1", "as-1").word


def key_for_old_guti(world: World) -> KeyResult | None:
    """What the AS gets that asks by the first GUTI it learned."""
    return server_session(after(world, command("as-1", commands.AskForKey("ue-1", guti_index=0)))).last_result


# Ordered push


@REPAIR
def test_copy_of_a_push_that_comes_late(*, repaired: bool) -> None:
    """Solution 12: ACTIVE flips back to the AV before, and stays there."""
    world = until(take(with_key(ordered_push=repaired), REAUTHENTICATE), *FROM_MME, ActiveVectorPushRequest)
    world = take(world, actions.Duplicate(*FROM_MME), actions.Deliver(*FROM_MME), actions.Hold(*FROM_MME))
    world = after(world, REAUTHENTICATE)
    world = after(world, actions.Deliver(*FROM_MME, position=1), ASK)
    assert word(world) is Word.IN_SYNC
    told = ladder(world, actions.Deliver(*FROM_MME), ASK)
    vectors = context(told.world).vectors
    assert record(told.world).active == vectors[2 if repaired else 1].rand
    assert why_busy(told.world, ue(told.world)) is None
    assert word(told.world) is (Word.IN_SYNC if repaired else Word.OUT_OF_SYNC)
    assert ("scef: older than 1.3: ignored" in told.of_kind(NoteKind.DROPPED)) is repaired


@REPAIR
def test_push_of_before_a_detach_that_comes_late(*, repaired: bool) -> None:
    """The UE has attached again: the order survives the detach."""
    world = take(with_key(ordered_push=repaired), REAUTHENTICATE, actions.Hold(*FROM_MME))
    world = after(settle(world).world, DETACH, ATTACH)
    world = after(world, actions.Deliver(*FROM_MME, position=1))
    assert record(world).active == context(world).vectors[0].rand
    told = ladder(world, actions.Deliver(*FROM_MME), OPEN_SESSION)
    assert word(told.world) is (Word.IN_SYNC if repaired else Word.NO_KEY_YET)
    assert record(told.world).gutis == ((ue(told.world).guti,) if repaired else server_session(told.world).gutis[:1])


def test_order_changes_no_ladder_and_nothing_at_all_in_solution_11() -> None:
    runs = (ATTACH, OPEN_SESSION, REAUTHENTICATE, REALLOCATE, DETACH)
    for solution in Solution:
        assert ladder(lab(solution, ordered_push=True), *runs).sent == ladder(lab(solution), *runs).sent
    pull = after(lab(Solution.PULL, ordered_push=True), *runs)
    assert [node for node in pull.nodes if "PushOrder" in repr(node)] == []


# Withdrawal of GUTIs


def test_detach_withdraws_the_guti() -> None:
    told = ladder(with_key(withdraw_guti=True), DETACH)
    assert sorted(told.sent) == sorted([*DETACHMENT, *WITHDRAWAL])
    assert key_for_old_guti(told.world) is KeyResult.GUTI_UNKNOWN
    assert key_for_old_guti(after(with_key(), DETACH)) is KeyResult.OK


def test_reallocation_withdraws_the_guti_before_the_command() -> None:
    told = ladder(with_key(withdraw_guti=True), REALLOCATE)
    assert told.sent == [*WITHDRAWAL, *REALLOCATION, *PUSH]
    assert ladder(with_key(), REALLOCATE).sent == [*REALLOCATION, *PUSH]
    assert key_for_old_guti(told.world) is KeyResult.GUTI_UNKNOWN


@REPAIR
def test_old_guti_while_the_push_of_complete_is_under_way(*, repaired: bool) -> None:
    """The UE has the new GUTI; nobody is given a key for the old one, nor yet for the new one."""
    world = until(take(with_key(withdraw_guti=repaired), REALLOCATE), *FROM_MME, ActiveVectorPushRequest)
    held = take(world, actions.Hold(*FROM_MME))
    assert key_for_old_guti(held) is (KeyResult.GUTI_UNKNOWN if repaired else KeyResult.OK)
    opened = after(held, OPEN_SESSION)
    assert server_session(opened).last_result is KeyResult.GUTI_UNKNOWN
    assert word(after(opened, actions.Release(*FROM_MME), ASK)) is Word.IN_SYNC


def test_solution_11_withdraws_nothing() -> None:
    told = ladder(with_key(Solution.PULL, withdraw_guti=True), REALLOCATE, DETACH)
    assert told.sent == [*REALLOCATION, *DETACHMENT]


@pytest.mark.parametrize("ordered", [False, True], ids=["withdraw_guti", "withdraw_guti and ordered_push"])
def test_late_copy_of_a_withdrawal_and_a_guti_that_is_given_again(*, ordered: bool) -> None:
    """M-TMSI lowest free: the UE gets the GUTI again that it had before the detach."""
    reuse = MTMSIReuse.LOWEST_FREE
    before = with_key(withdraw_guti=True, ordered_push=ordered, m_tmsi_reuse=reuse)
    world = until(take(before, DETACH), *FROM_MME, GUTIWithdrawalRequest)
    world = take(world, actions.Duplicate(*FROM_MME), actions.Deliver(*FROM_MME), actions.Hold(*FROM_MME))
    world = settle(take(settle(world).world, ATTACH)).world
    assert ue(world).guti == ue(before).guti
    world = after(world, actions.Deliver(*FROM_MME, position=1))
    assert record(world).gutis == (ue(world).guti,)
    late = after(world, actions.Deliver(*FROM_MME))
    assert record(late).gutis == ((ue(late).guti,) if ordered else ())


@pytest.mark.parametrize("ordered", [False, True], ids=["withdraw_guti", "withdraw_guti and ordered_push"])
def test_push_that_is_lost_for_good_before_a_detach(*, ordered: bool) -> None:
    """Attached again without a detach: the MME withdraws the GUTI it gave last, the SCEF has the one before."""
    world = take(after(with_key(withdraw_guti=True, ordered_push=ordered), POWER_CYCLE), ATTACH)
    world = until(world, *FROM_MME, ActiveVectorPushRequest)
    world = after(settle(take(world, actions.Drop(*FROM_MME))).world, DETACH)
    assert key_for_old_guti(world) is (KeyResult.GUTI_UNKNOWN if ordered else KeyResult.OK)


# Named keys


@SOLUTIONS
def test_key_is_changed_without_losing_a_message(solution: Solution) -> None:
    """The reading after a re-authentication opens, and has the AS ask by name."""
    told = ladder(after(with_key(solution, named_key=True), REAUTHENTICATE), SEND_READING)
    assert told.sent == [READING, *KEY[solution]]
    assert told.of_kind(NoteKind.OPENED) == ["as-1: opens: reading 21.5 C"]
    assert word(told.world) is Word.IN_SYNC
    assert judge(told.world, "ue-1", "as-1").harm == 0


@REPAIR
def test_reading_while_the_push_is_in_flight(*, repaired: bool) -> None:
    """Solution 12: without the name the AS gets the old key, silently, and does not ask a third time."""
    world = until(take(with_key(named_key=repaired), REAUTHENTICATE), *FROM_MME, ActiveVectorPushRequest)
    held = settle(take(world, actions.Hold(*FROM_MME))).world
    told = ladder(held, SEND_READING)
    assert server_session(told.world).last_result is (KeyResult.NO_KEY_YET if repaired else KeyResult.OK)
    assert server_session(told.world).ks == server_session(world).ks != ue(told.world).ks
    told = ladder(told.world, actions.Release(*FROM_MME), SEND_READING, SEND_READING)
    assert word(told.world) is (Word.IN_SYNC if repaired else Word.OUT_OF_SYNC)
    assert judge(told.world, "ue-1", "as-1").harm == (0 if repaired else 3)


@SOLUTIONS
def test_push_goes_out_when_res_is_verified_and_no_message_more(solution: Solution) -> None:
    run = (ATTACH, OPEN_SESSION, REAUTHENTICATE, REALLOCATE, DETACH)
    assert sorted(ladder(lab(solution, named_key=True), *run).sent) == sorted(ladder(lab(solution), *run).sent)
    if solution is Solution.PUSH:
        told = ladder(with_key(named_key=True), REAUTHENTICATE).sent
        assert told.index(PUSH[0]) < told.index("mme-1 > ue-1 SecurityModeCommand")


def test_change_of_mme_is_pushed_by_name_without_the_rand() -> None:
    world = after(with_key(mmes=2, named_key=True), MOVE, OPEN_SESSION)
    assert word(world) is Word.IN_SYNC
    assert record(world).gutis == (ue(world).guti,)


def test_late_push_that_binds_an_old_guti_takes_ordered_push_as_well() -> None:
    for ordered in (False, True):
        world = until(take(with_key(named_key=True, ordered_push=ordered), REAUTHENTICATE), *FROM_MME, PUSHED)
        world = take(world, actions.Duplicate(*FROM_MME), actions.Deliver(*FROM_MME), actions.Hold(*FROM_MME))
        world = take(settle(take(settle(world).world, REALLOCATE)).world, actions.Deliver(*FROM_MME, position=1))
        world = after(settle(world).world, actions.Release(*FROM_MME))
        assert record(world).gutis[0] == (ue(world).guti if ordered else server_session(world).gutis[0])


@SOLUTIONS
def test_third_party_server_passes_the_name_on(solution: Solution) -> None:
    ask = command("as-1", commands.AskForKey("ue-1", through_third_party=True))
    before = with_key(solution, named_key=True)
    told = ladder(after(before, REAUTHENTICATE), ask)
    assert "as-1: held" in told.notes
    assert server_session(told.world).keys == (ue(before).ks,)


def test_ue_names_its_key_only_with_the_repair() -> None:
    for repaired in (False, True):
        world = take(after(lab(named_key=repaired), ATTACH), OPEN_SESSION)
        assert (ue(world).key_name is not None) is repaired
        assert [getattr(message, "key_name", "") for message in in_flight(world, *TO_AS)] == [ue(world).key_name]
    assert ue(lab(named_key=True)).key_name is None
