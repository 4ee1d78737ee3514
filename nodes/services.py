"""What can be done with a lab. Each function is one transaction; whoever watches is told after it commits."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nodes import models, store
from nodes.journal import Journal
from nodes.protocol import engine
from nodes.protocol.actions import Action, Advance, OnLink, OnMessage
from nodes.protocol.genesis import first_world
from nodes.protocol.options import Setup
from nodes.protocol.plain import from_plain, to_plain
from nodes.protocol.world import World
from nodes.signals import lab_changed
from nodes.worlds import cached_world, remember

MOST_DELIVERIES = 500  # in one run to quiescence
MOST_SHOWN = 2
PACES = (None, 0, 300, 1000)
EARLY_ENOUGH = timedelta(milliseconds=60)  # a page's timer may fire that much before the server's


class ServiceError(Exception):
    """Something was asked for that cannot be done; the text is for the viewer."""


class LabNotFound(ServiceError):
    """No lab has this key."""


class StaleStep(ServiceError):
    """The page that asked shows an older step than the lab has."""


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


def _digest(drive_key: str) -> str:
    return hashlib.sha256(drive_key.encode()).hexdigest()


def may_drive(lab: models.Lab, drive_key: str) -> bool:
    return hmac.compare_digest(lab.drive_hash, _digest(drive_key))


def setup_of(lab: models.Lab) -> Setup:
    return from_plain(Setup, lab.setup)


@transaction.atomic
def create_lab(setup: Setup, *, title: str = "", ends_idle: bool = True) -> NewLab:
    """Make a lab with every node in its first state.

    Raises:
        LimitReached: there are as many labs as this server allows, and none is idle.
    """
    if ends_idle:
        end_idle_labs()
    if models.Lab.objects.count() >= settings.SYNCSCOPE_MOST_LABS:
        raise LimitReached(f"This server has its {settings.SYNCSCOPE_MOST_LABS} labs; try again later")
    drive_key = secrets.token_urlsafe(18)
    key = secrets.token_urlsafe(12)
    lab = models.Lab.objects.create(
        key=key,
        drive_hash=_digest(drive_key),
        title=title or f"Lab {secrets.token_hex(2).upper()}",
        solution=setup.options.solution.value,
        seed=setup.seed,
        setup=to_plain(setup),
        shown_ues=list(setup.ue_names[:1]),
    )
    world = first_world(setup)
    store.save(lab, None, world)
    remember(lab, world)
    return NewLab(lab, drive_key)


def end_idle_labs() -> int:
    """Delete labs that nobody used for SYNCSCOPE_IDLE_DAYS days; how many they were."""
    idle_since = timezone.now() - timedelta(days=settings.SYNCSCOPE_IDLE_DAYS)
    idle = models.Lab.objects.filter(used__lt=idle_since)
    count = idle.count()
    idle.delete()
    return count


def get_lab(key: str) -> models.Lab:
    """Return the lab of a key.

    Raises:
        LabNotFound: there is none.
    """
    lab = models.Lab.objects.filter(key=key).first()
    if lab is None:
        raise LabNotFound("No lab has this address; it may have ended after a long time without use")
    return lab


def locked_lab(key: str) -> models.Lab:
    """Lock a lab's row. On SQLite the transaction itself is the lock (transaction_mode IMMEDIATE)."""
    try:
        return models.Lab.objects.select_for_update().get(key=key)
    except models.Lab.DoesNotExist:
        raise LabNotFound("No lab has this address; it may have ended after a long time without use") from None


def _check_seen(lab: models.Lab, seen: str) -> None:
    if seen == seen_of(lab):
        return
    resets, _, step = seen.partition(".")
    if resets == str(lab.resets) and step.isdigit():
        raise StaleStep(f"This page showed step {step}; the lab is at step {lab.step} now. Nothing was changed.")
    raise StaleStep("The lab was reset since this page was shown. Nothing was changed.")


def world_of(lab: models.Lab) -> World:
    """Return the world of a lab whose row is locked, or that nobody else writes."""
    world = cached_world(lab)
    if world is None:
        world = store.load(lab, first_world(setup_of(lab)))
        remember(lab, world)
    return world


@transaction.atomic
def take(key: str, action: Action, seen: str) -> models.Lab:
    """Take one step; in a lab whose pace is "at once" a command or an expiry is then run to its end.

    What is done to a single message or link by hand is not.

    Raises:
        LabNotFound, StaleStep, LimitReached: as they say; nothing is changed.
        CommandRefused, NoSuchAction: of the action; nothing is changed.
    """
    lab = locked_lab(key)
    _check_seen(lab, seen)
    return _take(lab, action, runs=lab.pace == 0 and not isinstance(action, OnMessage | OnLink))


def _take(lab: models.Lab, action: Action | None, *, runs: bool) -> models.Lab:
    """Take an action and, if the lab runs, deliver until nothing can be delivered."""
    before = world_of(lab)
    journal = Journal(lab, before)
    if action is not None:
        _step(journal, action)
    if runs:
        _run(journal)
    store.save(lab, before, journal.world)
    journal.write()
    lab.messages, lab.ordinals = journal.world.messages, journal.world.ordinals
    lab.held = [list(key) for key in journal.world.held]
    lab.next_due = timezone.now() + timedelta(milliseconds=lab.pace) if lab.pace else None
    _saved(lab, "step", "messages", "ordinals", "held", "lab_seconds", "next_due")
    remember(lab, journal.world)
    return lab


def _step(journal: Journal, action: Action) -> None:
    lab = journal.lab
    if lab.step >= settings.SYNCSCOPE_MOST_STEPS:
        raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_STEPS} steps; reset it or make a new one")
    journal.add(action, engine.transition(journal.world, action))
    if isinstance(action, Advance):
        lab.lab_seconds += action.seconds


def _run(journal: Journal) -> None:
    for _ in range(MOST_DELIVERIES):
        delivery = engine.next_delivery(journal.world)
        if delivery is None or journal.lab.step >= settings.SYNCSCOPE_MOST_STEPS:
            return
        _step(journal, delivery)


def _saved(lab: models.Lab, *names: str) -> None:
    """Save a lab's columns, and tell whoever watches once that is committed."""
    lab.revision += 1
    lab.save(update_fields=(*names, "revision", "used"))
    key, revision = lab.key, lab.revision
    transaction.on_commit(lambda: lab_changed.send(models.Lab, lab_key=key, revision=revision))


@transaction.atomic
def take_next(key: str, seen: str, *, paced: bool = False) -> models.Lab:
    """Deliver the next message. `paced`: a page asks at the lab's pace, and not before the step is due.

    Raises:
        LabNotFound, StaleStep, LimitReached, TooEarly: as they say; nothing is changed.
    """
    lab = locked_lab(key)
    _check_seen(lab, seen)
    if paced and (lab.next_due is None or timezone.now() < lab.next_due - EARLY_ENOUGH):
        raise TooEarly("The next step is not due yet")
    delivery = engine.next_delivery(world_of(lab))
    if delivery is None:
        raise ServiceError("Nothing is in flight that could be delivered")
    return _take(lab, delivery, runs=False)


@transaction.atomic
def run(key: str, seen: str) -> models.Lab:
    """Deliver until nothing can be delivered."""
    lab = locked_lab(key)
    _check_seen(lab, seen)
    if engine.next_delivery(world_of(lab)) is None:
        raise ServiceError("Nothing is in flight that could be delivered")
    return _take(lab, None, runs=True)


@transaction.atomic
def set_pace(key: str, pace: int | None) -> models.Lab:
    """Choose how the lab runs: by hand, at once, or milliseconds per step. What is in flight then moves on."""
    if pace not in PACES:
        raise ServiceError("The pace is by hand, at once, 0.3 s or 1 s")
    lab = locked_lab(key)
    lab.pace = pace
    if pace == 0 and engine.next_delivery(world_of(lab)) is not None:
        lab.save(update_fields=("pace",))
        return _take(lab, None, runs=True)
    lab.next_due = timezone.now() + timedelta(milliseconds=pace) if pace else None
    _saved(lab, "pace", "next_due")
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
    _saved(lab, "shown_ues", "shown_mme", "shown_as")
    return lab


@transaction.atomic
def reset(key: str, seen: str) -> models.Lab:
    """Begin again from the first world, with the same options and seed. The log begins anew."""
    lab = locked_lab(key)
    _check_seen(lab, seen)
    for model in ROWS:
        model._default_manager.filter(lab=lab).delete()
    world = first_world(setup_of(lab))
    store.save(lab, None, world)
    lab.step = lab.messages = lab.ordinals = lab.lab_seconds = 0
    lab.resets += 1
    lab.held, lab.next_due = [], None
    _saved(lab, "step", "messages", "ordinals", "lab_seconds", "resets", "held", "next_due")
    remember(lab, world)
    return lab


ROWS: tuple[type[models.Row], ...] = tuple(models.Row.__subclasses__())
