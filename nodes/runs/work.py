"""A worker's part: take a search, tell how far it is, and write the answers.

A worker that was thought lost must not write over the one that took its place: whatever it writes is bound to the
attempt that it is, and a search that was cancelled or given to another is left at the next report.
"""

from collections.abc import Callable
from threading import Event
from time import monotonic, sleep
from typing import Final

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from nodes.away import AWAY
from nodes.explorer.answers import Answer, Progress
from nodes.explorer.explore import Cancelled, explore
from nodes.explorer.matrix import Search as Asked
from nodes.explorer.records import name_of, record_of
from nodes.explorer.repairs import following
from nodes.runs.adding import add
from nodes.runs.models import Cell, Run, Search, State
from nodes.runs.queue import enqueue, reclaim, take_turn

REPORT_EVERY: Final = 0.5  # seconds
LOOK_AGAIN_AFTER: Final = 0.02  # seconds; another worker is taking its turn

ending: Final = Event()
"""Set when this process is to end: a search that it does is handed back at its next report."""

Explore = Callable[[Asked, Callable[[Progress], bool]], tuple[Answer, ...]]


def work(worker: str, task: str, explorer: Explore = explore) -> None:
    """Do the search whose turn it is, if one waits for this task: that one then waits for the other's task."""
    reclaim()
    search = _taken(worker, task)
    if search is None:
        return
    asked = Asked(tuple(cell.asked() for cell in search.cells.all()))
    try:
        answers = explorer(asked, _reporter(search))
    except Cancelled:
        if ending.is_set():
            _hand_back(search)
    except (KeyboardInterrupt, SystemExit):
        _hand_back(search)
        raise
    except BaseException as error:
        _fail(search, error)
        raise
    else:
        _finish_when_possible(search, answers)


def _taken(worker: str, task: str) -> Search | None:
    """The search whose turn it is, which this worker now does; None if no search waits for the task."""
    while Search.objects.filter(task=task, state=State.WAITING).exists():
        with transaction.atomic():
            search = take_turn(task)
            if search is not None:
                Search.objects.filter(pk=search.pk).update(
                    state=State.RUNNING,
                    worker=worker,
                    attempts=F("attempts") + 1,
                    started=Now(),
                    heartbeat=Now(),
                    states=0,
                )
                search.refresh_from_db()
                return search
        sleep(LOOK_AGAIN_AFTER)
    return None


def _reporter(search: Search) -> Callable[[Progress], bool]:
    began = last = monotonic()

    def report(progress: Progress) -> bool:
        nonlocal last
        if ending.is_set():
            return False
        now = monotonic()
        if now - last < REPORT_EVERY:
            return True
        last = now
        rate = round(progress.done / (now - began))
        try:
            told = _mine(search).update(heartbeat=Now(), states=progress.states, rate=rate, depth=progress.depth)
        except AWAY:
            # What is found is not lost by that; the next report may come through.
            connection.close()
            return True
        return bool(told)

    return report


def _mine(search: Search) -> QuerySet[Search]:
    return Search.objects.filter(pk=search.pk, state=State.RUNNING, attempts=search.attempts)


@transaction.atomic
def _hand_back(search: Search) -> None:
    """The worker is told to end: another one does the search from its start."""
    if _mine(search).update(attempts=F("attempts") - 1):
        search.refresh_from_db()
        enqueue(search)


def _fail(search: Search, error: BaseException) -> None:
    words = "It needs more memory than there is." if isinstance(error, MemoryError) else f"It failed: {error!r}"
    _mine(search).update(state=State.FAILED, error=words[:200], ended=Now())


def _finish_when_possible(search: Search, answers: tuple[Answer, ...]) -> None:
    """Write the answers, once the database is there to take them."""
    while True:
        try:
            _finish(search, answers)
        except AWAY:
            connection.close()
            if ending.wait(REPORT_EVERY):
                raise
        else:
            return


@transaction.atomic
def _finish(search: Search, answers: tuple[Answer, ...]) -> None:
    # What comes next depends on all answers of the run, so that one worker at a time decides it.
    run = Run.objects.select_for_update().get(pk=search.run_id)
    states, depth = max(each.states for each in answers), max(each.depth for each in answers)
    if not _mine(search).update(state=State.DONE, ended=Now(), states=states, depth=depth):
        return
    for answer in answers:
        _write(search, answer)
    if run.with_repairs:
        _ask_for_repairs(run)


def _write(search: Search, answer: Answer) -> None:
    record = record_of(answer, "")
    search.cells.filter(name=name_of(answer.question)).update(
        verdict=record.verdict.value,
        states=record.states,
        depth=record.depth,
        explanation=record.explanation,
        trace=record.trace,
        witnesses=[each.value for each in record.witnesses],
        vacuous=record.vacuous,
        model=record.model,
        answered=Now(),
    )


def _ask_for_repairs(run: Run) -> None:
    """Ask violated cells again with repairs, larger combinations only while no smaller one mends them."""
    cells = list(Cell.objects.filter(search__run=run))
    asked = {cell.name for cell in cells}
    wanted = following(cell.answer() for cell in cells if cell.verdict)
    add(run, [question for question in wanted if name_of(question) not in asked])
