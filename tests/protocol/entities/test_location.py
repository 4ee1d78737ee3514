"""Update Location and Cancel Location: what becomes of a context when another MME serves the UE."""

from typing import Any

import pytest

from nodes.protocol.entities.hss import location as hss_location
from nodes.protocol.entities.hss.table import HSSState
from nodes.protocol.entities.machine import Note, NoteKind, Step, dropped
from nodes.protocol.entities.mme import location
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import Ks
from nodes.protocol.options import HSS, Solution
from nodes.protocol.properties.key_answers import answer_for
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    UPDATE,
    after,
    command,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    lose_all,
    mme,
    node_as,
    record,
    settle,
    subscriber,
    take,
    timers,
    ue,
    uncancelled,
    until,
)

AT_NEW = command("ue-1", commands.Attach("mme-2"))
TO_HSS, TO_OLD, FROM_NEW = ("mme-2", HSS), (HSS, "mme-1"), ("mme-2", "ue-1")
MME_TIMER = expire("mme-2", TimerName.LOCATION, IMSI_1)
HSS_TIMER = expire(HSS, TimerName.LOCATION, f"{IMSI_1}.1")


def attached(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, mmes=2, **options), ATTACH)


def moved_but_not_cancelled(solution: Solution = Solution.PULL, **options: Any) -> World:
    """The old MME has got CONTEXT ACKNOWLEDGE, and no Cancel Location."""
    return uncancelled(attached(solution, **options), MOVE)


def hss(world: World) -> HSSState:
    return node_as(world, HSS, HSSState)


# Update Location


@pytest.mark.clause("TS 29.272", "5.2.1.1")
def test_mme_without_others_does_not_tell_where_the_ue_is() -> None:
    told = ladder(lab(), ATTACH)
    assert not any("Location" in line for line in told.sent)
    assert subscriber(told.world).mme is None


@pytest.mark.clause("TS 29.272", "5.2.1.1")
def test_hss_learns_of_an_attach_and_nothing_is_cancelled() -> None:
    told = ladder(lab(mmes=2), ATTACH)
    located = [line for line in told.sent if "Location" in line]
    assert located == ["mme-1 > hss UpdateLocationRequest", "hss > mme-1 UpdateLocationAnswer"]
    assert subscriber(told.world).mme == "mme-1"
    assert context(told.world).is_located
    again = ladder(told.world, POWER_CYCLE, ATTACH)
    assert not any("Location" in line for line in again.sent)


@pytest.mark.clause("TS 29.272", "5.2.1.2")
def test_attach_elsewhere_cancels_the_context_of_before() -> None:
    """And withdraws its GUTI (repair), as the new MME's attach alone does not."""
    world = after(attached(Solution.PUSH, withdraw_guti=True), POWER_CYCLE)
    told = ladder(world, AT_NEW)
    assert "mme-1: the UE is at another MME: context dropped" in told.notes
    assert mme(told.world).contexts == ()
    assert "mme-1 > scef GUTIWithdrawalRequest" in told.sent
    assert subscriber(told.world).mme == "mme-2"
    assert timers(told.world) == []


def test_procedure_of_a_cancelled_context_is_aborted() -> None:
    world = take(attached(), REAUTHENTICATE)
    told = ladder(lose_all(take(world, POWER_CYCLE)), AT_NEW)
    assert "mme-1: authentication aborted (TS 24.301 §5.4.2.7 a)" in told.of_kind(NoteKind.ABANDONED)
    assert timers(told.world) == []


def test_update_location_is_repeated_and_then_given_up() -> None:
    world = lose_all(until(take(attached(), MOVE), *TO_HSS, s6a.UpdateLocationRequest))
    told = expire_and_lose(world, MME_TIMER, 3)
    assert told.sent == ["mme-2 > hss UpdateLocationRequest"] * 2
    assert told.notes == ["mme-2: HSS silent: location not updated"]
    assert not context(told.world, name="mme-2").is_located
    assert location.on_location_expiry(mme(told.world, "mme-2"), IMSI_1).outputs == (Note(Remark.NO_OPEN_REQUEST),)
    assert location.on_location_expiry(mme(told.world), "999").outputs == (Note(Remark.NO_OPEN_REQUEST),)


def test_hss_that_does_not_know_the_imsi_says_so_and_the_ue_stays() -> None:
    world = until(take(attached(), MOVE), *TO_HSS, s6a.UpdateLocationRequest)
    told = ladder(world, command(HSS, commands.SetProvisioned(IMSI_1, provisioned=False)))
    assert "hss: unknown IMSI: 5001" in told.notes
    assert "mme-2: HSS answers 5001" in told.notes
    assert subscriber(told.world).mme == "mme-1"
    assert not context(told.world, name="mme-2").is_located


def test_answer_that_nobody_waits_for_is_dropped() -> None:
    world = attached()
    late = s6a.UpdateLocationAnswer(IMSI_1, 9)
    state = mme(world)
    assert location.on_update_location_answer(state, late, HSS) == dropped(state, Remark.ANSWERS_NO_OPEN_REQUEST)
    empty = mme(lab(mmes=2))
    assert location.on_update_location_answer(empty, late, HSS) == dropped(empty, Remark.ANSWERS_NO_OPEN_REQUEST)
    answer = s6a.CancelLocationAnswer(IMSI_1, 9)
    assert hss_location.on_cancel_location_answer(hss(world), answer, "mme-1") == dropped(
        hss(world), Remark.ANSWERS_NO_OPEN_REQUEST
    )


# Cancel Location


@pytest.mark.clause("TS 29.272", "5.2.1.2")
def test_cancel_location_is_repeated_and_then_given_up() -> None:
    world = until(take(attached(), MOVE), *TO_OLD, s6a.CancelLocationRequest)
    world = settle(take(world, actions.Drop(*TO_OLD))).world
    told = expire_and_lose(world, HSS_TIMER, 3)
    assert told.sent == ["hss > mme-1 CancelLocationRequest"] * 2
    assert told.notes == ["hss: no answer, repeats"] * 2 + ["hss: mme-1 silent: not cancelled"]
    assert subscriber(told.world).open_cancellations == ()
    assert hss_location.on_location_expiry(hss(told.world), f"{IMSI_1}.1") == Step(
        hss(told.world), (Note(Remark.NO_OPEN_REQUEST),)
    )


def test_repeated_cancellation_is_answered_again() -> None:
    world = until(take(attached(), MOVE), "mme-1", HSS, s6a.CancelLocationAnswer)
    told = ladder(take(world, actions.Drop("mme-1", HSS)), HSS_TIMER)
    assert "mme-1: no context: nothing to cancel" in told.notes
    assert timers(told.world) == []


def test_hss_forgets_at_a_restart_what_it_was_cancelling_and_not_where_the_ue_is() -> None:
    world = until(take(attached(), MOVE), *TO_OLD, s6a.CancelLocationRequest)
    told = ladder(take(world, actions.Drop(*TO_OLD)), actions.Restart(HSS))
    assert "hss: loses 1 cancellation of a location without an answer; subscriptions and SQN stay" in told.notes
    assert (subscriber(told.world).mme, subscriber(told.world).open_cancellations) == ("mme-2", ())


# The context that is kept


@pytest.mark.clause("TS 23.401", "5.3.3.1")
def test_context_is_kept_marked_detached_until_it_is_cancelled() -> None:
    """It gives no key meanwhile: this demonstrator's decision."""
    world = moved_but_not_cancelled()
    kept = context(world)
    assert (kept.moved_to, kept.registered, kept.is_detached) == ("mme-2", False, True)
    assert answer_for(world, kept.guti) == (KeyResult.NO_KEY_YET, None)
    assert [name for node, name in timers(world) if node == "mme-1"] == []


@pytest.mark.clause("TS 23.401", "5.3.3.1")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_ue_that_never_got_accept_comes_back_to_the_context_that_was_kept(solution: Solution) -> None:
    """The HSS is told, the other MME cancels its context, and the GUTI is pushed again."""
    world = until(take(attached(solution, withdraw_guti=True), MOVE), *FROM_NEW, nas.TrackingAreaUpdateAccept)
    world = take(world, actions.Drop(*FROM_NEW), actions.Drop(*TO_HSS), actions.Deliver(*NEW_TO_OLD))
    assert context(world).moved_to == "mme-2"
    used = ue(world).ks
    world = lose_all(take(world, expire("ue-1", TimerName.T3430, "ue-1")))
    told = ladder(world, UPDATE)
    assert "mme-1: the UE is back from the other MME" in told.notes
    assert context(told.world).registered
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert subscriber(told.world).mme == "mme-1"
    if solution is Solution.PUSH:
        assert record(told.world).gutis == context(told.world).gutis
    assert given(after(told.world, OPEN_SESSION)) == used


def given(world: World) -> Ks | None:
    guti = ue(world).guti
    assert guti is not None
    return answer_for(world, guti)[1]


def test_cancellation_of_an_earlier_stay_leaves_a_ue_that_is_here_again() -> None:
    """It has just told the HSS so. On the same link the answer to that comes after the cancellation."""
    world = until(take(attached(), MOVE), *TO_OLD, s6a.CancelLocationRequest)
    world = settle(take(world, actions.Hold(*TO_OLD))).world
    assert len(in_flight(world, *TO_OLD)) == 1
    told = ladder(world, UPDATE, actions.Release(*TO_OLD))
    assert "mme-1: cancels an earlier stay: the UE is here again" in told.notes
    assert context(told.world).registered
    assert (subscriber(told.world).mme, subscriber(told.world).open_cancellations) == ("mme-1", ())
    assert timers(told.world) == []
