"""The queue of searches: put there, taken in turn by workers, answered, and put there again if their worker is gone.

A worker that was thought lost must not write over the one that took its place: whatever it writes is bound to the
attempt that it is, and a search that was cancelled or given to another is left at the next report.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Event
from time import monotonic, sleep
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from nodes.away import AWAY
from nodes.explorations.models import Cell, Run, Search, State
from nodes.explorations.turns import next_search
from nodes.explorer.answers import Answer, Progress
from nodes.explorer.explore import Cancelled, explore
from nodes.explorer.matrix import Search as Asked
from nodes.explorer.matrix import searches
from nodes.explorer.questions import Question
from nodes.explorer.records import name_of, record_of
from nodes.explorer.repairs import following
from nodes.protocol.plain.conversion import to_plain

LOST_AFTER: Final = timedelta(seconds=30)
"""A worker tells at least every few seconds how far it is; one that is silent for so long is gone."""
MOST_ATTEMPTS: Final = 3
REPORT_EVERY: Final = 0.5  # seconds
LOOK_AGAIN_AFTER: Final = 0.02  # seconds; another worker is taking its turn
ending: Final = Event()
"""Set when this process is to end: a search that it does is handed back at its next report."""
Explore = Callable[[Asked, Callable[[Progress], bool]], tuple[Answer, ...]]


def add(run: Run, questions: Iterable[Question]) -> None:
    """Add questions to a run and put their searches into the queue; in the transaction of the caller."""
    for each in searches(questions):
        search = Search.objects.create(run=run)
        Cell.objects.bulk_create(_cell(search, question) for question in each.questions)
        enqueue(search)


def _cell(search: Search, question: Question) -> Cell:
    return Cell(
        search=search,
        name=name_of(question),
        property=question.property.value,
        solution=int(question.solution),
        network=question.network.value,
        active_when=question.active_when.value,
        repairs=" ".join(question.repairs),
        question=to_plain(question),
    )


class WorkerLost(Exception):
    """A worker process ended without a word."""


def enqueue(search: Search) -> None:
    """Have a worker take a search; in the transaction of the caller."""
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
    for row in DBTaskResult.objects.filter(pk__in=[search.task], status=TaskResultStatus.RUNNING):
        row.set_failed(WorkerLost(f"worker {search.worker or 'unknown'} ended without a word"))


def _give_up(search: Search) -> None:
    search.state = State.FAILED
    search.error = f"Its worker ended without a word, {search.attempts} times. It may need more memory than there is."
    search.ended = Now()
    search.save(update_fields=["state", "error", "ended"])


@task(takes_context=True)
def explore_next(context: TaskContext) -> None:
    """Answer the cells of the stored search whose turn it is."""
    work(context.task_result.worker_ids[-1], str(context.task_result.id))


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
            updated = _mine(search).update(heartbeat=Now(), states=progress.states, rate=rate, depth=progress.depth)
        except AWAY:
            # What is found is not lost by that; the next report may come through.
            connection.close()
            return True
        return bool(updated)

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
