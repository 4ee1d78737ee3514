"""The MME's push of solution 12: repeated until answered, at most four times, and ended by a newer one."""

import pytest

from nodes.protocol import actions
from nodes.protocol.machine import Note, NoteKind, Step
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, ActiveVectorPushRequest
from nodes.protocol.mme import push
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.timers import TimerName
from nodes.protocol.world import World
from tests.helpers_protocol import (
    ATTACH,
    DETACH,
    IMSI_1,
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
    assert push.on_push_expiry(mme(world), IMSI_1) == Step(mme(world), (Note("no push is open"),))


def test_answer_for_an_imsi_without_context_is_dropped() -> None:
    step = push.on_active_vector_push_answer(mme(lab()), ActiveVectorPushAnswer(IMSI_1, 1), SCEF)
    assert step.outputs == (Note("answers no open push", NoteKind.DROPPED),)
