"""Whose search comes next: those who explore take turns, whatever they asked for at once.

First addresses take turns, then the browsers of an address, then the runs of a browser; a run's searches are done in
their order. It is the turn of whoever has fewest searches running and has waited longest since the last one began. So
a run of one search waits for what a worker is at, not for a run of a thousand that was there before; and a visitor who
pretends to be many browsers gains nothing over others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from django.db.models import Count, Max, Q

from nodes.explorations.models import Run, Search, State

NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """A run and its searches: whose it is, how many of its searches wait and run, and when the last one began."""

    run: int
    address: str
    browser: str
    waiting: int = 0
    running: int = 0
    began: datetime = NEVER


def next_search() -> Search | None:
    """The waiting search whose turn it is; None if none waits."""
    run = whose_turn(_queued_runs())
    return None if run is None else Search.objects.filter(run=run, state=State.WAITING).order_by("pk").first()


def whose_turn(runs: Iterable[QueuedRun]) -> int | None:
    """The run whose turn it is; None if none waits."""
    left = list(runs)
    if not any(each.waiting for each in left):
        return None
    for level in ("address", "browser", "run"):
        left = min(_waiting_groups(left, attrgetter(level)), key=_turn)
    return left[0].run


def _waiting_groups(runs: list[QueuedRun], by: Callable[[QueuedRun], object]) -> list[list[QueuedRun]]:
    groups: dict[object, list[QueuedRun]] = {}
    for each in runs:
        groups.setdefault(by(each), []).append(each)
    return [group for group in groups.values() if any(each.waiting for each in group)]


def _turn(group: list[QueuedRun]) -> tuple[int, datetime, int]:
    """What is least for the group whose turn it is; of equals, for whoever came first."""
    came = min(each.run for each in group if each.waiting)
    return sum(each.running for each in group), max(each.began for each in group), came


def _queued_runs() -> list[QueuedRun]:
    """The runs of everybody who has a search waiting, those that are done included."""
    waiting = Run.objects.filter(searches__state=State.WAITING).values("address")
    rows = (
        Run.objects.filter(address__in=waiting)
        .annotate(
            waiting=Count("searches", filter=Q(searches__state=State.WAITING)),
            running=Count("searches", filter=Q(searches__state=State.RUNNING)),
            began=Max("searches__started"),
        )
        .order_by()
        .values_list("pk", "address", "browser", "waiting", "running", "began")
    )
    return [QueuedRun(*row[:-1], began=row[-1] or NEVER) for row in rows]
