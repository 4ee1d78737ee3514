"""Labs as such: how one is made, found and locked, what it is set up with, and its world."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from nodes import models
from nodes.labs import store
from nodes.labs.cache import cached_state, remember
from nodes.labs.checkpoints import LabState
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.properties.observation import Observation, first_observation
from nodes.protocol.runs.trace import MODEL_VERSION, read_setup
from nodes.protocol.world.genesis import first_world

MOST_TITLE = 80
MOST_ENDED = 10
"""Labs that are ended at most where one is made."""

MADE_AND_LEFT = 3
"""A lab of no later revision was made, or opened from a file or a scenario, and hardly touched."""

LEFT_AFTER = timedelta(hours=1)
RESTS_AFTER = timedelta(days=1)
"""A full server ends a lab that was made and left after so long without use, and any other lab after so long."""

GONE = "No lab has this address; it may have ended after a long time without use"


class ServiceError(Exception):
    """Something was asked for that cannot be done; the text is for the viewer."""


class LabNotFound(ServiceError):
    """No lab has this key."""


class OldModel(ServiceError):
    """The lab's rows are of another version of the protocol model than this server's."""


class StaleStep(ServiceError):
    """The page that asked shows an older step than the lab has."""


class TraceUnfinished(ServiceError):
    """The lab still follows a trace, and nothing else is done in it meanwhile."""


class TooEarly(ServiceError):
    """A paced lab is asked for its next step before it is due."""


class LimitReached(ServiceError):
    """A lab, or the number of labs, is as large as this server allows."""


@dataclass(frozen=True, slots=True)
class NewLab:
    """A lab that was just made, and its drive key, which is told once."""

    lab: models.Lab
    drive_key: str


def seen_of(lab: models.Lab) -> str:
    """What a page sends back to say which step it shows; a reset makes every older one stale."""
    return f"{lab.resets}.{lab.step}"


def check_seen(lab: models.Lab, seen: str) -> None:
    """Check that a page shows the step that the lab has.

    Raises:
        StaleStep: it does not.
    """
    if seen == seen_of(lab):
        return
    resets, _, step = seen.partition(".")
    if resets == str(lab.resets) and step.isdigit():
        raise StaleStep(f"This page showed step {step}; the lab is at step {lab.step} now. Nothing was changed.")
    raise StaleStep("The lab was reset since this page was shown. Nothing was changed.")


def check_followed(lab: models.Lab) -> None:
    """Check that no trace is being followed in a lab.

    Raises:
        TraceUnfinished: one is.
    """
    if lab.trace_steps is not None:
        raise TraceUnfinished(
            f"The steps of the trace are still being taken, so far {lab.step} of {lab.trace_steps}: wait until all "
            "are, or stop there. Nothing was changed."
        )


def _digest(drive_key: str) -> str:
    return hashlib.sha256(drive_key.encode()).hexdigest()


def may_drive(lab: models.Lab, drive_key: str) -> bool:
    return hmac.compare_digest(lab.drive_hash, _digest(drive_key))


# Finding


def get_lab(key: str) -> models.Lab:
    """Return the lab of a key.

    Raises:
        LabNotFound: there is none.
    """
    lab = models.Lab.objects.filter(key=key).first()
    if lab is None:
        raise LabNotFound(GONE)
    return lab


def locked_lab(key: str) -> models.Lab:
    """Lock a lab's row. On SQLite the transaction itself is the lock (transaction_mode IMMEDIATE)."""
    try:
        return models.Lab.objects.select_for_update().get(key=key)
    except models.Lab.DoesNotExist:
        raise LabNotFound(GONE) from None


def current(key: str) -> tuple[models.Lab, LabState]:
    """Return a lab as it is, its world and its observation. Nobody is kept from writing but while its rows are read.

    Raises:
        LabNotFound, OldModel: as they say.
    """
    lab = get_lab(key)
    check_model(lab)
    lab_state = cached_state(lab)
    if lab_state is None:
        with transaction.atomic():
            lab = locked_lab(key)
            lab_state = state_of(lab)
    return lab, lab_state


# Making


def draft_lab(setup: Setup, *, title: str = "", **columns: Any) -> NewLab:
    """A lab that has no row yet, so that steps can be taken in it before anything is locked.

    `columns` are further columns of the lab.

    Raises:
        ServiceError: the seed cannot be stored.
    """
    if not setup.seed.isprintable():
        raise ServiceError("The seed has characters that cannot be shown; no lab was made")
    drive_key = secrets.token_urlsafe(18)
    lab = models.Lab(
        key=secrets.token_urlsafe(12),
        drive_hash=_digest(drive_key),
        title=_stored_title(title) or f"Lab {secrets.token_hex(2).upper()}",
        solution=setup.options.solution.value,
        seed=setup.seed,
        setup=to_plain(setup),
        observation=to_plain(first_observation()),
        model=MODEL_VERSION,
        **{"shown_ues": list(setup.ue_names[:1])} | columns,
    )
    return NewLab(lab, drive_key)


def make_lab(lab: models.Lab, *, ends_idle: bool = True) -> None:
    """Make the row of a drafted lab, within a transaction: the rows of its world are the caller's to write.

    Raises:
        LimitReached: there are as many labs as this server allows, and all are in use.
    """
    if ends_idle:
        end_idle_labs(but=lab.parent_id)
        end_surplus_labs(but=lab.parent_id, room=1)
    if models.Lab.objects.count() >= settings.SYNCSCOPE_MOST_LABS:
        raise LimitReached(
            f"This server has its {settings.SYNCSCOPE_MOST_LABS} labs, and all of them are in use; try again later"
        )
    lab.save(force_insert=True)


def create_lab(setup: Setup, *, title: str = "", ends_idle: bool = True, scenario: str = "") -> NewLab:
    """Make a lab with every node in its first state; errors as `draft_lab` and `make_lab`."""
    new = draft_lab(setup, title=title, scenario=scenario)
    world = first_world(setup)
    with transaction.atomic():
        make_lab(new.lab, ends_idle=ends_idle)
        store.save(new.lab, None, world)
        remember(new.lab, world, first_observation())
    return new


def _stored_title(title: str) -> str:
    """What of a title a row has room for; not every database takes every character."""
    return "".join(each for each in title if each.isprintable())[:MOST_TITLE]


def end_idle_labs(*, but: int | None = None) -> int:
    """Delete labs that nobody used for SYNCSCOPE_IDLE_DAYS days, at most MOST_ENDED; how many they were.

    `but` is the primary key of one that is not deleted.
    """
    idle_since = timezone.now() - timedelta(days=settings.SYNCSCOPE_IDLE_DAYS)
    return _end(models.Lab.objects.filter(used__lt=idle_since).exclude(pk__in=[but]))


def end_surplus_labs(*, but: int | None = None, room: int = 0) -> int:
    """Delete the least used labs where there are more than SYNCSCOPE_MOST_LABS, or no room for so many more.

    First those that somebody made and left, then those that rest longest; none that is in use. At most MOST_ENDED;
    how many they were. `but` as in `end_idle_labs`.
    """
    surplus = models.Lab.objects.count() + room - settings.SYNCSCOPE_MOST_LABS
    if surplus <= 0:
        return 0
    now = timezone.now()
    left = Q(revision__lte=MADE_AND_LEFT)
    resting = models.Lab.objects.filter(Q(used__lt=now - RESTS_AFTER) | left & Q(used__lt=now - LEFT_AFTER))
    return _end(resting.exclude(pk__in=[but]).order_by(Case(When(left, then=0), default=1), "used"), surplus)


@transaction.atomic
def _end(labs: QuerySet[models.Lab], most: int = MOST_ENDED) -> int:
    """Delete the first of these labs. The rows of a lab are many, and others wait while they are deleted."""
    few = min(most, MOST_ENDED)
    keys = list(labs.select_for_update(skip_locked=True).values_list("pk", flat=True)[:few])
    models.Lab.objects.filter(pk__in=keys).delete()
    return len(keys)


# What a lab is


def setup_of(lab: models.Lab) -> Setup:
    return read_setup(lab.setup)


def check_model(lab: models.Lab) -> None:
    """Check that a lab's rows can be read.

    Raises:
        OldModel: they are of another version of the model.
    """
    if lab.model != MODEL_VERSION:
        raise OldModel(
            f"This lab was made with version {lab.model} of the protocol model; this server has version "
            f"{MODEL_VERSION}. What it shows could differ from what happened, so it is not opened."
        )


def state_of(lab: models.Lab) -> LabState:
    """Return the world and the observation of a lab whose row is locked, or that nobody else writes.

    Raises:
        OldModel: its rows are of another version of the model.
    """
    check_model(lab)
    lab_state = cached_state(lab)
    if lab_state is None:
        lab_state = store.load(lab, first_world(setup_of(lab))), from_plain(Observation, lab.observation)
        remember(lab, *lab_state)
    return lab_state
