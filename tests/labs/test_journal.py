"""nodes.labs.journal: what a step leaves in the log."""

from itertools import pairwise

import pytest

from nodes import models
from nodes.labs import checkpoints, labs, services
from nodes.labs.journal import plain_leaf
from nodes.labs.replay import world_at
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.identities import GUMMEI, GUTI
from nodes.protocol.messages.alter import alter
from nodes.protocol.messages.commands import Attach, Reauthenticate, SendReading
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.properties.observation import Observation, first_observation
from nodes.protocol.world.actions import Alter, Arm, Command, Deliver, Drop, Duplicate, Expire, Hold, LinkFault, Restart
from nodes.protocol.world.genesis import PLMN, imsi_of
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import Message, link_of
from tests.support.labs import ATTACH, OPEN_SESSION, attached_lab, loaded, new_lab, setup_of, take

pytestmark = pytest.mark.django_db

UPLINK = ("ue-1", "mme-1")
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
READING = Command("ue-1", SendReading("as-1"))


def fates(lab: models.Lab) -> list[tuple[int, int, int, int | None, str]]:
    rows = models.Message.objects.filter(lab=lab).order_by("ordinal")
    return list(rows.values_list("number", "copy", "sent_step", "settled_step", "fate"))


def steps(lab: models.Lab) -> list[tuple[int, str, str]]:
    return list(models.Step.objects.filter(lab=lab).values_list("number", "procedure", "tag"))


def by_hand() -> str:
    return new_lab(pace=None).lab.key


def test_step_tells_action_events_and_changes() -> None:
    lab = take(by_hand(), ATTACH)

    (step,) = models.Step.objects.filter(lab=lab)
    assert step.action == {"type": "Command", "node": "ue-1", "command": {"type": "Attach", "mme": "mme-1"}}
    assert [(event["kind"], event["node"], event["message"]) for event in step.events] == [
        ("command", "ue-1", ""),
        ("sent", "ue-1", "AttachRequest"),
    ]
    assert [["ue-1", "phase"], "EMM-DEREGISTERED", "EMM-REGISTERED-INITIATED"] in step.changes
    assert all(path[0] == "ue-1" for path, _, _ in step.changes)
    assert step.procedure == "Attach"


def test_only_commands_are_procedures() -> None:
    lab = take(by_hand(), ATTACH, Hold(*UPLINK), Deliver(*UPLINK), Expire("ue-1", TimerName.T3410, "ue-1"))

    assert [procedure for _, procedure, _ in steps(lab)] == ["Attach", "", "", ""]


def test_each_copy_of_a_message_has_its_fate() -> None:
    """A message delivered, one lost, a copy delivered, one refused, and one still in flight."""
    key = by_hand()
    lab = take(key, ATTACH, Duplicate(*UPLINK), Duplicate(*UPLINK), Drop(*UPLINK, position=2), Deliver(*UPLINK))

    assert fates(lab) == [
        (1, 1, 1, 5, "delivered"),
        (1, 2, 2, None, "in flight"),
        (1, 3, 3, 4, "lost"),
        (2, 1, 5, None, "in flight"),
    ]


def test_copy_of_a_message_whose_copy_has_arrived_has_a_number_of_its_own() -> None:
    last = (*UPLINK, 1)
    lab = take(by_hand(), ATTACH, Duplicate(*UPLINK), Deliver(*last), Duplicate(*UPLINK), Drop(*last))

    copies = [(copy, sent, settled, fate) for _, copy, sent, settled, fate in fates(lab) if copy > 1]
    assert copies == [(2, 2, 3, "delivered"), (3, 4, 5, "lost")]


def test_run_settles_what_it_sends() -> None:
    lab = attached_lab().lab

    assert {fate for *_, fate in fates(lab)} == {"delivered"}
    assert [number for number, *_ in fates(lab)] == list(range(1, lab.messages + 1))


def test_altered_message_is_stored_as_it_is_now() -> None:
    key = by_hand()
    take(key, ATTACH)
    for _ in range(3):
        services.take_next(key, labs.seen_of(labs.get_lab(key)))
    downlink = ("mme-1", "ue-1")
    (envelope,) = link_of(loaded(labs.get_lab(key)), *downlink).queue
    lab = take(key, Alter(*downlink))

    row = models.Message.objects.get(lab=lab, number=envelope.number)
    assert row.body == to_plain(alter(envelope.message), Message)
    assert row.fate == "in flight"


def test_lost_message_marks_its_step() -> None:
    lab = take(by_hand(), ATTACH, Duplicate(*UPLINK), Drop(*UPLINK), Deliver(*UPLINK))

    assert [tag for *_, tag in steps(lab)] == ["", "repeat", "lost", ""]


def test_restart_repetition_and_overtaking_mark_their_steps() -> None:
    lab = take(by_hand(), ATTACH, Duplicate(*UPLINK), Deliver(*UPLINK, position=1), Restart("scef"))

    assert [tag for *_, tag in steps(lab)] == ["", "repeat", "reorder", "restart"]


def test_loss_is_a_stronger_mark_than_the_order_it_came_in() -> None:
    lab = take(by_hand(), ATTACH, Duplicate(*UPLINK), Drop(*UPLINK, position=1))

    assert [tag for *_, tag in steps(lab)] == ["", "repeat", "lost"]


def test_armed_link_repeats_the_delivered_message() -> None:
    """The copy is made and the message delivered in one step."""
    lab = take(by_hand(), ATTACH, Arm(*UPLINK, LinkFault.REPEAT), Deliver(*UPLINK))

    assert fates(lab)[:2] == [(1, 1, 1, 3, "delivered"), (1, 2, 3, None, "in flight")]
    assert [tag for *_, tag in steps(lab)] == ["", "", "repeat"]


def test_observation_goes_along_with_the_steps() -> None:
    """It is stored with the lab, and is what a replay of the log gives."""
    lab = take(attached_lab().lab.key, REAUTHENTICATE, READING)

    assert (
        from_plain(Observation, lab.observation)
        == labs.state_of(lab)[1]
        == world_at(lab, lab.step)[1]
        != first_observation()
    )


def test_checkpoints_stand_at_a_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of at least as many steps as the lab has UEs."""
    monkeypatch.setattr(checkpoints, "LEAST_DISTANCE", 2)
    few, many = attached_lab().lab, attached_lab(setup_of(ues=5)).lab

    assert few.step == many.step
    for lab, distance in ((few, 2), (many, 5)):
        rows = models.Checkpoint.objects.filter(lab=lab).values_list("step", flat=True)
        assert list(rows) == list(range(distance, lab.step + 1, distance))


def test_divergence_and_harm_mark_their_steps() -> None:
    """The UE re-authenticates and the AS keeps its old key: they differ, and its next reading does not open."""
    lab = attached_lab().lab
    before = lab.step
    lab = take(lab.key, REAUTHENTICATE)
    after = lab.step
    lab = take(lab.key, READING)

    tags = {number: tag for number, _, tag in steps(lab) if tag}
    assert [tag for number, tag in tags.items() if number <= before] == []
    assert [tag for number, tag in tags.items() if before < number <= after] == ["≠"]
    assert [tag for number, tag in tags.items() if number > after] == ["HARM"]


def test_verdicts_tell_where_a_word_is_new() -> None:
    lab = take(attached_lab().lab.key, REAUTHENTICATE)

    rows = list(models.VerdictChange.objects.filter(lab=lab).values_list("step", "word", "has_new_word"))
    words = [word for _, word, _ in rows]
    assert [word for _, word, is_new in rows if is_new] == ["IN SYNC", "IN TRANSIT", "OUT OF SYNC"]
    assert [new for *_, new in rows[1:]] == [was != word for was, word in pairwise(words)]
    assert words[0] == "NO KEY YET"


def test_verdict_on_each_ue_with_a_session_is_noted() -> None:
    lab = new_lab(setup_of(ues=2, servers=2)).lab
    take(lab.key, ATTACH, Command("ue-2", Attach("mme-1")), OPEN_SESSION)

    rows = models.VerdictChange.objects.filter(lab=lab, word="IN SYNC")
    assert list(rows.values_list("ue", "application_server")) == [("ue-1", "as-1")]


@pytest.mark.parametrize(
    ("leaf", "plain"),
    [
        (None, None),
        (7, 7),
        (b"\x00\xff", "00ff"),
        (KeyResult.TIME_OUT, KeyResult.TIME_OUT.value),
        (GUTI(GUMMEI(PLMN, 0x8001, 1), 5), str(GUTI(GUMMEI(PLMN, 0x8001, 1), 5))),
        ((b"\x01", None), ["01", None]),
        (VectorName(imsi_of("ue-1"), 2), {"imsi": imsi_of("ue-1"), "number": 2}),
    ],
    ids=["none", "number", "octets", "enumeration", "GUTI", "tuple", "dataclass"],
)
def test_leaf_is_told_as_people_read_it(leaf: object, plain: object) -> None:
    assert plain_leaf(leaf) == plain
