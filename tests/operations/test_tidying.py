"""core.tidying: what nobody needs any more goes, a little at a time, and what is needed stays."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from core import tidying
from core.management.commands import worker
from core.models import DriveRight, Spending
from core.tidying import KEEP_TASKS, tidy, tidy_if_due
from nodes import models
from nodes.explorations import services
from nodes.explorations.models import Cell, Run, Search, State
from nodes.explorer.asking import only
from nodes.labs import labs
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.labs import new_lab
from tests.support.runs import HOLDS

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
EVERYTHING = (
    "labs without use",
    "labs beyond the most",
    "explorations",
    "rights to drive",
    "spent budgets",
    "sessions",
    "tasks",
)


def removed(**counts: int) -> dict[str, int]:
    return dict.fromkeys(EVERYTHING, 0) | {name.replace("_", " "): count for name, count in counts.items()}


def done_run(*, days: float = 0, model: int = MODEL_VERSION, state: State = State.DONE) -> Run:
    """A run that was started so long ago, and answered by a version of the model."""
    run = services.start(only(HOLDS))
    Run.objects.filter(pk=run.pk).update(created=timezone.now() - days * DAY)
    run.searches.update(state=state)
    Cell.objects.filter(search__run=run).update(model=model, verdict="holds")
    return run


def task(status: str, finished_days_ago: float | None) -> DBTaskResult:  # type: ignore[type-arg]
    finished = None if finished_days_ago is None else timezone.now() - finished_days_ago * DAY
    return DBTaskResult.objects.create(
        id=uuid4(),
        status=status,
        finished_at=finished,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x",
        backend_name="default",
        run_after=timezone.now() + DAY,
        exception_class_path="",
        traceback="",
    )


def test_nothing_goes_that_is_needed() -> None:
    client = Client()
    client.get(reverse("start"))
    client.post(reverse("lab-new"))
    session = SessionStore()
    session["kept"] = True
    session.save()
    services.start(only(HOLDS))
    done_run(days=80)
    before = [model.objects.count() for model in (models.Lab, DriveRight, Spending, Session, DBTaskResult, Run)]

    assert tidy() == removed()
    assert [model.objects.count() for model in (models.Lab, DriveRight, Spending, Session, DBTaskResult, Run)] == before
    assert 0 not in before


def test_labs_without_use_go_with_the_rights_to_them(settings: Settings) -> None:
    settings.SYNCSCOPE_IDLE_DAYS = 3
    client = Client()
    client.post(reverse("lab-new"))
    for _ in range(labs.MOST_ENDED + 2):
        new_lab()
    kept = new_lab().lab
    models.Lab.objects.exclude(pk=kept.pk).update(used=timezone.now() - 4 * DAY)

    assert tidy() == removed(labs_without_use=labs.MOST_ENDED + 3)
    assert list(models.Lab.objects.all()) == [kept]
    assert not DriveRight.objects.exists()


def test_labs_beyond_the_most_go_where_they_rest(settings: Settings) -> None:
    """As after a smaller number was set."""
    for _ in range(5):
        new_lab()
    models.Lab.objects.update(used=timezone.now() - labs.RESTS_AFTER - DAY)
    settings.SYNCSCOPE_MOST_LABS = 2

    assert tidy() == removed(labs_beyond_the_most=3)


def test_rights_budgets_sessions_and_tasks_go_when_their_time_is_over(settings: Settings) -> None:
    settings.SYNCSCOPE_IDLE_DAYS = 3
    lab = new_lab().lab
    now = timezone.now()
    for number in range(3):
        DriveRight.objects.create(browser=f"{number}", lab=lab, sealed_key="", used=now - 4 * DAY)
        Spending.objects.create(key=f"{number}", until=now - timedelta(seconds=1))
        Session.objects.create(session_key=f"{number}", session_data="", expire_date=now - timedelta(seconds=1))
    task(TaskResultStatus.SUCCESSFUL, KEEP_TASKS.days + 1)
    task(TaskResultStatus.FAILED, KEEP_TASKS.days + 1)
    task(TaskResultStatus.FAILED, KEEP_TASKS.days - 1)
    task(TaskResultStatus.RUNNING, None)
    task(TaskResultStatus.READY, None)

    assert tidy() == removed(rights_to_drive=3, spent_budgets=3, sessions=3, tasks=2)
    assert DBTaskResult.objects.count() == 3


def test_old_explorations_and_those_of_an_older_model_go(settings: Settings) -> None:
    settings.SYNCSCOPE_KEEP_RUNS_DAYS = 10
    done_run(days=11)
    done_run(model=MODEL_VERSION - 1)
    done_run(days=11, state=State.FAILED)
    kept = [done_run(days=9), done_run(days=11, state=State.RUNNING), done_run(days=11, state=State.WAITING)]

    assert tidy() == removed(explorations=3)
    assert set(Run.objects.all()) == set(kept)
    assert set(Search.objects.values_list("run", flat=True)) == {run.pk for run in kept}


def test_it_is_done_a_little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever writes waits for a few rows, and not for all."""
    monkeypatch.setattr(tidying, "MOST_AT_ONCE", 4)
    gone = timezone.now() - DAY
    Spending.objects.bulk_create(Spending(key=f"{number}", until=gone) for number in range(10))
    (pile,) = (pile for pile in tidying.piles() if pile.name == "spent budgets")

    assert [pile.remove() for _ in range(4)] == [4, 4, 2, 0]


# When


def test_one_process_tidies_once_an_hour() -> None:
    Spending.objects.create(key="old", until=timezone.now() - DAY)

    assert tidy_if_due() == removed(spent_budgets=1)
    assert tidy_if_due() == {}
    Spending.objects.update(until=timezone.now())
    assert tidy_if_due()


def test_command_says_what_went() -> None:
    Spending.objects.create(key="old", until=timezone.now() - DAY)
    said = io.StringIO()
    call_command("tidy", stdout=said)

    assert said.getvalue().splitlines() == [f"{int(name == 'spent budgets'):>6} {name}" for name in EVERYTHING]


class Enough(BaseException):
    """Ends a loop that does not end."""


def test_worker_tidies_and_goes_on_after_an_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Spending.objects.create(key="old", until=timezone.now() - DAY)
    tidied: list[dict[str, int]] = []
    waits = iter((None, None))

    def tidy_at_the_second_time() -> dict[str, int]:
        if not caplog.records:
            raise OSError("the database is away")
        tidied.append(tidy_if_due())
        return tidied[-1]

    def sleep(_seconds: float) -> None:
        if next(waits, Enough) is Enough:
            raise Enough

    monkeypatch.setattr(worker, "tidy_if_due", tidy_at_the_second_time)
    monkeypatch.setattr(worker, "sleep", sleep)
    with pytest.raises(Enough):
        worker.tidy_now_and_then()

    assert [record.getMessage() for record in caplog.records] == ["Tidying failed; it is tried again"]
    assert tidied == [removed(spent_budgets=1), {}]
