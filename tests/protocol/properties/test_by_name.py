"""P1n, P1an, P2n, P3n, P6n: what must hold where keys have names (repair `named_key`), and what would violate it."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages.application import ProtectedMessage
from nodes.protocol.messages.key_requests import KeyRetrievalAnswer
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.octets import KN, Ks
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.observation import Judgement, statuses
from nodes.protocol.properties.states import STATE_PROPERTIES
from nodes.protocol.properties.use import watch_use
from nodes.protocol.world import actions
from nodes.protocol.world.engine import transition
from nodes.protocol.world.provenance import vector_of_name
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_COMMAND,
    SEND_READING,
    expire,
    in_flight,
    lab,
    scef,
    swap,
    ue,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
UPLINK = ("ue-1", "as-1")
ANSWERS = (SCEF, "as-1")
PUSHES = ("mme-1", SCEF)
LOSE_PUSH = actions.Drop(*PUSHES)
PUSH_EXPIRY = expire("mme-1", TimerName.PUSH, IMSI_1)


def in_use(solution: Solution = Solution.PUSH, **options: Any) -> Watched:
    return watched(lab(solution, named_key=True, **options)).after(ATTACH, OPEN_SESSION)


@BOTH
def test_everything_holds_and_is_tried_over_a_change_of_keys(solution: Solution) -> None:
    run = in_use(solution).after(SEND_READING, REAUTHENTICATE, SEND_COMMAND, SEND_READING, REALLOCATE, SEND_COMMAND)
    assert run.broken == {}
    shown = {each.property.id.value: each.judgement for each in statuses(run.world, run.observation, ("ue-1",))}
    assert {shown[each] for each in ("P1n", "P1an", "P2n", "P3n", "P6n")} == {Judgement.HOLDS}
    assert not {"P1", "P1a", "P1w", "P2", "P2q", "P3", "P6"} & shown.keys()


@BOTH
def test_a_message_in_flight_across_the_switch_opens(solution: Solution) -> None:
    run = in_use(solution).take(SEND_READING, actions.Hold(*UPLINK)).after(REAUTHENTICATE, ASK)
    run = run.take(actions.Deliver(*UPLINK)).settle()
    assert run.broken == {}


def test_no_key_of_a_name_that_was_never_confirmed() -> None:
    """P1an: the push is lost, and its four repetitions."""
    run = in_use().take(REAUTHENTICATE).until(*PUSHES, ActiveVectorPushRequest).take(LOSE_PUSH)
    for _ in range(4):
        run = run.take(PUSH_EXPIRY, LOSE_PUSH)
    run = run.take(PUSH_EXPIRY).settle()
    assert run.broken == {"P1an": "The network gives no key for the UE's GUTI: no key of this name."}


def test_another_key_than_the_ue_holds_would_violate_p2n() -> None:
    """No node gives it: the answer is exchanged on its way."""
    run = in_use().take(actions.Hold(*ANSWERS), ASK).settle()
    (answer,) = in_flight(run.world, *ANSWERS)
    assert isinstance(answer, KeyRetrievalAnswer)
    other = replace(answer, ks=Ks(bytes(32)))
    forged = run.with_world(swap(run.world, *ANSWERS, other)).take(actions.Deliver(*ANSWERS))
    assert forged.broken["P2n"] == "as-1 got the Ks of no AV, which ue-1 does not hold for the session."


def test_answer_for_a_session_that_the_ue_has_closed_violates_nothing() -> None:
    run = in_use().take(actions.Hold(*ANSWERS), ASK).settle().take(POWER_CYCLE).settle()
    assert run.take(actions.Deliver(*ANSWERS)).broken == {}


def test_message_that_is_refused_under_a_key_that_was_given_would_violate_p3n() -> None:
    """No node refuses it: what the AS notes is exchanged."""
    run = in_use().take(SEND_READING)
    done = transition(run.world, actions.Deliver(*UPLINK))
    refused = tuple(
        replace(event, note=NoteKind.MISMATCH) if event.note is NoteKind.OPENED else event for event in done.events
    )
    seen = watch_use(run.world, Monitor(), replace(done, events=refused))
    assert [each.property for each in seen.violations] == [PropertyID.P3N]


@pytest.mark.parametrize("downlink", [False, True], ids=["at the AS", "at the UE"])
def test_message_under_a_key_that_was_not_given_violates_nothing(*, downlink: bool) -> None:
    link = UPLINK[::-1] if downlink else UPLINK
    run = in_use().take(SEND_COMMAND if downlink else SEND_READING)
    (message,) = in_flight(run.world, *link)
    assert isinstance(message, ProtectedMessage)
    unknown = replace(message, key_name=KN(bytes(8)))
    told = run.with_world(swap(run.world, *link, unknown)).take(actions.Deliver(*link))
    assert told.broken == {}


def test_a_guti_alone_would_violate_p6n_where_it_yields_a_key() -> None:
    """As it does without the repair."""
    world = watched(lab()).after(ATTACH).world
    judged = STATE_PROPERTIES[PropertyID.P6N]
    assert judged.is_broken(world, Monitor(), ue(world))
    assert judged.reason(world, Monitor(), ue(world)) == "A GUTI alone yields the key of AV 1."


def test_old_guti_alone_yields_no_key() -> None:
    run = in_use().after(DETACH)
    assert scef(run.world).records[0].gutis != ()
    assert run.broken == {}


def test_name_that_no_key_has() -> None:
    world = in_use().world
    assert vector_of_name(world, KN(bytes(8))) is None
    assert vector_of_name(world, None) is None
    assert vector_of_name(world, ue(world).key_name) is not None
