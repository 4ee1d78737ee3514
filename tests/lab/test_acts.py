"""core.lab.views, lab_act: what is clicked, and whatever else may be posted."""

import json
from typing import cast

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Spending
from nodes import models
from nodes.labs import labs
from nodes.protocol.messages.commands import Access, Detach
from nodes.protocol.world.actions import Action, Advance, Command, Deliver, Hold
from tests.support import protocol_strategies
from tests.support.labs import attached_lab, loaded, rows_of, setup_of
from tests.support.views import HTMX, PLAIN, act, lab_of, post, posted, seen, url

LIVE_ONLY = "On a page of the past, an action or a delivery makes a new lab"
pytestmark = pytest.mark.django_db(transaction=True)

TEXT = protocol_strategies.TEXT
DETACH = Command("ue-1", Detach())


@pytest.fixture
def new() -> labs.NewLab:
    """A lab with two UEs, of which the first has a session."""
    return attached_lab(setup_of(ues=2, mmes=2, servers=2))


@pytest.fixture
def driver(new: labs.NewLab) -> Client:
    """A browser that drives the lab."""
    browser = Client()
    browser.post(url(new, "lab-drive"), {"drive_key": new.drive_key})
    return browser


def test_click_is_answered_with_nothing_to_htmx(driver: Client, new: labs.NewLab) -> None:
    before = lab_of(new).step

    assert act(driver, new, action=posted(DETACH)) == (204, "")
    assert lab_of(new).step > before


def test_click_leads_to_the_page_without_htmx(driver: Client, new: labs.NewLab) -> None:
    answer = driver.post(url(new, "lab-act"), {"seen": seen(new), "action": posted(DETACH)})

    assert (answer.status_code, answer.headers["Location"]) == (303, url(new))


def test_each_button_does_what_it_says(driver: Client, new: labs.NewLab) -> None:
    assert act(driver, new, view="lab-pace", pace="hand")[0] == 204
    assert lab_of(new).pace is None
    assert act(driver, new, action=posted(DETACH))[0] == 204
    step = lab_of(new).step
    assert act(driver, new, view="lab-next")[0] == 204
    assert lab_of(new).step == step + 1
    assert act(driver, new, view="lab-run")[0] == 204
    assert models.Message.objects.filter(settled_step=None).count() == 0
    assert act(driver, new, view="lab-show", ues="ue-2,ue-1")[0] == 204
    assert act(driver, new, view="lab-show", mme="mme-2")[0] == 204
    assert act(driver, new, **{"view": "lab-show", "as": "as-2"})[0] == 204
    lab = lab_of(new)
    assert (lab.shown_ues, lab.shown_mme, lab.shown_as) == (["ue-2", "ue-1"], "mme-2", "as-2")
    assert act(driver, new, view="lab-reset")[0] == 200
    assert (lab_of(new).step, lab_of(new).resets) == (0, 1)


def test_reset_keeps_what_was_and_can_be_undone(driver: Client, new: labs.NewLab) -> None:
    before, step = loaded(new.lab), lab_of(new).step
    act(driver, new, view="lab-reset")
    kept = models.Lab.objects.get(parent=new.lab)

    assert (kept.title, kept.step) == (f"{new.lab.title}, before the reset", step)
    assert loaded(kept) == before
    page = driver.get(f"/labs/{new.lab.key}/").text
    assert "Undo the reset" in page
    assert act(driver, new, view="lab-undo")[0] == 204
    assert (lab_of(new).step, loaded(lab_of(new))) == (step, before)
    assert "Undo the reset" not in driver.get(f"/labs/{new.lab.key}/").text
    assert act(driver, new, view="lab-undo")[0] == 422


def test_reset_of_a_lab_in_which_nothing_happened_keeps_nothing(driver: Client, new: labs.NewLab) -> None:
    act(driver, new, view="lab-reset")
    assert act(driver, new, view="lab-reset")[0] == 204
    assert models.Lab.objects.filter(parent=new.lab).count() == 1


def test_paced_page_asks_for_the_next_step(driver: Client, new: labs.NewLab) -> None:
    act(driver, new, view="lab-pace", pace="300")
    act(driver, new, action=posted(DETACH))
    status, text = act(driver, new, view="lab-next-due")
    assert (status, "The next step is not due yet" in text) == (409, True)

    models.Lab.objects.update(next_due=lab_of(new).created)
    assert act(driver, new, view="lab-next-due")[0] == 204


@pytest.mark.parametrize("headers", [HTMX, PLAIN], ids=["htmx", "plain"])
@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ({"seen": "0.3", "view": "lab-reset"}, (409, "This page showed step 3; the lab is at step ")),
        ({"seen": "", "action": posted(DETACH)}, (409, "The lab was reset since this page was shown")),
        ({"action": posted(Hold("hss", "nobody"))}, (409, "There is no node 'nobody' in this lab")),
        ({"action": posted(Command("ue-7", Access()))}, (409, "There is no node 'ue-7' in this lab")),
        ({"action": posted(Deliver("ue-1", "mme-1"))}, (409, "No message at position 0 from ue-1 to mme-1")),
        ({"action": posted(Advance(0))}, (409, "Lab time advances by 1 to 86400 seconds, got 0")),
        ({"view": "lab-next"}, (422, "Nothing is in flight")),
        ({"view": "lab-run"}, (422, "Nothing is in flight")),
        ({"view": "lab-pace", "pace": "2"}, (422, "pace is hand, 0, 300, 1000, got '2'")),
        ({"view": "lab-pace"}, (422, "pace is hand, 0, 300, 1000, got ''")),
        ({}, (422, "action is the JSON of an action")),
        ({"view": "lab-show"}, (422, "What can be shown are ues, mme or as")),
        ({"view": "lab-show", "ues": "ue-9"}, (422, "One or two different UEs of this lab can be shown")),
        ({"view": "lab-show", "mme": ""}, (422, "This lab has no ")),
        ({"view": "lab-show", "as": "as-9"}, (422, "This lab has no as-9")),
        ({"action": "{"}, (422, "action is the JSON of an action")),
        ({"action": "[" * 20_000}, (422, "action is the JSON of an action")),
        ({"action": "9" * 5000}, (422, "action is the JSON of an action")),
        ({"action": '{"type": "Teleport"}'}, (422, "Teleport")),
        ({"action": '{"type": "Drop", "source": "ue-1"}'}, (422, "destination")),
    ],
    ids=str,
)
def test_refusal_is_a_sentence_and_changes_nothing(
    what: dict[str, str], answer: tuple[int, str], headers: dict[str, str], driver: Client, new: labs.NewLab
) -> None:
    before = rows_of(new.lab)
    status, text = post(driver, new, what, headers)

    assert status == answer[0]
    assert answer[1] in text
    assert ('id="notice"' in text, 'id="drive"' in text) == (True, headers is PLAIN)
    assert rows_of(new.lab) == before


@pytest.mark.parametrize("headers", [HTMX, PLAIN], ids=["htmx", "plain"])
def test_who_may_only_watch_changes_nothing(headers: dict[str, str], client: Client, new: labs.NewLab) -> None:
    before = rows_of(new.lab)
    status, text = post(client, new, {"action": posted(DETACH)}, headers)

    assert (status, "You may watch this lab" in text) == (403, True)
    assert rows_of(new.lab) == before


def test_click_without_token_is_refused(driver: Client, new: labs.NewLab) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = driver.cookies

    assert act(strict, new, view="lab-reset")[0] == 403
    assert lab_of(new).resets == 0


def test_body_that_is_too_large_is_refused(driver: Client, new: labs.NewLab) -> None:
    assert act(driver, new, action="x" * 1_100_000)[0] == 413


# On a page of the past


def fork_of(new: labs.NewLab) -> models.Lab:
    """The last fork of a lab."""
    fork = lab_of(new).forks.order_by("pk").last()
    assert fork is not None
    return fork


@pytest.mark.parametrize(
    ("what", "step", "in_flight"),
    [({"action": posted(Hold("hss", "mme-1"))}, 4, 2), ({"view": "lab-next"}, 4, 2), ({"view": "lab-run"}, 16, 0)],
    ids=["action", "next", "run"],
)
def test_what_is_done_in_the_past_is_done_in_a_fork(
    what: dict[str, str], step: int, in_flight: int, client: Client, new: labs.NewLab
) -> None:
    """Whoever watches drives the fork. The lab stays as it is."""
    before = lab_of(new).step
    answer = client.post(url(new, what.get("view", "lab-act")), {"seen": seen(new), "at": "3"} | what, headers=HTMX)
    fork = fork_of(new)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, reverse("lab", args=[fork.key]))
    assert (fork.step, fork.forked_at, lab_of(new).step) == (step, 3, before)
    assert len(labs.state_of(fork)[0].links) == in_flight
    assert 'id="drive"' in client.get(answer.headers["HX-Redirect"]).text


def test_fork_is_led_to_without_htmx(client: Client, new: labs.NewLab) -> None:
    answer = client.post(url(new, "lab-next"), {"at": "3"})

    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("lab", args=[fork_of(new).key]))


@pytest.mark.parametrize(("at", "step"), [({"at": "5"}, 5), ({}, None)], ids=["earlier", "live"])
def test_fork_without_an_action(at: dict[str, str], step: int | None, client: Client, new: labs.NewLab) -> None:
    answer = client.post(url(new, "lab-fork"), at)
    fork = fork_of(new)

    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("lab", args=[fork.key]))
    assert fork.step == fork.forked_at == (lab_of(new).step if step is None else step)


@pytest.mark.parametrize("headers", [HTMX, PLAIN], ids=["htmx", "plain"])
@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ({"at": "99", "view": "lab-next"}, (409, "The lab has no step 99; it is at step ")),
        ({"at": "3", "view": "lab-next", "seen": "7.3"}, (409, "The lab was reset since this page was shown")),
        ({"at": "0", "view": "lab-next"}, (422, "Nothing is in flight")),
        ({"at": "3", "view": "lab-reset"}, (422, LIVE_ONLY)),
        (
            {"at": "3", "view": "lab-pace", "pace": "0"},
            (422, LIVE_ONLY),
        ),
        ({"at": "3", "action": "{"}, (422, "action is the JSON of an action")),
        ({"at": "3", "action": posted(Deliver("ue-1", "nobody"))}, (409, "No message at position 0")),
        ({"at": "3", "view": "lab-show", "ues": "ue-9"}, (422, "One or two different UEs of this lab can be shown")),
    ],
    ids=str,
)
def test_refusal_in_the_past_makes_no_lab(
    what: dict[str, str], answer: tuple[int, str], headers: dict[str, str], driver: Client, new: labs.NewLab
) -> None:
    before = rows_of(new.lab)
    status, text = post(driver, new, what, headers)

    assert status == answer[0]
    assert answer[1] in text
    assert rows_of(new.lab) == before
    assert models.Lab.objects.count() == 1


def test_absurd_step_makes_no_lab(driver: Client, new: labs.NewLab) -> None:
    for at in ("-1", "x", "999999999"):
        assert act(driver, new, at=at, view="lab-next")[0] == 404
        assert driver.post(url(new, "lab-fork"), {"at": at}).status_code == 404
    assert models.Lab.objects.count() == 1


def test_what_the_past_shows_is_what_the_lab_shows(client: Client, driver: Client, new: labs.NewLab) -> None:
    """Choosing it makes no fork; the page is led to the step where it was."""
    what = {"seen": seen(new), "at": "3", "ues": "ue-2"}
    assert client.post(url(new, "lab-show"), what, headers=HTMX).status_code == 403
    answer = driver.post(url(new, "lab-show"), what, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"{url(new)}?at=3")
    assert (lab_of(new).shown_ues, models.Lab.objects.count()) == (["ue-2"], 1)


KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json")
MAYBE_PAST = st.sampled_from([{}, {"at": "3"}])
FUZZ = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(what=st.dictionaries(st.sampled_from(["action", "seen", "at"]), TEXT | st.sampled_from(["0.15", "3"])))
def test_whatever_text_is_posted_is_answered(what: dict[str, str], driver: Client, new: labs.NewLab) -> None:
    assert post(driver, new, what, HTMX)[0] in {204, 404, 409, 422}


@FUZZ
@given(
    view=st.sampled_from(["lab-pace", "lab-show", "lab-next", "lab-next-due", "lab-run"]),
    name=st.sampled_from(["pace", "ues", "mme", "as"]),
    value=TEXT,
)
def test_whatever_value_is_posted_is_answered(
    view: str, name: str, value: str, driver: Client, new: labs.NewLab
) -> None:
    assert act(driver, new, **{"view": view, name: value})[0] in {204, 409, 422}


@FUZZ
@given(action=st.from_type(cast("type[Action]", Action)), past=MAYBE_PAST)
def test_whatever_action_is_posted_is_answered(
    action: Action, past: dict[str, str], driver: Client, new: labs.NewLab
) -> None:
    """Actions of the right form about nodes, timers and numbers that mostly are not there."""
    Spending.objects.all().delete()
    assert act(driver, new, action=posted(action), **past)[0] in {204, 409, 422}


@FUZZ
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT | st.sampled_from(["type", "node", "command"]), inner),
    )
)
def test_whatever_json_is_posted_is_answered(data: object, driver: Client, new: labs.NewLab) -> None:
    assert act(driver, new, action=json.dumps(data))[0] in {409, 422}


@FUZZ
@given(body=st.binary(max_size=200), kind=st.sampled_from(KINDS))
def test_whatever_octets_are_posted_are_answered(body: bytes, kind: str, driver: Client, new: labs.NewLab) -> None:
    assert driver.post(url(new, "lab-act"), body, content_type=kind).status_code in {400, 409, 422}
