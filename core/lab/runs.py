"""Runs that belong to no lab: a scenario's, or the other side of a comparison, as moments and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.lab.ladder import make_ladder
from core.lab.moment import HistoryMark, Moment, PairVerdict, PlainChange, StepRecord
from core.lab.parts import VerdictWord
from core.lab.scene import Scene
from nodes.diagram.rows import Badge
from nodes.diagram.text import TextEvent, read
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.options import Setup
from nodes.protocol.properties.verdict import judge
from nodes.protocol.world.actions import Action
from nodes.protocol.world.diff import diff
from nodes.protocol.world.engine import EventKind, Transition
from nodes.protocol.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class EndVerdict:
    """A verdict that a scenario comes to. `ue_name` is empty where there is one UE."""

    word: VerdictWord
    ue_name: str = ""
    ue_badge: Badge | None = None
    network_badge: Badge | None = None
    as_badge: Badge | None = None
    harm: int = 0


MOST_SHOWN = 2  # UEs, as on the lab page
FIRST_AS = "as-1"


def moment_of(
    setup: Setup,
    actions: tuple[Action, ...],
    worlds: tuple[World, ...],
    transitions: tuple[Transition, ...],
    *,
    shown_ues: tuple[str, ...],
    shown_as: str = FIRST_AS,
) -> Moment:
    """The moment after the last action, with every step. `worlds` has the first one and one for each action."""
    world, at = worlds[-1], len(actions)
    # Where every UE is shown nobody asks whom a step is about.
    changes_of = _changes if len(shown_ues) < setup.ues else _no_changes
    steps = tuple(
        StepRecord(number, action, done.events, changes_of(before, done.world))
        for number, (action, before, done) in enumerate(zip(actions, worlds, transitions, strict=False), 1)
    )
    return Moment(
        lab_key="",
        title="",
        setup=setup,
        revision=at,
        at=at,
        last_step=at,
        world=world,
        steps=steps,
        earlier=0,
        shown_ues=shown_ues,
        shown_mme=setup.mme_names[0],
        shown_as=shown_as,
        verdicts=tuple(PairVerdict(ue, shown_as, judge(world, ue, shown_as), at) for ue in shown_ues),
        marks=tuple(_marks(steps)),
        lab_seconds=0,
        pace=None,
    )


def _changes(before: World, after: World) -> tuple[PlainChange, ...]:
    """Where something changed: it tells whom a step is about; what it was is not shown."""
    return tuple(PlainChange(change.path, None, None) for change in diff(before, after))


def _no_changes(_before: World, _after: World) -> tuple[PlainChange, ...]:
    return ()


def _marks(steps: Iterable[StepRecord]) -> Iterable[HistoryMark]:
    for step in steps:
        if any(event.note is NoteKind.NOT_OPENED for event in step.events):
            yield HistoryMark(step.number, tag="HARM")
        elif any(event.kind is EventKind.LOST for event in step.events):
            yield HistoryMark(step.number, tag="lost")


def events_by_step(scene: Scene) -> dict[int, tuple[TextEvent, ...]]:
    """What happened in each step, in words."""
    found: dict[int, list[TextEvent]] = {}
    for band in read(make_ladder(scene)):
        for event in band.events:
            found.setdefault(event.step, []).append(event)
    return {step: tuple(events) for step, events in found.items()}


def events_between(events: Mapping[int, tuple[TextEvent, ...]], start: int, stop: int) -> tuple[TextEvent, ...]:
    """The events after step `start`, up to step `stop`."""
    return tuple(event for step in range(start + 1, stop + 1) for event in events.get(step, ()))


def verdicts_of(scene: Scene, world: World) -> tuple[EndVerdict, ...]:
    """The verdict on each shown UE in a world of the scene's run."""
    return tuple(_verdict(scene, world, name) for name in scene.moment.shown_ues)


def _verdict(scene: Scene, world: World, name: str) -> EndVerdict:
    verdict = judge(world, name, scene.moment.shown_as)
    used, given, held = (scene.badge(vector) for vector in (verdict.ue, verdict.network, verdict.application_server))
    return EndVerdict(
        word=VerdictWord(verdict.word.value),
        ue_name=scene.name(name) if scene.moment.setup.ues > 1 else "",
        ue_badge=used,
        network_badge=given,
        as_badge=held,
        harm=verdict.harm,
    )
