"""The verdict matrix as questions, and questions in groups that one search answers together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from nodes.explorer.questions import Network, Question, default_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID


@dataclass(frozen=True, slots=True)
class Search:
    """Questions that differ in nothing but the property: the same worlds are looked at."""

    questions: tuple[Question, ...]

    @property
    def properties(self) -> frozenset[PropertyID]:
        return frozenset(question.property for question in self.questions)


def applies(property_id: PropertyID, solution: Solution) -> bool:
    """Whether a property says something of a solution: in solution 11 the SCEF keeps no records, so P5 does not."""
    return property_id is not PropertyID.P5 or solution is Solution.PUSH


def matrix_questions(repairs: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Every cell of the matrix within default bounds. P4 is asked for both ways of choosing an M-TMSI."""
    return tuple(_questions(repairs))


def _questions(repairs: tuple[str, ...]) -> Iterator[Question]:
    for property_id in PropertyID:
        reuses = tuple(MTMSIReuse) if property_id is PropertyID.P4 else (MTMSIReuse.NEVER,)
        for solution in Solution:
            if not applies(property_id, solution):
                continue
            for network in Network:
                for active_when in ActiveWhen:
                    for reuse in reuses:
                        bounds = default_bounds(property_id)
                        yield Question(property_id, solution, network, active_when, reuse, repairs, bounds)


_TOGETHER: Mapping[PropertyID, PropertyID] = {PropertyID.P1A: PropertyID.P1, PropertyID.P3: PropertyID.P2}
"""Properties that one search answers together: they need the same to be tried, or are soon violated."""


def searches(questions: Iterable[Question]) -> tuple[Search, ...]:
    """Groups that one search answers, in the order of their first question; a question asked twice is asked once.

    Most properties have a search of their own, which tries no more than they need and ends when they are violated.
    """
    groups: dict[Question, dict[Question, None]] = {}
    for question in questions:
        group = _TOGETHER.get(question.property, question.property)
        groups.setdefault(replace(question, property=group), {})[question] = None
    return tuple(Search(tuple(group)) for group in groups.values())
