"""What can be done with a lab. Each function is one transaction; whoever watches is told after it commits."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from nodes import models, store
from nodes.forks import NOTHING_IN_FLIGHT, Go, Imported, export_trace, fork, import_trace, replay_old
from nodes.labs import (
    LabNotFound,
    LimitReached,
    NewLab,
    OldModel,
    ServiceError,
    StaleStep,
    TooEarly,
    check_model,
    check_seen,
    course_of,
    create_lab,
    end_idle_labs,
    get_lab,
    locked_lab,
    may_drive,
    seen_of,
    setup_of,
    world_of,
)
from nodes.protocol import engine
from nodes.protocol.actions import Action
from nodes.protocol.genesis import first_world
from nodes.protocol.plain import to_plain
from nodes.protocol.watch import first_watch
from nodes.taking import STATE, begin, finish, run_on, runs_after, saved, take_each
from nodes.worlds import remember

__all__ = [
    "Go",
    "Imported",
    "LabNotFound",
    "LimitReached",
    "NewLab",
    "OldModel",
    "ServiceError",
    "StaleStep",
    "TooEarly",
    "check_model",
    "course_of",
    "create_lab",
    "end_idle_labs",
    "export_trace",
    "fork",
    "get_lab",
    "import_trace",
    "leave_scenario",
    "locked_lab",
    "may_drive",
    "replay_old",
    "reset",
    "run",
    "seen_of",
    "set_pace",
    "setup_of",
    "show",
    "take",
    "take_all",
    "take_next",
    "world_of",
]

MOST_SHOWN = 2
PACES = (None, 0, 300, 1000)
EARLY_ENOUGH = timedelta(milliseconds=60)  # a page's timer may fire that much before the server's

ROWS: tuple[type[models.Row], ...] = tuple(models.Row.__subclasses__())


def _seen_lab(key: str, seen: str) -> models.Lab:
    """Lock a lab, whose step the page that asks must show."""
    lab = locked_lab(key)
    check_seen(lab, seen)
    return lab


@transaction.atomic
def take(key: str, action: Action, seen: str) -> models.Lab:
    """Take one step; in a lab whose pace is "at once" what is not done to a message or link is then run to its end.

    Raises:
        LabNotFound, OldModel, StaleStep, LimitReached: as they say; nothing is changed.
        CommandRefused, NoSuchAction: of the action; nothing is changed.
    """
    lab = _seen_lab(key, seen)
    return _take(lab, (action,), runs=runs_after(lab, action))


@transaction.atomic
def take_all(key: str, actions: Iterable[Action], seen: str) -> models.Lab:
    """Take all of these actions and nothing between or after them, or none; errors as `take`."""
    return _take(_seen_lab(key, seen), actions, runs=False)


def _take(lab: models.Lab, actions: Iterable[Action], *, runs: bool) -> models.Lab:
    journal = begin(lab)
    take_each(journal, actions)
    if runs:
        run_on(journal)
    return finish(journal)


@transaction.atomic
def take_next(key: str, seen: str, *, paced: bool = False) -> models.Lab:
    """Deliver the next message. `paced`: a page asks at the lab's pace, and not before the step is due.

    Raises:
        LabNotFound, StaleStep, LimitReached, TooEarly: as they say; nothing is changed.
    """
    lab = _seen_lab(key, seen)
    if paced and (lab.next_due is None or timezone.now() < lab.next_due - EARLY_ENOUGH):
        raise TooEarly("The next step is not due yet")
    delivery = engine.next_delivery(world_of(lab))
    if delivery is None:
        raise ServiceError(NOTHING_IN_FLIGHT)
    return _take(lab, (delivery,), runs=False)


@transaction.atomic
def run(key: str, seen: str) -> models.Lab:
    """Deliver until nothing can be delivered."""
    lab = _seen_lab(key, seen)
    if engine.next_delivery(world_of(lab)) is None:
        raise ServiceError(NOTHING_IN_FLIGHT)
    return _take(lab, (), runs=True)


@transaction.atomic
def set_pace(key: str, pace: int | None) -> models.Lab:
    """Choose how the lab runs: by hand, at once, or milliseconds per step. What is in flight then moves on."""
    if pace not in PACES:
        raise ServiceError("The pace is by hand, at once, 0.3 s or 1 s")
    lab = locked_lab(key)
    lab.pace = pace
    if pace == 0 and engine.next_delivery(world_of(lab)) is not None:
        lab.save(update_fields=("pace",))
        return _take(lab, (), runs=True)
    lab.next_due = timezone.now() + timedelta(milliseconds=pace) if pace else None
    saved(lab, "pace", "next_due")
    return lab


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
def reset(key: str, seen: str) -> models.Lab:
    """Begin again from the first world, with the same options and seed. The log begins anew."""
    lab = _seen_lab(key, seen)
    check_model(lab)
    for model in ROWS:
        model._default_manager.filter(lab=lab).delete()
    world, watch = first_world(setup_of(lab)), first_watch()
    store.save(lab, None, world)
    lab.step = lab.messages = lab.ordinals = lab.lab_seconds = 0
    lab.resets += 1
    lab.held, lab.armed, lab.watch, lab.next_due = [], [], to_plain(watch), None
    saved(lab, *STATE, "resets")
    remember(lab, world, watch)
    return lab
