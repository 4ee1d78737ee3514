"""Labs made of steps that were taken elsewhere: forks, imported traces, and labs of an older model."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import transaction

from nodes import models
from nodes.journal import Journal
from nodes.labs import (
    LimitReached,
    NewLab,
    ServiceError,
    StaleStep,
    check_model,
    get_lab,
    locked_lab,
    make_lab,
    setup_of,
)
from nodes.past import actions_of, world_at
from nodes.protocol import engine
from nodes.protocol.action_words import words_of
from nodes.protocol.actions import Action
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.options import Setup
from nodes.protocol.plain import from_plain
from nodes.protocol.trace import MOST_ACTIONS, Trace, result_of
from nodes.scenarios import UnknownScenario, scenario_of
from nodes.taking import begin_new, finish, run_on, runs_after, saved, take_each

NOTHING_IN_FLIGHT = "Nothing is in flight that could be delivered"
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


@transaction.atomic
def fork(
    key: str, at: int, *, action: Action | None = None, go: Go | None = None, title: str = "", seen: str | None = None
) -> NewLab:
    """Make a lab of a lab's first `at` steps; it goes on with an action, or with what is in flight.

    `seen` is what the page sends back that asks: steps of before a reset are no more.

    Raises:
        LabNotFound, OldModel, LimitReached, StaleStep, ServiceError: as they say; nothing is changed.
        CommandRefused, NoSuchAction: of the action; nothing is changed.
    """
    parent = locked_lab(key)
    check_model(parent)
    _check_step(parent, at, seen)
    new = make_lab(
        setup_of(parent),
        title=title or f"{_FORKED.sub('', parent.title)[:60]}, from step {at}",
        parent=parent,
        forked_at=at,
        pace=parent.pace,
        scenario=parent.scenario,
        shown_ues=parent.shown_ues,
        shown_mme=parent.shown_mme,
        shown_as=parent.shown_as,
    )
    journal = begin_new(new.lab)
    take_each(journal, actions_of(parent, until=at))
    _go_on(journal, action, go)
    finish(journal)
    # Its page lists its forks.
    saved(parent)
    return new


def _check_step(parent: models.Lab, at: int, seen: str | None) -> None:
    if seen is not None and seen.partition(".")[0] != str(parent.resets):
        raise StaleStep("The lab was reset since this page was shown. Nothing was changed.")
    if at > parent.step:
        raise StaleStep(f"The lab has no step {at}; it is at step {parent.step}. Nothing was changed.")


def _go_on(journal: Journal, action: Action | None, go: Go | None) -> None:
    delivery = engine.next_delivery(journal.world)
    if go is not None and delivery is None:
        raise ServiceError(NOTHING_IN_FLIGHT)
    if go is Go.NEXT:
        action = delivery
    if action is not None:
        take_each(journal, (action,))
    if go is Go.RUN or (action is not None and runs_after(journal.lab, action)):
        run_on(journal)


# Traces


@transaction.atomic
def import_trace(trace: Trace, *, title: str = "") -> Imported:
    """Make a lab by hand of a trace's actions, up to the first that is refused.

    Raises:
        LimitReached, ServiceError: the trace is larger than this server allows, or its seed cannot be stored.
    """
    _check_ues(trace.setup)
    scenario = trace.scenario if _is_known(trace.scenario) else ""
    new = make_lab(trace.setup, title=title or trace.title, pace=None, scenario=scenario)
    journal = begin_new(new.lab)
    refusal = _take_until_refused(journal, trace.actions)
    finish(journal)
    matches = refusal is None and result_of(journal.world) == trace.result
    return Imported(new.lab, new.drive_key, refusal, matches, trace.same_model)


def _check_ues(setup: Setup) -> None:
    if setup.ues > settings.SYNCSCOPE_MOST_UES:
        raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_UES} UEs here; the trace has {setup.ues}")


def _is_known(scenario: str) -> bool:
    try:
        scenario_of(scenario)
    except UnknownScenario:
        return False
    return True


def _take_until_refused(journal: Journal, actions: Iterable[Action]) -> str | None:
    """Take actions until one cannot be taken, and say which and why."""
    for number, action in enumerate(actions, 1):
        try:
            take_each(journal, (action,))
        except (CommandRefused, NoSuchAction) as error:
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


@transaction.atomic
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
    new = make_lab(setup, title=lab.title, pace=None)
    journal = begin_new(new.lab)
    try:
        refusal = _take_until_refused(journal, _old_actions(lab))
    except PlainError as error:
        refusal = f"action {journal.lab.step + 1} cannot be read any more: {error}"
    finish(journal)
    return Imported(new.lab, new.drive_key, refusal, matches=False, same_model=False)


def _old_actions(lab: models.Lab) -> Iterator[Action]:
    rows = models.Step.objects.filter(lab=lab).order_by("number")
    for action in rows.values_list("action", flat=True):
        yield from_plain(Action, action)
