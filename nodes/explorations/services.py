"""What can be done with stored explorations."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from nodes.explorations.models import OPEN, Cell, Run, Search, State
from nodes.explorations.queue import add, reclaim
from nodes.explorer.asking import Wanted, command_of, questions_of, title_of, why_nothing
from nodes.explorer.questions import Question
from nodes.explorer.records import Record, newest
from nodes.protocol.errors import PlainError
from nodes.protocol.runs.trace import MODEL_VERSION

__all__ = [
    "Asker",
    "CannotExplore",
    "RunNotFound",
    "TooManyWait",
    "cancel",
    "delete",
    "forget_old",
    "get",
    "latest",
    "recent",
    "reclaim",
    "records_of",
    "start",
]


MOST_FORGOTTEN = 10  # runs at once


class RunNotFound(Exception):
    """There is no run of this key."""


class CannotExplore(Exception):
    """Nothing is asked, or more than this server takes on; the text is one sentence."""


class TooManyWait(CannotExplore):
    """Whoever asks has as many searches waiting as one may have."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who starts a run, by hashes that tell browsers and addresses apart, and how many searches of each may wait.

    An empty hash is of nobody in particular; of 0 searches any number may wait.
    """

    browser: str = ""
    address: str = ""
    most_of_browser: int = 0
    most_of_address: int = 0


NOBODY = Asker()


@transaction.atomic
def start(wanted: Wanted, *, with_repairs: bool = False, asker: Asker = NOBODY) -> Run:
    """Store a run of what is wanted and queue its searches.

    Raises:
        ValueError: a bound is beyond its limits.
        CannotExplore: nothing is asked, too many searches wait, or a bound on states is beyond this server's memory.
        TooManyWait: too many wait of whoever asks.
    """
    questions = questions_of(wanted)
    if "most_states" not in dict(wanted.bounds):
        questions = tuple(map(_fitting, questions))
    if not questions:
        raise CannotExplore(f"Nothing to explore: {why_nothing(wanted)}.")
    _check(questions)
    run = Run.objects.create(
        key=secrets.token_urlsafe(9),
        title=title_of(wanted),
        command=command_of(wanted, with_repairs=with_repairs),
        with_repairs=with_repairs,
        browser=asker.browser,
        address=asker.address,
    )
    add(run, questions)
    _check_waiting(asker)
    return run


def _fitting(question: Question) -> Question:
    """The same question with no more states than a search may store on this server; nobody has asked for more."""
    most = min(question.bounds.most_states, settings.SYNCSCOPE_MOST_STATES)
    return replace(question, bounds=replace(question.bounds, most_states=most))


def _check_waiting(asker: Asker) -> None:
    """Check that not too many searches wait, the ones just added included."""
    is_open = Search.objects.filter(state__in=OPEN)
    _check_most(is_open, settings.SYNCSCOPE_MOST_SEARCHES, "", CannotExplore)
    if asker.browser and asker.most_of_browser:
        mine = is_open.filter(run__browser=asker.browser)
        _check_most(mine, asker.most_of_browser, " of one browser", TooManyWait)
    if asker.address and asker.most_of_address:
        ours = is_open.filter(run__address=asker.address)
        _check_most(ours, asker.most_of_address, " of all browsers of a network address", TooManyWait)


def _check_most(searches: QuerySet[Search], most: int, whose: str, error: type[CannotExplore]) -> None:
    waiting = searches.count()
    if waiting > most:
        raise error(
            f"At most {most} searches{whose} may wait here, and with these there would be {waiting}. "
            "Wait until some are done, or cancel a run."
        )


def _check(questions: Sequence[Question]) -> None:
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


@transaction.atomic
def forget_old() -> int:
    """Forget runs of before SYNCSCOPE_KEEP_RUNS_DAYS, and of an older model; at most a few, and how many they were.

    A run that is not done stays.
    """
    old = Q(created__lt=timezone.now() - timedelta(days=settings.SYNCSCOPE_KEEP_RUNS_DAYS))
    stale = Exists(Cell.objects.filter(search__run=OuterRef("pk"), model__gt=0, model__lt=MODEL_VERSION))
    is_open = Exists(Search.objects.filter(run=OuterRef("pk"), state__in=OPEN))
    keys = list(Run.objects.filter(old | stale, ~is_open).order_by("pk").values_list("pk", flat=True)[:MOST_FORGOTTEN])
    Run.objects.filter(pk__in=keys).delete()
    return len(keys)


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
