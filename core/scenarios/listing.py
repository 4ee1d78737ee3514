"""The list of scenarios: those that break nothing, those that break a property, and the variants that mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.scenarios.page import ScenarioRow, rows
from core.scenarios.runs import FIXED, GuidedRun, runs_of
from core.words.scenarios import contribution_words
from nodes.protocol.options import Solution

ANY: Final = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen of a filter."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Scenarios of one kind; `note` says what makes them that."""

    title: str
    note: str
    rows: tuple[ScenarioRow, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The scenarios that pass both filters. `mended` are variants of them, each with a page of its own."""

    solutions: tuple[Choice, ...]
    steps: tuple[Choice, ...]
    groups: tuple[Group, ...]
    mended: tuple[GuidedRun, ...]
    is_filtered: bool

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def listing(asked: Mapping[str, str]) -> Listing:
    """List the scenarios of a solution, and of a step of the contribution; a filter of no meaning is none."""
    every = rows()
    solutions = {str(int(each)): f"Solution {int(each)}" for each in Solution}
    steps = {step: contribution_words(step) for step in sorted({step for row in every for step in row.touches})}
    solution, step = _chosen(asked, "solution", solutions), _chosen(asked, "step", steps)
    found = tuple(row for row in every if solution in {ANY, str(row.in_solution)} and (not step or step in row.touches))
    return Listing(
        _choices("Both solutions", solutions, solution),
        _choices("Every step", steps, step),
        _groups(found),
        tuple(run for row in found for run in runs_of(row) if run.comes_to == FIXED),
        bool(solution or step),
    )


def _chosen(asked: Mapping[str, str], name: str, known: Mapping[str, str]) -> str:
    value = asked.get(name, ANY)
    return value if value in known else ANY


def _choices(first: str, known: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in {ANY: first, **known}.items())


def _groups(found: tuple[ScenarioRow, ...]) -> tuple[Group, ...]:
    groups = (
        Group("What breaks", "a property is violated on the way", tuple(row for row in found if row.breaks)),
        Group("What works", "no property is violated", tuple(row for row in found if not row.breaks)),
    )
    return tuple(group for group in groups if group.rows)
