"""P3: application messages across a change of keys, and under attack."""

from typing import Any

import pytest

from nodes.protocol.messages import commands
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.monitor import AlteredMessage
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    OPEN_SESSION,
    REAUTHENTICATE,
    SEND_COMMAND,
    SEND_READING,
    lab,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
UPLINK = ("ue-1", "as-1")
DOWNLINK = ("as-1", "ue-1")
ALTER = actions.Alter(*UPLINK)


def in_use(solution: Solution = Solution.PUSH, **options: Any) -> Watched:
    return watched(lab(solution, **options)).after(ATTACH, OPEN_SESSION)


@BOTH
def test_messages_open_while_the_keys_agree(solution: Solution) -> None:
    run = in_use(solution).after(SEND_READING, SEND_COMMAND)
    assert run.broken == {}
    assert PropertyID.P3 in run.observation.tried
    assert Witness.MESSAGE_OPENED in run.observation.monitor.witnesses


@BOTH
@pytest.mark.parametrize(
    ("send", "opener"), [(SEND_READING, "as-1"), (SEND_COMMAND, "ue-1")], ids=["uplink", "downlink"]
)
def test_a_message_after_a_reauthentication_does_not_open(
    solution: Solution, send: actions.Command, opener: str
) -> None:
    """Contribution 2.1 step 7, 2.2 step 7: the AS still holds the key of the AV before."""
    run = in_use(solution).after(REAUTHENTICATE, send)
    assert run.broken == {"P3": f"A message did not open at {opener}: as-1 holds AV 1, ue-1 uses AV 2."}
    assert {each.ue for each in run.observation.broken} == {"ue-1"}


def test_a_message_in_flight_across_the_switch_counts() -> None:
    run = in_use().take(SEND_READING, actions.Hold(*UPLINK)).after(REAUTHENTICATE, ASK)
    run = run.take(actions.Deliver(*UPLINK)).settle()
    assert run.broken == {"P3": "A message sealed under another Ks than that of AV 2 did not open at as-1."}


def test_a_replayed_message_is_not_opened_again() -> None:
    run = in_use().take(SEND_READING, actions.Duplicate(*UPLINK)).after(REAUTHENTICATE, ASK)
    assert run.settle().broken == {}


# Altered messages


def test_an_altered_message_is_an_attack() -> None:
    run = in_use().take(SEND_READING, ALTER)
    assert run.observation.monitor.altered == (AlteredMessage(run.world.messages, 1),)
    run = run.settle()
    assert run.broken == {}
    assert run.observation.monitor.altered == ()
    assert PropertyID.P3 not in run.observation.tried


def test_a_message_that_was_altered_back_counts() -> None:
    run = in_use().take(SEND_READING, ALTER, ALTER)
    assert run.observation.monitor.altered == ()
    assert PropertyID.P3 in run.settle().observation.tried


def test_a_copy_of_an_altered_message_is_altered() -> None:
    run = in_use().take(SEND_READING, ALTER, actions.Duplicate(*UPLINK))
    number = run.world.messages
    assert run.observation.monitor.altered == (AlteredMessage(number, 1), AlteredMessage(number, 2))
    assert run.settle().broken == {}


def test_a_copy_that_is_altered_leaves_the_message_as_it_was() -> None:
    run = in_use().take(SEND_READING, actions.Duplicate(*UPLINK), actions.Alter(*UPLINK, 1))
    run = run.take(actions.Duplicate(*UPLINK))
    assert run.observation.monitor.altered == (AlteredMessage(run.world.messages, 2),)
    assert run.settle().broken == {}


def test_an_armed_link_repeats_an_altered_message() -> None:
    run = in_use().take(SEND_READING, ALTER, actions.Arm(*UPLINK, LinkFault.REPEAT), actions.Deliver(*UPLINK))
    assert run.observation.monitor.altered == (AlteredMessage(run.world.copies[0][0], 2),)
    assert run.settle().broken == {}


def test_an_altered_message_that_is_lost_is_forgotten() -> None:
    run = in_use().take(SEND_READING, ALTER, actions.Drop(*UPLINK))
    assert run.observation.monitor.altered == ()


def test_only_application_messages_are_remembered() -> None:
    """What is altered in NAS is refused by its own means."""
    run = watched(lab()).take(ATTACH, actions.Alter("ue-1", "mme-1"))
    assert run.observation.monitor.altered == ()


def test_a_copy_of_another_message_is_as_it_was() -> None:
    run = in_use().take(SEND_READING, ALTER, REAUTHENTICATE, actions.Duplicate("mme-1", "ue-1"))
    assert len(run.observation.monitor.altered) == 1


def test_another_sessions_key_is_not_asked_for() -> None:
    """With two ASs the reason is about the one that opens."""
    run = watched(lab(servers=2)).after(ATTACH, OPEN_SESSION, REAUTHENTICATE)
    run = run.after(actions.Command("ue-1", commands.OpenApplicationSession("as-2")))
    run = run.after(actions.Command("ue-1", commands.SendReading("as-2")))
    assert run.broken == {}
    run = run.after(SEND_READING)
    assert run.broken == {"P3": "A message did not open at as-1: as-1 holds AV 1, ue-1 uses AV 2."}
