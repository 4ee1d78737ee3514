"""The verdict matrix as questions, and questions in groups that one search answers together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, product

from nodes.explorer.questions import Network, Question
from nodes.explorer.usual import USUAL, WIDER, by_name, cells, wider_cell
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID


@dataclass(frozen=True, slots=True)
class Search:
    """Questions that differ in nothing but the property: the same worlds are looked at."""

    questions: tuple[Question, ...]

    @property
    def properties(self) -> frozenset[PropertyID]:
        return frozenset(question.property for question in self.questions)


def matrix_questions(repairs: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Every cell of the matrix within the usual bounds."""
    asked = product(PropertyID, Solution, Network)
    return tuple(chain.from_iterable(cells(*each, repairs) for each in asked))


def wider_questions() -> tuple[Question, ...]:
    """Every cell within wider bounds."""
    asked = product(PropertyID, Solution, WIDER)
    return tuple(
        wider_cell(*each) for each in asked if PROPERTIES[each[0]].applies(each[1], by_name=by_name(each[0], ()))
    )


def searches(questions: Iterable[Question]) -> tuple[Search, ...]:
    """Groups that one search answers, in the order of their first question; a question asked twice is asked once.

    Most properties have a search of their own, which tries no more than they need and ends when they are violated.
    """
    groups: dict[Question, dict[Question, None]] = {}
    for question in questions:
        group = USUAL[question.property].together or question.property
        groups.setdefault(replace(question, property=group), {})[question] = None
    return tuple(Search(tuple(group)) for group in groups.values())
