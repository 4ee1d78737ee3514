"""P7 for one world: a way to IN SYNC that a lab can take, or none of the plans tried."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.options import Solution
from nodes.protocol.properties.recovery import find_recovery, is_in_sync
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action, LinkFault
from nodes.protocol.world.engine import step
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    command,
    lab,
    take,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")


def way(world: World) -> tuple[Action, ...]:
    """The way out, which leads where it should."""
    found = find_recovery(world, "ue-1", "as-1")
    assert found is not None
    end = world
    for action in found:
        end = step(end, action)
    assert judge(end, "ue-1", "as-1").word is Word.IN_SYNC
    return found


def told(world: World) -> list[Action]:
    """What somebody has to tell a node on the way."""
    return [action for action in way(world) if isinstance(action, actions.Command)]


def in_sync(solution: Solution = Solution.PUSH) -> World:
    return after(lab(solution), ATTACH, OPEN_SESSION)


@BOTH
def test_in_sync_needs_no_step(solution: Solution) -> None:
    assert way(in_sync(solution)) == ()


@BOTH
def test_the_first_world_needs_attach_and_session(solution: Solution) -> None:
    assert told(lab(solution)) == [ATTACH, OPEN_SESSION]


@BOTH
def test_an_attach_that_runs_needs_a_session(solution: Solution) -> None:
    assert told(take(lab(solution), ATTACH)) == [OPEN_SESSION]


@BOTH
def test_an_old_key_needs_a_request(solution: Solution) -> None:
    assert told(after(in_sync(solution), REAUTHENTICATE)) == [ASK]


@BOTH
def test_a_request_that_is_under_way_is_waited_for(solution: Solution) -> None:
    assert told(take(after(in_sync(solution), REAUTHENTICATE), ASK)) == []


@BOTH
def test_what_was_lost_is_sent_again(solution: Solution) -> None:
    """T3410 and then T3460 expire; nobody has to be told."""
    world = take(lab(solution), ATTACH, actions.Drop(*TO_MME))
    found = way(world)
    assert found[0] == actions.Expire("ue-1", TimerName.T3410, "ue-1")
    assert [action for action in found if isinstance(action, actions.Command)] == [OPEN_SESSION]


def test_held_messages_come_and_armed_links_are_disarmed() -> None:
    """The push of AV 2 is held; the AS has asked and got AV 1 again."""
    world = after(take(in_sync(), actions.Hold(*PUSHES)), REAUTHENTICATE, ASK)
    assert way(take(world, actions.Arm(*TO_UE, LinkFault.LOSE))) == (
        actions.Release(*PUSHES),
        actions.Disarm(*TO_UE, LinkFault.LOSE),
        actions.Deliver(*PUSHES),
        actions.Deliver("scef", "mme-1"),
        ASK,
        actions.Deliver("as-1", "scef"),
        actions.Deliver("scef", "as-1"),
    )


def test_the_mme_of_the_last_attach_is_asked_again() -> None:
    world = after(lab(mmes=2), actions.Command("ue-1", commands.Attach("mme-2")), DETACH)
    assert told(world)[0] == actions.Command("ue-1", commands.Attach("mme-2"))


@BOTH
def test_a_ue_that_lost_power_has_a_way(solution: Solution) -> None:
    assert way(after(in_sync(solution), REAUTHENTICATE, POWER_CYCLE)) != ()


@BOTH
def test_no_subscription_no_way(solution: Solution) -> None:
    world = after(lab(solution), command("hss", commands.SetProvisioned(IMSI_1, provisioned=False)))
    assert find_recovery(world, "ue-1", "as-1") is None


def test_a_record_that_the_scef_lost_is_not_found_again_by_the_plans() -> None:
    """A re-authentication would; it is no part of P7's plans."""
    world = after(in_sync(), REAUTHENTICATE, actions.Restart("scef"))
    assert find_recovery(world, "ue-1", "as-1") is None


def test_only_messages_about_the_ue_are_delivered() -> None:
    world = take(lab(ues=2), actions.Command("ue-2", commands.Attach("mme-1")))
    assert actions.Deliver("ue-2", "mme-1") not in way(world)


def test_a_message_that_waits_behind_another_ues_comes_after_it() -> None:
    """Both UEs' requests are on the way to the HSS, that of ue-2 first."""
    world = take(lab(ues=2), actions.Command("ue-2", commands.Attach("mme-1")), ATTACH)
    world = take(world, actions.Deliver("ue-2", "mme-1"), actions.Deliver(*TO_MME))
    found = way(world)
    assert found[:2] == (actions.Deliver("mme-1", "hss"), actions.Deliver("mme-1", "hss"))


def test_the_same_world_is_searched_once() -> None:
    world = lab()
    assert find_recovery(world, "ue-1", "as-1") is find_recovery(world, "ue-1", "as-1")
    assert find_recovery(lab(), "ue-1", "as-1") == find_recovery(world, "ue-1", "as-1")


@BOTH
def test_in_sync_is_what_the_verdict_says(solution: Solution) -> None:
    worlds = [lab(solution), in_sync(solution), after(lab(solution), ATTACH), after(in_sync(solution), REAUTHENTICATE)]
    for world in worlds:
        assert is_in_sync(world, "ue-1", "as-1") is (judge(world, "ue-1", "as-1").word is Word.IN_SYNC)
