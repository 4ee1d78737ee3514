"""What nobody needs any more, and how it is removed: a little at a time, so that nobody waits long for a lock.

A worker does it once an hour, `manage.py tidy` at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.models import DriveRight, Spending
from core.visitors.budgets import HOUR, OverBudget, Share, spend_shares
from nodes.explorations import services as runs
from nodes.labs import labs

MOST_AT_ONCE: Final = 200  # rows
KEEP_TASKS: Final = timedelta(days=7)
"""Tasks that have ended: a failed one says why, in the database only."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Things of one kind that go: `remove` removes a few and says how many, none at last."""

    name: str
    remove: Callable[[], int]


def piles() -> Iterator[Pile]:
    """All that can go now."""
    now = timezone.now()
    idle_since = now - timedelta(days=settings.SYNCSCOPE_IDLE_DAYS)
    yield Pile("labs without use", labs.end_idle_labs)
    yield Pile("labs beyond the most", labs.end_surplus_labs)
    yield Pile("explorations", runs.forget_old)
    yield _rows("rights to drive", DriveRight.objects.filter(used__lt=idle_since))
    yield _rows("spent budgets", Spending.objects.filter(until__lt=now))
    yield _rows("sessions", Session.objects.filter(expire_date__lt=now))
    yield _rows("tasks", DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_TASKS))


def _rows(name: str, rows: QuerySet[Any]) -> Pile:
    @transaction.atomic
    def remove() -> int:
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        # They are looked at again: one may be in use since.
        rows.filter(pk__in=keys).delete()
        return len(keys)

    return Pile(name, remove)


def tidy() -> dict[str, int]:
    """Remove all that can go; how many of each kind it was."""
    return {pile.name: sum(iter(pile.remove, 0)) for pile in piles()}


def tidy_if_due() -> dict[str, int]:
    """Tidy, if no process has begun to within the last hour; what was removed."""
    due = Share("tidy", 1, HOUR, "Tidied already.")
    try:
        spend_shares((due,))
    except OverBudget:
        return {}
    return tidy()
