"""core.views.labs: the lab page, its fragments, what is clicked, and how it is shared."""

import json
import re
from html import unescape

import pytest
import segno
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from nodes import models, services
from nodes.protocol.actions import Action, Advance, Command, Deliver, Hold
from nodes.protocol.messages.commands import Access, Detach
from nodes.protocol.plain import to_plain
from tests import protocol_strategies
from tests.helpers_labs import ATTACH, OPEN_SESSION, attached_lab, forget_worlds, new_lab, rows_of, setup_of, take

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = protocol_strategies.TEXT
HTMX = {"HX-Request": "true"}
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


def url(new: services.NewLab, name: str = "lab", *arguments: str) -> str:
    return reverse(name, args=[new.lab.key, *arguments])


def lab_of(new: services.NewLab) -> models.Lab:
    return services.get_lab(new.lab.key)


def seen(new: services.NewLab) -> str:
    return services.seen_of(lab_of(new))


def posted(action: Action) -> str:
    return json.dumps(to_plain(action, Action))


def act(browser: Client, new: services.NewLab, *, htmx: bool = True, **what: str) -> tuple[int, str]:
    """Post what a button posts: status and text of the answer."""
    answer = browser.post(url(new, "lab-act"), {"seen": seen(new)} | what, headers=HTMX if htmx else None)
    return answer.status_code, unescape(answer.text)


# What is clicked


def test_click_is_answered_with_nothing_to_htmx(driver: Client, new: services.NewLab) -> None:
    before = lab_of(new).step

    assert act(driver, new, action=posted(DETACH)) == (204, "")
    assert lab_of(new).step > before


def test_click_leads_to_the_page_without_htmx(driver: Client, new: services.NewLab) -> None:
    answer = driver.post(url(new, "lab-act"), {"seen": seen(new), "action": posted(DETACH)})

    assert (answer.status_code, answer.headers["Location"]) == (303, url(new))


def test_each_button_does_what_it_says(driver: Client, new: services.NewLab) -> None:
    assert act(driver, new, do="pace:hand")[0] == 204
    assert lab_of(new).pace is None
    assert act(driver, new, action=posted(DETACH))[0] == 204
    step = lab_of(new).step
    assert act(driver, new, do="next")[0] == 204
    assert lab_of(new).step == step + 1
    assert act(driver, new, do="run")[0] == 204
    assert models.Message.objects.filter(settled_step=None).count() == 0
    assert act(driver, new, do="show:ue-2,ue-1")[0] == 204
    assert act(driver, new, do="show-mme:mme-2")[0] == 204
    assert act(driver, new, do="show-as:as-2")[0] == 204
    lab = lab_of(new)
    assert (lab.shown_ues, lab.shown_mme, lab.shown_as) == (["ue-2", "ue-1"], "mme-2", "as-2")
    assert act(driver, new, do="reset")[0] == 204
    assert (lab_of(new).step, lab_of(new).resets) == (0, 1)


def test_paced_page_asks_for_the_next_step(driver: Client, new: services.NewLab) -> None:
    act(driver, new, do="pace:300")
    act(driver, new, action=posted(DETACH))
    status, text = act(driver, new, do="paced")
    assert (status, "The next step is not due yet" in text) == (409, True)

    models.Lab.objects.update(next_due=lab_of(new).created)
    assert act(driver, new, do="paced")[0] == 204


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize(
    ("what", "status", "sentence"),
    [
        ({"seen": "0.3", "do": "reset"}, 409, "This page showed step 3; the lab is at step "),
        ({"seen": "", "action": posted(DETACH)}, 409, "The lab was reset since this page was shown"),
        ({"action": posted(Hold("hss", "nobody"))}, 409, "There is no node 'nobody' in this lab"),
        ({"action": posted(Command("ue-7", Access()))}, 409, "There is no node 'ue-7' in this lab"),
        ({"action": posted(Deliver("ue-1", "mme-1"))}, 409, "No message at position 0 from ue-1 to mme-1"),
        ({"action": posted(Advance(0))}, 409, "Lab time advances by 1 to 86400 seconds, got 0"),
        ({"do": "next"}, 422, "Nothing is in flight"),
        ({"do": "run"}, 422, "Nothing is in flight"),
        ({"do": "pace:2"}, 422, "There is nothing to do that is called 'pace:2'"),
        ({"do": "<script>"}, 422, "There is nothing to do that is called '<script>'"),
        ({}, 422, "There is nothing to do that is called ''"),
        ({"do": "show:ue-9"}, 422, "One or two different UEs of this lab can be shown"),
        ({"do": "show-mme:"}, 422, "This lab has no "),
        ({"do": "show-as:as-9"}, 422, "This lab has no as-9"),
        ({"action": "{"}, 422, "action is the JSON of an action"),
        ({"action": "[" * 20_000}, 422, "action is the JSON of an action"),
        ({"action": "9" * 5000}, 422, "action is the JSON of an action"),
        ({"action": '{"type": "Teleport"}'}, 422, "Teleport"),
        ({"action": '{"type": "Drop", "source": "ue-1"}'}, 422, "destination"),
    ],
    ids=str,
)
def test_refusal_is_a_sentence_and_changes_nothing(
    what: dict[str, str], status: int, sentence: str, htmx: bool, driver: Client, new: services.NewLab
) -> None:
    before = rows_of(new.lab)
    answered, text = act(driver, new, htmx=htmx, **what)

    assert answered == status
    assert sentence in text
    assert ('id="notice"' in text, 'id="drive"' in text) == (True, not htmx)
    assert rows_of(new.lab) == before


def test_who_may_only_watch_changes_nothing(client: Client, new: services.NewLab) -> None:
    before = rows_of(new.lab)

    for htmx in (True, False):
        status, text = act(client, new, htmx=htmx, action=posted(DETACH))
        assert (status, "You may watch this lab" in text) == (403, True)
    assert rows_of(new.lab) == before


def test_click_without_token_is_refused(new: services.NewLab) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get(url(new, "lab-drive", new.drive_key))

    assert act(strict, new, do="reset")[0] == 403
    assert lab_of(new).resets == 0


def test_body_that_is_too_large_is_refused(driver: Client, new: services.NewLab) -> None:
    assert act(driver, new, action="x" * 70_000)[0] == 400


FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(what=st.dictionaries(st.sampled_from(["action", "do", "seen"]), TEXT | st.just("0.15")))
def test_whatever_text_is_posted_is_answered(what: dict[str, str], driver: Client, new: services.NewLab) -> None:
    assert act(driver, new, **what)[0] in {204, 409, 422}


@FUZZ
@given(verb=st.sampled_from(["pace", "show", "show-mme", "show-as", "next", "paced", "run"]), value=TEXT)
def test_whatever_value_is_posted_is_answered(verb: str, value: str, driver: Client, new: services.NewLab) -> None:
    assert act(driver, new, do=f"{verb}:{value}")[0] in {204, 409, 422}


@FUZZ
@given(action=st.from_type(Action))
def test_whatever_action_is_posted_is_answered(action: Action, driver: Client, new: services.NewLab) -> None:
    """Actions of the right form about nodes, timers and numbers that mostly are not there."""
    assert act(driver, new, action=posted(action))[0] in {204, 409, 422}


@FUZZ
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(TEXT | st.sampled_from(["type", "node", "command"]), inner),
    )
)
def test_whatever_json_is_posted_is_answered(data: object, driver: Client, new: services.NewLab) -> None:
    assert act(driver, new, action=json.dumps(data))[0] in {409, 422}


@FUZZ
@given(body=st.binary(max_size=200), form=st.booleans())
def test_whatever_octets_are_posted_are_answered(body: bytes, form: bool, driver: Client, new: services.NewLab) -> None:
    kind = "application/x-www-form-urlencoded" if form else "multipart/form-data; boundary=x"

    assert driver.post(url(new, "lab-act"), body, content_type=kind).status_code in {400, 409, 422}


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

    for change in (
        {"do": "show:ue-2"},
        {"do": "pace:hand"},
        {"action": posted(Hold("ue-1", "mme-1"))},
        {"do": "reset"},
    ):
        assert act(driver, new, **change)[0] == 204
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
    told = [int(number) for number in re.findall(r"\bStep (\d+)", re.sub(r"<[^>]*>|&nbsp;|\xa0", " ", page.text))]
    assert set(told) == set(range(1, lab_of(new).step + 1))


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
