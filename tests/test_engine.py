"""`transition`: every action, its events, its refusals, and lab time."""

from typing import Any

import pytest

from nodes.protocol import actions, engine
from nodes.protocol.engine import Event, EventKind, enabled, next_delivery, step, transition
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.machine import NoteKind
from nodes.protocol.messages import commands, nas
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.timers import TimerName
from nodes.protocol.ue.state import UEPhase
from nodes.protocol.world import World
from tests.helpers_protocol import (
    ACCESS,
    ATTACH,
    IMSI_1,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    command,
    expire,
    in_flight,
    lab,
    ladder,
    lose_all,
    mme,
    settle,
    take,
    told,
    ue,
    until,
)


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


# Commands


def test_command_tells_what_was_asked_and_what_was_sent() -> None:
    done = transition(lab(), ATTACH)
    assert done.events == (
        Event(EventKind.COMMAND, "ue-1", text="Attach"),
        Event(EventKind.SENT, "ue-1", "mme-1", 1, 1, "AttachRequest"),
    )
    assert step(lab(), ATTACH) == done.world


def test_node_that_is_not_there() -> None:
    with pytest.raises(NoSuchAction, match="There is no node 'ue-2' in this lab"):
        take(lab(), command("ue-2", commands.Access()))


def test_command_of_another_kind_of_node_is_refused() -> None:
    with pytest.raises(CommandRefused, match="mme-1 knows no command Access"):
        take(lab(), command("mme-1", commands.Access()))


@pytest.mark.parametrize("named", ["mme-2", "as-1"])
def test_ue_attaches_at_an_mme_only(named: str) -> None:
    with pytest.raises(NoSuchAction, match=named):
        take(lab(), command("ue-1", commands.Attach(named)))


@pytest.mark.parametrize("named", ["as-2", "mme-1"])
def test_ue_opens_a_session_with_an_as_only(named: str) -> None:
    with pytest.raises(NoSuchAction, match=named):
        take(registered(), command("ue-1", commands.OpenApplicationSession(named)))


# Messages


def test_message_is_named_by_what_security_wraps() -> None:
    world = take(registered(), ACCESS)
    assert engine.message_name(in_flight(world, *TO_MME)[0]) == "ServiceRequest"


@pytest.mark.parametrize("kind", [actions.Deliver, actions.Drop, actions.Duplicate, actions.Alter])
@pytest.mark.parametrize("position", [-1, 1])
def test_position_without_a_message(kind: type[actions.Deliver], position: int) -> None:
    with pytest.raises(NoSuchAction, match=f"No message at position {position} from ue-1 to mme-1"):
        take(take(lab(), ATTACH), kind(*TO_MME, position=position))


def test_link_without_a_message() -> None:
    with pytest.raises(NoSuchAction, match="No message at position 0 from nobody to mme-1"):
        take(lab(), actions.Deliver("nobody", "mme-1"))


def test_dropped_message_is_gone() -> None:
    done = told(take(lab(), ATTACH), actions.Drop(*TO_MME))
    assert done.events == (Event(EventKind.LOST, "mme-1", "ue-1", 1, 1, "AttachRequest"),)
    assert done.world.links == ()


def test_copies_are_numbered_and_go_to_the_end_of_the_link() -> None:
    world = take(lab(), ATTACH, *[actions.Duplicate(*TO_MME)] * 2)
    (link,) = world.links
    assert [(each.number, each.copy, each.ordinal) for each in link.queue] == [(1, 1, 1), (1, 2, 2), (1, 3, 3)]
    done = told(world, actions.Duplicate(*TO_MME, position=1))
    assert done.events == (Event(EventKind.COPIED, "mme-1", "ue-1", 1, 4, "AttachRequest"),)


def test_altered_message_stays_in_its_place() -> None:
    world = take(lab(), ATTACH, actions.Duplicate(*TO_MME))
    done = told(world, actions.Alter(*TO_MME, position=1))
    text = "UE network capability altered"
    assert done.events == (Event(EventKind.ALTERED, "mme-1", "ue-1", 1, 2, "AttachRequest", text),)
    genuine, altered = in_flight(done.world, *TO_MME)
    assert genuine != altered


def test_message_that_cannot_be_altered() -> None:
    world = take(take(lab(), ATTACH), actions.Deliver(*TO_MME))
    with pytest.raises(CommandRefused, match="AuthenticationInformationRequest cannot be altered here"):
        take(world, actions.Alter("mme-1", HSS))


def test_delivery_out_of_order_is_told_as_such() -> None:
    world = take(registered(), REALLOCATE, expire("mme-1", TimerName.T3450, IMSI_1))
    done = told(world, actions.Deliver(*TO_UE, position=1))
    assert done.events[0].out_of_order
    assert done.events[0].kind is EventKind.RECEIVED
    assert not told(world, actions.Deliver(*TO_UE)).events[0].out_of_order
    assert told(world, actions.Drop(*TO_UE, position=1)).events[0].out_of_order


def test_refused_message_is_gone_and_changes_nothing() -> None:
    world = take(lab(), ATTACH, actions.Duplicate(*TO_MME))
    world = until(world, *TO_MME, nas.AuthenticationResponse)
    world = take(world, actions.Duplicate(*TO_MME), actions.Deliver(*TO_MME))
    before = mme(world)
    done = told(world, actions.Deliver(*TO_MME))
    assert [event.kind for event in done.events] == [EventKind.REFUSED]
    assert mme(done.world) == before
    assert in_flight(done.world, *TO_MME) == []


def test_message_of_an_unknown_kind_is_refused() -> None:
    """An S6a message that reaches a UE: nobody handles it, nobody breaks."""
    world = take(take(lab(), ATTACH), actions.Deliver(*TO_MME))
    (link,) = world.links
    stray = type(link)("hss", "ue-1", link.queue)
    done = told(World(world.nodes, (stray,), index=world.index), actions.Deliver("hss", "ue-1"))
    assert done.events[0].text == (
        "AuthenticationInformationRequest in EMM-REGISTERED-INITIATED: this node never gets such a message"
    )


def test_events_name_the_av() -> None:
    done = ladder(registered(Solution.PUSH), OPEN_SESSION)
    named = {event.message: event.vector.number for event in done.events if event.vector and event.message}
    assert named == {"KeyRetrievalAnswer": 1}
    assert [event.vector.number for event in done.events if event.vector and event.note is not NoteKind.PLAIN] == [1]


# Links


def test_held_link_waits_for_a_delivery_by_hand() -> None:
    world = take(lab(), ATTACH, actions.Hold(*TO_MME))
    assert world.held == (TO_MME,)
    assert enabled(world) == (actions.Expire("ue-1", TimerName.T3410, "ue-1"),)
    assert next_delivery(world) is None
    assert "mme-1 > hss AuthenticationInformationRequest" in ladder(world, actions.Deliver(*TO_MME)).sent
    released = told(world, actions.Release(*TO_MME))
    assert released.events == (Event(EventKind.RELEASED, "mme-1", "ue-1"),)
    assert next_delivery(released.world) == actions.Deliver(*TO_MME)


def test_holding_twice_and_releasing_what_is_not_held_is_refused() -> None:
    world = lab()
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(world, actions.Release(*TO_MME))
    world = take(world, actions.Hold(SCEF, "as-1"), actions.Hold(*TO_MME))
    assert world.held == ((SCEF, "as-1"), TO_MME)
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(world, actions.Hold(*TO_MME))


def test_link_between_nodes_that_are_not_there() -> None:
    with pytest.raises(NoSuchAction, match="There is no node 'mme-7'"):
        take(lab(), actions.Hold("ue-1", "mme-7"))


def test_next_delivery_is_the_oldest_message() -> None:
    world = lab(ues=2)
    world = take(world, command("ue-2", commands.Attach("mme-1")), ATTACH)
    assert next_delivery(world) == actions.Deliver("ue-2", "mme-1")
    assert enabled(world)[:2] == (actions.Deliver("ue-1", "mme-1"), actions.Deliver("ue-2", "mme-1"))


# Timers and lab time


def test_timer_that_does_not_run() -> None:
    with pytest.raises(NoSuchAction, match="T3410 does not run at ue-1"):
        take(lab(), expire("ue-1", TimerName.T3410, "ue-1"))


@pytest.mark.parametrize("seconds", [0, -1, 24 * 3600 + 1])
def test_lab_time_goes_forward_by_a_day_at_most(seconds: int) -> None:
    with pytest.raises(CommandRefused, match=f"Lab time advances by 1 to 86400 seconds, got {seconds}"):
        take(lab(), actions.Advance(seconds))


def test_lab_time_without_timers() -> None:
    done = transition(lab(), actions.Advance(5))
    assert done.world == lab()
    assert done.events == (Event(EventKind.ADVANCED, HSS, text="5 s of lab time"),)


def test_timer_counts_down_and_expires_at_its_end() -> None:
    world = take(lab(), ATTACH, actions.Advance(14))
    assert [timer.remaining for timer in world.timers] == [1]
    done = told(world, actions.Advance(1))
    assert done.of_event(EventKind.EXPIRED) == ["T3410"]
    assert [timer.remaining for timer in done.world.timers] == [15]


def test_timers_expire_in_order_and_what_they_start_counts_from_their_moment() -> None:
    """T3460 (6 s) at 6 and 12, T3410 (15 s) at 15, T3460 again at 18."""
    world = lose_all(until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest))
    done = told(world, actions.Advance(20))
    assert done.of_event(EventKind.EXPIRED) == ["T3460", "T3460", "T3410", "T3460"]
    assert [(timer.name.value, timer.remaining) for timer in done.world.timers] == [("T3460", 4), ("T3410", 10)]


def test_timers_that_end_together_expire_in_the_order_of_their_keys() -> None:
    world = lab(ues=2)
    world = take(world, command("ue-2", commands.Attach("mme-1")), ATTACH)
    done = told(world, actions.Advance(15))
    expired = [event.node for event in done.events if event.kind is EventKind.EXPIRED]
    assert expired == ["ue-1", "ue-2"]


def test_whole_attach_is_given_up_in_lab_time() -> None:
    world = lose_all(take(lab(), ATTACH))
    done = told(world, actions.Advance(15 * 5))
    assert done.of_event(EventKind.EXPIRED) == ["T3410"] * 5
    assert ue(done.world).phase is UEPhase.DEREGISTERED
    assert done.world.timers == ()


def test_too_many_expiries_are_refused() -> None:
    """The HSS repeats its push every 10 s without end while nothing is delivered."""
    world = settle(take(lab(), actions.Hold(HSS, SCEF), ATTACH)).world
    with pytest.raises(CommandRefused, match="More than 1000 timers would expire; advance by less"):
        take(world, actions.Advance(24 * 3600))
    assert take(world, actions.Advance(3600)) != world


def test_expiry_now_is_the_expiry_of_the_timer() -> None:
    world = lose_all(take(registered(), REAUTHENTICATE))
    now = take(world, expire("mme-1", TimerName.T3460, IMSI_1))
    later = take(world, actions.Advance(6))
    assert now == later
