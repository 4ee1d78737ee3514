"""nodes.labs.following: a trace that one request cannot follow is followed by several, and nothing of it is lost."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pytest_django import Settings

from nodes import models
from nodes.labs import checkpoints, following, forks, labs, services
from nodes.labs.following import Followed
from nodes.labs.journal import Journal
from nodes.labs.labs import LabNotFound, OldModel, ServiceError, StaleStep, TraceUnfinished, seen_of
from nodes.protocol.messages.commands import Detach, Reauthenticate
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.runs.trace import MODEL_VERSION, Trace
from nodes.protocol.world.actions import Action, Advance, Command, Deliver
from nodes.protocol.world.genesis import imsi_of
from tests.support.labs import (
    ATTACH,
    attached_lab,
    everything,
    forget_worlds,
    loaded,
    new_lab,
    protocol_rows,
    replayed,
    rows_of,
    setup_of,
    state,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)

DETACH = Command("ue-1", Detach())
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))


@pytest.fixture
def trace() -> Trace:
    """A trace of two dozen actions or more."""
    lab = take(attached_lab(setup_of(ues=2)).lab.key, REAUTHENTICATE, Advance(3), DETACH)
    return forks.export_trace(lab.key)


@pytest.fixture
def one_step_each(trace: Trace, settings: Settings) -> None:
    """A request takes one step, once the trace is made."""
    settings.SYNCSCOPE_MOST_WORK = 0


def fresh(key: str) -> models.Lab:
    return labs.get_lab(key)


def go_on(lab: models.Lab) -> Followed:
    """What a page asks for that shows the lab as it is."""
    return following.go_on(lab.key, seen_of(fresh(lab.key)))


def followed_to_its_end(lab: models.Lab) -> tuple[Followed, int]:
    """How the lab's trace ended, and after how many requests more."""
    for requests in count(1):
        followed = go_on(lab)
        if not followed.left:
            return followed, requests
    raise AssertionError


def changed(trace: Trace, **others: Any) -> Trace:
    names = ("title", "setup", "actions", "result", "model", "scenario")
    return Trace(**{name: getattr(trace, name) for name in names} | others)


def test_trace_followed_by_many_requests_is_the_lab_of_one(
    trace: Trace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, columns and checkpoints are those of an import in one go, wherever the requests ended."""
    monkeypatch.setattr(checkpoints, "LEAST_DISTANCE", 4)
    whole = forks.import_trace(trace)
    clock = count()
    monkeypatch.setattr("nodes.labs.allowance.thread_time", lambda: next(clock))
    settings.SYNCSCOPE_MOST_WORK = 3000

    imported = forks.import_trace(trace)
    ended, requests = followed_to_its_end(imported.lab)

    assert (imported.left, imported.matches, imported.refusal) == (len(trace.actions) - 3, False, None)
    assert requests == -(-imported.left // 3)
    assert (ended.left, ended.matches, ended.refusal, ended.same_model) == (0, True, None, True)
    one, other = fresh(whole.lab.key), fresh(imported.lab.key)
    assert protocol_rows(other) == protocol_rows(one)
    assert (state(other), other.trace_steps) == (state(one), None)
    assert everything(loaded(other)) == everything(loaded(one)) == everything(replayed(other))
    assert models.Checkpoint.objects.filter(lab=other).exists()


@pytest.mark.usefixtures("one_step_each")
def test_server_that_is_killed_loses_nothing(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two requests, and while one writes."""
    lab = forks.import_trace(trace).lab
    forget_worlds()
    go_on(lab)
    before = rows_of(lab)
    write = Journal.write

    def killed(journal: Journal, row: models.Lab) -> None:
        write(journal, row)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", killed)
        with pytest.raises(SystemExit):
            go_on(lab)
    forget_worlds()
    assert rows_of(lab) == before
    ended, requests = followed_to_its_end(lab)
    assert (ended.matches, requests) == (True, len(trace.actions) - 2)


@pytest.mark.usefixtures("one_step_each")
def test_nothing_else_is_done_meanwhile(trace: Trace) -> None:
    lab = forks.import_trace(trace).lab
    before, seen = rows_of(lab), seen_of(lab)
    acts: tuple[Callable[[], object], ...] = (
        lambda: services.take(lab.key, Deliver("ue-1", "mme-1"), seen),
        lambda: services.take_all(lab.key, [DETACH], seen),
        lambda: services.take_next(lab.key, seen),
        lambda: services.take_next(lab.key, seen, paced=True),
        lambda: services.run(lab.key, seen),
        lambda: services.set_pace(lab.key, 0),
    )
    for act in acts:
        with pytest.raises(TraceUnfinished, match=f"so far 1 of {len(trace.actions)}: wait .* Nothing was changed"):
            act()

    assert rows_of(lab) == before
    services.show(lab.key, ues=("ue-2",))
    assert go_on(lab).left == len(trace.actions) - 2


@pytest.mark.usefixtures("one_step_each")
def test_two_pages_do_not_take_steps_twice(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = forks.import_trace(trace).lab
    seen = seen_of(lab)
    following.go_on(lab.key, seen)
    with pytest.raises(StaleStep, match="showed step 1; the lab is at step 2 now"):
        following.go_on(lab.key, seen)
    meanwhile(monkeypatch, lambda: go_on(lab))
    with pytest.raises(StaleStep, match="showed step 2; the lab is at step 3 now"):
        go_on(lab)

    row = fresh(lab.key)
    assert row.step == 3
    assert everything(loaded(row)) == everything(replayed(row))


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have another do this once, when the next steps are taken and nothing is locked yet."""
    close = Journal.close

    def closed(journal: Journal) -> None:
        monkeypatch.undo()
        close(journal)
        act()

    monkeypatch.setattr(Journal, "close", closed)


@pytest.mark.usefixtures("one_step_each")
def test_trace_is_left_where_the_lab_is(trace: Trace, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = forks.import_trace(trace).lab
    meanwhile(monkeypatch, lambda: following.leave_trace(lab.key))
    with pytest.raises(StaleStep, match="was left since this page was shown"):
        go_on(lab)
    row = fresh(lab.key)

    assert (row.step, row.trace_steps, models.TraceRest.objects.count()) == (1, None, 0)
    with pytest.raises(ServiceError, match="All steps of the trace are taken, or it was left"):
        go_on(lab)
    settings.SYNCSCOPE_MOST_WORK = 60_000
    assert take(lab.key, Deliver("ue-1", "mme-1")).step == 2


@pytest.mark.usefixtures("one_step_each")
def test_lab_that_is_reset_follows_no_trace(trace: Trace, settings: Settings) -> None:
    lab = forks.import_trace(trace).lab
    row = services.reset(lab.key, seen_of(lab))

    assert (row.step, row.trace_steps, models.TraceRest.objects.count()) == (0, None, 0)
    settings.SYNCSCOPE_MOST_WORK = 60_000
    assert take(lab.key, ATTACH).step == 1


@pytest.mark.usefixtures("one_step_each")
def test_fork_does_not_follow_the_trace(trace: Trace) -> None:
    lab = forks.import_trace(trace).lab
    fork = forks.fork(lab.key, 1).lab

    assert (fork.step, fresh(fork.key).trace_steps, fresh(lab.key).trace_steps) == (1, None, len(trace.actions))


@pytest.mark.usefixtures("one_step_each")
@pytest.mark.parametrize("at", [1, 2, 5])
def test_refusal_ends_the_trace_in_whichever_request_it_is(at: int, trace: Trace) -> None:
    lost = Deliver("ue-1", "nobody")
    actions = (*trace.actions[: at - 1], lost, *trace.actions[at - 1 :])
    imported = forks.import_trace(changed(trace, actions=actions))
    followed: Followed = imported
    while followed.left:
        followed = go_on(imported.lab)

    assert str(followed.refusal).startswith(f"action {at}: Deliver ue-1 > nobody: ")
    row = fresh(imported.lab.key)
    assert (followed.matches, row.step, row.trace_steps) == (False, at - 1, None)
    assert models.TraceRest.objects.count() == 0


@pytest.mark.usefixtures("one_step_each")
def test_limit_that_is_lowered_meanwhile_ends_the_trace(trace: Trace, settings: Settings) -> None:
    lab = forks.import_trace(trace).lab
    settings.SYNCSCOPE_MOST_STEPS = 2
    ended, requests = followed_to_its_end(lab)

    assert (requests, fresh(lab.key).step, fresh(lab.key).trace_steps) == (2, 2, None)
    assert str(ended.refusal).endswith("A lab has at most 2 steps; reset it or make a new one")


@pytest.mark.usefixtures("one_step_each")
@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"result": "\0\ud800"}, (False, True)),
        ({"result": ""}, (False, True)),
        ({"model": 10**30}, (True, False)),
    ],
    ids=["another result", "no result", "another model"],
)
def test_what_a_trace_says_is_kept_until_its_end(others: dict[str, Any], told: tuple[bool, bool], trace: Trace) -> None:
    ended, _ = followed_to_its_end(forks.import_trace(changed(trace, **others)).lab)

    assert (ended.matches, ended.same_model) == told
    assert not ended.is_log


def test_lab_that_follows_no_trace_cannot_go_on() -> None:
    lab = new_lab().lab

    with pytest.raises(ServiceError, match="All steps of the trace are taken"):
        go_on(lab)
    with pytest.raises(LabNotFound):
        following.go_on("nobody", "0.0")


# Older models


@pytest.mark.usefixtures("one_step_each")
def test_steps_of_an_older_model_are_taken_by_many_requests_too(trace: Trace) -> None:
    """With those of a trace that the lab was still following when the model changed."""
    lab = forks.import_trace(trace).lab
    go_on(lab)
    models.Lab.objects.filter(pk=lab.pk).update(model=1)
    for ask in (lambda: go_on(lab), lambda: following.leave_trace(lab.key)):
        with pytest.raises(OldModel):
            ask()

    again = forks.replay_old(lab.key)
    assert (again.left, again.is_log, again.model) == (len(trace.actions) - 1, True, 1)
    ended, _ = followed_to_its_end(again.lab)

    row = fresh(again.lab.key)
    assert (ended.refusal, ended.matches, ended.is_log, ended.model) == (None, False, True, 1)
    assert (row.step, row.trace_steps, row.model) == (len(trace.actions), None, MODEL_VERSION)
    assert forks.export_trace(row.key).result == trace.result


@pytest.mark.usefixtures("one_step_each")
def test_step_that_cannot_be_read_ends_a_later_request(trace: Trace) -> None:
    lab = forks.import_trace(trace).lab
    following.leave_trace(lab.key)
    for number, action in ((2, to_plain(Deliver("ue-1", "mme-1"), Action)), (3, {"type": "Teleport"})):
        models.Step.objects.create(lab=lab, number=number, action=action, events=[], changes=[])
    models.Lab.objects.filter(pk=lab.pk).update(model=1, step=3)
    again = forks.replay_old(lab.key)
    ended, requests = followed_to_its_end(again.lab)

    assert (requests, fresh(again.lab.key).step) == (1, 2)
    assert str(ended.refusal).startswith("action 3 cannot be read any more: ")
