"""nodes.explorations.turns and queue: those who explore take turns."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from nodes.explorations import services
from nodes.explorations.models import Run, Search, State
from nodes.explorations.queue import take_turn
from nodes.explorations.services import Asker
from nodes.explorations.turns import QueuedRun, next_search, whose_turn
from nodes.explorer.asking import Wanted, only
from nodes.explorer.questions import Network
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID
from tests.support.runs import HOLDS, work_off

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def many(asker: Asker) -> Run:
    """A run of many small searches."""
    wanted = only(HOLDS)
    networks = (Network.ORDERED, Network.REORDER, Network.REPEAT, Network.LOSE)
    wanted = Wanted(
        properties=(PropertyID.P1, PropertyID.P2),
        solutions=tuple(Solution),
        networks=networks,
        bounds=(*wanted.bounds, ("most_states", 200)),
    )
    return services.start(wanted, asker=asker)


def one(asker: Asker) -> Run:
    return services.start(only(HOLDS), asker=asker)


def order() -> list[int]:
    """The runs in the order in which their searches were begun."""
    return list(Search.objects.exclude(started=None).order_by("started", "pk").values_list("run", flat=True))


# Whose turn it is


def test_it_is_nobodys_turn_where_nothing_waits() -> None:
    assert whose_turn([]) is None
    assert whose_turn([QueuedRun(1, "a", "b", running=2)]) is None


@pytest.mark.parametrize(
    ("runs", "run"),
    [
        ([QueuedRun(1, "a", "x", 9), QueuedRun(2, "b", "y", 1)], 1),
        ([QueuedRun(1, "a", "x", 9, 1, NOON), QueuedRun(2, "b", "y", 1)], 2),
        ([QueuedRun(1, "a", "x", 9, 0, NOON), QueuedRun(2, "b", "y", 1, 0, NOON - MINUTE)], 2),
        ([QueuedRun(1, "a", "x", 9, 0, NOON), QueuedRun(2, "b", "y", 1, 0, NOON + MINUTE)], 1),
        # The browser that is served less, where addresses are the same.
        ([QueuedRun(1, "a", "x", 9, 1, NOON), QueuedRun(2, "a", "y", 1)], 2),
        # The run that is served less, where browsers are.
        ([QueuedRun(1, "a", "x", 9, 0, NOON), QueuedRun(2, "a", "x", 1)], 2),
        # Runs that are done count for their browser.
        ([QueuedRun(1, "a", "x", 0, 0, NOON), QueuedRun(2, "a", "x", 1), QueuedRun(3, "a", "y", 1)], 3),
        # An address that pretends to be many browsers has one turn.
        ([QueuedRun(1, "a", "x", 1), QueuedRun(2, "a", "y", 0, 1, NOON), QueuedRun(3, "b", "z", 1)], 3),
    ],
)
def test_it_is_the_turn_of_who_has_waited_longest(runs: list[QueuedRun], run: int) -> None:
    assert whose_turn(runs) == run
    assert whose_turn(reversed(runs)) == run


# With a worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "other",
    [Asker("small", "elsewhere"), Asker("small", "here"), Asker("large", "here")],
    ids=["of another address", "of another browser", "of the same browser"],
)
def test_a_run_of_one_does_not_wait_for_a_run_of_many(other: Asker) -> None:
    large = many(Asker("large", "here"))
    work_off(most=2)
    small = one(other)
    work_off(most=2)

    assert small.searches.get().state == State.DONE
    assert order() == [large.pk, large.pk, small.pk, large.pk]


@pytest.mark.django_db(transaction=True)
def test_two_large_runs_take_turns_until_both_are_done() -> None:
    first, second = many(Asker("x", "a")), many(Asker("y", "b"))
    work_off()

    assert not Search.objects.exclude(state=State.DONE).exists()
    pairs = zip(order()[::2], order()[1::2], strict=True)
    assert {frozenset(pair) for pair in pairs} == {frozenset((first.pk, second.pk))}


@pytest.mark.django_db(transaction=True)
def test_every_search_that_waits_has_a_task_of_its_own_whoever_takes_turns() -> None:
    """What is swapped is lost with no worker: a task for each search, and none twice."""
    many(Asker("x", "a"))
    work_off(most=1)
    one(Asker("y", "b"))
    work_off(most=1)

    tasks = list(Search.objects.filter(state=State.WAITING).values_list("task", flat=True))
    assert len(set(tasks)) == len(tasks)
    assert services.reclaim() == 0


@pytest.mark.django_db
def test_a_task_for_which_nothing_waits_takes_no_turn() -> None:
    run = one(Asker())
    task = run.searches.get().task
    assert task is not None
    services.cancel(run.key)
    one(Asker())

    assert take_turn(task) is None
    assert next_search() is not None


# How many may wait


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asker", "other", "words"),
    [
        (Asker("x", "a", 17, 0), Asker("y", "a", 17, 0), "At most 17 searches of one browser may wait here"),
        (Asker("x", "a", 0, 17), Asker("x", "b", 0, 17), "At most 17 searches of all browsers of a network address"),
    ],
)
def test_searches_of_one_are_limited_and_others_are_served(asker: Asker, other: Asker, words: str) -> None:
    run = many(asker)
    count = run.searches.count()
    assert 17 // 2 < count <= 17
    with pytest.raises(services.TooManyWait, match=f"^{words}"):
        many(asker)

    assert Search.objects.count() == count
    many(other)
    services.cancel(run.key)
    many(asker)


@pytest.mark.django_db
def test_number_of_all_is_limited_whoever_asks(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_SEARCHES = 1
    one(Asker("x", "a"))
    with pytest.raises(services.CannotExplore, match=r"^At most 1 searches may wait here"):
        one(Asker("y", "b"))


@pytest.mark.django_db
def test_turns_ask_twice_however_much_waits(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(20):
        one(Asker(f"browser {number}", "here"))
    with django_assert_num_queries(2):
        next_search()


@pytest.mark.django_db(transaction=True)
def test_workers_that_take_turns_at_once_do_each_search_once() -> None:
    for name in ("x", "y", "z"):
        many(Asker(name, name))

    def worker(number: int) -> None:
        try:
            work_off(f"worker-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(worker, range(3)))

    assert set(Search.objects.values_list("state", "attempts")) == {(State.DONE, 1)}
