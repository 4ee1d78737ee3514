"""`python -m tests.support.pin_scenarios` writes what a scenario and its variants come to now into its file."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from nodes.protocol.runs.trace import replay
from nodes.scenarios import Scenario, all_scenarios, trace_of

FOLDER = Path(__file__).parents[2] / "nodes" / "scenarios" / "data"
_END = re.compile(r'(?:,\n  "results": \{[^}]*\})?(?:,\n  "breaks": \{[^}]*\})?\n\}\n\Z')


def names_of(scenario: Scenario) -> tuple[str, ...]:
    """The names under which a scenario's traces are had: its own, then those of its variants."""
    return (scenario.name, *(f"{scenario.name}+{variant.name}" for variant in scenario.variants))


def results_of(scenario: Scenario) -> dict[str, str]:
    """The results that the scenario's traces have now, by the variant's name."""
    return {name.partition("+")[2]: trace_of(name).result for name in names_of(scenario)}


def breaks_of(scenario: Scenario) -> dict[str, list[str]]:
    """The properties that these traces violate now, by the variant's name."""
    return {name.partition("+")[2]: broken_in(name) for name in names_of(scenario)}


def broken_in(name: str) -> list[str]:
    """The properties that a trace violates, in the order of their numbers."""
    return sorted(each.property.value for each in replay(trace_of(name)).observation.broken)


def pinned(text: str, results: dict[str, str], breaks: dict[str, list[str]]) -> str:
    """A scenario's file with these in place of those it had; they are its last keys."""
    broken = ",\n".join(f"    {json.dumps(name)}: {json.dumps(found)}" for name, found in breaks.items())
    end = f',\n  "results": {_written(results)},\n  "breaks": {{\n{broken}\n  }}\n}}\n'
    return _END.sub(lambda _: end, text)


def _written(values: dict[str, Any]) -> str:
    return json.dumps(values, indent=2).replace("\n", "\n  ")


def main() -> None:
    for scenario in all_scenarios():
        (path,) = FOLDER.glob(f"??-{scenario.name}.json")
        text = path.read_text(encoding="utf-8")
        path.write_text(pinned(text, results_of(scenario), breaks_of(scenario)), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {len(scenario.variants) + 1} results\n")


if __name__ == "__main__":
    main()
