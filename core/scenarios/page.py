"""The scenarios as a list, and each as a text to read: what is said, what then happens, and the verdicts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.lab.parts import VerdictWord
from core.lab.runs import FIRST_AS, MOST_SHOWN, EndVerdict, events_between, events_by_step, moment_of, verdicts_of
from core.lab.scene import Scene
from core.words.names import VALUES
from core.words.scenarios import contribution_list, contribution_words, variant_words
from nodes.diagram.text import TextEvent
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.runs.trace import Trace
from nodes.protocol.world import engine
from nodes.scenarios import Scenario, Variant, all_scenarios, path_of, scenario_of, trace_of


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """The same scenario with a repair. `name` is what a form sends; `label` "With ordered push"."""

    name: str
    label: str
    shows: str
    ends: tuple[EndVerdict, ...]
    was_out_of_sync: bool = False
    """Whether a caption before the last one stands at OUT OF SYNC."""
    breaks: tuple[str, ...] = ()
    """The properties that the run violates: P1, P3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """A scenario in the list. `contribution` names the steps that it touches."""

    name: str
    number: int
    title: str
    shows: str
    solution: str
    in_solution: int = 12
    touches: tuple[str, ...] = ()
    """Steps of the contribution, as scenarios name them: 2.2-5."""
    minutes: int
    steps: int
    contribution: str
    ends: tuple[EndVerdict, ...]
    was_out_of_sync: bool = False
    breaks: tuple[str, ...] = ()
    variants: tuple[VariantRow, ...] = ()

    @property
    def mended(self) -> tuple[VariantRow, ...]:
        """The variants that break nothing of what this breaks, or of anything else."""
        return tuple(variant for variant in self.variants if self.breaks and not variant.breaks)

    @property
    def worst(self) -> VerdictWord:
        """The word that says most about it: OUT OF SYNC if it ever comes to that, else what it ends with."""
        words = [end.word for end in self.ends]
        is_out = self.was_out_of_sync or VerdictWord.OUT_OF_SYNC in words
        return VerdictWord.OUT_OF_SYNC if is_out else words[0]

    @property
    def is_apart(self) -> bool:
        """Whether the ends are apart at some caption."""
        return self.worst.is_apart

    @property
    def takes(self) -> str:
        return "1 minute" if self.minutes == 1 else f"{self.minutes} minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatText:
    """A caption, what it asks for, and what then happens until the next one, in words."""

    number: int
    caption: str
    task: str
    contribution: str
    at: int
    """Steps taken when the caption is shown."""
    ends: tuple[EndVerdict, ...]
    """The verdict when the caption is shown."""
    events: tuple[TextEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPage:
    """`variant` is the repair under which the scenario is told; empty: none."""

    row: ScenarioRow
    beats: tuple[BeatText, ...]
    variant: VariantRow | None = None
    before: ScenarioRow | None = None
    after: ScenarioRow | None = None
    error: str = ""
    """Why a lab could not be made."""


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
        in_solution=int(scenario.setup.options.solution),
        touches=scenario.contribution,
        minutes=scenario.minutes,
        steps=len(trace.actions),
        contribution=contribution_list(scenario.contribution),
        ends=_ends(scenario.name),
        was_out_of_sync=_was_out_of_sync(scenario.name),
        breaks=scenario.breaks.get("", ()),
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
        breaks=scenario.breaks.get(variant.name, ()),
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
    events = events_by_step(scene)
    stops = (*(caption.step for caption in trace.captions[1:]), len(trace.actions))
    for number, (caption, stop) in enumerate(zip(trace.captions, stops, strict=True), 1):
        yield BeatText(
            number=number,
            caption=caption.text,
            task=caption.task,
            contribution=contribution_words(caption.contribution) if caption.contribution else "",
            at=caption.step,
            ends=verdicts_of(scene, path[caption.step]),
            events=events_between(events, caption.step, stop),
        )


def _scene(trace: Trace, name: str) -> Scene:
    path = path_of(name)
    transitions = tuple(engine.transition(world, action) for world, action in zip(path, trace.actions, strict=False))
    shown = trace.setup.ue_names[:MOST_SHOWN]
    return Scene(moment_of(trace.setup, trace.actions, path, transitions, shown_ues=shown))
