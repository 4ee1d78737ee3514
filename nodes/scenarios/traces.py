"""Scenarios compiled into traces: actions, and captions at the number of actions after which each is said."""

from functools import lru_cache
from typing import Final

from nodes.protocol.options import Setup
from nodes.protocol.runs.trace import Caption, Trace, result_of
from nodes.protocol.world.world import World
from nodes.scenarios.reading import read_all
from nodes.scenarios.scenario import Scenario, ScenarioError, UnknownScenario, Variant
from nodes.scenarios.script import Compiled, compile_script

_MOST_REMEMBERED: Final = 128


def all_scenarios() -> tuple[Scenario, ...]:
    """Every scenario in order; the first is the guided tour."""
    return tuple(read_all().values())


def scenario_of(name: str) -> Scenario:
    """The scenario of a name, `slug`, or of a name of one of its variants, `slug+option` or `slug+option+option`.

    Raises:
        UnknownScenario: there is no such scenario or variant.
    """
    return _found(name)[0]


@lru_cache(maxsize=_MOST_REMEMBERED)
def name_of_setup(setup: Setup) -> str:
    """The name of the scenario, or variant of one, that has this set-up; empty: none has.

    A scenario's seed is its name, so that there is at most one.
    """
    for scenario in all_scenarios():
        for variant in (None, *scenario.variants):
            if scenario.setup_of(variant) == setup:
                return scenario.name if variant is None else f"{scenario.name}+{variant.name}"
    return ""


def trace_of(name: str) -> Trace:
    """The whole run of a scenario or variant with its captions.

    Raises:
        UnknownScenario: as `scenario_of`.
        ScenarioError: as `compile_scenario`.
    """
    return _compiled(name)[0]


def path_of(name: str) -> tuple[World, ...]:
    """The world before the first action of `trace_of(name)` and after each; errors as there."""
    return _compiled(name)[1]


@lru_cache(maxsize=_MOST_REMEMBERED)
def _compiled(name: str) -> tuple[Trace, tuple[World, ...]]:
    return compile_scenario(*_found(name))


def _found(name: str) -> tuple[Scenario, Variant | None]:
    slug, _, options = name.partition("+")
    scenario = read_all().get(slug)
    if scenario is None:
        raise UnknownScenario(f"There is no scenario {slug!r}")
    return scenario, scenario.variant_of(options) if options else None


def compile_scenario(scenario: Scenario, variant: Variant | None = None) -> tuple[Trace, tuple[World, ...]]:
    """The trace of a scenario, or of a variant of it, and its worlds.

    Raises:
        ScenarioError: the script does not compile; the text names scenario, beat, line and rule.
    """
    name = scenario.name if variant is None else f"{scenario.name}+{variant.name}"
    setup = scenario.setup_of(variant)
    try:
        compiled = compile_script(setup, (beat.do for beat in scenario.beats))
    except ScenarioError as error:
        raise ScenarioError(f"{name}: {error}") from None
    trace = Trace(
        title=scenario.title if variant is None else f"{scenario.title}, with {variant.words}",
        setup=setup,
        actions=compiled.actions,
        result=result_of(compiled.worlds[-1]),
        scenario=name,
        captions=_captions(scenario, variant, compiled),
    )
    return trace, compiled.worlds


def _captions(scenario: Scenario, variant: Variant | None, compiled: Compiled) -> tuple[Caption, ...]:
    """One caption before each beat that does anything, and the closing one."""
    ends = (*compiled.starts[1:], len(compiled.actions))
    captions = []
    for beat, start, end in zip(scenario.beats, compiled.starts, ends, strict=True):
        telling = beat.telling_of(variant)
        if start < end:
            captions.append(Caption(start, telling.caption, telling.task, beat.contribution))
    closing = scenario.end if variant is None else variant.shows
    return (*captions, Caption(len(compiled.actions), closing))
