"""Budgets: how much one browser, and all browsers of one address, may ask for within a time. Watching costs nothing.

The algorithm is GCRA: of a budget of n in a time T a row says until when it is spent ahead, each use puts that T/n
later, and whoever would be more than T ahead waits. One row for each spender, in the database, so that every server
process counts the same and no cache is needed: what is counted writes far more rows itself.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from math import ceil
from time import thread_time
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.models import Spending
from core.visitors.addresses import address_of
from core.visitors.browsers import known_browser

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)

HOUR: Final = timedelta(hours=1)
TEN_MINUTES: Final = timedelta(minutes=10)


class OverBudget(Exception):
    """A budget is spent; the text is for the viewer. `retry_after` is in seconds."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(f"{sentence} Try again in {in_words(wait)}. Nothing was changed.")
        self.retry_after = max(1, ceil(wait.total_seconds()))

    def told_in(self, response: ResponseT) -> ResponseT:
        """The answer that says the sentence, with when to ask again."""
        response.headers["Retry-After"] = str(self.retry_after)
        return response


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be done how often within what time; how often is said by SYNCSCOPE_BUDGETS[name]."""

    name: str
    may: str
    thing: str
    period: timedelta

    def sentence(self, who: str, most: int) -> str:
        hours = "an hour" if self.period == HOUR else "ten minutes"
        return f"{who} may {self.may} {most} {self.thing}{'' if most == 1 else 's'} in {hours}."


LABS: Final = Budget("labs", "make", "lab", HOUR)
RUNS: Final = Budget("runs", "start", "exploration", HOUR)
DRIVE_LINKS: Final = Budget("drive_links", "open", "drive link", HOUR)
WORK: Final = Budget("work", "have the server compute for", "second", TEN_MINUTES)
PASSWORDS: Final = Budget("passwords", "enter", "wrong password", TEN_MINUTES)

FREE_WORK: Final = 0.25
"""Seconds that a request may compute without being counted: clicks and paced steps take less."""


@dataclass(frozen=True, slots=True)
class Share:
    """One spender's part of a budget: `most` within `period`."""

    key: str
    most: int
    period: timedelta
    sentence: str

    def after(self, until: datetime, now: datetime, cost: float) -> datetime:
        """Until when the share is spent after this; whatever was computed, not further ahead than two periods."""
        furthest = now + 2 * self.period
        # What is further ahead was written before the clock was put back.
        begin = max(until, now) if until <= furthest else now
        return min(begin + self.period / self.most * cost, furthest)

    def wait(self, until: datetime, now: datetime, cost: float) -> timedelta:
        """How long to wait before `cost` can be spent; not positive if it can be now."""
        return self.after(until, now, cost) - now - self.period


def share(budget: Budget, most: int, who: str, words: str) -> Share:
    key = salted_hmac(f"core.visitors.budgets {budget.name}", who, algorithm="sha256").hexdigest()
    return Share(key, most, budget.period, budget.sentence(words, most))


def _shares(request: HttpRequest, budget: Budget) -> Iterator[Share]:
    of_browser, of_address = settings.SYNCSCOPE_BUDGETS[budget.name]
    browser, address = known_browser(request), address_of(request)
    if of_browser and browser is not None:
        yield share(budget, of_browser, f"browser {browser.id}", "This browser")
    if of_address and address:
        yield share(budget, of_address, f"address {address}", "All browsers of your network address together")


def spend(request: HttpRequest, budget: Budget) -> None:
    """Count one use of a budget, for the browser and for its address.

    Raises:
        OverBudget: one of them has spent it; nothing is counted.
    """
    spend_shares(tuple(_shares(request, budget)))


@contextmanager
def spending(request: HttpRequest, budget: Budget) -> Iterator[None]:
    """Count one use while it is made, and not if it fails; errors as `spend`."""
    shares = tuple(_shares(request, budget))
    spend_shares(shares)
    try:
        yield
    except BaseException:
        charge_shares(shares, -1)
        raise


@transaction.atomic
def spend_shares(shares: Iterable[Share], cost: float = 1) -> None:
    """Count what is spent; errors as `spend`."""
    now = timezone.now()
    found = dict(_locked(shares, now))
    for each, until in found.items():
        if (wait := each.wait(until, now, cost)) > timedelta():
            raise OverBudget(each.sentence, wait)
    _write(found, now, cost)


def check_shares(shares: Iterable[Share]) -> None:
    """Check that something is left, and count nothing; errors as `spend`."""
    now, by_key = timezone.now(), {each.key: each for each in shares}
    for row in Spending.objects.filter(key__in=by_key):
        each = by_key[row.key]
        if (wait := each.wait(row.until, now, 0)) >= timedelta():
            raise OverBudget(each.sentence, wait)


@transaction.atomic
def charge_shares(shares: Iterable[Share], cost: float) -> None:
    """Count what has been spent already."""
    now = timezone.now()
    _write(dict(_locked(shares, now)), now, cost)


@transaction.atomic
def forgive(whole: Iterable[Share], once: Iterable[Share]) -> None:
    """Forget all that was spent of some shares, and one use of others."""
    Spending.objects.filter(key__in=[each.key for each in whole]).delete()
    charge_shares(once, -1)


def _locked(shares: Iterable[Share], now: datetime) -> Iterator[tuple[Share, datetime]]:
    """The shares with until when each is spent; their rows are locked, in one order for everybody."""
    by_key = {each.key: each for each in shares}
    Spending.objects.bulk_create((Spending(key=key, until=now) for key in by_key), ignore_conflicts=True)
    for row in Spending.objects.select_for_update().filter(key__in=by_key).order_by("key"):
        yield by_key[row.key], row.until


def _write(found: dict[Share, datetime], now: datetime, cost: float) -> None:
    rows = [Spending(key=each.key, until=each.after(until, now, cost)) for each, until in found.items()]
    Spending.objects.bulk_update(rows, ["until"])


def costly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count how long a view computes, where that is long; a browser that has spent its time is refused at once."""

    @wraps(view)
    def counted(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        shares = tuple(_shares(request, WORK))
        check_shares(shares)
        began = thread_time()
        try:
            return view(request, *arguments, **named)
        finally:
            worked = thread_time() - began
            if worked > FREE_WORK:
                charge_shares(shares, worked)

    return counted


def in_words(wait: timedelta) -> str:
    """How long to wait, in seconds or minutes that are enough."""
    seconds = max(1, ceil(wait.total_seconds()))
    count, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")  # noqa: PLR2004 - a minute.
    return f"{count} {unit}{'' if count == 1 else 's'}"
