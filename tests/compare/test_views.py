"""core.compare.views: a lab beside the same procedures and faults under other options."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from core.compare import views as view
from core.compare.page import ComparePage
from core.lab.forms import OptionsForm
from nodes import models
from nodes.labs import forks, labs
from nodes.protocol.messages.commands import Attach, Reauthenticate
from nodes.protocol.options import Options, Solution
from nodes.protocol.runs import compare as protocol
from nodes.protocol.world.actions import Command, Deliver, Drop, Hold
from nodes.protocol.world.genesis import imsi_of
from nodes.scenarios import trace_of
from tests.support.labs import attached_lab, loaded, new_lab, setup_of, take
from tests.support.views import lab_of, url

pytestmark = pytest.mark.django_db

LATE_PUSH = "late-push"
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))


def page_of(new: labs.NewLab, status: int = 200, **asked: str) -> ComparePage:
    answer = Client().get(url(new, "lab-compare"), asked)
    assert answer.status_code == status
    page: ComparePage = answer.context["page"]
    return page


def played(name: str) -> labs.NewLab:
    imported = forks.import_trace(trace_of(name))
    return labs.NewLab(imported.lab, imported.drive_key)


def texts(events: tuple[Any, ...]) -> list[str]:
    return ["".join(part if isinstance(part, str) else part.text for part in event.sentence) for event in events]


def test_without_a_wish_the_other_solution_is_compared() -> None:
    page = page_of(attached_lab())

    assert page.comparison is not None
    assert page.comparison.mine.title == "This lab: solution 12, push"
    assert page.comparison.theirs.title == "Other options: solution 11, pull"
    assert dict(page.chosen)["solution"] == "11"
    assert [end.word.value for end in page.comparison.theirs.ends] == ["IN SYNC"]


def test_a_pull_lab_is_compared_with_push() -> None:
    assert dict(page_of(attached_lab(setup_of(Solution.PULL))).chosen)["solution"] == "12"


def test_a_wish_changes_only_what_it_names() -> None:
    page = page_of(played(LATE_PUSH), ordered_push="on")

    assert page.comparison is not None
    assert page.comparison.theirs.title == "Other options: solution 12, push"
    assert page.comparison.theirs.options == ("Repair: ordered push: yes",)
    assert page.comparison.mine.options == ("Repair: ordered push: no",)
    assert dict(page.chosen)["ordered_push"] == "on"


def test_the_first_difference_is_said_and_marked() -> None:
    """A late push flips ACTIVE back, unless pushes are ordered."""
    found = page_of(played(LATE_PUSH), ordered_push="on").comparison

    assert found is not None
    assert [end.word.value for end in (*found.mine.ends, *found.theirs.ends)] == ["OUT OF SYNC", "IN SYNC"]
    assert [row.step for row in found.rows if row.is_first_difference] == [found.first_step]
    assert "AV 1 here and AV 2 with ordered push on" in found.first
    assert "P1" in [pair.mine.number for pair in found.properties if pair.differs]


def test_the_page_says_all_of_it() -> None:
    new = played(LATE_PUSH)
    text = unescape(Client().get(url(new, "lab-compare"), {"ordered_push": "on"}).text)
    page = page_of(new, ordered_push="on")

    assert page.comparison is not None
    assert f'<a href="#step-{page.comparison.first_step}">First difference at step' in text
    assert page.comparison.first in text
    assert page.comparison.first_message or "Both sides send the same messages." in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"solution": "11"}, "The network gives AV 1 in 12 and AV 2 in 11."),
        ({"ordered_push": "on", "vectors_per_request": "1"}, "with vectors per request 1, ordered push on."),
    ],
    ids=["solution", "options"],
)
def test_first_difference_is_a_sentence_that_names_the_sides(asked: dict[str, str], said: str) -> None:
    found = page_of(played(LATE_PUSH), 200, **asked).comparison

    assert found is not None
    assert found.first.endswith(said)


@pytest.mark.parametrize(
    ("played_name", "asked", "said"),
    [
        (
            "change-of-mme-push",
            {"context_carries_rand": "on"},
            "Push RAND, MME 2 to SCEF, is not sent equally often: this lab once, the other side 2 times. First at step",
        ),
        (
            "several-avs-one-guti",
            {"active_when": "res-verified"},
            "Both sides send messages of the same kinds, in another order: first at step 8, where this lab sends",
        ),
        (
            "several-avs-one-guti",
            {"ordered_push": "on"},
            "Both sides send messages of the same kinds in the same order, with other contents: first at step 3, Auth.",
        ),
    ],
    ids=["number", "order", "contents"],
)
def test_how_the_messages_differ_is_said(played_name: str, asked: dict[str, str], said: str) -> None:
    found = page_of(played(played_name), 200, **asked).comparison

    assert found is not None
    assert found.first_message.startswith(said)


def test_that_messages_are_the_same_is_said_of_equal_options() -> None:
    new = attached_lab()
    text = Client().get(url(new, "lab-compare"), {"solution": "12"}).text

    assert "Both sides send the same messages." in text


def test_rows_are_the_steps_of_the_lab() -> None:
    """What the other side did meanwhile stands beside the step: a pull has no push from the MME."""
    found = page_of(attached_lab()).comparison

    assert found is not None
    assert [row.step for row in found.rows] == sorted({row.step for row in found.rows})
    assert found.rows[0].title == "Attach"
    assert texts(found.rows[0].mine) == texts(found.rows[0].theirs)
    assert found.first_message == "Only this lab sends Push keys, HSS to SCEF: first at step 3."
    assert any("Push RAND" in sentence for row in found.rows for sentence in texts(row.mine))
    assert not any("Push" in sentence for row in found.rows for sentence in texts(row.theirs))


def test_what_cannot_be_followed_is_skipped_with_its_reason() -> None:
    found = page_of(attached_lab()).comparison

    assert found is not None
    (step, reason) = found.skipped[0]
    assert reason == "No Push keys waits from HSS to SCEF"
    assert next(row for row in found.rows if row.step == step).skipped == reason


def test_equal_options_do_not_differ() -> None:
    page = page_of(attached_lab(), solution="12")

    assert page.comparison is not None
    assert (page.comparison.first, page.comparison.first_message, page.comparison.skipped) == ("", "", ())
    assert page.comparison.mine.options == page.comparison.theirs.options == ()
    assert not any(row.is_first_difference for row in page.comparison.rows)


def test_an_earlier_step_is_compared_up_to_there() -> None:
    new = played(LATE_PUSH)
    page = page_of(new, ordered_push="on", at="10")

    assert (page.at, page.step, page.last_step) == (10, 10, lab_of(new).step)
    assert page.comparison is not None
    assert (page.comparison.mine.steps, page.comparison.first) == (10, "")
    assert page_of(new, at="99999").step == lab_of(new).step


def test_a_lab_without_steps_has_nothing_to_compare() -> None:
    new = new_lab()
    text = Client().get(url(new, "lab-compare")).text

    assert "nothing to compare" in text
    assert Client().get(url(new, "lab-compare"), {"at": "x"}).status_code == 404


def test_only_the_first_steps_of_a_long_lab_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "MOST_STEPS", 5)
    new = attached_lab()
    page = page_of(new)

    assert (page.step, page.note) == (5, "Only the first 5 steps are compared.")
    assert page_of(new, at="5").note == ""


def test_several_ues_have_a_strip_each_and_that_of_the_difference_is_shown() -> None:
    """The lab shows UE A; UE B attaches, and the push of its AV is held."""
    new = new_lab(setup_of(ues=2))
    second = Command("ue-2", Attach("mme-1"))
    lab = take(new.lab.key, Hold("mme-1", "scef"), second)
    assert lab.shown_ues == ["ue-1"]
    page = page_of(new)

    assert page.comparison is not None
    assert [end.ue_name for end in page.comparison.mine.ends] == ["UE A", "UE B"]
    assert page.comparison.first.startswith("UE B: ")


def test_a_value_that_no_option_has_is_said_on_the_page() -> None:
    new = attached_lab()
    answer = Client().get(url(new, "lab-compare"), {"solution": "<13>", "named_key": "on"})

    assert answer.status_code == 422
    assert "Solution: Select a valid choice. <13> is not one of the available choices." in unescape(answer.text)
    assert answer.context["page"].comparison is None
    assert '<option value="on" selected>' in answer.text


def test_steps_that_cannot_be_taken_again_are_said() -> None:
    """As in a log that was tampered with."""
    new = attached_lab()
    models.Step.objects.filter(number=1).delete()
    page = page_of(new, status=422)

    assert page.comparison is None
    assert page.errors[0].startswith("A comparison takes the lab’s steps again, and this version of the model cannot: ")
    assert Client().post(url(new, "lab-compare-open")).status_code == 422


def test_a_lab_of_another_model_says_so() -> None:
    new = attached_lab()
    models.Lab.objects.update(model=1)

    assert Client().get(url(new, "lab-compare")).status_code == 409
    assert Client().post(url(new, "lab-compare-open")).status_code == 409


def test_unknown_lab_is_not_found() -> None:
    assert Client().get(reverse("lab-compare", args=["none"])).status_code == 404


def test_the_right_side_is_opened_as_a_lab() -> None:
    new = played(LATE_PUSH)
    browser = Client()
    answer = browser.post(url(new, "lab-compare-open"), {"ordered_push": "on"})
    lab = models.Lab.objects.latest("pk")

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("lab", args=[lab.key]))
    setup = labs.setup_of(lab_of(new))
    compared = protocol.compare(setup, trace_of(LATE_PUSH).actions, Options(solution=Solution.PUSH, ordered_push=True))
    assert loaded(lab) == compared.theirs.worlds[-1]
    assert (lab.pace, labs.setup_of(lab).seed) == (None, setup.seed)
    assert 'id="drive"' in browser.get(answer.headers["Location"]).text


def test_the_right_side_is_opened_up_to_the_step_shown() -> None:
    new = attached_lab()
    browser = Client()
    browser.post(url(new, "lab-compare-open"), {"solution": "12", "at": "3"})
    browser.post(url(new, "lab-compare-open"), {"at": "0"})

    assert [lab.step for lab in models.Lab.objects.order_by("pk")] == [lab_of(new).step, 3, 0]


def test_a_right_side_that_is_not_accepted_makes_nothing(settings: Settings) -> None:
    new = attached_lab()
    assert Client().post(url(new, "lab-compare-open"), {"solution": "13"}).status_code == 422

    settings.SYNCSCOPE_MOST_LABS = 1
    full = Client().post(url(new, "lab-compare-open"))
    assert (full.status_code, models.Lab.objects.count()) == (503, 1)
    assert "This server has its 1 labs, and all of them are in use; try again later" in full.text


def test_a_comparison_is_made_once() -> None:
    """The second request finds it, unless the lab went on or was reset."""
    new = attached_lab()
    view._compared.cache_clear()
    for _ in range(2):
        page_of(new)
    assert view._compared.cache_info().misses == 1

    take(new.lab.key, REAUTHENTICATE)
    page_of(new)
    assert view._compared.cache_info().misses == 2


def test_a_lost_message_is_lost_on_both_sides() -> None:
    new = new_lab(pace=None)
    take(new.lab.key, Command("ue-1", Attach("mme-1")), Drop("ue-1", "mme-1"))
    found = page_of(new).comparison

    assert found is not None
    assert texts(found.rows[1].mine) == texts(found.rows[1].theirs)
    assert "lost" in texts(found.rows[1].mine)[0]


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.dictionaries(
        st.sampled_from([*sorted(OptionsForm.base_fields), "at"]),
        st.sampled_from(["on", "off", "11", "12", "3", "x", "", "res-verified", "tuak", "accesses"]),
    )
)
def test_whatever_is_asked_is_answered(asked: dict[str, str]) -> None:
    new = new_lab(pace=None)
    take(new.lab.key, Command("ue-1", Attach("mme-1")), Deliver("ue-1", "mme-1"))

    assert Client().get(url(new, "lab-compare"), asked).status_code in {200, 404, 422}


def test_comparison_that_takes_too_long_is_refused(settings: Settings) -> None:
    new = attached_lab()
    settings.SYNCSCOPE_MOST_WORK = 0

    assert page_of(new, 422).errors == (
        "This server works at most 0 s on one request, and here these are over. Compare at an earlier step of the lab.",
    )
    answer = Client().post(url(new, "lab-compare-open"))
    assert answer.status_code == 503
    assert "works at most 0 s on one request" in answer.content.decode()
    assert models.Lab.objects.count() == 1
