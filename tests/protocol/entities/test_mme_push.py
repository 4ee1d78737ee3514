"""The MME's push of solution 12: repeated until answered, at most four times, and ended by a newer one."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Send, Step, StopTimer
from nodes.protocol.entities.mme import push
from nodes.protocol.entities.mme.state import (
    Counters,
    MovedKey,
    OpenPush,
    OpenWithdrawal,
    context_of,
    counters_of,
    with_counters,
)
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import nas
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    GUTIWithdrawalRequest,
    PushOrder,
)
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    DETACH,
    IMSI_1,
    IMSI_2,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    after,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    lose_all,
    mme,
    record,
    server_session,
    settle,
    take,
    timers,
    ue,
    until,
)

TO_SCEF = ("mme-1", SCEF)
PUSH_TIMER = expire("mme-1", TimerName.PUSH, IMSI_1)
WITHDRAWAL_TIMER = expire("mme-1", TimerName.WITHDRAWAL, IMSI_1)
REQUEST = "mme-1 > scef ActiveVectorPushRequest"
ANSWER = "scef > mme-1 ActiveVectorPushAnswer"


def registered(solution: Solution = Solution.PUSH) -> World:
    return after(lab(solution), ATTACH)


def pushing(world: World) -> World:
    """The push of a re-authentication waits on the link."""
    return until(take(world, REAUTHENTICATE), *TO_SCEF, ActiveVectorPushRequest)


def test_push_names_rand_guti_and_imsi_of_the_active_av() -> None:
    """Contribution 2.2 step 4."""
    world = pushing(registered())
    guti, active = ue(world).guti, context(world).active
    assert guti is not None
    assert active is not None
    assert in_flight(world, *TO_SCEF) == [ActiveVectorPushRequest(IMSI_1, 2, active.rand, (guti,))]


def test_solution_11_pushes_nothing() -> None:
    told = ladder(lab(Solution.PULL), ATTACH, REAUTHENTICATE, REALLOCATE)
    assert REQUEST not in told.sent
    assert context(told.world).open_push is None


def test_lost_push_is_repeated_until_answered() -> None:
    world = take(pushing(registered()), actions.Drop(*TO_SCEF))
    told = ladder(world, PUSH_TIMER)
    assert told.sent == [REQUEST, ANSWER]
    assert told.notes == ["mme-1: no answer, repeats", "scef: ACTIVE"]
    assert timers(told.world) == []
    assert record(told.world).active == context(told.world).vectors[1].rand


def test_lost_answer_is_given_again() -> None:
    """The SCEF answers a repeat with success."""
    world = until(pushing(registered()), SCEF, "mme-1", ActiveVectorPushAnswer)
    before = record(world)
    told = ladder(take(world, actions.Drop(SCEF, "mme-1")), PUSH_TIMER)
    assert told.sent == [REQUEST, ANSWER]
    assert record(told.world) == before
    assert timers(told.world) == []


def test_push_is_abandoned_on_the_fifth_expiry() -> None:
    """Repeated at most 4 times: the SCEF then keeps the old AV ACTIVE, silently."""
    before = registered()
    told = expire_and_lose(lose_all(pushing(before)), PUSH_TIMER, 5)
    assert told.sent == [REQUEST] * 4
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: push abandoned: no answer"]
    assert timers(told.world) == []
    assert record(told.world).active == record(before).active
    assert server_session(after(told.world, OPEN_SESSION)).ks != ue(told.world).ks


def test_newer_push_ends_the_repetition_of_the_older_one() -> None:
    world = lose_all(pushing(registered()))
    world = lose_all(until(take(world, REALLOCATE), *TO_SCEF, ActiveVectorPushRequest))
    told = ladder(world, PUSH_TIMER)
    assert told.sent == [REQUEST, ANSWER]
    assert record(told.world).gutis == (ue(told.world).guti,)


def test_answer_to_the_older_push_does_not_end_the_newer_one() -> None:
    world = until(pushing(registered()), SCEF, "mme-1", ActiveVectorPushAnswer)
    world = take(world, actions.Hold(SCEF, "mme-1"))
    world = lose_all_pushes(until(take(world, REALLOCATE), *TO_SCEF, ActiveVectorPushRequest))
    told = ladder(world, actions.Deliver(SCEF, "mme-1"))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: answers no open push"]
    assert timers(told.world) == [("mme-1", "push answer")]


def lose_all_pushes(world: World) -> World:
    return take(world, *[actions.Drop(*TO_SCEF) for _ in in_flight(world, *TO_SCEF)])


def test_detach_ends_the_repetition_for_good() -> None:
    world = lose_all(pushing(registered()))
    told = ladder(world, DETACH)
    assert timers(told.world) == []
    assert ladder(told.world, ATTACH).sent.count(REQUEST) == 1


def test_repeated_answer_is_dropped() -> None:
    world = take(until(pushing(registered()), SCEF, "mme-1", ActiveVectorPushAnswer), actions.Duplicate(SCEF, "mme-1"))
    assert settle(world).of_kind(NoteKind.DROPPED) == ["mme-1: answers no open push"]


def test_push_numbers_go_on_over_a_detach() -> None:
    world = after(registered(), DETACH, ATTACH)
    assert mme(world).counters[0].pushes == 2


@pytest.mark.parametrize("world", [lab(), registered()], ids=["no context", "no open push"])
def test_expiry_that_nothing_waits_for_changes_nothing(world: World) -> None:
    assert push.on_push_expiry(mme(world), IMSI_1) == Step(mme(world), (Note(Remark.NO_OPEN_PUSH),))


def test_answer_for_an_imsi_without_context_is_dropped() -> None:
    step = push.on_active_vector_push_answer(mme(lab()), ActiveVectorPushAnswer(IMSI_1, 1), SCEF)
    assert step.outputs == (Note(Remark.ANSWERS_NO_OPEN_PUSH, NoteKind.DROPPED),)


# Repair `ordered_push`


def ordered() -> World:
    return after(lab(ordered_push=True), ATTACH)


def orders(world: World) -> list[PushOrder | None]:
    pushes = in_flight(world, *TO_SCEF)
    return [each.order for each in pushes if isinstance(each, ActiveVectorPushRequest | GUTIWithdrawalRequest)]


def test_pushes_have_no_order_without_the_repair() -> None:
    assert orders(pushing(registered())) == [None]
    assert mme(pushing(registered())).counters[0].order is None


def test_each_push_has_the_next_place_and_a_repetition_the_same() -> None:
    world = pushing(ordered())
    assert orders(world) == [PushOrder(1, 2)]
    world = take(world, PUSH_TIMER)
    assert orders(world) == [PushOrder(1, 2), PushOrder(1, 2)]
    assert orders(pushing(settle(world).world)) == [PushOrder(1, 3)]


def test_repetition_keeps_its_place_when_new_avs_have_come() -> None:
    """A later epoch is for what is pushed later."""
    world = after(lab(ordered_push=True, vectors_per_request=1), ATTACH)
    world = lose_all(pushing(world))
    world = until(take(world, REAUTHENTICATE), "mme-1", "ue-1", nas.AuthenticationRequest)
    assert mme(world).counters[0].order == PushOrder(3, 0)
    assert orders(take(world, PUSH_TIMER)) == [PushOrder(2, 1)]


def test_order_goes_on_over_a_detach() -> None:
    world = until(take(after(ordered(), DETACH), ATTACH), *TO_SCEF, ActiveVectorPushRequest)
    assert orders(world) == [PushOrder(2, 1)]


def test_order_survives_a_restart() -> None:
    world = after(ordered(), REAUTHENTICATE, actions.Restart("mme-1"))
    assert mme(world).counters[0].order == PushOrder(1, 2)


@pytest.mark.parametrize(
    ("known", "epoch", "order"),
    [
        (None, 1, PushOrder(1, 0)),
        (PushOrder(1, 4), 2, PushOrder(2, 0)),
        (PushOrder(2, 4), 2, PushOrder(2, 4)),
        (PushOrder(3, 4), 2, PushOrder(3, 4)),
        (PushOrder(3, 4), None, PushOrder(3, 4)),
    ],
)
def test_epoch_only_grows(known: PushOrder | None, epoch: int | None, order: PushOrder) -> None:
    state = with_counters(mme(lab()), Counters(IMSI_1, order=known))
    assert counters_of(push.enter_epoch(state, IMSI_1, epoch), IMSI_1).order == order


@pytest.mark.parametrize(
    ("known", "told", "order"),
    [
        (None, None, None),
        (None, PushOrder(1, 4), PushOrder(1, 5)),
        (PushOrder(1, 9), PushOrder(1, 4), PushOrder(1, 9)),
        (PushOrder(1, 9), PushOrder(2, 0), PushOrder(2, 1)),
    ],
)
def test_order_of_another_mme_is_taken_over_with_a_place_for_its_withdrawal(
    known: PushOrder | None, told: PushOrder | None, order: PushOrder | None
) -> None:
    state = with_counters(mme(lab()), Counters(IMSI_1, order=known))
    assert counters_of(push.take_over_order(state, IMSI_1, told), IMSI_1).order == order


def test_push_of_a_key_that_came_with_its_rand_from_another_mme() -> None:
    known = context(registered())
    active = known.active
    assert active is not None
    moved = replace(known, vectors=(), moved=MovedKey(active.k_asme, active.rand))
    _, context_after, outputs = push.start_push(mme(lab()), moved)
    assert context_after.open_push == OpenPush(1, active.rand, (known.guti,))
    assert isinstance(outputs[0], Send)
    without = replace(moved, moved=MovedKey(active.k_asme))
    assert push.start_push(mme(lab()), without) == (mme(lab()), without, ())


# Repair `withdraw_guti`


def withdrawing(**options: Any) -> World:
    """A detach has begun whose withdrawal waits on the link."""
    world = take(after(lab(withdraw_guti=True, **options), ATTACH), DETACH)
    return until(world, *TO_SCEF, GUTIWithdrawalRequest)


@pytest.mark.parametrize(
    "world",
    [registered(), after(lab(Solution.PULL, withdraw_guti=True), ATTACH)],
    ids=["without the repair", "solution 11"],
)
def test_nothing_is_withdrawn_without_the_repair_or_in_solution_11(world: World) -> None:
    assert push.withdraw(mme(world), context(world)) == (mme(world), ())
    assert [line for line in ladder(world, DETACH).sent if "Withdrawal" in line] == []


def test_withdrawal_outlives_the_context_and_is_repeated_until_answered() -> None:
    world = withdrawing(ordered_push=True)
    (guti,) = record(world).gutis
    request = GUTIWithdrawalRequest(IMSI_1, 2, (guti,), PushOrder(1, 2))
    assert in_flight(world, *TO_SCEF) == [request]
    assert mme(world).contexts == ()
    assert mme(world).withdrawals == (OpenWithdrawal(IMSI_1, 2, (guti,), PushOrder(1, 2)),)
    world = settle(take(world, actions.Drop(*TO_SCEF))).world
    world = take(world, WITHDRAWAL_TIMER)
    assert in_flight(world, *TO_SCEF) == [request]
    assert mme(world).withdrawals[0].attempts == 2
    told = settle(world)
    assert told.sent == ["scef > mme-1 GUTIWithdrawalAnswer"]
    assert mme(told.world).withdrawals == ()
    assert timers(told.world) == []
    assert record(told.world).gutis == ()


def test_withdrawal_is_abandoned_on_the_fifth_expiry() -> None:
    told = expire_and_lose(lose_all(withdrawing()), WITHDRAWAL_TIMER, 5)
    assert told.sent == ["mme-1 > scef GUTIWithdrawalRequest"] * 4
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: withdrawal abandoned: no answer"]
    assert mme(told.world).withdrawals == ()


def test_withdrawal_ends_the_repetition_of_a_push_and_a_newer_push_that_of_a_withdrawal() -> None:
    world = lose_all(pushing(after(lab(withdraw_guti=True), ATTACH)))
    state, outputs = push.withdraw(mme(world), context(world))
    assert outputs[0] == StopTimer(TimerName.PUSH, IMSI_1)
    kept = context_of(state, IMSI_1)
    assert kept is not None
    assert kept.open_push is None
    state, _, outputs = push.start_push(state, kept)
    assert outputs[0] == StopTimer(TimerName.WITHDRAWAL, IMSI_1)
    assert state.withdrawals == ()


def test_withdrawals_are_sorted_by_imsi_and_one_per_imsi() -> None:
    one, newer, two = OpenWithdrawal(IMSI_1, 1, ()), OpenWithdrawal(IMSI_1, 2, ()), OpenWithdrawal(IMSI_2, 1, ())
    state = mme(lab())
    for withdrawal in (two, one, newer):
        state = push.with_withdrawal(state, withdrawal)
    assert state.withdrawals == (newer, two)
    assert push.withdrawal_of(state, IMSI_1) == newer
    assert push.without_withdrawal(state, IMSI_1).withdrawals == (two,)


def test_context_that_is_gone_already_is_withdrawn_too() -> None:
    known = context(registered())
    state, outputs = push.withdraw(mme(lab(withdraw_guti=True)), known)
    assert state.contexts == ()
    assert Send(SCEF, GUTIWithdrawalRequest(IMSI_1, 1, (known.guti,))) in outputs
