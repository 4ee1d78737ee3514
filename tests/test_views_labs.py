"""core.views.labs: the lab page, its fragments, and how it is shared."""

import re
from html import unescape

import pytest
import segno
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from nodes import services
from nodes.protocol.actions import Command, Hold
from nodes.protocol.messages.commands import Detach
from tests import protocol_strategies
from tests.helpers_labs import ATTACH, OPEN_SESSION, attached_lab, forget_worlds, new_lab, setup_of, take
from tests.helpers_views import HTMX, act, lab_of, post, posted, seen, url

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = protocol_strategies.TEXT
DETACH = Command("ue-1", Detach())


@pytest.fixture
def new() -> services.NewLab:
    """A lab with two UEs, of which the first has a session."""
    return attached_lab(setup_of(ues=2, mmes=2, servers=2))


@pytest.fixture
def driver(new: services.NewLab) -> Client:
    """A browser that drives the lab."""
    browser = Client()
    browser.get(url(new, "lab-drive", new.drive_key))
    return browser


# What is seen


def test_live_page_asks_six_times(
    driver: Client, new: services.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session; the lab, for the view and for the moment; its last steps, one verdict, its marks."""
    with django_assert_num_queries(6):
        assert driver.get(url(new)).status_code == 200


def test_page_of_the_past_asks_once_more(
    driver: Client, new: services.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        assert driver.get(url(new), {"at": "5"}).status_code == 200


def test_attach_asks_so_often(
    driver: Client, new: services.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Attach to quiescence, 14 steps: session and lab; then one transaction, one statement for each table."""
    take(new.lab.key, DETACH)
    what = {"seen": seen(new), "action": posted(ATTACH)}
    with django_assert_num_queries(16):
        assert driver.post(url(new, "lab-act"), what, headers=HTMX).status_code == 204


def test_fragments_ask_five_times(
    client: Client, new: services.NewLab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """As the page, without a session; nothing but the lab while nothing has changed."""
    with django_assert_num_queries(5):
        tag = client.get(url(new, "lab-fragments")).headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get(url(new, "lab-fragments"), headers={"If-None-Match": tag}).status_code == 304


def test_page_after_a_restart_is_the_same(client: Client, new: services.NewLab) -> None:
    before = client.get(url(new)).text
    forget_worlds()

    assert client.get(url(new)).text == before


def test_watcher_gets_no_form(client: Client, driver: Client, new: services.NewLab) -> None:
    assert 'id="drive"' not in client.get(url(new)).text
    page = driver.get(url(new))
    assert 'id="drive"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_past_cannot_be_acted_on(driver: Client, new: services.NewLab) -> None:
    page = driver.get(url(new), {"at": "3"})

    assert 'id="drive"' not in page.text
    assert page.context["page"].history.at == 3


@pytest.mark.parametrize("at", ["0", "1", "99999999", ""])
def test_every_number_of_a_step_has_a_page(at: str, client: Client, new: services.NewLab) -> None:
    assert client.get(url(new), {"at": at}).status_code == 200


@pytest.mark.parametrize("at", ["-1", "x", "1.5", "²", "999999999", "1\0", " 1", "٣"])
def test_absurd_step_is_not_found(at: str, client: Client, new: services.NewLab) -> None:
    assert client.get(url(new), {"at": at}).status_code == 404


@pytest.mark.parametrize("name", ["lab", "lab-fragments", "lab-events", "lab-share"])
def test_unknown_lab_is_not_found(name: str, client: Client) -> None:
    assert client.get(reverse(name, args=["nowhere"])).status_code == 404
    assert client.post(reverse("lab-act", args=["nowhere"])).status_code == 404
    assert client.get("/labs/%00/").status_code == 404


def test_fragments_are_fresh_only_after_a_change(driver: Client, new: services.NewLab) -> None:
    first = driver.get(url(new, "lab-fragments"))
    old = {"If-None-Match": first.headers["ETag"]}
    assert 'hx-target="#verdict"' in first.text
    assert driver.get(url(new, "lab-fragments"), headers=old).status_code == 304

    hold = posted(Hold("ue-1", "mme-1"))
    for change in ({"do": "show:ue-2"}, {"do": "pace:hand"}, {"action": hold}, {"do": "reset"}):
        assert post(driver, new, change, HTMX)[0] == 204
        second = driver.get(url(new, "lab-fragments"), headers=old)
        assert second.status_code == 200
        old = {"If-None-Match": second.headers["ETag"]}


def test_fragments_are_the_same_for_every_viewer(client: Client, driver: Client, new: services.NewLab) -> None:
    fragments = [browser.get(url(new, "lab-fragments")).text for browser in (client, driver)]

    assert fragments[0] == fragments[1]
    assert "csrfmiddlewaretoken" not in fragments[0]


def test_events_page_has_every_step(client: Client, new: services.NewLab) -> None:
    page = client.get(url(new, "lab-events"))

    assert page.status_code == 200
    assert page.context["title"] == "Test"
    told = re.findall(r"\bStep\s+(\d+)", re.sub(r"<[^>]*>", " ", page.text))
    assert set(map(int, told)) == set(range(1, lab_of(new).step + 1))


def test_empty_lab_has_its_pages(client: Client) -> None:
    fresh = new_lab()

    for name in ("lab", "lab-fragments", "lab-events", "lab-share"):
        assert client.get(url(fresh, name)).status_code == 200


# How it is shared


def test_drive_link_lets_another_browser_drive(client: Client, new: services.NewLab) -> None:
    assert act(client, new, action=posted(DETACH))[0] == 403

    answer = client.get(url(new, "lab-drive", new.drive_key))

    assert (answer.status_code, answer.headers["Location"]) == (302, url(new))
    assert act(client, new, action=posted(DETACH))[0] == 204


def test_wrong_drive_link_is_not_found(client: Client, new: services.NewLab) -> None:
    other = new_lab()

    for key in ("wrong", other.drive_key, lab_of(new).drive_hash):
        assert client.get(url(new, "lab-drive", key)).status_code == 404
    assert act(client, new, action=posted(DETACH))[0] == 403


def path_of(svg: str) -> str:
    """What a drawing draws."""
    return svg[svg.index(' d="') : svg.index("/>")]


def test_share_page_has_the_links_and_a_code(client: Client, driver: Client, new: services.NewLab) -> None:
    """Whoever drives can give the drive link away; who watches is not told of it."""
    watch = f"http://testserver{url(new)}"
    drive = f"http://testserver{url(new, 'lab-drive', new.drive_key)}"

    mine, theirs = (unescape(browser.get(url(new, "lab-share")).text) for browser in (driver, client))

    code = segno.make(watch, error="m").svg_inline(scale=4, border=4, svgclass=None, lineclass=None)
    assert (watch in mine, drive in mine, path_of(code) in mine) == (True, True, True)
    assert (watch in theirs, new.drive_key in theirs) == (True, False)


def test_page_of_a_lab_at_its_limit_says_so(settings: Settings, driver: Client, new: services.NewLab) -> None:
    settings.SYNCSCOPE_MOST_STEPS = lab_of(new).step

    status, text = act(driver, new, action=posted(OPEN_SESSION))
    assert (status, f"A lab has at most {settings.SYNCSCOPE_MOST_STEPS} steps" in text) == (422, True)
