"""Scenarios: runs worth seeing, as data. Each is a script with captions that compiles into a trace."""

from nodes.scenarios.scenario import Beat, Scenario, ScenarioError, Telling, UnknownScenario, Variant
from nodes.scenarios.traces import all_scenarios, name_of_setup, path_of, scenario_of, trace_of

__all__ = [
    "Beat",
    "Scenario",
    "ScenarioError",
    "Telling",
    "UnknownScenario",
    "Variant",
    "all_scenarios",
    "name_of_setup",
    "path_of",
    "scenario_of",
    "trace_of",
]
