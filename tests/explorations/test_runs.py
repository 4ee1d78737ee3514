"""Stored explorations: started, done by workers, cancelled, forgotten, and found again by their questions."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from nodes.explorations import services
from nodes.explorations.models import Cell, Run, Search, State
from nodes.explorations.queue import work
from nodes.explorer.answers import Answer, Progress, Verdict
from nodes.explorer.asking import Wanted, only
from nodes.explorer.explore import Cancelled, explore
from nodes.explorer.matrix import Search as Asked
from nodes.explorer.questions import Question
from nodes.explorer.records import Record, fixes, name_of, record_of
from nodes.explorer.repairs import about, smallest_fixes
from nodes.protocol.options import REPAIRS, Solution
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.runs import HOLDS, SMALL, VIOLATED, work_off

# A worker closes its connections, which a test in a transaction has only one of.
pytestmark = pytest.mark.django_db(transaction=True)

Report = Callable[[Progress], bool]


def started(question: Question, *, with_repairs: bool = False) -> Run:
    return services.start(only(question), with_repairs=with_repairs)


def started_two() -> Run:
    """A run whose first property holds and whose second one is violated."""
    both = Wanted(properties=(HOLDS.property, VIOLATED.property), solutions=(VIOLATED.solution,))
    return services.start(replace(both, bounds=only(HOLDS).bounds))


def only_search(run: Run) -> Search:
    return services.get(run.key).searches.get()


def undated(record: Record) -> Record:
    return replace(record, date="")


def test_a_worker_answers_what_is_asked() -> None:
    run = started_two()
    assert {search.state for search in run.searches.all()} == {State.WAITING}
    assert services.records_of(run) == ()

    work_off()

    run = services.get(run.key)
    assert {search.state for search in run.searches.all()} == {State.DONE}
    assert {search.worker for search in run.searches.all()} == {"worker-1"}
    records = services.records_of(run)
    assert [record.verdict for record in records] == [Verdict.HOLDS, Verdict.VIOLATED]
    assert undated(records[1]).trace == record_of(explore(Asked((VIOLATED,)))[0], "").trace
    assert records[1].date
    assert str(run) == run.title == "P1 P2, solution 12, ordered"
    assert str(records[1].name) == str(Cell.objects.get(verdict="violated"))
    assert str(run.searches.all()[0]) == f"search {run.searches.all()[0].pk}, done"


def test_the_newest_answer_to_a_question_counts() -> None:
    started(HOLDS)
    work_off()
    first = services.latest()
    again = started(HOLDS)
    work_off()
    Cell.objects.filter(search__run=again).update(explanation="newer")

    assert list(first) == [name_of(HOLDS)]
    assert services.latest(name_of(HOLDS))[name_of(HOLDS)].explanation == "newer"
    assert services.latest("P1-99") == {}


def test_an_answer_of_an_older_model_is_stale_and_gives_way_to_one_of_this_model() -> None:
    old = started(HOLDS)
    work_off()
    Cell.objects.filter(search__run=old).update(model=MODEL_VERSION - 1, answered="2999-01-01T00:00Z")
    assert services.latest()[name_of(HOLDS)].is_stale

    started(HOLDS)
    work_off()

    assert not services.latest()[name_of(HOLDS)].is_stale


def test_a_question_that_cannot_be_read_any_more_is_left_out() -> None:
    run = started(HOLDS)
    work_off()
    Cell.objects.update(question=to_plain(HOLDS) | {"property": "P99"})  # type: ignore[operator]

    assert services.records_of(services.get(run.key)) == ()
    assert services.latest() == {}


def test_what_is_cancelled_is_not_begun() -> None:
    run = started(HOLDS)
    services.cancel(run.key)

    work_off()

    assert only_search(run).state == State.CANCELLED
    assert services.records_of(services.get(run.key)) == ()


def reporting(before: Callable[[], object]) -> Callable[[Asked, Report], tuple[Answer, ...]]:
    """An explorer to which something happens while it is at work, and which then tells how far it is."""

    def explorer(_asked: Asked, report: Report) -> tuple[Answer, ...]:
        before()
        if not report(Progress(10, 5, 2)):
            raise Cancelled
        return explore(_asked)

    return explorer


@pytest.fixture
def _reports_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.explorations.queue.REPORT_EVERY", 0)


def test_reports_are_not_written_more_often_than_needed() -> None:
    run = started(HOLDS)
    search = only_search(run)

    def explorer(asked: Asked, report: Report) -> tuple[Answer, ...]:
        assert report(Progress(10, 5, 2))
        assert only_search(run).states == 0
        return explore(asked)

    work("worker-1", str(search.task), explorer)
    assert only_search(run).state == State.DONE


@pytest.mark.usefixtures("_reports_at_once")
def test_a_running_search_says_how_far_it_is() -> None:
    run = started(HOLDS)
    search = only_search(run)
    seen: list[Search] = []

    def explorer(asked: Asked, report: Report) -> tuple[Answer, ...]:
        assert report(Progress(10, 5, 2))
        seen.append(only_search(run))
        return explore(asked)

    work("worker-1", str(search.task), explorer)

    (told,) = seen
    assert (told.state, told.states, told.depth, told.worker, told.attempts) == ("running", 10, 2, "worker-1", 1)
    assert told.rate > 0
    assert only_search(run).state == State.DONE


@pytest.mark.usefixtures("_reports_at_once")
@pytest.mark.parametrize("end", [services.cancel, services.delete])
def test_a_running_search_is_left_when_it_is_cancelled_or_forgotten(end: Callable[[str], object]) -> None:
    run = started(HOLDS)
    search = only_search(run)

    work("worker-1", str(search.task), reporting(lambda: end(run.key)))

    assert not Cell.objects.exclude(verdict="").exists()
    assert not Search.objects.exclude(state=State.CANCELLED).exists()


def test_an_answer_that_comes_after_the_cancelling_is_not_written() -> None:
    run = started(HOLDS)
    search = only_search(run)

    work("worker-1", str(search.task), lambda asked, _: (services.cancel(run.key), explore(asked))[1])

    assert only_search(run).state == State.CANCELLED
    assert services.records_of(services.get(run.key)) == ()


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "It needs more memory than there is."), (ValueError("odd"), "It failed: ValueError('odd')")],
)
def test_a_search_that_fails_says_so(error: Exception, words: str) -> None:
    run = started(HOLDS)
    search = only_search(run)

    def explorer(_asked: Asked, _report: Report) -> tuple[Answer, ...]:
        raise error

    with pytest.raises(type(error)):
        work("worker-1", str(search.task), explorer)

    assert (only_search(run).state, only_search(run).error) == (State.FAILED, words)


@pytest.mark.parametrize("interruption", [SystemExit, KeyboardInterrupt])
def test_a_worker_that_is_told_to_end_hands_its_search_back(interruption: type[BaseException]) -> None:
    run = started(HOLDS)
    search = only_search(run)

    def explorer(_asked: Asked, _report: Report) -> tuple[Answer, ...]:
        raise interruption

    with pytest.raises(interruption):
        work("worker-1", str(search.task), explorer)
    assert (only_search(run).state, only_search(run).attempts) == (State.WAITING, 0)

    work_off("worker-2")
    assert (only_search(run).state, only_search(run).worker) == (State.DONE, "worker-2")


def test_a_worker_that_is_to_end_hands_its_search_back_at_its_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    run = started(HOLDS)
    search = only_search(run)
    ending = Event()
    monkeypatch.setattr("nodes.explorations.queue.ending", ending)

    work("worker-1", str(search.task), reporting(ending.set))

    assert (only_search(run).state, only_search(run).attempts) == (State.WAITING, 0)


def test_a_worker_that_is_told_to_end_hands_back_nothing_that_was_cancelled() -> None:
    run = started(HOLDS)
    search = only_search(run)

    def explorer(_asked: Asked, _report: Report) -> tuple[Answer, ...]:
        services.cancel(run.key)
        raise SystemExit

    with pytest.raises(SystemExit):
        work("worker-1", str(search.task), explorer)

    assert only_search(run).state == State.CANCELLED
    assert DBTaskResult.objects.count() == 1


def test_what_mends_a_violated_cell_is_looked_for_until_the_smallest_is_known() -> None:
    started(VIOLATED, with_repairs=True)

    work_off()

    answers = [cell.answer() for cell in Cell.objects.exclude(repairs="")]
    asked = [answer.question.repairs for answer in about(VIOLATED, answers)]
    single = [repairs for repairs in asked if len(repairs) == 1]
    assert len(asked) == len(set(asked))
    assert single == [(each,) for each in REPAIRS[1:]]
    smallest = smallest_fixes(about(VIOLATED, answers))
    assert fixes(VIOLATED, services.latest()) == smallest
    if smallest:
        assert max(map(len, asked)) == len(smallest[0])
    else:
        assert len(asked) == 2 ** len(single) - 1


def test_a_bound_beyond_this_server_is_refused(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_STATES = 1000
    with pytest.raises(services.CannotExplore, match=r"^A search stores at most 1,000 states here"):
        services.start(replace(only(HOLDS), bounds=(*only(HOLDS).bounds, ("most_states", 1001))))


def test_what_nobody_asked_for_fits_this_server(settings: Settings) -> None:
    """The usual number of states may be more than it stores."""
    settings.SYNCSCOPE_MOST_STATES = 1000
    started(HOLDS)
    assert Cell.objects.get().asked().bounds.most_states == 1000


def test_nothing_is_refused() -> None:
    with pytest.raises(services.CannotExplore, match=r"^Nothing to explore: P5 is about records at the SCEF"):
        services.start(Wanted(properties=(PropertyID.P5,), solutions=(Solution.PULL,)))


def test_too_many_waiting_searches_are_refused_and_leave_nothing(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_SEARCHES = 1
    started(HOLDS)
    with pytest.raises(
        services.CannotExplore, match=r"^At most 1 searches may wait here, and with these there would be 2"
    ):
        started(replace(HOLDS, bounds=replace(SMALL, reauthentications=0)))

    assert Run.objects.count() == Search.objects.count() == DBTaskResult.objects.count() == 1


def test_the_newest_runs_come_first() -> None:
    runs = [started(HOLDS).key for _ in range(3)]

    assert [run.key for run in services.recent(2)] == runs[:0:-1]


@pytest.mark.parametrize("act", [services.get, services.cancel, services.delete])
def test_a_run_that_is_not_there(act: Callable[[str], object]) -> None:
    with pytest.raises(services.RunNotFound, match=r"^missing$"):
        act("missing")
