"""The scenarios as a list, and each as a text to read: what is said, what then happens, and the verdicts."""

from collections.abc import Iterator
from functools import lru_cache

from core.panels.scenarios import BeatText, EndVerdict, ScenarioPage, ScenarioRow, VariantRow
from core.view.runs import FIRST_AS, MOST_SHOWN, events_by_step, moment_of, verdicts_of
from core.view.scenario_words import contribution_list, contribution_words, variant_words
from core.view.scene import Scene
from core.view.words import VALUES
from nodes.diagram.text import TextEvent
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.runs.trace import Trace
from nodes.protocol.world import engine
from nodes.scenarios import Scenario, Variant, all_scenarios, path_of, scenario_of, trace_of

_MOST_KEPT = 64


@lru_cache(1)
def rows() -> tuple[ScenarioRow, ...]:
    """Every scenario in order, with the verdicts that it and its variants come to."""
    return tuple(_row(number, scenario) for number, scenario in enumerate(all_scenarios(), 1))


def _row(number: int, scenario: Scenario) -> ScenarioRow:
    trace = trace_of(scenario.name)
    return ScenarioRow(
        name=scenario.name,
        number=number,
        title=scenario.title,
        shows=scenario.shows,
        solution=f"Solution {VALUES[scenario.setup.options.solution]}",
        minutes=scenario.minutes,
        steps=len(trace.actions),
        contribution=contribution_list(scenario.contribution),
        ends=_ends(scenario.name),
        was_out_of_sync=_was_out_of_sync(scenario.name),
        variants=tuple(_variant(scenario, variant) for variant in scenario.variants),
    )


def _variant(scenario: Scenario, variant: Variant) -> VariantRow:
    name = f"{scenario.name}+{variant.name}"
    return VariantRow(
        name=variant.name,
        label=f"With {variant_words(variant.options)}",
        shows=variant.shows,
        ends=_ends(name),
        was_out_of_sync=_was_out_of_sync(name),
    )


def _ends(name: str) -> tuple[EndVerdict, ...]:
    """The verdicts after the last action; no event is needed for them, so none is made."""
    trace, world = trace_of(name), path_of(name)[-1]
    shown = trace.setup.ue_names[:MOST_SHOWN]
    return verdicts_of(Scene(moment_of(trace.setup, (), (world,), (), shown_ues=shown)), world)


def _was_out_of_sync(name: str) -> bool:
    trace, path = trace_of(name), path_of(name)
    stops = [path[caption.step] for caption in trace.captions[:-1]]
    ues = trace.setup.ue_names[:MOST_SHOWN]
    return any(judge(world, ue, FIRST_AS).word is Word.OUT_OF_SYNC for world in stops for ue in ues)


@lru_cache(_MOST_KEPT)
def scenario_page(name: str) -> ScenarioPage:
    """A scenario, or a variant of it ("slug+repair"), to read.

    Raises:
        UnknownScenario: there is none of that name.
    """
    scenario = scenario_of(name)
    every = rows()
    index = next(index for index, row in enumerate(every) if row.name == scenario.name)
    row, repairs = every[index], name.partition("+")[2]
    return ScenarioPage(
        row=row,
        beats=tuple(_beats(name)),
        variant=next((variant for variant in row.variants if variant.name == repairs), None),
        before=every[index - 1] if index else None,
        after=every[index + 1] if index + 1 < len(every) else None,
    )


def _beats(name: str) -> Iterator[BeatText]:
    trace, path = trace_of(name), path_of(name)
    scene = _scene(trace, name)
    told = events_by_step(scene)
    stops = (*(caption.step for caption in trace.captions[1:]), len(trace.actions))
    for number, (caption, stop) in enumerate(zip(trace.captions, stops, strict=True), 1):
        yield BeatText(
            number=number,
            caption=caption.text,
            task=caption.task,
            contribution=contribution_words(caption.contribution) if caption.contribution else "",
            at=caption.step,
            ends=verdicts_of(scene, path[caption.step]),
            events=_between(told, caption.step, stop),
        )


def _scene(trace: Trace, name: str) -> Scene:
    path = path_of(name)
    transitions = tuple(engine.transition(world, action) for world, action in zip(path, trace.actions, strict=False))
    shown = trace.setup.ue_names[:MOST_SHOWN]
    return Scene(moment_of(trace.setup, trace.actions, path, transitions, shown_ues=shown))


def _between(told: dict[int, tuple[TextEvent, ...]], start: int, stop: int) -> tuple[TextEvent, ...]:
    """The events after step `start`, up to step `stop`."""
    return tuple(event for step in range(start + 1, stop + 1) for event in told.get(step, ()))
