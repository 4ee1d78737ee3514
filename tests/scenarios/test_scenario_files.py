"""Scenarios read from their files, compiled and pinned."""

import json
from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.options import Setup, Solution
from nodes.protocol.runs.trace import Caption
from nodes.protocol.world.genesis import first_world
from nodes.scenarios import ScenarioError
from nodes.scenarios.reading import read
from nodes.scenarios.scenario import Telling, Variant
from nodes.scenarios.traces import compile_scenario
from tests.support.pin_scenarios import pinned

FILE: dict[str, Any] = {
    "title": "A title",
    "shows": "This. And that.",
    "contribution": ["2.2-5"],
    "minutes": 1,
    "setup": {"solution": 11, "ues": 2},
    "beats": [
        {
            "caption": "Before.",
            "task": "Press “Attach”.",
            "do": ["attach ue-1 at mme-1"],
            "expect": {"ue": None, "harm": 0},
            "under": {"named_key": {"caption": "Before, by name.", "expect": {"harm": 1}}},
        }
    ],
    "end": "After.",
    "variants": {"named_key": "Mended."},
}
KEYS = "'title', 'shows', 'contribution', 'minutes', 'setup', 'beats', 'end', 'variants', 'results', 'breaks'"


def with_beat(**changes: object) -> dict[str, Any]:
    return FILE | {"beats": [FILE["beats"][0] | changes]}


def test_file_is_read_with_defaults_for_what_it_leaves_out() -> None:
    scenario = read("07-slug-of-it.json", json.dumps(FILE))
    (beat,) = scenario.beats
    assert (scenario.name, scenario.contribution, scenario.results) == ("slug-of-it", ("2.2-5",), {})
    assert scenario.setup == Setup("slug-of-it", replace(Setup("any").options, solution=Solution.PULL), ues=2)
    assert beat.contribution == ""
    as_without = Telling("Before.", "Press “Attach”.", {"ue": None, "harm": 0})
    assert beat.telling_of(None) == as_without
    assert beat.telling_of(Variant("ordered_push", "")) == as_without
    assert beat.telling_of(scenario.variants[0]) == Telling(
        "Before, by name.", "Press “Attach”.", {"ue": None, "harm": 1}
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "data: object wanted, got []"),
        ({}, "data: key 'title' wanted, got none"),
        (FILE | {"colour": "red"}, f"data: object of {KEYS} wanted, got 'colour'"),
        (FILE | {"minutes": "two"}, "minutes: integer wanted, got 'two'"),
        (FILE | {"contribution": [2]}, "contribution[0]: text wanted, got 2"),
        (FILE | {"results": {"": 1}}, "results.: text wanted, got 1"),
        (FILE | {"setup": {"solution": None}}, "setup.solution: true or false or integer or text wanted, got None"),
        (FILE | {"variants": {"guti": ""}}, "data: variants: 'guti' is no option that is on or off"),
        (FILE | {"variants": {}}, "data: beats[0].under: there is no variant 'named_key'"),
        (FILE | {"beats": ["attach"]}, "beats[0]: object wanted, got 'attach'"),
        (with_beat(do=[1]), "beats[0].do[0]: text wanted, got 1"),
        (with_beat(expect={"av": 1}), "beats[0]: there is no fact 'av'"),
        (with_beat(under={"named_key": {"expect": {"av": 1}}}), "beats[0].under.named_key: there is no fact 'av'"),
        (
            with_beat(under={"named_key": {"do": []}}),
            "beats[0].under.named_key: object of 'caption', 'task', 'expect' wanted, got 'do'",
        ),
    ],
)
def test_file_of_another_form_is_refused(data: object, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read("07-slug.json", json.dumps(data))
    assert str(caught.value) == f"07-slug.json: {said}"


@pytest.mark.parametrize("text", ["{", json.dumps(FILE | {"setup": {"solution": 13}})])
def test_what_is_no_json_or_no_setup_is_refused_by_file(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"^07-slug\.json: "):
        read("07-slug.json", text)


def test_pinning_replaces_the_results_of_a_file() -> None:
    text = json.dumps(FILE, indent=2) + "\n"
    once = pinned(text, {"": "aa", "named_key": "bb"}, {"": ["P1", "P3"], "named_key": []})
    pins = {"results": {"": "aa", "named_key": "bb"}, "breaks": {"": ["P1", "P3"], "named_key": []}}
    assert json.loads(once) == FILE | pins
    assert pinned(once, {"": "cc"}, {"": []}) == pinned(text, {"": "cc"}, {"": []})


def test_script_that_does_not_compile_is_an_error_with_its_name() -> None:
    scenario = read("07-slug.json", json.dumps(with_beat(do=["attach ue-3 at mme-1"])))
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(scenario, scenario.variants[0])
    assert str(caught.value) == ("slug+named_key: beat 1, 'attach ue-3 at mme-1': There is no node 'ue-3' in this lab")


def test_beat_that_does_nothing_under_a_variant_is_not_said() -> None:
    scenario = read("07-slug.json", json.dumps(with_beat(do=["maybe next"])))
    trace, path = compile_scenario(scenario)
    assert (trace.actions, trace.captions) == ((), (Caption(0, "After."),))
    assert path == (first_world(scenario.setup),)
