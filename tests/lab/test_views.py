"""core.lab.views: the lab page, its fragments, and how it is shared."""

import re
from html import unescape

import pytest
import segno
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from nodes import models
from nodes.labs import labs
from nodes.protocol.messages.commands import Detach
from nodes.protocol.world.actions import Command, Hold
from tests.support import protocol_strategies
from tests.support.labs import ATTACH, OPEN_SESSION, attached_lab, forget_worlds, new_lab, setup_of, take
from tests.support.views import HTMX, act, lab_of, post, posted, seen, url

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = protocol_strategies.TEXT
DETACH = Command("ue-1", Detach())
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]*"')


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


# What is seen


def test_live_page_asks_eight_times(
    driver: Client, new: labs.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The right to drive; the lab, for view and moment; its last steps, one verdict, its marks, GUTIs and forks."""
    with django_assert_num_queries(8):
        assert driver.get(url(new)).status_code == 200


def test_page_of_the_past_asks_twice_more(
    driver: Client, new: labs.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """For a checkpoint, and for the actions since; for neither when it has been there."""
    with django_assert_num_queries(10):
        assert driver.get(url(new), {"at": "5"}).status_code == 200
    with django_assert_num_queries(8):
        assert driver.get(url(new), {"at": "5"}).status_code == 200


def test_attach_asks_so_often(
    driver: Client, new: labs.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Attach to quiescence, 14 steps: budget, lab and right; then one transaction, one statement for each table."""
    take(new.lab.key, DETACH)
    what = {"seen": seen(new), "action": posted(ATTACH)}
    with django_assert_num_queries(19):
        assert driver.post(url(new, "lab-act"), what, headers=HTMX).status_code == 204


def test_fragments_ask_seven_times(
    client: Client, new: labs.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """As the page, without the right to drive; nothing but the lab while nothing has changed."""
    with django_assert_num_queries(7):
        tag = client.get(url(new, "lab-fragments")).headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get(url(new, "lab-fragments"), headers={"If-None-Match": tag}).status_code == 304


def test_page_after_a_restart_is_the_same(client: Client, new: labs.NewLab) -> None:
    before = TOKEN.sub("", client.get(url(new)).text)
    forget_worlds()

    assert TOKEN.sub("", client.get(url(new)).text) == before


def test_watcher_gets_no_form(client: Client, driver: Client, new: labs.NewLab) -> None:
    assert 'id="drive"' not in client.get(url(new)).text
    page = driver.get(url(new))
    assert 'id="drive"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_past_is_acted_on_by_everybody(client: Client, driver: Client, new: labs.NewLab) -> None:
    """In a fork: the form says the step that the page shows."""
    for browser in (client, driver):
        page = browser.get(url(new), {"at": "3"})

        assert 'id="drive"' in page.text
        assert '<input type="hidden" form="drive" name="at" value="3">' in page.text
        assert page.context["page"].history.at == 3


@pytest.mark.parametrize("at", ["0", "1", "99999999", ""])
def test_every_number_of_a_step_has_a_page(at: str, client: Client, new: labs.NewLab) -> None:
    assert client.get(url(new), {"at": at}).status_code == 200


@pytest.mark.parametrize("at", ["-1", "x", "1.5", "²", "999999999", "1\0", " 1", "٣"])
def test_absurd_step_is_not_found(at: str, client: Client, new: labs.NewLab) -> None:
    assert client.get(url(new), {"at": at}).status_code == 404


@pytest.mark.parametrize("name", ["lab", "lab-fragments", "lab-events", "lab-share", "lab-trace"])
def test_unknown_lab_is_not_found(name: str, client: Client) -> None:
    assert client.get(reverse(name, args=["nowhere"])).status_code == 404
    for posted_to in ("lab-act", "lab-fork", "lab-replay"):
        assert client.post(reverse(posted_to, args=["nowhere"])).status_code == 404
    assert client.get("/labs/%00/").status_code == 404


def test_fragments_are_fresh_only_after_a_change(driver: Client, new: labs.NewLab) -> None:
    first = driver.get(url(new, "lab-fragments"))
    old = {"If-None-Match": first.headers["ETag"]}
    assert 'hx-target="#verdict"' in first.text
    assert driver.get(url(new, "lab-fragments"), headers=old).status_code == 304

    hold = posted(Hold("ue-1", "mme-1"))
    for change in (
        {"view": "lab-show", "ues": "ue-2"},
        {"view": "lab-pace", "pace": "hand"},
        {"action": hold},
        {"view": "lab-reset"},
    ):
        assert post(driver, new, change, HTMX)[0] == (200 if "lab-reset" in change.values() else 204)
        second = driver.get(url(new, "lab-fragments"), headers=old)
        assert second.status_code == 200
        old = {"If-None-Match": second.headers["ETag"]}


def test_fragments_of_the_past_are_kept_until_the_lab_changes(driver: Client, new: labs.NewLab) -> None:
    """What is clicked on them forks: they say the step that they are of, and no live one."""
    last = lab_of(new).step
    first = driver.get(url(new, "lab-fragments"), {"at": "5"})
    old = {"If-None-Match": first.headers["ETag"]}

    assert '<input type="hidden" form="drive" name="seen" value="">' in first.text
    assert '<input type="hidden" form="drive" name="at" value="5">' in first.text
    assert driver.get(url(new, "lab-fragments"), {"at": "5"}, headers=old).status_code == 304
    assert driver.get(url(new, "lab-fragments"), {"at": "6"}, headers=old).status_code == 200
    assert driver.get(url(new, "lab-fragments"), headers=old).status_code == 200
    live = driver.get(url(new, "lab-fragments"))
    for at in (last, last + 1, 99_999_999):
        assert driver.get(url(new, "lab-fragments"), {"at": str(at)}).text == live.text
    assert driver.get(url(new, "lab-fragments"), {"at": "x"}).status_code == 404

    act(driver, new, view="lab-show", ues="ue-2")
    assert driver.get(url(new, "lab-fragments"), {"at": "5"}, headers=old).status_code == 200


def test_fragments_of_the_past_are_those_of_its_page(client: Client, new: labs.NewLab) -> None:
    page, fragments = client.get(url(new), {"at": "5"}).text, client.get(url(new, "lab-fragments"), {"at": "5"}).text
    parts = re.findall(r'<hx-partial hx-target="#([a-z-]+)"[^>]*>(.*?)</hx-partial>', fragments, re.DOTALL)

    assert [name for name, html in parts if html.strip() not in page] == ["drive-state"]


def test_fragments_are_the_same_for_every_viewer(client: Client, driver: Client, new: labs.NewLab) -> None:
    fragments = [browser.get(url(new, "lab-fragments")).text for browser in (client, driver)]

    assert fragments[0] == fragments[1]
    assert "csrfmiddlewaretoken" not in fragments[0]


def test_events_page_has_every_step(client: Client, new: labs.NewLab) -> None:
    page = client.get(url(new, "lab-events"))

    assert page.status_code == 200
    assert page.context["title"] == "Test"
    told = re.findall(r"\bStep\s+(\d+)", re.sub(r"<[^>]*>", " ", page.text))
    assert set(map(int, told)) == set(range(1, lab_of(new).step + 1))


def test_events_of_a_long_lab_have_pages(client: Client, new: labs.NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.lab.events.MOST_STEPS", 4)
    last = lab_of(new).step

    page = client.get(url(new, "lab-events"), {"at": "5"}).text

    told = set(map(int, re.findall(r"\bStep\s+(\d+)", re.sub(r"<[^>]*>", " ", page))))
    assert told == {5, 6, 7, 8}
    assert f'<a rel="prev" href="{url(new, "lab-events")}?at=4">Steps 1 to 4</a>' in page
    assert f'<a rel="next" href="{url(new, "lab-events")}?at=12">Steps 9 to 12</a>' in page
    assert 'rel="next"' not in client.get(url(new, "lab-events")).text
    assert 'rel="prev"' not in client.get(url(new, "lab-events"), {"at": "1"}).text
    assert last > 12


def test_empty_lab_has_its_pages(client: Client) -> None:
    fresh = new_lab()

    for name in ("lab", "lab-fragments", "lab-events", "lab-share", "lab-trace"):
        assert client.get(url(fresh, name)).status_code == 200


# How it is shared


def test_drive_link_lets_another_browser_drive(client: Client, new: labs.NewLab) -> None:
    assert act(client, new, action=posted(DETACH))[0] == 403

    answer = client.post(url(new, "lab-drive"), {"drive_key": new.drive_key})

    assert (answer.status_code, answer.headers["Location"]) == (302, url(new))
    assert act(client, new, action=posted(DETACH))[0] == 204


def test_wrong_drive_link_is_refused(client: Client, new: labs.NewLab) -> None:
    other = new_lab()

    for key in ("wrong", other.drive_key, lab_of(new).drive_hash):
        answer = client.post(url(new, "lab-drive"), {"drive_key": key})
        assert (answer.status_code, "This is not the drive link of this lab." in answer.text) == (403, True)
    assert act(client, new, action=posted(DETACH))[0] == 403


def path_of(svg: str) -> str:
    """What a drawing draws."""
    return svg[svg.index(' d="') : svg.index("/>")]


def test_share_page_has_the_links_and_a_code(client: Client, driver: Client, new: labs.NewLab) -> None:
    """Whoever drives can give the drive link away; who watches is not told of it."""
    watch = f"http://testserver{url(new)}"
    drive = f"http://testserver{url(new, 'lab-drive')}#{new.drive_key}"

    mine, theirs = (unescape(browser.get(url(new, "lab-share")).text) for browser in (driver, client))

    code = segno.make(watch, error="m").svg_inline(scale=4, border=4, svgclass=None, lineclass=None)
    assert (watch in mine, drive in mine, path_of(code) in mine) == (True, True, True)
    assert (watch in theirs, new.drive_key in theirs) == (True, False)


def test_pages_with_keys_are_stored_nowhere(client: Client, driver: Client, new: labs.NewLab) -> None:
    """Neither by a proxy nor by the browser's own cache: the start page names this browser's labs."""
    for path in (url(new, "lab-share"), url(new, "lab-drive"), url(new), reverse("start")):
        assert driver.get(path).headers["Cache-Control"] == "no-store"


def test_link_to_a_step_leads_there(client: Client, new: labs.NewLab) -> None:
    shared = unescape(client.get(url(new, "lab-share"), {"at": "5"}).text)

    watch = f"http://testserver{url(new)}?at=5"
    code = segno.make(watch, error="m").svg_inline(scale=4, border=4, svgclass=None, lineclass=None)
    assert (watch in shared, path_of(code) in shared) == (True, True)


# A lab of an older model


@pytest.mark.parametrize("name", ["lab", "lab-fragments", "lab-events", "lab-share", "lab-trace", "lab-compare"])
def test_lab_of_an_older_model_says_so(name: str, driver: Client, new: labs.NewLab) -> None:
    models.Lab.objects.update(model=1, observation={})
    answer = driver.get(url(new, name))

    assert answer.status_code == 409
    assert "made with version 1 of the protocol model" in unescape(answer.text)
    assert "Replay its steps as a new lab" in answer.text
    assert act(driver, new, action=posted(DETACH))[0] == 409
    assert driver.get(reverse("start")).context["page"].recent[0].title == "Test"


def test_steps_of_an_older_model_are_replayed(client: Client, new: labs.NewLab) -> None:
    models.Lab.objects.update(model=1, observation={})
    answer = client.post(url(new, "lab-replay"), follow=True)

    assert answer.status_code == 200
    assert 'id="drive"' in answer.text
    assert "the steps of a lab of version 1 of the protocol model" in unescape(answer.text)
    assert "All were taken." in answer.text
    again = models.Lab.objects.exclude(pk=new.lab.pk).get()
    assert (again.step, again.title) == (lab_of(new).step, "Test")


def test_steps_that_cannot_be_replayed_are_said(client: Client, new: labs.NewLab) -> None:
    models.Lab.objects.update(model=1, setup={"seed": ""})
    answer = client.post(url(new, "lab-replay"))

    assert answer.status_code == 422
    assert "The set-up of this lab cannot be read any more" in unescape(answer.text)


def test_page_of_a_lab_at_its_limit_says_so(settings: Settings, driver: Client, new: labs.NewLab) -> None:
    settings.SYNCSCOPE_MOST_STEPS = lab_of(new).step

    status, text = act(driver, new, action=posted(OPEN_SESSION))
    assert (status, f"A lab has at most {settings.SYNCSCOPE_MOST_STEPS} steps" in text) == (422, True)
