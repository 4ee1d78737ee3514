"""From rows to moments: a lab as it is now, or as it was after an earlier step."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from core.moment import HistoryMark, Moment, PairVerdict, PlainChange, StepRecord
from nodes import models, services
from nodes.protocol import engine
from nodes.protocol.actions import Action
from nodes.protocol.engine import Event
from nodes.protocol.genesis import first_world
from nodes.protocol.options import Setup
from nodes.protocol.plain import from_plain
from nodes.protocol.verdict import judge
from nodes.protocol.world import World
from nodes.worlds import cached_world

MOST_EVENTS = 40  # of the ladder on the page
MOST_MARKS = 150


def live_moment(key: str) -> Moment:
    """Return a lab at its last step.

    Raises:
        LabNotFound: no lab has this key.
    """
    lab = services.get_lab(key)
    world = cached_world(lab)
    if world is None:
        with transaction.atomic():
            lab = services.locked_lab(key)
            world = services.world_of(lab)
    return _moment(lab, services.setup_of(lab), world, lab.step)


def past_moment(key: str, at: int) -> Moment:
    """Return a lab as it was after step `at`, by replaying the log that far; beyond its end, the live moment.

    Raises:
        LabNotFound: no lab has this key.
    """
    lab = services.get_lab(key)
    if at >= lab.step:
        return live_moment(key)
    setup = services.setup_of(lab)
    world = first_world(setup)
    taken = models.Step.objects.filter(lab=lab, number__lte=at).order_by("number")
    for action in taken.values_list("action", flat=True):
        world = engine.step(world, from_plain(Action, action))
    return _moment(lab, setup, world, at)


def _moment(lab: models.Lab, setup: Setup, world: World, at: int) -> Moment:
    steps = _last_steps(lab, at)
    moment = Moment(
        lab_key=lab.key,
        title=lab.title,
        setup=setup,
        revision=lab.revision,
        at=at,
        last_step=lab.step,
        world=world,
        steps=steps,
        earlier=at - len(steps),
        shown_ues=tuple(lab.shown_ues),
        shown_mme=lab.shown_mme,
        shown_as=lab.shown_as,
        verdicts=tuple(_verdict(lab, world, ue, lab.shown_as, at) for ue in lab.shown_ues),
        marks=_marks(lab),
        lab_seconds=lab.lab_seconds,
        pace=lab.pace,
        seen=services.seen_of(lab),
    )
    return replace(moment, next_in=_next_in(lab, world, at))


def _next_in(lab: models.Lab, world: World, at: int) -> int | None:
    """Milliseconds until the next step of a paced lab is due, if there is anything to deliver."""
    if not lab.pace or at != lab.step or engine.next_delivery(world) is None:
        return None
    if lab.next_due is None:
        return lab.pace
    left = (lab.next_due - timezone.now()).total_seconds() * 1000
    return min(max(round(left), 0), lab.pace)


def _last_steps(lab: models.Lab, at: int) -> tuple[StepRecord, ...]:
    """The last steps up to `at` that together have MOST_EVENTS events, at least one."""
    rows = models.Step.objects.filter(lab=lab, number__lte=at).order_by("-number")[:MOST_EVENTS]
    records: list[StepRecord] = []
    events = 0
    for row in rows:
        record = record_of(row)
        events += len(record.events)
        if records and events > MOST_EVENTS:
            break
        records.append(record)
    return tuple(reversed(records))


def all_steps(lab: models.Lab) -> tuple[StepRecord, ...]:
    """Every step of a lab."""
    return tuple(record_of(row) for row in models.Step.objects.filter(lab=lab).order_by("number"))


def record_of(row: models.Step) -> StepRecord:
    return StepRecord(
        row.number,
        from_plain(Action, row.action),
        from_plain(tuple[Event, ...], row.events),
        tuple(PlainChange(tuple(path), old, new) for path, old, new in row.changes),
    )


def _verdict(lab: models.Lab, world: World, ue: str, server: str, at: int) -> PairVerdict:
    rows = models.VerdictChange.objects.filter(lab=lab, ue=ue, application_server=server, step__lte=at)
    since = rows.filter(has_new_word=True).order_by("-step").values_list("step", flat=True).first()
    return PairVerdict(ue, server, judge(world, ue, server), since or 0)


def _marks(lab: models.Lab) -> tuple[HistoryMark, ...]:
    rows = models.Step.objects.filter(lab=lab).exclude(procedure="", tag="").order_by("-number")
    found = rows.values_list("number", "tag", "procedure")[:MOST_MARKS]
    return tuple(HistoryMark(*row) for row in reversed(found))
