"""What can be done with stored explorations."""

import secrets
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from nodes.explorer.asking import Wanted, command_of, questions_of, title_of
from nodes.explorer.questions import Question
from nodes.explorer.records import Record, newest
from nodes.protocol.errors import PlainError
from nodes.runs.adding import add
from nodes.runs.models import OPEN, Cell, Run, Search, State
from nodes.runs.queue import reclaim

__all__ = [
    "CannotExplore",
    "RunNotFound",
    "cancel",
    "delete",
    "get",
    "latest",
    "recent",
    "reclaim",
    "records_of",
    "start",
]


_NOTHING = "Nothing to explore: P5 is about records at the SCEF, which solution 11 does not keep."


class RunNotFound(Exception):
    """There is no run of this key."""


class CannotExplore(Exception):
    """Nothing is asked, or more than this server takes on; the text is one sentence."""


@transaction.atomic
def start(wanted: Wanted, *, with_repairs: bool = False) -> Run:
    """Store a run of what is wanted and queue its searches.

    Raises:
        ValueError: a bound is beyond its limits.
        CannotExplore: nothing is asked, too many searches wait, or a bound on states is beyond this server's memory.
    """
    questions = questions_of(wanted)
    _check(questions)
    key, title = secrets.token_urlsafe(9), title_of(wanted)
    run = Run.objects.create(key=key, title=title, command=command_of(wanted), with_repairs=with_repairs)
    add(run, questions)
    waiting = Search.objects.filter(state__in=OPEN).count()
    if waiting > settings.SYNCSCOPE_MOST_SEARCHES:
        raise CannotExplore(
            f"At most {settings.SYNCSCOPE_MOST_SEARCHES} searches may wait here, and with these there would be"
            f" {waiting}. Wait until some are done, or cancel a run."
        )
    return run


def _check(questions: Sequence[Question]) -> None:
    if not questions:
        raise CannotExplore(_NOTHING)
    most = settings.SYNCSCOPE_MOST_STATES
    if any(question.bounds.most_states > most for question in questions):
        raise CannotExplore(f"A search stores at most {most:,} states here; manage.py explore takes more.")


@transaction.atomic
def cancel(key: str) -> Run:
    """End what is not done of a run; what is answered stays.

    Raises:
        RunNotFound: it is not stored.
    """
    run = Run.objects.select_for_update().filter(key=key).first()
    if run is None:
        raise RunNotFound(key)
    run.searches.filter(state__in=OPEN).update(state=State.CANCELLED, ended=Now())
    return run


@transaction.atomic
def delete(key: str) -> None:
    """Forget a run and its answers; a worker that is at it leaves it.

    Raises:
        RunNotFound: it is not stored.
    """
    deleted, _ = Run.objects.filter(key=key).delete()
    if not deleted:
        raise RunNotFound(key)


def get(key: str) -> Run:
    """A run with its searches and cells; lost searches are queued again first.

    Raises:
        RunNotFound: it is not stored.
    """
    reclaim()
    run = _runs().filter(key=key).first()
    if run is None:
        raise RunNotFound(key)
    return run


def recent(most: int) -> tuple[Run, ...]:
    """The newest runs, with their searches and cells."""
    reclaim()
    return tuple(_runs()[:most])


def _runs() -> QuerySet[Run]:
    return Run.objects.prefetch_related("searches__cells")


def records_of(run: Run) -> tuple[Record, ...]:
    """What is answered of a run; what this version cannot read is left out."""
    return tuple(_records(cell for search in run.searches.all() for cell in search.cells.all() if cell.verdict))


def latest(name: str | None = None) -> dict[str, Record]:
    """The newest stored answer to each question, or to the one of this name."""
    cells = Cell.objects.exclude(verdict="").order_by("answered", "pk")
    return newest(_records(cells if name is None else cells.filter(name=name)))


def _records(cells: Iterable[Cell]) -> Iterable[Record]:
    for cell in cells:
        try:
            yield cell.record()
        except PlainError:
            continue
