"""Labs made of steps that were taken elsewhere: forks, imported traces, and labs of an older model."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import transaction

from nodes import models
from nodes.budget import Budget, TooMuchWork
from nodes.copying import copy_log, seconds_until
from nodes.labs import (
    LimitReached,
    NewLab,
    ServiceError,
    StaleStep,
    check_model,
    draft_lab,
    get_lab,
    locked_lab,
    make_lab,
    setup_of,
)
from nodes.past import actions_of, world_at
from nodes.protocol.action_words import words_of
from nodes.protocol.actions import Action
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.options import Setup
from nodes.protocol.plain import from_plain
from nodes.protocol.trace import MOST_ACTIONS, Trace, result_of
from nodes.scenarios import UnknownScenario, scenario_of
from nodes.taking import (
    Taking,
    TooManyMessages,
    begin_new,
    finish,
    next_delivery,
    run_on,
    runs_after,
    saved,
    take_each,
)

_FORKED = re.compile(r", from step \d+$")


class Go(Enum):
    """How a fork goes on from where it began."""

    NEXT = "next"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Imported:
    """A lab that was made of a trace, and its drive key.

    `refusal` says which action was refused, and why: there the lab ends. `matches`: every action was taken, and led
    to the world that the trace says. `same_model`: the trace was made by this version of the model.
    """

    lab: models.Lab
    drive_key: str
    refusal: str | None
    matches: bool
    same_model: bool


# Forks


def fork(
    key: str, at: int, *, action: Action | None = None, go: Go | None = None, title: str = "", seen: str | None = None
) -> NewLab:
    """Make a lab of a lab's first `at` steps; it goes on with an action, or with what is in flight.

    `seen` is what the page sends back that asks: steps of before a reset are no more.

    Raises:
        LabNotFound, OldModel, LimitReached, StaleStep, ServiceError: as they say; nothing is changed.
        CommandRefused, NoSuchAction: of the action; nothing is changed.
    """
    parent = get_lab(key)
    check_model(parent)
    _check_step(parent, at, seen)
    new = _drafted_fork(parent, at, title)
    course = world_at(parent, at)
    taking = begin_new(new.lab, course)
    _go_on(taking, action, go)
    taking.journal.close()
    with transaction.atomic():
        now = locked_lab(key)
        _check_step(now, at, f"{parent.resets}.{at}")
        make_lab(new.lab)
        copy_log(now, new.lab, at, course[0])
        finish(taking, new.lab)
        # Its page lists its forks.
        saved(now)
    return new


def _check_step(parent: models.Lab, at: int, seen: str | None) -> None:
    if seen is not None and seen.partition(".")[0] != str(parent.resets):
        raise StaleStep("The lab was reset since this page was shown. Nothing was changed.")
    if at > parent.step:
        raise StaleStep(f"The lab has no step {at}; it is at step {parent.step}. Nothing was changed.")


def _drafted_fork(parent: models.Lab, at: int, title: str) -> NewLab:
    return draft_lab(
        setup_of(parent),
        title=title or f"{_FORKED.sub('', parent.title)[:60]}, from step {at}",
        parent=parent,
        forked_at=at,
        pace=parent.pace,
        scenario=parent.scenario,
        shown_ues=parent.shown_ues,
        shown_mme=parent.shown_mme,
        shown_as=parent.shown_as,
        step=at,
        lab_seconds=seconds_until(parent, at),
    )


def _go_on(taking: Taking, action: Action | None, go: Go | None) -> None:
    if go is not None:
        delivery = next_delivery(taking.world)
        action = delivery if go is Go.NEXT else action
    if action is not None:
        take_each(taking, (action,))
    if go is Go.RUN or (action is not None and runs_after(taking.lab, action)):
        run_on(taking)


# Traces


def import_trace(trace: Trace, *, title: str = "", budget: Budget | None = None) -> Imported:
    """Make a lab by hand of a trace's actions, up to the first that is refused.

    `budget` is what the request that asks has left, if it has worked before.

    Raises:
        LimitReached, ServiceError: the trace is larger than this server allows, or its seed cannot be stored.
    """
    _check_ues(trace.setup)
    scenario = trace.scenario if _is_known(trace.scenario) else ""
    new = draft_lab(trace.setup, title=title or trace.title, pace=None, scenario=scenario)
    taking = begin_new(new.lab, budget=budget)
    refusal = _take_until_refused(taking, trace.actions)
    matches = refusal is None and result_of(taking.world) == trace.result
    _write_new(taking)
    return Imported(new.lab, new.drive_key, refusal, matches, trace.same_model)


def _write_new(taking: Taking) -> None:
    taking.journal.close()
    with transaction.atomic():
        make_lab(taking.lab)
        finish(taking, taking.lab)


def _check_ues(setup: Setup) -> None:
    if setup.ues > settings.SYNCSCOPE_MOST_UES:
        raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_UES} UEs here; the trace has {setup.ues}")


def _is_known(scenario: str) -> bool:
    try:
        scenario_of(scenario)
    except UnknownScenario:
        return False
    return True


def _take_until_refused(taking: Taking, actions: Iterable[Action]) -> str | None:
    """Take actions until one cannot be taken, and say which and why."""
    for number, action in enumerate(actions, 1):
        try:
            take_each(taking, (action,))
        except (CommandRefused, NoSuchAction, TooManyMessages, TooMuchWork) as error:
            return f"action {number}: {words_of(action)}: {error}"
    return None


def export_trace(key: str, at: int | None = None) -> Trace:
    """The trace of a lab's steps, of the first `at` of them if that is said.

    Raises:
        LabNotFound, OldModel: as they say.
        LimitReached: a trace cannot have so many actions.
    """
    lab = get_lab(key)
    check_model(lab)
    at = lab.step if at is None else min(at, lab.step)
    if at > MOST_ACTIONS:
        raise LimitReached(f"A trace has at most {MOST_ACTIONS} actions; ask for the first {MOST_ACTIONS} steps")
    world, _ = world_at(lab, at)
    actions = tuple(actions_of(lab, until=at))
    return Trace(lab.title, setup_of(lab), actions, result_of(world), scenario=lab.scenario)


# Older models


def replay_old(key: str) -> Imported:
    """Make a lab by hand of the steps of a lab of an older model, up to the first that this version refuses.

    Raises:
        LabNotFound, LimitReached: as they say.
        ServiceError: this version cannot read the set-up.
    """
    lab = get_lab(key)
    try:
        setup = setup_of(lab)
    except PlainError as error:
        raise ServiceError(f"The set-up of this lab cannot be read any more: {error}") from error
    new = draft_lab(setup, title=lab.title, pace=None)
    taking = begin_new(new.lab)
    try:
        refusal = _take_until_refused(taking, _old_actions(lab))
    except PlainError as error:
        refusal = f"action {taking.lab.step + 1} cannot be read any more: {error}"
    _write_new(taking)
    return Imported(new.lab, new.drive_key, refusal, matches=False, same_model=False)


def _old_actions(lab: models.Lab) -> Iterator[Action]:
    rows = models.Step.objects.filter(lab=lab).order_by("number")
    for action in rows.values_list("action", flat=True):
        yield from_plain(Action, action)
