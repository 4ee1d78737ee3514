"""Workers that are gone: what they were at is done by another, or given up and said."""

import signal
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.management.commands.worker import STOP_WITHIN, Worker
from nodes.explorations import services
from nodes.explorations.models import Run, Search, State
from nodes.explorations.queue import LOST_AFTER, MOST_ATTEMPTS
from nodes.explorer.asking import only
from tests.support.processes import STAYING_WORKER, WORKER, end, started, wait_for
from tests.support.runs import HOLDS, work_off

LONG_AGO = 2 * LOST_AFTER


def lose_the_worker(run: Run) -> Search:
    """As if a worker had taken the search and had died long ago."""
    search = run.searches.get()
    then = timezone.now() - LONG_AGO
    DBTaskResult.objects.filter(pk__in=[search.task]).update(status=TaskResultStatus.RUNNING, started_at=then)
    search.state, search.attempts, search.worker, search.heartbeat = State.RUNNING, search.attempts + 1, "gone", then
    search.save()
    return search


@pytest.mark.django_db(transaction=True)
def test_a_lost_search_is_queued_again_by_whoever_looks() -> None:
    run = services.start(only(HOLDS))
    lost = lose_the_worker(run)

    search = services.get(run.key).searches.get()

    assert (search.state, search.attempts) == (State.WAITING, 1)
    assert search.task != lost.task
    old = DBTaskResult.objects.get(pk__in=[lost.task])
    assert old.status == TaskResultStatus.FAILED
    assert "worker gone ended without a word" in old.traceback
    work_off()
    assert services.get(run.key).searches.get().state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_search_that_loses_every_worker_is_given_up() -> None:
    run = services.start(only(HOLDS))
    for _ in range(MOST_ATTEMPTS):
        lose_the_worker(run)
        services.reclaim()

    search = services.get(run.key).searches.get()
    assert search.state == State.FAILED
    assert search.error.startswith("Its worker ended without a word, 3 times.")


@pytest.mark.django_db(transaction=True)
def test_a_task_that_was_taken_and_never_begun_is_queued_again() -> None:
    run = services.start(only(HOLDS))
    then = timezone.now() - LONG_AGO
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=then)

    assert services.reclaim() == 1
    assert services.reclaim() == 0
    work_off()
    assert services.get(run.key).searches.get().state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_search_that_is_told_of_is_not_lost() -> None:
    run = services.start(only(HOLDS))
    lose_the_worker(run)
    run.searches.update(heartbeat=timezone.now() - LOST_AFTER + timedelta(seconds=5))

    assert services.reclaim() == 0


def database_url() -> str:
    return f"sqlite:///{connection.settings_dict['NAME']}"


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_process_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    run = services.start(only(HOLDS))

    def search() -> Search:
        return run.searches.get()

    first = started(database_url(), STAYING_WORKER)
    try:
        wait_for(lambda: search().states > 0, "the first worker's report")
    finally:
        end(first)
    assert search().state == State.RUNNING
    with monkeypatch.context() as impatient:
        impatient.setattr("nodes.explorations.queue.LOST_AFTER", timedelta(seconds=0.2))
        wait_for(lambda: services.reclaim() == 1, "the loss")
    second = started(database_url(), WORKER)
    try:
        wait_for(lambda: search().state == State.DONE, "the second worker")
    finally:
        end(second)
    assert search().attempts == 2


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_with_whoever_started_it() -> None:
    run = services.start(only(HOLDS))
    worker = started(database_url(), STAYING_WORKER)
    try:
        wait_for(lambda: run.searches.get().state == State.RUNNING, "the worker")
        assert worker.stdin is not None
        worker.stdin.close()
        wait_for(lambda: worker.poll() is not None, "its end")
        assert run.searches.get().state == State.WAITING
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ahead", [timedelta(hours=1)])
def test_a_search_is_lost_too_when_the_clock_went_back(ahead: timedelta) -> None:
    """Its worker told of it at a time that has not come yet, and is silent since."""
    run = services.start(only(HOLDS))
    lose_the_worker(run)
    run.searches.update(heartbeat=timezone.now() + ahead)
    assert services.reclaim() == 1

    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now() + ahead
    )
    assert services.reclaim() == 1
    work_off()
    assert services.get(run.key).searches.get().state == State.DONE


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_hands_its_search_back_at_the_first_signal(told: signal.Signals) -> None:
    """The library's own would wait for the end of the search."""
    run = services.start(only(HOLDS))
    worker = started(database_url(), STAYING_WORKER)
    try:
        wait_for(lambda: run.searches.get().state == State.RUNNING, "the worker")
        worker.send_signal(told)
        wait_for(lambda: worker.poll() is not None, "its end")
        assert worker.returncode == 0
        assert (run.searches.get().state, run.searches.get().attempts) == (State.WAITING, 0)
    finally:
        end(worker)


@pytest.mark.django_db
def test_a_worker_that_waits_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds: list[float] = []
    monkeypatch.setattr("core.management.commands.worker.end_after", bounds.append)
    monkeypatch.setattr("core.management.commands.worker.ending", Event())
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="worker-1",
        excluded_queue_names=[],
    )

    with pytest.raises(SystemExit) as ended:
        worker.shutdown(signal.SIGTERM, None)

    assert (ended.value.code, bounds) == (0, [STOP_WITHIN])
    # A second signal is the library's: it does not wait at all.
    with pytest.raises(SystemExit):
        worker.shutdown(signal.SIGTERM, None)
