"""nodes.labs.steps: steps are taken before anything is locked, and never more than one request may take."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from nodes import models
from nodes.labs import forks, labs, services, steps
from nodes.labs.allowance import TooMuchWork
from nodes.labs.journal import Journal
from nodes.protocol.messages.commands import Detach
from nodes.protocol.options import Setup
from nodes.protocol.runs.trace import Trace, result_of
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Alter, Arm, Command, Deliver, Drop, Duplicate, LinkFault
from nodes.protocol.world.events import Transition
from nodes.protocol.world.world import World
from tests.support.labs import ATTACH, attached_lab, loaded, new_lab, protocol_rows, replayed, setup_of, take

UPLINK = ("ue-1", "mme-1")
COPY = Duplicate(*UPLINK)


@pytest.fixture
def steps_in_transactions(monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """The actions that are taken while a transaction is open."""
    found: list[Action] = []
    transition = engine.transition

    def watched(world: World, action: Action) -> Transition:
        if connection.in_atomic_block:
            found.append(action)
        return transition(world, action)

    monkeypatch.setattr(engine, "transition", watched)
    return found


def trace(*actions: Action, setup: Setup | None = None) -> Trace:
    return Trace("Trace", setup or setup_of(), actions, "0" * 64)


@pytest.mark.django_db(transaction=True)
def test_no_step_is_taken_while_others_wait(steps_in_transactions: list[Action]) -> None:
    lab = attached_lab().lab
    services.set_pace(lab.key, None)
    lab = take(lab.key, Command("ue-1", Detach()))
    services.take_next(lab.key, labs.seen_of(labs.get_lab(lab.key)))
    services.run(lab.key, labs.seen_of(labs.get_lab(lab.key)))
    forks.fork(lab.key, 2, go=forks.Go.RUN)
    forks.import_trace(trace(ATTACH, Deliver(*UPLINK)))
    models.Lab.objects.filter(pk=lab.pk).update(model=0)
    forks.replay_old(lab.key)

    assert steps_in_transactions == []


# A lab that changes meanwhile


@pytest.mark.django_db(transaction=True)
def test_step_of_another_meanwhile_refuses_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = take(new_lab(pace=None).lab.key, ATTACH)
    _meanwhile(monkeypatch, lambda: services.take(lab.key, COPY, labs.seen_of(lab)))

    with pytest.raises(labs.StaleStep, match="at step 2 now"):
        services.take(lab.key, Drop(*UPLINK), labs.seen_of(lab))
    assert replayed(labs.get_lab(lab.key)) == loaded(labs.get_lab(lab.key))


@pytest.mark.django_db(transaction=True)
def test_pace_that_another_chose_meanwhile_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab was at once when the attach was clicked, and by hand when it could be written."""
    lab = new_lab().lab
    _meanwhile(monkeypatch, lambda: services.set_pace(lab.key, None))

    assert services.take(lab.key, ATTACH, labs.seen_of(lab)).step == 1


@pytest.mark.django_db(transaction=True)
def test_lab_that_changes_all_the_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = new_lab().lab
    monkeypatch.setattr(steps, "_found", lambda _: object())

    with pytest.raises(labs.StaleStep, match="all the time"):
        services.take(lab.key, ATTACH, labs.seen_of(lab))
    assert labs.get_lab(lab.key).step == 0


def _meanwhile(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:  # noqa: ANN401 - a call without arguments.
    """Have another do this once, when the next steps are taken and nothing is locked yet."""
    close = Journal.close

    def closed(journal: Journal) -> None:
        monkeypatch.undo()
        close(journal)
        act()

    monkeypatch.setattr(Journal, "close", closed)


# Limits


@pytest.mark.django_db(transaction=True)
def test_lab_has_so_many_messages_in_flight(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_IN_FLIGHT = 3
    lab = take(new_lab(pace=None).lab.key, ATTACH, COPY, COPY)

    with pytest.raises(steps.TooManyMessages, match="at most 3 messages in flight"):
        take(lab.key, COPY)
    assert take(lab.key, Drop(*UPLINK), COPY).step == 5


@pytest.mark.django_db(transaction=True)
def test_lab_that_has_more_in_flight_can_go_on(settings: Settings) -> None:
    """Of a time when more were allowed."""
    lab = take(new_lab(pace=None).lab.key, ATTACH, COPY, COPY)
    settings.SYNCSCOPE_MOST_IN_FLIGHT = 1

    assert take(lab.key, Alter(*UPLINK), Drop(*UPLINK)).step == 5


@pytest.mark.django_db(transaction=True)
def test_run_stops_before_there_are_too_many_messages(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_IN_FLIGHT = 1
    lab = take(new_lab(pace=None).lab.key, ATTACH, Arm(*UPLINK, LinkFault.REPEAT))
    before = loaded(lab)

    lab = services.run(lab.key, labs.seen_of(lab))

    assert (lab.step, loaded(lab)) == (2, before)


@pytest.mark.django_db(transaction=True)
def test_trace_of_too_many_messages_is_followed_so_far(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_IN_FLIGHT = 2
    imported = forks.import_trace(trace(ATTACH, COPY, COPY, COPY))

    assert imported.lab.step == 2
    assert imported.refusal is not None
    assert imported.refusal.startswith("action 3: ")
    assert imported.refusal.endswith("A lab has at most 2 messages in flight; deliver or drop some first")


@pytest.mark.django_db(transaction=True)
def test_request_does_so_much_work(settings: Settings) -> None:
    lab = attached_lab().lab
    settings.SYNCSCOPE_MOST_WORK = 0

    with pytest.raises(TooMuchWork, match="at most 0 s on one request"):
        take(lab.key, Command("ue-1", Detach()))
    imported = forks.import_trace(trace(ATTACH, Deliver(*UPLINK)))
    assert (imported.lab.step, imported.left, imported.matches, imported.refusal) == (1, 1, False, None)


@pytest.mark.django_db(transaction=True)
def test_run_stops_when_the_work_is_too_much(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken stands."""
    lab = take(new_lab(pace=None).lab.key, ATTACH)
    clock = iter(range(100))
    monkeypatch.setattr("nodes.labs.allowance.thread_time", lambda: next(clock))
    settings.SYNCSCOPE_MOST_WORK = 3000

    lab = services.run(lab.key, labs.seen_of(lab))

    assert lab.step == 4
    assert loaded(lab) == replayed(lab)


@pytest.mark.django_db(transaction=True)
def test_request_does_not_compute_for_long_on_a_busy_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = take(new_lab(pace=None).lab.key, ATTACH)
    clock = iter((0, 8, 9))
    monkeypatch.setattr("nodes.labs.allowance.monotonic", lambda: next(clock))
    settings.SYNCSCOPE_MOST_WORK = 2000

    assert services.run(lab.key, labs.seen_of(lab)).step == 2


# Forks copy


@pytest.mark.django_db(transaction=True)
def test_fork_has_messages_as_they_were_then() -> None:
    """What happened to them later in the parent did not happen to the fork."""
    lab = take(new_lab(pace=None).lab.key, ATTACH, COPY)
    same = take(new_lab(pace=None).lab.key, ATTACH, COPY)
    take(lab.key, Alter(*UPLINK), Drop(*UPLINK, 1))

    fork = labs.get_lab(forks.fork(lab.key, 2).lab.key)

    assert protocol_rows(fork) == protocol_rows(same)
    assert result_of(loaded(fork)) == result_of(loaded(same))


@pytest.mark.django_db(transaction=True)
def test_fork_of_a_lab_that_is_reset_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = take(new_lab(pace=None).lab.key, ATTACH, COPY)
    _meanwhile(monkeypatch, lambda: services.reset(lab.key, labs.seen_of(lab)))

    with pytest.raises(labs.StaleStep, match="was reset"):
        forks.fork(lab.key, 1)
    assert models.Lab.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_paced_lab_goes_on_when_the_clock_went_back() -> None:
    """Its next step was due at a time that will not come for an hour: no step is due later than a pace ahead."""
    lab = take(new_lab(pace=1000).lab.key, ATTACH)
    models.Lab.objects.filter(pk=lab.pk).update(next_due=timezone.now() + timedelta(hours=1))

    lab = services.take_next(lab.key, labs.seen_of(lab), paced=True)

    assert lab.step == 2
    assert lab.next_due is not None
    assert lab.next_due <= timezone.now() + timedelta(seconds=1)
