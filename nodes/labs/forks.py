"""Labs made of steps that were taken elsewhere: forks, imported traces, and labs of an older model."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction

from nodes import models
from nodes.labs.allowance import Budget
from nodes.labs.copying import copy_log, seconds_until
from nodes.labs.following import Followed, Rest, ending, follow, packed, read, rest_of
from nodes.labs.labs import (
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
from nodes.labs.replay import actions_of, world_at
from nodes.labs.steps import (
    Taking,
    begin_new,
    check_steps,
    finish,
    next_delivery,
    run_on,
    runs_after,
    saved,
    take_each,
)
from nodes.protocol.errors import PlainError
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.runs.trace import MOST_ACTIONS, Trace, result_of
from nodes.protocol.world.actions import Action
from nodes.scenarios import UnknownScenario, scenario_of


class Go(Enum):
    """How a fork goes on from where it began."""

    NEXT = "next"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Followed):
    """A lab that was made of a trace, and its drive key. Where actions are left, `following.go_on` takes them."""

    drive_key: str


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
    lab_state = world_at(parent, at)
    taking = begin_new(new.lab, lab_state)
    _go_on(taking, action, go)
    taking.journal.close()
    with transaction.atomic():
        now = locked_lab(key)
        _check_step(now, at, f"{parent.resets}.{at}")
        make_lab(new.lab)
        copy_log(now, new.lab, at, lab_state[0])
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
        title=title or _title(parent, at),
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


def _title(parent: models.Lab, at: int) -> str:
    """Name a fork after its parent; what a fork of a fork is named after is the first of them."""
    own = "" if parent.forked_at is None else _from_step(parent.forked_at)
    return f"{parent.title.removesuffix(own)[:60]}{_from_step(at)}"


def _from_step(step: int) -> str:
    return f", from step {step}"


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
    """Make a lab by hand of a trace's actions, up to the first that is refused, or as far as the budget allows.

    `budget` is what the request that asks has left, if it has worked before.

    Raises:
        LimitReached, ServiceError: the trace is larger than this server allows, or its seed cannot be stored.
    """
    _check_ues(trace.setup)
    check_steps(len(trace.actions))
    scenario = trace.scenario if _is_known(trace.scenario) else ""
    new = draft_lab(trace.setup, title=title or trace.title, pace=None, scenario=scenario)
    taking = begin_new(new.lab, budget=budget)
    refusal = follow(taking, trace.actions)
    left = () if refusal else trace.actions[taking.lab.step :]
    return _imported(new, taking, refusal, Rest([to_plain(each, Action) for each in left], trace.model, trace.result))


def _imported(new: NewLab, taking: Taking, refusal: str | None, rest: Rest) -> Imported:
    taking.journal.close()
    content = packed(rest)
    new.lab.trace_steps = taking.lab.step + len(rest.actions) if rest.actions else None
    with transaction.atomic():
        make_lab(new.lab)
        finish(taking, new.lab)
        if rest.actions:
            models.TraceRest.objects.create(lab=new.lab, content=content)
    return Imported(drive_key=new.drive_key, **ending(taking, refusal, rest))


def _check_ues(setup: Setup) -> None:
    if setup.ues > settings.SYNCSCOPE_MOST_UES:
        raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_UES} UEs here; the trace has {setup.ues}")


def _is_known(scenario: str) -> bool:
    try:
        scenario_of(scenario)
    except UnknownScenario:
        return False
    return True


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
    actions = _old_actions(lab)
    check_steps(len(actions))
    new = draft_lab(setup, title=lab.title, pace=None)
    taking = begin_new(new.lab)
    refusal = follow(taking, read(actions))
    left = [] if refusal else actions[taking.lab.step :]
    return _imported(new, taking, refusal, Rest(left, lab.model, None))


def _old_actions(lab: models.Lab) -> list[Any]:
    """The actions of a lab's steps and of the trace that it was following, as plain data."""
    rows = models.Step.objects.filter(lab=lab).order_by("number")
    taken = list(rows.values_list("action", flat=True))
    return taken if lab.trace_steps is None else taken + rest_of(lab).actions
