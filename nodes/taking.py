"""Steps of one lab within one transaction: begin, take, run, finish."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nodes import models, store
from nodes.journal import Journal
from nodes.labs import LimitReached, course_of, setup_of
from nodes.protocol import engine
from nodes.protocol.actions import Action, Advance, OnLink, OnMessage
from nodes.protocol.genesis import first_world
from nodes.protocol.plain import to_plain
from nodes.protocol.watch import first_watch
from nodes.signals import lab_changed
from nodes.tables import update
from nodes.worlds import remember

MOST_DELIVERIES = 500  # in one run to quiescence

STATE = ("step", "messages", "ordinals", "held", "armed", "watch", "lab_seconds", "next_due")
"""The columns of a lab that steps change."""


def begin(lab: models.Lab) -> Journal:
    """Begin to take steps in a lab whose row is locked; errors as `course_of`."""
    world, watch = course_of(lab)
    return Journal(lab, world, world, watch)


def begin_new(lab: models.Lab) -> Journal:
    """Begin to take steps in a lab that has no rows of its world yet: `finish` writes them."""
    return Journal(lab, None, first_world(setup_of(lab)), first_watch())


def runs_after(lab: models.Lab, action: Action) -> bool:
    """Whether an action is followed by a run: at the pace "at once", but not after what is done by hand."""
    return lab.pace == 0 and not isinstance(action, OnMessage | OnLink)


def take_each(journal: Journal, actions: Iterable[Action]) -> None:
    """Take actions, and nothing between them.

    Raises:
        LimitReached: the lab has as many steps as this server allows.
        CommandRefused, NoSuchAction: of an action.
    """
    lab = journal.lab
    for action in actions:
        if lab.step >= settings.SYNCSCOPE_MOST_STEPS:
            raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_STEPS} steps; reset it or make a new one")
        journal.add(action, engine.transition(journal.world, action))
        if isinstance(action, Advance):
            lab.lab_seconds += action.seconds


def run_on(journal: Journal) -> None:
    """Deliver until nothing can be delivered, as far as this server allows."""
    for _ in range(MOST_DELIVERIES):
        delivery = engine.next_delivery(journal.world)
        if delivery is None or journal.lab.step >= settings.SYNCSCOPE_MOST_STEPS:
            return
        take_each(journal, (delivery,))


def finish(journal: Journal) -> models.Lab:
    """Write the rows of all that was taken, and the lab's own."""
    lab, world = journal.lab, journal.world
    store.save(lab, journal.before, world)
    journal.write()
    lab.messages, lab.ordinals = world.messages, world.ordinals
    lab.held = [list(key) for key in world.held]
    lab.armed = [[source, destination, fault.value] for source, destination, fault in world.armed]
    lab.watch = to_plain(journal.watch)
    lab.next_due = timezone.now() + timedelta(milliseconds=lab.pace) if lab.pace else None
    saved(lab, *STATE)
    remember(lab, world, journal.watch)
    return lab


def saved(lab: models.Lab, *names: str) -> None:
    """Save a lab's columns, and tell whoever watches once that is committed."""
    lab.revision += 1
    lab.used = timezone.now()
    update(models.Lab, {"key": lab.key}, {name: getattr(lab, name) for name in (*names, "revision", "used")})
    key, revision = lab.key, lab.revision
    transaction.on_commit(lambda: lab_changed.send(models.Lab, lab_key=key, revision=revision))
