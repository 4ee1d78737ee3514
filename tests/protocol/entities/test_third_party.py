"""The third-party security server: its errands."""

from nodes.protocol.entities import third_party
from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.third_party import OpenErrand, ThirdPartyState
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.options import SCEF, THIRD_PARTY
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    OPEN_SESSION,
    after,
    command,
    expire,
    lab,
    ladder,
    node_as,
    server_session,
    settle,
    take,
    timers,
    until,
)

ASK = command("as-1", commands.AskForKey("ue-1", through_third_party=True))
TIME_OUT = expire(THIRD_PARTY, TimerName.NORTHBOUND, "as-1/ue-1.2")


def with_key() -> World:
    return after(lab(), ATTACH, OPEN_SESSION)


def state(world: World) -> ThirdPartyState:
    return node_as(world, THIRD_PARTY, ThirdPartyState)


def test_errand_is_open_until_answered_and_no_key_is_kept() -> None:
    world = until(take(with_key(), ASK), SCEF, THIRD_PARTY, KeyRetrievalAnswer)
    assert state(world).errands == (OpenErrand("as-1", "ue-1.2"),)
    assert [(timer.node, timer.remaining) for timer in world.timers] == [("as-1", 15), (THIRD_PARTY, 10)]
    told = settle(world)
    assert state(told.world) == state(lab())
    assert timers(told.world) == []


def test_silent_scef_is_a_time_out() -> None:
    world = until(take(with_key(), ASK), THIRD_PARTY, SCEF, KeyRetrievalRequest)
    told = ladder(take(world, actions.Drop(THIRD_PARTY, SCEF)), TIME_OUT)
    assert told.sent == ["third-party > as-1 KeyRetrievalAnswer"]
    assert told.notes == ["third-party: SCEF silent", "as-1: no key: time-out (504)"]
    assert server_session(told.world).last_result is KeyResult.TIME_OUT


def test_late_answer_is_dropped() -> None:
    world = until(take(with_key(), ASK), SCEF, THIRD_PARTY, KeyRetrievalAnswer)
    told = ladder(world, TIME_OUT)
    assert told.of_kind(NoteKind.DROPPED) == ["third-party: answers no open request"]


def test_repeated_request_is_one_errand() -> None:
    world = take(with_key(), ASK, actions.Duplicate("as-1", THIRD_PARTY), actions.Hold(THIRD_PARTY, SCEF))
    world = settle(world).world
    assert state(world).errands == (OpenErrand("as-1", "ue-1.2"),)


def test_expiry_that_no_errand_waits_for_changes_nothing() -> None:
    step = third_party.on_northbound_expiry(state(lab()), "as-1/ue-1.1")
    assert step == Step(state(lab()), (Note(Remark.NO_OPEN_ERRAND),))
