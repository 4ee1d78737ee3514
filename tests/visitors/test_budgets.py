"""core.visitors.budgets: what one browser and one address may ask for, and what is said when it is spent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from core.models import Spending
from core.visitors import budgets
from core.visitors.addresses import address_of, hashed_address
from core.visitors.budgets import LABS, OverBudget, Share, charge_shares, check_shares, costly, in_words, spend_shares
from nodes import models
from nodes.explorations.models import Run
from nodes.explorer.asking import only
from nodes.labs import forks
from nodes.protocol.runs.trace import to_text
from tests.support.labs import ATTACH, attached_lab, new_lab
from tests.support.runs import VIOLATED, work_off
from tests.support.views import HTMX, posted

NEW = reverse("lab-new")
TEN_IN_A_MINUTE = Share("who", 10, timedelta(minutes=1), "That is all.")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The time as the budgets see it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def spent(times: int, share: Share = TEN_IN_A_MINUTE) -> int:
    """Spend a share, and say how often that was possible."""
    done = 0
    for _ in range(times):
        try:
            spend_shares([share])
        except OverBudget:
            continue
        done += 1
    return done


def limited(settings: Settings, **most: tuple[int, int]) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | most


# Counting


@pytest.mark.django_db
def test_a_budget_is_spent_at_once_and_comes_back_evenly(clock: Clock) -> None:
    assert spent(12) == 10
    clock.pass_by(6)
    assert spent(2) == 1
    clock.pass_by(60)
    assert spent(12) == 10


@pytest.mark.django_db
def test_who_waits_as_long_as_is_said_is_served(clock: Clock) -> None:
    spent(10)
    with pytest.raises(OverBudget, match=r"^That is all\. Try again in 6 seconds\. Nothing was changed\.$") as refused:
        spend_shares([TEN_IN_A_MINUTE])

    assert refused.value.retry_after == 6
    clock.pass_by(refused.value.retry_after)
    spend_shares([TEN_IN_A_MINUTE])


@pytest.mark.django_db
def test_nothing_is_counted_where_one_share_is_spent() -> None:
    other = Share("other", 1, timedelta(hours=1), "Other.")
    spend_shares([other])
    with pytest.raises(OverBudget, match="Other"):
        spend_shares([TEN_IN_A_MINUTE, other])

    assert spent(11) == 10


@pytest.mark.django_db
def test_clock_that_goes_back_locks_nobody_out_for_long(clock: Clock) -> None:
    spent(10)
    clock.now -= timedelta(days=300)

    assert spent(12) == 10


@pytest.mark.django_db
def test_what_was_spent_is_charged_later_and_then_refused(clock: Clock) -> None:
    seconds = Share("work", 60, timedelta(minutes=10), "Enough.")
    check_shares([seconds])
    charge_shares([seconds], 59)
    check_shares([seconds])
    charge_shares([seconds], 31)
    with pytest.raises(OverBudget) as refused:
        check_shares([seconds])

    assert refused.value.retry_after == 300
    clock.pass_by(301)
    check_shares([seconds])
    charge_shares([seconds], 1000)
    with pytest.raises(OverBudget) as refused:
        check_shares([seconds])
    assert refused.value.retry_after == 600


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_what_there_is_and_no_more() -> None:
    """Each from a thread with a connection of its own, as several server processes are."""
    together = Barrier(8)

    def try_three(_number: int) -> int:
        together.wait()
        try:
            return spent(3)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_three, range(8))) == 10
    assert Spending.objects.count() == 1


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes")]
)
def test_how_long_to_wait_in_words(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


# Who it is


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "address"),
    [
        ("192.0.2.7", "198.51.100.1", False, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", True, "198.51.100.1"),
        ("192.0.2.7", "203.0.113.9, 198.51.100.1", True, "198.51.100.1"),
        ("192.0.2.7", "198.51.100.1, nonsense", True, "192.0.2.7"),
        ("192.0.2.7", "", True, "192.0.2.7"),
        ("", "", False, ""),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "", False, "192.0.2.7"),
    ],
)
def test_address_of_a_request(remote: str, forwarded: str, address: str, *, trusted: bool, settings: Settings) -> None:
    """What the proxy added last is believed, and only where a proxy is said to be."""
    settings.TRUST_PROXY_HEADERS = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == address
    assert bool(hashed_address(request)) == bool(address)
    assert not address or address not in hashed_address(request)


@pytest.mark.django_db
def test_rows_name_neither_browser_nor_address(client: Client) -> None:
    client.get(reverse("start"))
    client.post(NEW)

    rows = [str(value) for row in Spending.objects.all() for value in vars(row).values()]
    assert len(Spending.objects.all()) == 2
    assert not any("127.0.0.1" in text or client.cookies["syncscope-browser"].value in text for text in rows)


@pytest.mark.django_db
def test_browsers_of_one_address_have_their_own_budgets_and_one_together(settings: Settings) -> None:
    limited(settings, labs=(2, 5))
    made = 0
    for _ in range(4):
        browser = Client()
        browser.get(reverse("start"))
        made += sum(browser.post(NEW).status_code == 302 for _ in range(3))
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")

    assert made == models.Lab.objects.count() == 5
    assert elsewhere.post(NEW).status_code == 302


@pytest.mark.django_db
def test_what_was_not_made_is_not_counted(settings: Settings) -> None:
    limited(settings, labs=(1, 0))
    client = Client()
    client.get(reverse("start"))
    settings.SYNCSCOPE_MOST_LABS = 0
    assert [client.post(NEW).status_code for _ in range(3)] == [503] * 3
    settings.SYNCSCOPE_MOST_LABS = 10

    assert [client.post(NEW).status_code for _ in range(2)] == [302, 429]


@pytest.mark.django_db
def test_no_limit_where_it_is_0(settings: Settings) -> None:
    limited(settings, labs=(0, 0))
    client = Client()

    assert {client.post(NEW).status_code for _ in range(3)} == {302}
    assert not Spending.objects.exists()


# What is limited, and how it is said


@pytest.fixture
def exhausted(settings: Settings) -> Client:
    """A browser that has made the only lab that it may make."""
    limited(settings, labs=(1, 0))
    client = Client()
    client.get(reverse("start"))
    assert client.post(NEW).status_code == 302
    return client


SENTENCE = "This browser may make 1 lab in an hour. Try again in 60 minutes. Nothing was changed."


def requests_that_make_a_lab(client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
    lab = models.Lab.objects.get()
    trace = to_text(forks.export_trace(lab.key))
    services_run = Run.objects.order_by("pk").first()
    assert services_run is not None
    cell = services_run.searches.get().cells.get()
    yield NEW, {}
    yield reverse("scenario-open", args=["push-in-flight"]), {}
    yield reverse("scenario-open", args=["push-in-flight"]), {"at": "end"}
    yield reverse("traces"), {"text": trace}
    yield reverse("lab-fork", args=[lab.key]), {}
    yield reverse("lab-act", args=[lab.key]), {"at": "3", "action": posted(ATTACH)}
    yield reverse("lab-run", args=[lab.key]), {"at": "3"}
    yield reverse("lab-compare-open", args=[lab.key]), {}
    yield reverse("explorer-cell-open", args=[cell.name]), {}


@pytest.mark.django_db(transaction=True)
def test_whatever_makes_a_lab_is_limited(exhausted: Client) -> None:
    from nodes.explorations import services as runs  # noqa: PLC0415

    runs.start(only(VIOLATED))
    work_off()
    for path, data in requests_that_make_a_lab(exhausted):
        answer = exhausted.post(path, data)

        assert (answer.status_code, SENTENCE in answer.text) == (429, True), path
        assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert models.Lab.objects.count() == 1


@pytest.mark.django_db
def test_replay_of_an_old_lab_is_limited(exhausted: Client) -> None:
    models.Lab.objects.update(model=1)
    answer = exhausted.post(reverse("lab-replay", args=[models.Lab.objects.get().key]))

    assert (answer.status_code, SENTENCE in answer.text) == (429, True)


@pytest.mark.django_db
def test_a_page_in_place_is_told_in_its_notice(exhausted: Client) -> None:
    lab = models.Lab.objects.get()
    answer = exhausted.post(reverse("lab-run", args=[lab.key]), {"at": "3"}, headers=HTMX)

    assert answer.status_code == 429
    assert answer.text.startswith('<hx-partial hx-target="#notice" hx-swap="outerMorph">')
    assert SENTENCE in answer.text


@pytest.mark.django_db
def test_watching_is_never_limited(settings: Settings) -> None:
    """Not even for who has spent everything, at an address that has."""
    limited(settings, **dict.fromkeys(settings.SYNCSCOPE_BUDGETS, (1, 1)))
    client = Client()
    client.get(reverse("start"))
    new = attached_lab()
    client.post(NEW)
    assert client.post(NEW).status_code == 429
    names = ("lab", "lab-fragments", "lab-events", "lab-inflight", "lab-share", "lab-trace")
    pages = [reverse(name, args=[new.lab.key]) for name in names]

    for page in (*pages, f"{pages[0]}?at=3", f"{pages[1]}?at=3", reverse("start"), reverse("explorer")):
        assert {client.get(page).status_code for _ in range(3)} == {200}, page


@pytest.mark.django_db
def test_drive_links_cannot_be_tried_without_end(settings: Settings) -> None:
    limited(settings, drive_links=(0, 2))
    new = new_lab()
    page = reverse("lab-drive", args=[new.lab.key])

    assert [Client().post(page, {"drive_key": "wrong"}).status_code for _ in range(3)] == [403, 403, 429]


@contextmanager
def computing(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> Iterator[None]:
    """Requests that compute for so many seconds each."""
    told = [moment for each in seconds for moment in (0.0, each)]
    monkeypatch.setattr(budgets, "thread_time", iter(told).__next__)
    yield


@pytest.mark.django_db
def test_requests_that_compute_long_are_limited(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Short ones cost nothing, however many."""
    limited(settings, work=(0, 10))
    request = RequestFactory().post("/")
    answers: list[HttpResponse] = []

    @costly
    def view(_request: object) -> HttpResponse:
        answers.append(HttpResponse())
        return answers[-1]

    with computing(monkeypatch, *[0.2] * 100, 4.0, 4.0, 4.0):
        for _ in range(103):
            view(request)
        with pytest.raises(OverBudget, match="may have the server compute for 10 seconds in ten minutes"):
            view(request)
    assert len(answers) == 103


@pytest.mark.django_db
def test_who_has_computed_enough_is_told(settings: Settings) -> None:
    limited(settings, work=(0, 10))
    new = attached_lab()
    client = Client()
    shares = [budgets.share(budgets.WORK, 10, "address 127.0.0.1", "All")]
    charge_shares(shares, 20)

    for name in ("lab-act", "lab-fork", "lab-compare-open"):
        assert client.post(reverse(name, args=[new.lab.key])).status_code == 429
    assert client.get(reverse("lab-compare", args=[new.lab.key])).status_code == 429
    assert client.post(reverse("traces")).status_code == 429


def test_every_budget_has_its_number(settings: Settings) -> None:
    named = {each.name for each in vars(budgets).values() if isinstance(each, budgets.Budget)}

    assert named | {"waiting"} == set(settings.SYNCSCOPE_BUDGETS)
    assert LABS.name in named


def test_a_spending_says_until_when() -> None:
    until = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.get_default_timezone())

    assert str(Spending(key="k" * 64, until=until)) == "kkkkkkkk… until 03:04:05"
