"""What can be done with a lab. Each change is one transaction; whoever watches is told after it commits."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from nodes import models
from nodes.labs import store
from nodes.labs.cache import remember
from nodes.labs.labs import (
    ServiceError,
    TooEarly,
    check_model,
    check_seen,
    get_lab,
    locked_lab,
    setup_of,
)
from nodes.labs.steps import STATE, Taking, next_delivery, run_on, runs_after, saved, take_each, take_in
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.properties.observation import first_observation
from nodes.protocol.world.actions import Action
from nodes.protocol.world.genesis import first_world
from nodes.scenarios import name_of_setup

MOST_SHOWN = 2
PACES = (None, 0, 300, 1000)
EARLY_ENOUGH = timedelta(milliseconds=60)  # a page's timer may fire that much before the server's

ROWS: tuple[type[models.Row], ...] = tuple(models.Row.__subclasses__())


def take(key: str, action: Action, seen: str) -> models.Lab:
    """Take one step; in a lab whose pace is "at once" what is not done to a message or link is then run to its end.

    Raises:
        LabNotFound, OldModel, StaleStep, TraceUnfinished, LimitReached: as they say; nothing is changed.
        CommandRefused, NoSuchAction: of the action; nothing is changed.
    """

    def step(taking: Taking) -> None:
        take_each(taking, (action,))
        if runs_after(taking.lab, action):
            run_on(taking)

    return take_in(key, seen, step)


def take_all(key: str, actions: Iterable[Action], seen: str) -> models.Lab:
    """Take all of these actions and nothing between or after them, or none; errors as `take`."""
    steps = tuple(actions)
    return take_in(key, seen, lambda taking: take_each(taking, steps))


def take_next(key: str, seen: str, *, paced: bool = False) -> models.Lab:
    """Deliver the next message. `paced`: a page asks at the lab's pace, and not before the step is due.

    Raises:
        LabNotFound, StaleStep, TraceUnfinished, LimitReached, TooEarly: as they say; nothing is changed.
    """

    def deliver(taking: Taking) -> None:
        if paced and not _is_due(taking.lab):
            raise TooEarly("The next step is not due yet")
        take_each(taking, (next_delivery(taking.world),))

    return take_in(key, seen, deliver)


def _is_due(lab: models.Lab) -> bool:
    """Whether a paced lab may take its next step. No step is due later than a pace ahead, unless a clock went back."""
    if lab.next_due is None or lab.pace is None:
        return False
    left = lab.next_due - timezone.now()
    return left <= EARLY_ENOUGH or left > timedelta(milliseconds=lab.pace)


def run(key: str, seen: str) -> models.Lab:
    """Deliver until nothing can be delivered."""

    def deliver_all(taking: Taking) -> None:
        next_delivery(taking.world)
        run_on(taking)

    return take_in(key, seen, deliver_all)


def set_pace(key: str, pace: int | None) -> models.Lab:
    """Choose how the lab runs: by hand, at once, or milliseconds per step. What is in flight then moves on."""
    if pace not in PACES:
        raise ServiceError("The pace is by hand, at once, 0.3 s or 1 s")

    def change(taking: Taking) -> None:
        taking.lab.pace = pace
        if pace == 0:
            run_on(taking)

    return take_in(key, None, change, "pace")


@transaction.atomic
def show(
    key: str, *, ues: tuple[str, ...] | None = None, mme: str | None = None, application_server: str | None = None
) -> models.Lab:
    """Choose the UEs, one or two, the MME and the AS that everybody sees."""
    lab = locked_lab(key)
    setup = setup_of(lab)
    if ues is not None:
        if not 1 <= len(ues) <= MOST_SHOWN or len(set(ues)) != len(ues) or not set(ues) <= set(setup.ue_names):
            raise ServiceError("One or two different UEs of this lab can be shown")
        lab.shown_ues = list(ues)
    if mme is not None:
        if mme not in setup.mme_names:
            raise ServiceError(f"This lab has no {mme}")
        lab.shown_mme = mme
    if application_server is not None:
        if application_server not in setup.application_server_names:
            raise ServiceError(f"This lab has no {application_server}")
        lab.shown_as = application_server
    saved(lab, "shown_ues", "shown_mme", "shown_as")
    return lab


@transaction.atomic
def leave_scenario(key: str) -> models.Lab:
    """Make a lab one that plays no scenario."""
    lab = locked_lab(key)
    lab.scenario = ""
    saved(lab, "scenario")
    return lab


@transaction.atomic
def take_up_scenario(key: str) -> models.Lab:
    """Let a lab that was made of a scenario play it again, wherever it is by now.

    Raises:
        ServiceError: no scenario has the set-up of this lab.
    """
    lab = locked_lab(key)
    name = name_of_setup(setup_of(lab))
    if not name:
        raise ServiceError("This lab was made of no scenario")
    lab.scenario = name
    saved(lab, "scenario")
    return lab


def reset(key: str, seen: str) -> models.Lab:
    """Begin again from the first world, with the same options and seed. The log begins anew; a trace is left."""
    lab = get_lab(key)
    check_model(lab)
    world, observation = first_world(setup_of(lab)), first_observation()
    with transaction.atomic():
        lab = locked_lab(key)
        check_seen(lab, seen)
        for model in ROWS:
            model._default_manager.filter(lab=lab).delete()
        store.save(lab, None, world)
        lab.step = lab.messages = lab.ordinals = lab.lab_seconds = 0
        lab.resets += 1
        lab.held, lab.armed, lab.observation, lab.next_due = [], [], to_plain(observation), None
        lab.trace_steps = None
        saved(lab, *STATE, "resets", "trace_steps")
        remember(lab, world, observation)
    return lab
