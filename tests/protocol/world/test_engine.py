"""`transition`: every action, its events, its refusals, and lab time."""

from typing import Any

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.s1 import ConnectionRelease
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.engine import Event, EventKind, enabled, next_delivery, step, transition
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    IMSI_1,
    REALLOCATE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    command,
    expire,
    in_flight,
    lab,
    lose_all,
    settle,
    take,
    timers,
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
def test_ue_attaches_and_updates_its_tracking_area_at_an_mme_only(named: str) -> None:
    for wanted in (commands.Attach(named), commands.UpdateTrackingArea(named)):
        with pytest.raises(NoSuchAction, match=named):
            take(registered(), command("ue-1", wanted))


@pytest.mark.parametrize("named", ["as-2", "mme-1"])
def test_ue_opens_a_session_with_an_as_only(named: str) -> None:
    with pytest.raises(NoSuchAction, match=named):
        take(registered(), command("ue-1", commands.OpenApplicationSession(named)))


# Restarts


@pytest.mark.parametrize(("solution", "name"), [(Solution.PUSH, HSS), (Solution.PUSH, SCEF), (Solution.PULL, "mme-1")])
def test_restart_stops_the_timers_of_the_node_and_no_others(solution: Solution, name: str) -> None:
    world = until(take(lab(solution), ATTACH), *TO_UE, nas.AuthenticationRequest)
    done = told(world, actions.Restart(name))
    assert done.events[0] == Event(EventKind.RESTARTED, name)
    told_of = [EventKind.NOTED, *([EventKind.SENT] if name == "mme-1" else [])]
    assert [event.kind for event in done.events[1:]] == told_of
    assert timers(done.world) == [timer for timer in timers(world) if timer[0] != name]
    kept = [message for message in in_flight(done.world, *TO_UE) if not isinstance(message, ConnectionRelease)]
    assert kept == in_flight(world, *TO_UE)


@pytest.mark.parametrize("name", ["ue-1", "as-1", "third-party"])
def test_node_that_does_not_restart(name: str) -> None:
    with pytest.raises(
        CommandRefused, match=f"{name} does not restart in this demonstrator: only HSS, MME and SCEF do"
    ):
        take(lab(), actions.Restart(name))


def test_restart_of_a_node_that_is_not_there() -> None:
    with pytest.raises(NoSuchAction, match="There is no node 'mme-7' in this lab"):
        take(lab(), actions.Restart("mme-7"))


# What can happen


def test_next_delivery_is_the_oldest_message() -> None:
    world = lab(ues=2)
    world = take(world, command("ue-2", commands.Attach("mme-1")), ATTACH)
    assert next_delivery(world) == actions.Deliver("ue-2", "mme-1")
    assert enabled(world)[:2] == (actions.Deliver("ue-1", "mme-1"), actions.Deliver("ue-2", "mme-1"))


def test_message_on_a_link_that_reorders_waits_for_a_second_one() -> None:
    world = take(registered(), actions.Arm(*TO_UE, LinkFault.REORDER), REALLOCATE)
    assert next_delivery(world) is None
    assert enabled(world) == (actions.Expire("mme-1", TimerName.T3450, IMSI_1),)
    world = take(world, expire("mme-1", TimerName.T3450, IMSI_1))
    assert next_delivery(world) == actions.Deliver(*TO_UE)


@pytest.mark.parametrize("fault", [LinkFault.LOSE, LinkFault.REPEAT], ids=lambda fault: fault.value)
def test_link_with_another_fault_goes_on(fault: LinkFault) -> None:
    world = take(lab(), ATTACH, actions.Arm(*TO_MME, fault))
    assert next_delivery(world) == actions.Deliver(*TO_MME)


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
    assert done.events == (Event(EventKind.ADVANCED, HSS, values=(5,)),)


def test_timer_counts_down_and_expires_at_its_end() -> None:
    world = take(lab(), ATTACH, actions.Advance(14))
    assert [timer.remaining for timer in world.timers] == [1]
    done = told(world, actions.Advance(1))
    assert done.of_event(EventKind.EXPIRED) == ["T3410"]
    assert [(timer.name.value, timer.remaining) for timer in done.world.timers] == [("T3411", 10)]


def test_timers_expire_in_order_and_what_they_start_counts_from_their_moment() -> None:
    """T3460 (6 s) at 6 and 12, T3410 (15 s) at 15, T3460 again at 18."""
    world = lose_all(until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest))
    done = told(world, actions.Advance(20))
    assert done.of_event(EventKind.EXPIRED) == ["T3460", "T3460", "T3410", "T3460"]
    assert [(timer.name.value, timer.remaining) for timer in done.world.timers] == [("T3460", 4), ("T3411", 5)]


def test_timers_that_end_together_expire_in_the_order_of_their_keys() -> None:
    world = lab(ues=2)
    world = take(world, command("ue-2", commands.Attach("mme-1")), ATTACH)
    done = told(world, actions.Advance(15))
    expired = [event.node for event in done.events if event.kind is EventKind.EXPIRED]
    assert expired == ["ue-1", "ue-2"]


def test_whole_attach_is_given_up_in_lab_time() -> None:
    world = lose_all(take(lab(), ATTACH))
    done = told(world, actions.Advance(15 + 10))
    assert done.of_event(EventKind.EXPIRED) == ["T3410", "T3411"]
    for _ in range(4):
        done = told(lose_all(done.world), actions.Advance(15 + 10))
    assert ue(done.world).phase is UEPhase.ATTEMPTING_TO_ATTACH
    assert [(timer.name.value, timer.remaining) for timer in done.world.timers] == [("T3402", 12 * 60 - 10)]


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
