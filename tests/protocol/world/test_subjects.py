"""Whom a message or a timer is about, and why a UE is not at rest."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import KeyRetrievalRequest
from nodes.protocol.messages.pushes import (
    ActiveVectorPushRequest,
    GUTIWithdrawalAnswer,
    KeysPushAnswer,
    KeysPushRequest,
)
from nodes.protocol.messages.s10 import ContextAcknowledge, ContextRequest
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.subjects import ue_of_message, ue_of_timer, why_busy, why_one_at_a_time
from nodes.protocol.world.world import Timer, World
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    TO_MME,
    TO_UE,
    UPDATE,
    after,
    command,
    lab,
    lose_all,
    settle,
    take,
    ue,
    until,
)


def two_ues(solution: Solution = Solution.PUSH) -> World:
    attach_other = command("ue-2", commands.Attach("mme-1"))
    open_other = command("ue-2", commands.OpenApplicationSession("as-1"))
    return after(lab(solution, ues=2), ATTACH, OPEN_SESSION, attach_other, open_other)


def busy(world: World) -> tuple[str | None, str | None]:
    return why_busy(world, ue(world, "ue-1")), why_busy(world, ue(world, "ue-2"))


def test_ue_at_rest() -> None:
    assert busy(two_ues()) == (None, None)
    assert busy(lab(ues=2)) == (None, None)


def test_message_in_flight_is_about_one_ue() -> None:
    before = two_ues(Solution.PULL)
    world = take(before, REAUTHENTICATE)
    assert busy(world) == (f"message #{before.messages + 1} is in flight", None)
    asking = take(before, ASK)
    assert busy(asking) == (f"message #{before.messages + 1} is in flight", None)


def test_message_names_its_ue_by_its_end_its_imsi_or_its_request() -> None:
    world = two_ues()
    request = KeyRetrievalRequest("as-1", "ue-2.1", ue(world, "ue-2").guti)  # type: ignore[arg-type]
    assert ue_of_message(world, "ue-2", "mme-1", nas.AttachComplete()) == "ue-2"
    assert ue_of_message(world, "mme-1", "ue-2", nas.DetachAccept()) == "ue-2"
    assert ue_of_message(world, SCEF, HSS, KeysPushAnswer(IMSI_1, 1)) == "ue-1"
    assert ue_of_message(world, SCEF, HSS, KeysPushAnswer(IMSI("000000"), 1)) is None
    assert ue_of_message(world, "as-1", SCEF, request) == "ue-2"
    assert ue_of_message(world, "as-1", SCEF, object()) is None
    assert ue_of_message(world, "mme-1", "mme-1", ContextAcknowledge("ue-2", IMSI_1)) == "ue-2"
    assert ue_of_message(world, "mme-1", SCEF, GUTIWithdrawalAnswer(IMSI_1, 1)) == "ue-1"


@pytest.mark.parametrize(
    ("timer", "name"),
    [
        (Timer("ue-2", TimerName.T3410, "ue-2", 1), "ue-2"),
        (Timer("mme-1", TimerName.T3470, "ue-2", 1), "ue-2"),
        (Timer("mme-1", TimerName.T3460, IMSI_1, 1), "ue-1"),
        (Timer("mme-2", TimerName.S10, "ue-2", 1), "ue-2"),
        (Timer("mme-1", TimerName.WITHDRAWAL, IMSI_1, 1), "ue-1"),
        (Timer(HSS, TimerName.PUSH, f"{IMSI_1}.3", 1), "ue-1"),
        (Timer(SCEF, TimerName.T6A, "as-1/ue-2.1", 1), "ue-2"),
        (Timer("as-1", TimerName.NORTHBOUND, "ue-1", 1), "ue-1"),
        (Timer("mme-1", TimerName.T3460, "000000", 1), None),
    ],
)
def test_timer_names_its_ue(timer: Timer, name: str | None) -> None:
    assert ue_of_timer(two_ues(), timer) == name


def test_supervision_timer_keeps_a_ue_busy_and_the_period_does_not() -> None:
    world = lose_all(take(two_ues(), REAUTHENTICATE))
    assert busy(world) == ("T3460 runs at mme-1", None)
    assert why_busy(after(lab(reallocate_every_minutes=1), ATTACH), ue(lab())) is None


def test_parked_push_keeps_a_ue_busy() -> None:
    world = take(lab(), ATTACH, actions.Hold(HSS, SCEF))
    world = settle(world).world
    assert why_busy(world, ue(world)) is not None
    world = take(world, actions.Drop(HSS, SCEF))
    without_timers = World(world.nodes, index=world.index)
    assert why_busy(without_timers, ue(world)) == "a push is parked at the SCEF"


# One NAS procedure per UE at a time


@pytest.mark.parametrize("beside", [REAUTHENTICATE, REALLOCATE], ids=["reauthenticate", "reallocate"])
def test_mmes_command_does_not_wait_for_the_ues_procedure(beside: actions.Command) -> None:
    """Each end knows its own state only."""
    world = take(two_ues(), UPDATE)
    assert take(world, beside) != world
    assert str(why_one_at_a_time(world, beside)).endswith("the UE is in EMM-TRACKING-AREA-UPDATING-INITIATED")


@pytest.mark.parametrize("beside", [DETACH, UPDATE], ids=["detach", "tracking area update"])
def test_ues_command_does_not_wait_for_the_mmes_procedure(beside: actions.Command) -> None:
    world = take(two_ues(), REAUTHENTICATE)
    assert take(world, beside) != world
    assert str(why_one_at_a_time(world, beside)) == "A NAS procedure runs for ue-1: authentication"


def test_access_is_what_an_idle_ue_does() -> None:
    """Paging included: the MME has not been heard yet."""
    idle = after(two_ues(), RELEASE)
    for busy in (two_ues(), take(two_ues(), REAUTHENTICATE)):
        with pytest.raises(CommandRefused, match="The UE is in EMM-CONNECTED"):
            take(busy, ACCESS)
    assert str(why_one_at_a_time(take(idle, REAUTHENTICATE), ACCESS)) == "A NAS procedure runs for ue-1: paging"
    assert take(take(idle, REAUTHENTICATE), ACCESS) != idle


def test_one_procedure_at_a_time_counts_an_mme_that_asks_for_the_context() -> None:
    """The UE has given up already, the new MME has not."""
    world = until(take(after(lab(mmes=2), ATTACH), MOVE), *NEW_TO_OLD, ContextRequest)
    world = take(world, POWER_CYCLE)
    assert "for ue-1: mme-2 has asked another MME for its context" in str(why_one_at_a_time(world, ATTACH))
    assert take(world, ATTACH) != world


def test_one_procedure_at_a_time_counts_a_nas_message_in_flight() -> None:
    world = until(take(two_ues(), REALLOCATE), *TO_MME, nas.GUTIReallocationComplete)
    world = take(world, actions.Duplicate(*TO_MME), actions.Deliver(*TO_MME))
    assert str(why_one_at_a_time(world, UPDATE)) == "A NAS message of ue-1 is in flight"


def test_other_ues_and_pushes_do_not_wait() -> None:
    """Pushes block no NAS."""
    world = take(two_ues(), command("mme-1", commands.Reauthenticate(ue(two_ues(), "ue-2").imsi)))
    assert take(world, UPDATE) != world
    world = until(take(two_ues(), REAUTHENTICATE), "mme-1", SCEF, ActiveVectorPushRequest)
    assert take(world, REALLOCATE) != world
    held = settle(take(lab(), actions.Hold(HSS, SCEF), ATTACH)).world
    assert take(held, REAUTHENTICATE) != held


def test_only_nas_procedures_are_one_at_a_time() -> None:
    world = take(two_ues(), REAUTHENTICATE)
    assert why_one_at_a_time(world, OPEN_SESSION) is None


def test_power_cycle_and_application_commands_do_not_wait() -> None:
    world = take(two_ues(), REAUTHENTICATE)
    for allowed in (POWER_CYCLE, OPEN_SESSION, ASK):
        assert take(world, allowed) != world


def test_attach_does_not_wait_until_the_mme_gives_up() -> None:
    world = lose_all(take(two_ues(), REAUTHENTICATE, POWER_CYCLE))
    assert "A NAS procedure runs for ue-1: authentication" in str(why_one_at_a_time(world, ATTACH))
    assert take(world, ATTACH) != world


def test_attach_at_an_mme_does_not_wait_for_another_ue_there() -> None:
    world = until(take(lab(ues=2), ATTACH), *TO_UE, nas.AuthenticationRequest)
    assert take(world, command("ue-2", commands.Attach("mme-1"))) != world
    assert until(take(lab(), ATTACH), HSS, SCEF, KeysPushRequest) != lab()
