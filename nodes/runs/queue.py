"""Searches in the queue of the task library: put there, and put there again when their worker is gone."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from nodes.runs.models import Search, State
from nodes.runs.turns import next_search

LOST_AFTER: Final = timedelta(seconds=30)
"""A worker tells at least every few seconds how far it is; one that is silent for so long is gone."""

MOST_ATTEMPTS: Final = 3


class WorkerLost(Exception):
    """A worker process ended without a word."""


def enqueue(search: Search) -> None:
    """Have a worker take a search; in the transaction of the caller."""
    # The task needs the module that does the work, which needs this one.
    from nodes.runs.tasks import explore_next  # noqa: PLC0415

    search.task = explore_next.enqueue().id
    search.state = State.WAITING
    search.save(update_fields=["task", "state"])


def take_turn(task: UUID | str) -> Search | None:
    """Give a task the search whose turn it is; in the transaction of the caller, who holds the search then.

    The search that waited for the task waits for the other's. None: somebody else is at one of the two.
    """
    mine, chosen = Search.objects.filter(task=task, state=State.WAITING).first(), next_search()
    if mine is None or chosen is None:
        return None
    # Nobody waits while he holds a row, so that workers that take turns cannot lock each other out.
    held = {
        search.pk: search
        for search in Search.objects.select_for_update(skip_locked=True).filter(
            pk__in=(mine.pk, chosen.pk), state=State.WAITING
        )
    }
    if mine.pk not in held or chosen.pk not in held or str(held[mine.pk].task) != str(task):
        return None
    mine, chosen = held[mine.pk], held[chosen.pk]
    if mine.pk != chosen.pk:
        mine.task, chosen.task = chosen.task, mine.task
        mine.save(update_fields=["task"])
        chosen.save(update_fields=["task"])
    return chosen


@transaction.atomic
def reclaim() -> int:
    """Put searches whose worker is gone into the queue again, and give up one that has lost several.

    Returns how many there were. Whoever looks at a run calls this, and every worker before it begins a search.
    """
    lost = list(_lost().select_for_update(skip_locked=True))
    for search in lost:
        _close_task(search)
        if search.attempts >= MOST_ATTEMPTS:
            _give_up(search)
        else:
            search.attempts += search.state == State.WAITING
            search.save(update_fields=["attempts"])
            enqueue(search)
    return len(lost)


def _lost() -> QuerySet[Search]:
    """Searches whose worker is silent, and waiting ones that no task waits for."""
    # A time that is yet to come is one of before the clock went back.
    recent = (Now() - LOST_AFTER, Now() + LOST_AFTER)
    silent = Q(state=State.RUNNING) & ~Q(heartbeat__range=recent)
    of_it = DBTaskResult.objects.filter(pk=OuterRef("task"))
    alive = of_it.filter(
        Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__range=recent)
    )
    return Search.objects.filter(silent | (Q(state=State.WAITING) & ~Exists(alive)))


def _close_task(search: Search) -> None:
    for task in DBTaskResult.objects.filter(pk__in=[search.task], status=TaskResultStatus.RUNNING):
        task.set_failed(WorkerLost(f"worker {search.worker or 'unknown'} ended without a word"))


def _give_up(search: Search) -> None:
    search.state = State.FAILED
    search.error = f"Its worker ended without a word, {search.attempts} times. It may need more memory than there is."
    search.ended = Now()
    search.save(update_fields=["state", "error", "ended"])
