"""`python -m tests.support.pin_scenarios` writes the result that a scenario and its variants have now into its file."""

import json
import re
import sys
from pathlib import Path

from nodes.scenarios import Scenario, all_scenarios, trace_of

FOLDER = Path(__file__).parents[2] / "nodes" / "scenarios" / "data"
_END = re.compile(r'(?:,\n  "results": \{[^}]*\})?\n\}\n\Z')


def names_of(scenario: Scenario) -> tuple[str, ...]:
    """The names under which a scenario's traces are had: its own, then those of its variants."""
    return (scenario.name, *(f"{scenario.name}+{variant.name}" for variant in scenario.variants))


def results_of(scenario: Scenario) -> dict[str, str]:
    """The results that the scenario's traces have now, by the variant's name."""
    return {name.partition("+")[2]: trace_of(name).result for name in names_of(scenario)}


def pinned(text: str, results: dict[str, str]) -> str:
    """A scenario's file with these results in place of those it had; they are its last key."""
    written = json.dumps(results, indent=2).replace("\n", "\n  ")
    return _END.sub(lambda _: f',\n  "results": {written}\n}}\n', text)


def main() -> None:
    for scenario in all_scenarios():
        (path,) = FOLDER.glob(f"??-{scenario.name}.json")
        text = path.read_text(encoding="utf-8")
        path.write_text(pinned(text, results_of(scenario)), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {len(scenario.variants) + 1} results\n")


if __name__ == "__main__":
    main()
