"""Messages in flight: what can be done with each, and what its link will do to it."""

import pytest

from core.lab.inflight import MOST_FOLDED, MOST_MESSAGES, QueuedMessage, all_in_flight, in_flight
from core.lab.scene import Scene
from nodes.diagram.rows import Badge
from nodes.protocol.messages import commands
from nodes.protocol.world.actions import Alter, Arm, Command, Deliver, Drop, Duplicate, Fail, Hold, LinkFault
from nodes.protocol.world.engine import EventKind
from tests.fixtures.moments import (
    ASK,
    ATTACH,
    READING,
    REAUTHENTICATE,
    Driven,
    harmed,
    in_session,
    setup_of,
    two_ues,
)
from tests.support.views import action_of


def messages(driven: Driven, *ues: str) -> tuple[QueuedMessage, ...]:
    return in_flight(Scene(driven.moment(*ues))).messages


def test_next_delivery_comes_first_and_is_primary() -> None:
    first, second = messages(harmed())
    assert (first.number, first.label, first.link, first.is_next) == (23, "Key request, GUTI", "AS → SCEF", True)
    assert [(b.label, b.primary) for b in first.buttons if b.enabled] == [
        ("Deliver", True),
        ("Hold", False),
        ("Drop", False),
        ("Duplicate", False),
    ]
    assert (second.number, second.label, second.badge, second.is_held) == (21, "Push RAND", Badge(2), True)
    assert [button.label for button in second.buttons] == ["Deliver", "Release", "Drop", "Duplicate", "Fail", "Alter"]
    assert [button.reason for button in second.buttons[4:]] == ["NAS only", "no field offered"]
    assert not any(button.primary for button in second.buttons)


def test_buttons_of_a_message_are_actions() -> None:
    (message,) = messages(in_session().take(READING))
    assert [action_of(button) for button in message.buttons[:4]] == [
        Deliver("ue-1", "as-1"),
        Hold("ue-1", "as-1"),
        Drop("ue-1", "as-1"),
        Duplicate("ue-1", "as-1"),
    ]
    assert action_of(message.buttons[5]) == Alter("ue-1", "as-1")
    assert message.badge == Badge(1)


def test_challenge_can_be_altered() -> None:
    (message,) = messages(in_session().take(REAUTHENTICATE))
    assert message.buttons[-1].label == "Alter MAC"
    first = messages(Driven().take(ATTACH).until("AuthenticationRequest"))
    assert next(each for each in first if each.label == "Authentication Request").buttons[-1].label == "Alter MAC-A"


def test_message_behind_others_overtakes() -> None:
    later = messages(in_session().take(READING, READING))[1]
    assert later.buttons[0].label == "Overtake"
    assert action_of(later.buttons[0]) == Deliver("ue-1", "as-1", 1)
    assert later.meta == "application, 1 message is ahead of it; delivering this one first is a reordering fault"


def test_copies_are_told_apart() -> None:
    copy = messages(in_session().take(READING, Duplicate("ue-1", "as-1")))[1]
    assert (
        copy.meta
        == "application, copy 2 of #17, 1 message is ahead of it; delivering this one first is a reordering fault"
    )


def test_overtaking_is_called_a_fault() -> None:
    overtake = messages(in_session().take(READING, READING))[1].buttons[0]
    assert (overtake.about, overtake.title) == (
        "#18 Protected reading, out of order: a fault",
        "Out of order: a fault",
    )


def test_long_queue_is_folded_and_a_longer_one_has_a_page() -> None:
    scene = Scene(in_session().take(*[READING] * 10).moment())
    panel = in_flight(scene)
    assert (len(panel.messages), len(panel.rest), panel.more, panel.total) == (MOST_MESSAGES, 2, 0, 10)
    scene = Scene(in_session().take(*[READING] * 40).moment())
    panel = in_flight(scene)
    assert (len(panel.rest), panel.more, panel.total) == (MOST_FOLDED, 40 - MOST_MESSAGES - MOST_FOLDED, 40)
    panel = all_in_flight(scene)
    assert (len(panel.rest), panel.more, panel.total) == (40 - MOST_MESSAGES, 0, 40)


def test_nas_message_can_fail() -> None:
    (message,) = messages(in_session().take(REAUTHENTICATE))
    fail = message.buttons[4]
    assert (fail.label, action_of(fail)) == ("Fail", Fail("mme-1", "ue-1"))
    assert fail.title.startswith("Lower layer failure")
    other = next(button for button in messages(in_session().take(ASK))[0].buttons if button.label == "Fail")
    assert (other.enabled, other.reason) == (False, "NAS only")


def test_next_message_has_keys() -> None:
    (message,) = messages(in_session().take(REAUTHENTICATE))
    assert [(button.label, button.key_hint) for button in message.buttons] == [
        ("Deliver", ""),
        ("Hold", "H"),
        ("Drop", "L"),
        ("Duplicate", "Y"),
        ("Fail", "F"),
        ("Alter MAC", "V"),
    ]
    later = messages(in_session().take(READING, READING))[1]
    assert not any(button.key_hint for button in later.buttons)


LINK = ("ue-1", "as-1")


@pytest.mark.parametrize(
    ("readings", "faults", "fates"),
    [
        (1, (), [""]),
        (2, (LinkFault.LOSE,), ["will be lost", ""]),
        (2, (LinkFault.REPEAT,), ["will be repeated", ""]),
        (1, (LinkFault.REORDER,), ["waits for the next one to pass"]),
        (3, (LinkFault.REORDER,), ["#18 will overtake it", "will overtake #17", ""]),
        (2, (LinkFault.REORDER, LinkFault.REPEAT), ["#18 will overtake it", "will overtake #17, will be repeated"]),
        (1, (LinkFault.REORDER, LinkFault.REPEAT), ["waits for the next one to pass, will be repeated"]),
        (2, (LinkFault.LOSE, LinkFault.REORDER), ["will be lost", ""]),
    ],
)
def test_message_on_an_armed_link_says_what_will_happen(
    readings: int, faults: tuple[LinkFault, ...], fates: list[str]
) -> None:
    driven = in_session().take(*[READING] * readings, *(Arm(*LINK, fault) for fault in faults))
    listed = sorted(messages(driven), key=lambda message: message.number)
    assert [message.fate for message in listed] == fates


def test_fates_come_true() -> None:
    """What is foretold of the first delivery is what the engine does."""
    driven = in_session().take(READING, READING, Arm(*LINK, LinkFault.REORDER), Arm(*LINK, LinkFault.REPEAT))
    driven.take(Deliver(*LINK))
    told = [(event.kind, event.number, event.out_of_order) for event in driven.steps[-1].events if event.number]
    assert told == [(EventKind.COPIED, 18, False), (EventKind.RECEIVED, 18, True)]
    assert [message.fate for message in messages(driven)] == ["", ""]


def test_s10_messages_are_about_their_ue() -> None:
    driven = Driven(setup_of(ues=2, mmes=2)).run(ATTACH)
    driven.take(Command("ue-1", commands.UpdateTrackingArea("mme-2"))).until("ContextRequest")
    driven.take(Hold("mme-2", "mme-1"), Command("ue-2", commands.Attach("mme-1")), Hold("ue-2", "mme-1"))
    labels = [message.label for message in messages(driven, "ue-1")]
    assert labels == ["Context Request", "Attach Request"]


def test_messages_of_shown_ues_come_before_others() -> None:
    attaches = [Command(f"ue-{number}", commands.Attach("mme-1")) for number in (1, 2, 3)]
    driven = Driven(setup_of(ues=3)).take(*attaches)
    assert [message.link for message in messages(driven, "ue-3")] == [
        "UE A → MME",
        "UE C → MME",
        "UE B → MME",
    ]


def test_core_messages_are_about_a_ue_too() -> None:
    driven = two_ues().take(*[Command("as-1", commands.AskForKey("ue-1"))] * 2)
    driven.take(Hold("as-1", "scef"), Hold("mme-1", "ue-2"))
    assert [message.number for message in messages(driven, "ue-1")] == [34, 35, 33]
    assert [message.number for message in messages(driven, "ue-2")] == [33, 34, 35]
