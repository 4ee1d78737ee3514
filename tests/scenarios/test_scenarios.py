"""Scenarios: their files, what they compile into, and that what is said of them is so."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from nodes.models import Lab
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.options import Solution
from nodes.protocol.properties.verdict import Verdict, judge
from nodes.protocol.runs.trace import Caption, Trace, from_text, replay, result_of, to_text
from nodes.protocol.world import engine
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import World, node_as
from nodes.scenarios import (
    Scenario,
    UnknownScenario,
    all_scenarios,
    name_of_setup,
    path_of,
    scenario_of,
    trace_of,
)
from nodes.scenarios.scenario import FACTS, Facts, Telling, Variant
from tests.support.pin_scenarios import FOLDER, breaks_of, names_of, results_of

SCENARIOS = all_scenarios()
NAMES = tuple(chain.from_iterable(map(names_of, SCENARIOS)))
CONTRIBUTION = {*(f"2.{part}-{step}" for part in (1, 2) for step in range(1, 8)), "3-a", "3-b", "3-c"}
MOST_CHARACTERS = 320
MOST_MINUTES = 3

each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
each_name = pytest.mark.parametrize("name", NAMES)


# What is said


def variant_of(name: str) -> Variant | None:
    options = name.partition("+")[2]
    return scenario_of(name).variant_of(options) if options else None


def tellings_of(name: str) -> tuple[Telling, ...]:
    return tuple(beat.telling_of(variant_of(name)) for beat in scenario_of(name).beats)


@each_name
def test_trace_is_said_from_its_first_step_to_its_last(name: str) -> None:
    trace = trace_of(name)
    steps = [caption.step for caption in trace.captions]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, len(trace.actions))
    assert len(steps) == len(scenario_of(name).beats) + 1
    assert trace.scenario == name


@each_name
def test_captions_are_short_and_say_what_to_do_until_the_last(name: str) -> None:
    captions = trace_of(name).captions
    assert [c.text for c in captions if not 0 < len(c.text) <= MOST_CHARACTERS] == []
    assert [c.text for c in captions if not c.text.endswith((".", "?"))] == []
    assert [c.text for c in captions[:-1] if not c.task] == []
    assert captions[-1].task == ""


@each_scenario
def test_scenario_says_what_it_shows(scenario: Scenario) -> None:
    assert scenario.title
    assert len(scenario.title) <= (Lab._meta.get_field("title").max_length or 0)
    assert len(re.findall(r"\.(?= |$)", scenario.shows)) == 2
    assert 1 <= scenario.minutes <= MOST_MINUTES
    assert set(scenario.contribution) <= CONTRIBUTION
    assert {beat.contribution for beat in scenario.beats} <= {*CONTRIBUTION, ""}


@each_scenario
def test_variant_says_whether_it_mends(scenario: Scenario) -> None:
    first_words = {
        "Mended",
        "Half mended",
        "Not mended",
        "Made worse",
        "Nothing to mend here",
    }
    said = {re.split(r"[,:]| as to| again", variant.shows)[0] for variant in scenario.variants}
    assert said <= first_words


def test_first_scenario_is_the_guided_tour() -> None:
    tour = trace_of(SCENARIOS[0].name)
    assert SCENARIOS[0].minutes <= 2
    assert len(tour.captions) <= 10


def test_both_solutions_are_shown() -> None:
    assert {scenario.setup.options.solution for scenario in SCENARIOS} == set(Solution)


# What is so


def av_of(vector: VectorName | None, ue: str) -> int | str | None:
    """An AV by its number; one of another UE is named with that."""
    if vector is None:
        return None
    return vector.number if vector.imsi == imsi_of(ue) else f"ue-{int(vector.imsi[5:])} AV {vector.number}"


def facts_of(world: World, ue: str, server: str) -> dict[str, Any]:
    verdict: Verdict = judge(world, ue, server)
    session = node_as(world, server, ApplicationServerState).session_of(ue)
    result = None if session is None else session.last_result
    return {
        "pair": f"{ue} {server}",
        "verdict": verdict.word.value,
        "ue": av_of(verdict.ue, ue),
        "network": av_of(verdict.network, ue),
        "as": av_of(verdict.application_server, ue),
        "mends": verdict.mends,
        "harm": verdict.harm,
        "as_result": None if result is None else result.value,
    }


def found(world: World, expected: Facts) -> Facts:
    """What a world has for the facts that are expected of it."""
    ue, server = str(expected.get("pair", "ue-1 as-1")).split()
    facts = facts_of(world, ue, server)
    return {fact: facts[fact] for fact in expected}


@each_name
def test_what_each_beat_expects_is_so(name: str) -> None:
    path, captions = path_of(name), trace_of(name).captions
    for telling, following in zip(tellings_of(name), captions[1:], strict=True):
        assert telling.expect
        assert found(path[following.step], telling.expect) == telling.expect


def test_every_fact_can_be_expected() -> None:
    assert tuple(facts_of(path_of(SCENARIOS[0].name)[0], "ue-1", "as-1")) == FACTS


@each_name
def test_path_is_the_run_of_the_trace(name: str) -> None:
    trace, path = trace_of(name), path_of(name)
    assert path[0] == first_world(trace.setup)
    assert path[1:] == tuple(map(engine.step, path, trace.actions))
    assert result_of(path[-1]) == trace.result


@each_scenario
def test_results_are_the_pinned_ones(scenario: Scenario) -> None:
    """After a change of the model `python -m tests.support.pin_scenarios` writes them anew."""
    assert scenario.results == results_of(scenario)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_run_breaks_is_what_is_pinned(scenario: Scenario) -> None:
    assert {name: list(found) for name, found in scenario.breaks.items()} == breaks_of(scenario)


@each_name
def test_trace_goes_through_a_file(name: str) -> None:
    trace = trace_of(name)
    read_back = from_text(to_text(trace))
    assert read_back == trace
    assert replay(read_back).matches


BROKEN = {
    # What the run of each scenario breaks, and of each variant that breaks something else.
    "several-avs-one-guti": "P3",
    "several-avs-one-guti+named_key": "",
    "push-in-flight": "P2 P2q P3",
    "push-in-flight+named_key": "",
    "key-then-new-av-pull": "P3",
    "key-then-new-av-pull+named_key": "",
    "key-then-new-av-push": "P3",
    "key-then-new-av-push+named_key": "",
    "parked-push": "",
    "late-push": "P1 P2 P2q P3 P8",
    "late-push+ordered_push": "",
    "late-push+named_key": "",
    "push-lost": "",
    "security-mode-lost": "P1 P2 P2q P3 P8",
    "security-mode-lost+named_key": "",
    "security-mode-lost-res": "P1 P2 P2q P3 P8",
    "security-mode-lost-res+named_key": "",
    "resynchronisation": "",
    "forged-challenge": "",
    "stale-guti": "P6",
    "stale-guti+named_key": "",
    "stale-guti+withdraw_guti": "",
    "complete-lost": "",
    "m-tmsi-reused": "P4 P6",
    "m-tmsi-reused+named_key": "",
    "m-tmsi-reused+withdraw_guti": "P4",
    "change-of-mme-push": "P1a P8",
    "change-of-mme-push+named_key": "",
    "change-of-mme-push+context_carries_rand": "",
    "change-of-mme-pull": "",
    "late-push-of-old-mme": "P1a P2 P8",
    "late-push-of-old-mme+ordered_push": "",
    "late-push-of-old-mme+withdraw_guti": "P1a",
    "late-push-of-old-mme+named_key": "P1an",
    "late-push-of-old-mme+named_key+ordered_push": "",
    "hss-restart": "",
    "scef-restart": "P1a P3",
    "mme-restart": "P2 P8",
    "mme-restart+named_key": "P8",
    "guti-and-av-changed-pull": "P3 P8",
    "guti-and-av-changed-pull+named_key": "",
    "guti-and-av-changed-push": "P3 P8",
    "guti-and-av-changed-push+named_key": "",
    "tau-meets-security-mode": "P1w P2 P3",
    "tau-meets-security-mode+named_key": "",
    "tau-meets-security-mode+settle_key": "P3",
    "push-abandoned": "P1 P2 P2q P3 P8",
    "push-abandoned+named_key": "P1an",
    "idle-and-paging": "",
    "new-context-kept": "P1w",
    "two-keys": "P1 P2 P2q P3 P8",
    "two-keys+settle_key": "P3",
    "two-keys+named_key": "",
}


@each_name
def test_run_breaks_these_properties(name: str) -> None:
    broken = sorted(broken.property.value for broken in replay(trace_of(name)).observation.broken)
    assert " ".join(broken) == BROKEN.get(name, BROKEN[scenario_of(name).name])


# Names


def test_variant_is_the_same_script_with_options_on() -> None:
    name = "late-push-of-old-mme+named_key+ordered_push"
    scenario, trace = scenario_of(name), trace_of(name)
    assert scenario is scenario_of("late-push-of-old-mme")
    assert trace.title == f"{scenario.title}, with named key and ordered push"
    assert trace.setup == replace(
        scenario.setup, options=replace(scenario.setup.options, named_key=True, ordered_push=True)
    )
    assert trace.captions[-1] == Caption(len(trace.actions), scenario.variants[-1].shows)


def test_names_and_seeds_of_scenarios_are_their_slugs() -> None:
    assert [f"{number:02d}-{scenario.name}.json" for number, scenario in enumerate(SCENARIOS, 1)] == sorted(
        path.name for path in FOLDER.iterdir()
    )
    assert [scenario.setup.seed for scenario in SCENARIOS] == [scenario.name for scenario in SCENARIOS]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-such", "There is no scenario 'no-such'"),
        ("late-push+withdraw_guti", "Scenario 'late-push' has no variant 'withdraw_guti'"),
        ("", "There is no scenario ''"),
    ],
)
@pytest.mark.parametrize("asked", [scenario_of, trace_of, path_of])
def test_unknown_scenario_or_variant_is_an_error(name: str, said: str, asked: Callable[[str], object]) -> None:
    with pytest.raises(UnknownScenario) as caught:
        asked(name)
    assert str(caught.value) == said


def test_trace_is_compiled_once() -> None:
    trace: Trace = trace_of(SCENARIOS[0].name)
    assert trace_of(SCENARIOS[0].name) is trace
    assert path_of(SCENARIOS[0].name) is path_of(SCENARIOS[0].name)


@each_name
def test_setup_tells_the_scenario_that_a_lab_was_made_of(name: str) -> None:
    assert name_of_setup(trace_of(name).setup) == name


def test_a_setup_of_no_scenario_has_no_name() -> None:
    assert name_of_setup(replace(trace_of(NAMES[0]).setup, seed="another")) == ""
