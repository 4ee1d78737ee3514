"""core.lab.acts and core.lab.following: a trace that is followed by several requests."""

import json
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from core.lab.following import Following
from core.lab.loading import live_moment, past_moment
from core.lab.page import page as page_of
from nodes import models
from nodes.labs import forks, labs
from nodes.protocol.messages.commands import Detach
from nodes.protocol.runs.trace import MODEL_VERSION, to_text
from nodes.protocol.world.actions import Command
from tests.support.labs import attached_lab, setup_of
from tests.support.views import HTMX, act, posted, url

pytestmark = pytest.mark.django_db(transaction=True)

GO_ON = {"view": "lab-trace-on"}


@pytest.fixture
def text(settings: Settings) -> str:
    """A trace, on a server that takes one step a request."""
    text = to_text(forks.export_trace(attached_lab(setup_of(ues=2)).lab.key))
    settings.SYNCSCOPE_MOST_WORK = 0
    return text


def imported(client: Client, text: str) -> labs.NewLab:
    """The lab that a pasted trace becomes."""
    before = set(models.Lab.objects.values_list("pk", flat=True))
    assert client.post(reverse("traces"), {"text": text}).status_code == 302
    return labs.NewLab(models.Lab.objects.exclude(pk__in=before).get(), "")


def page_text(client: Client, new: labs.NewLab) -> str:
    return unescape(client.get(reverse("lab", args=[new.lab.key])).text)


def followed_to_its_end(client: Client, new: labs.NewLab) -> list[tuple[int, str]]:
    """The answers to a script that asks until all steps are taken."""
    answers = [act(client, new, **GO_ON)]
    while labs.get_lab(new.lab.key).trace_steps is not None:
        answers.append(act(client, new, **GO_ON))
    return answers


def total_of(text: str) -> int:
    return len(json.loads(text)["actions"])


def test_page_says_how_far_the_trace_is_followed(client: Client, text: str) -> None:
    new, total = imported(client, text), total_of(text)
    page = page_text(client, new)

    assert f"Replaying the trace: 1 of {total}" in page
    assert f'data-next-in="0" data-url="{url(new, "lab-trace-on")}"' in page
    act(client, new, **GO_ON)
    assert f"Replaying the trace: 2 of {total}" in page_text(client, new)
    answers = followed_to_its_end(client, new)
    assert (len(answers), set(answers)) == (total - 2, {(204, "")})
    page = page_text(client, new)
    assert ("Replaying the trace:" in page, "data-next-in" in page) == (False, False)


def test_thousands_are_set_apart() -> None:
    new = attached_lab()
    models.Lab.objects.filter(pk=new.lab.pk).update(trace_steps=5000)
    panel = page_of(live_moment(new.lab.key), may_drive=True, is_presenting=False, viewers=0).following

    assert (panel.words, panel.taken, panel.total) == (f"{new.lab.step} of 5,000", new.lab.step, 5000)


def test_page_of_the_past_follows_no_trace(client: Client, text: str) -> None:
    new = imported(client, text)
    act(client, new, **GO_ON)
    past = page_of(past_moment(new.lab.key, 1), may_drive=True, is_presenting=False, viewers=0)

    assert past.following == Following()
    assert past.drive_state.next_in is None
    assert act(client, new, at="1", **GO_ON)[0] == 422


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"result": "00"}, "Every action was taken, but the final state differs from the one recorded."),
        (
            {"model": 1},
            f"this server has version {MODEL_VERSION}, with which its actions were taken again. The final",
        ),
    ],
    ids=["another result", "another model"],
)
def test_what_differs_is_said_at_the_end(changes: dict[str, object], sentence: str, client: Client, text: str) -> None:
    """To a script in the answer, and without one on the page that it leads to; once."""
    text = json.dumps(json.loads(text) | changes)
    first, second = imported(client, text), imported(client, text)
    *others, last = followed_to_its_end(client, first)

    assert set(others) == {(204, "")}
    assert (last[0], 'hx-target="#notice"' in last[1], sentence in last[1]) == (200, True, True)
    assert sentence not in page_text(client, first)

    seen = f"0.{total_of(text) - 1}"
    while labs.seen_of(labs.get_lab(second.lab.key)) != seen:
        act(client, second, **GO_ON)
    answer = client.post(url(second, "lab-trace-on"), {"seen": seen})
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("lab", args=[second.lab.key]))
    assert sentence in page_text(client, second)
    assert sentence not in page_text(client, second)


def test_what_else_is_clicked_is_refused_in_a_sentence(client: Client, text: str) -> None:
    new = imported(client, text)
    for what in ({"action": posted(Command("ue-1", Detach()))}, {"view": "lab-run"}, {"view": "lab-pace", "pace": "0"}):
        status, answer = act(client, new, **what)
        assert (status, "The steps of the trace are still being taken, so far 1 of" in answer) == (409, True)

    assert act(client, new, view="lab-trace-leave") == (204, "")
    assert labs.get_lab(new.lab.key).trace_steps is None
    assert act(client, new, **GO_ON)[0] == 422


def test_who_only_watches_does_not_go_on(client: Client, text: str) -> None:
    new = imported(client, text)
    seen = {"seen": labs.seen_of(labs.get_lab(new.lab.key))}

    assert Client().post(url(new, "lab-trace-on"), seen, headers=HTMX).status_code == 403
    assert labs.get_lab(new.lab.key).step == 1


def test_steps_of_an_older_model_are_followed_to_their_end(client: Client, text: str) -> None:
    old = imported(client, text)
    models.Lab.objects.filter(pk=old.lab.pk).update(model=1)
    assert client.post(reverse("lab-replay", args=[old.lab.key])).status_code == 302
    new = labs.NewLab(models.Lab.objects.latest("pk"), "")
    *_, last = followed_to_its_end(client, new)

    assert last[0] == 200
    assert "These are the steps of a lab of version 1 of the protocol model" in last[1]
    assert "All were taken." in last[1]
