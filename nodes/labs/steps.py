"""Steps of one lab: begin, take, run, and write what was taken.

Steps are taken in memory, where nobody waits for them. The transaction that writes them finds the lab as they found
it, or they are taken again.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nodes import models
from nodes.labs import store
from nodes.labs.allowance import Budget, TooMuchWork
from nodes.labs.cache import remember
from nodes.labs.checkpoints import LabState
from nodes.labs.journal import Journal
from nodes.labs.labs import (
    LimitReached,
    ServiceError,
    StaleStep,
    check_followed,
    check_seen,
    current,
    locked_lab,
    setup_of,
)
from nodes.labs.mapping import update
from nodes.labs.signals import lab_changed
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.properties.observation import first_observation
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Advance, Deliver, OnLink, OnMessage, Release
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World

MOST_DELIVERIES: Final = 500  # in one run to quiescence
MOST_TRIES: Final = 5  # where others change how a lab runs meanwhile

STATE = ("step", "messages", "ordinals", "held", "armed", "observation", "lab_seconds", "next_due")
"""The columns of a lab that steps change."""


class TooManyMessages(LimitReached):
    """A step would put more messages in flight than a lab may have."""


class Taking:
    """Steps that are taken in a lab: its log as it grows, and what is left of the work that a request may be."""

    def __init__(
        self, lab: models.Lab, before: World | None, lab_state: LabState, budget: Budget | None = None
    ) -> None:
        self.journal = Journal(lab, before, *lab_state)
        self.budget = budget or Budget()

    @property
    def lab(self) -> models.Lab:
        return self.journal.lab

    @property
    def world(self) -> World:
        return self.journal.world


def begin(key: str) -> Taking:
    """Begin to take steps in a lab as it is; errors as `labs.current`."""
    lab, lab_state = current(key)
    return Taking(lab, lab_state[0], lab_state)


def begin_new(lab: models.Lab, lab_state: LabState | None = None, budget: Budget | None = None) -> Taking:
    """Begin to take steps in a lab that has no rows yet, at its first world or where another lab has come to."""
    return Taking(lab, None, lab_state or (first_world(setup_of(lab)), first_observation()), budget)


def runs_after(lab: models.Lab, action: Action) -> bool:
    """Whether an action is followed by a run: at the pace "at once", but not after what is done by hand.

    To release a link is to let what waits there go on.
    """
    return lab.pace == 0 and (isinstance(action, Release) or not isinstance(action, OnMessage | OnLink))


def take_each(taking: Taking, actions: Iterable[Action]) -> None:
    """Take actions, and nothing between them.

    Raises:
        LimitReached: the lab has as many steps as this server allows.
        TooManyMessages, TooMuchWork: as they say.
        CommandRefused, NoSuchAction: of an action.
    """
    for action in actions:
        taking.budget.check()
        take_one(taking, action)


def take_one(taking: Taking, action: Action) -> None:
    """Take an action, whatever is left of the work; errors as `take_each`."""
    check_steps(taking.lab.step + 1)
    done = engine.transition(taking.world, action)
    _check_messages(taking.world, done.world)
    taking.journal.add(action, done)
    if isinstance(action, Advance):
        taking.lab.lab_seconds += action.seconds


def check_steps(steps: int) -> None:
    """Check that a lab may have so many steps.

    Raises:
        LimitReached: it may not.
    """
    if steps > settings.SYNCSCOPE_MOST_STEPS:
        raise LimitReached(f"A lab has at most {settings.SYNCSCOPE_MOST_STEPS} steps; reset it or make a new one")


def _check_messages(before: World, after: World) -> None:
    """Check that a step leaves no more in flight than is allowed, or no more than there was."""
    most = settings.SYNCSCOPE_MOST_IN_FLIGHT
    if _in_flight(after) > max(most, _in_flight(before)):
        raise TooManyMessages(f"A lab has at most {most} messages in flight; deliver or drop some first")


def _in_flight(world: World) -> int:
    return sum(len(link.queue) for link in world.links)


def next_delivery(world: World) -> Deliver:
    """The delivery that comes next.

    Raises:
        ServiceError: there is none.
    """
    delivery = engine.next_delivery(world)
    if delivery is None:
        raise ServiceError("Nothing is in flight that could be delivered")
    return delivery


def run_on(taking: Taking) -> None:
    """Deliver until nothing can be delivered, as far as this server allows."""
    for _ in range(MOST_DELIVERIES):
        delivery = engine.next_delivery(taking.world)
        if delivery is None or taking.lab.step >= settings.SYNCSCOPE_MOST_STEPS:
            return
        try:
            take_each(taking, (delivery,))
        except (TooManyMessages, TooMuchWork):
            # What is taken stands, and what is left stays in flight for everybody to see.
            return


def take_in(key: str, seen: str | None, take: Callable[[Taking], None], *names: str) -> models.Lab:
    """Take steps in a lab and write them; `names` are columns of the lab that `take` sets itself.

    `seen` is the step that the page shows that asks; None: it may show any.

    Raises:
        LabNotFound, OldModel, StaleStep, TraceUnfinished, and what `take` raises: nothing is changed.
    """
    for _ in range(MOST_TRIES):
        taking = begin(key)
        _check(taking.lab, seen)
        found = _found(taking.lab)
        take(taking)
        taking.journal.close()
        with transaction.atomic():
            lab = locked_lab(key)
            _check(lab, seen)
            if _found(lab) == found:
                return finish(taking, lab, *names)
    raise StaleStep("Others change this lab all the time. Nothing was changed.")


def _check(lab: models.Lab, seen: str | None) -> None:
    if seen is not None:
        check_seen(lab, seen)
    check_followed(lab)


def _found(lab: models.Lab) -> tuple[object, ...]:
    """What of a lab's row decides what steps do in it."""
    return lab.resets, lab.step, lab.model, lab.pace, lab.next_due


def finish(taking: Taking, lab: models.Lab, *names: str) -> models.Lab:
    """Write the rows of all that was taken, and the lab's own, which is locked or new."""
    journal, world = taking.journal, taking.world
    for name in ("step", "lab_seconds", *names):
        setattr(lab, name, getattr(journal.lab, name))
    store.save(lab, journal.before, world)
    journal.write(lab)
    lab.messages, lab.ordinals = world.messages, world.ordinals
    lab.held = [list(key) for key in world.held]
    lab.armed = [[source, destination, fault.value] for source, destination, fault in world.armed]
    lab.observation = to_plain(journal.observation)
    lab.next_due = timezone.now() + timedelta(milliseconds=lab.pace) if lab.pace else None
    saved(lab, *STATE, *names)
    remember(lab, world, journal.observation)
    return lab


def saved(lab: models.Lab, *names: str) -> None:
    """Save a lab's columns, and tell whoever watches once that is committed."""
    lab.revision += 1
    lab.used = timezone.now()
    update(models.Lab, {"key": lab.key}, {name: getattr(lab, name) for name in (*names, "revision", "used")})
    key, revision = lab.key, lab.revision
    transaction.on_commit(lambda: lab_changed.send(models.Lab, lab_key=key, revision=revision))
