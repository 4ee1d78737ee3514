"""What the records of the explorer say of a property: where it holds, where it is broken, and what mends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from nodes.explorer.answers import Verdict
from nodes.explorer.matrix import applies
from nodes.explorer.questions import Network, Question, default_bounds
from nodes.explorer.records import Record, mends, name_of
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties import PropertyID

Choice = TypeVar("Choice", ActiveWhen, MTMSIReuse)


class Outcome(Enum):
    """What is known under one assumption, over every choice that the standard leaves open."""

    HOLDS = "holds"
    VIOLATED = "violated"
    OPEN = "open"
    """Neither: a cell is incomplete, or was not explored."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A network. `only`: the choices under which it is violated, if it is not under all of them."""

    network: Network
    outcome: Outcome
    only: tuple[ActiveWhen | MTMSIReuse, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a property of a solution within the usual bounds.

    `broken`: the shortest counterexample; `longest`: the record that holds and looked at the most states. `repairs`:
    the smallest that mend every violated cell, empty if none is known.
    """

    property: PropertyID
    solution: Solution
    outcome: Outcome
    assumptions: tuple[Assumption, ...]
    broken: Record | None
    longest: Record | None
    repairs: tuple[tuple[str, ...], ...]
    is_explored: bool
    is_stale: bool
    is_vacuous: bool

    def networks(self, outcome: Outcome) -> tuple[Assumption, ...]:
        """The assumptions of one outcome."""
        return tuple(each for each in self.assumptions if each.outcome is outcome)


def finding(property_id: PropertyID, solution: Solution, records: Mapping[str, Record]) -> Finding | None:
    """What is known of a property; None where it does not apply."""
    if not applies(property_id, solution):
        return None
    assumptions = tuple(_assumption(property_id, solution, network, records) for network in Network)
    known = tuple(
        records[name_of(question)]
        for network in Network
        for question in _questions(property_id, solution, network)
        if name_of(question) in records
    )
    held = [record for record in known if record.verdict is Verdict.HOLDS]
    return Finding(
        property_id,
        solution,
        _overall(each.outcome for each in assumptions),
        assumptions,
        min(
            (record for record in known if record.verdict is Verdict.VIOLATED),
            key=lambda each: each.depth,
            default=None,
        ),
        max(held, key=lambda each: each.states, default=None),
        _repairs(known, records),
        is_explored=bool(known),
        is_stale=any(record.is_stale for record in known),
        is_vacuous=bool(held) and all(record.vacuous for record in held),
    )


def _questions(property_id: PropertyID, solution: Solution, network: Network) -> tuple[Question, ...]:
    """One question for each choice that is left open."""
    reuses = tuple(MTMSIReuse) if property_id is PropertyID.P4 else (MTMSIReuse.NEVER,)
    bounds = default_bounds(property_id)
    return tuple(
        Question(property_id, solution, network, moment, reuse, bounds=bounds)
        for moment in ActiveWhen
        for reuse in reuses
    )


def _assumption(
    property_id: PropertyID, solution: Solution, network: Network, records: Mapping[str, Record]
) -> Assumption:
    questions = _questions(property_id, solution, network)
    verdicts = {question: _verdict(records.get(name_of(question))) for question in questions}
    violated = [question for question, verdict in verdicts.items() if verdict is Verdict.VIOLATED]
    if violated:
        return Assumption(network, Outcome.VIOLATED, _only(violated, questions))
    holds = all(verdict is Verdict.HOLDS for verdict in verdicts.values())
    return Assumption(network, Outcome.HOLDS if holds else Outcome.OPEN)


def _verdict(record: Record | None) -> Verdict | None:
    return None if record is None else record.verdict


def _only(violated: list[Question], asked: tuple[Question, ...]) -> tuple[ActiveWhen | MTMSIReuse, ...]:
    """The choices that all violated questions share and not all asked ones."""
    moments = _shared({each.active_when for each in violated}, {each.active_when for each in asked})
    return (*moments, *_shared({each.m_tmsi_reuse for each in violated}, {each.m_tmsi_reuse for each in asked}))


def _shared(found: set[Choice], asked: set[Choice]) -> tuple[Choice, ...]:
    return tuple(found) if len(found) == 1 < len(asked) else ()


def _overall(outcomes: Iterable[Outcome]) -> Outcome:
    """A property that is broken somewhere does not hold; one that is open somewhere is not known to."""
    found = set(outcomes)
    for outcome in (Outcome.VIOLATED, Outcome.OPEN):
        if outcome in found:
            return outcome
    return Outcome.HOLDS


def _repairs(known: Iterable[Record], records: Mapping[str, Record]) -> tuple[tuple[str, ...], ...]:
    """The smallest repairs that are known to mend every violated cell."""
    per_cell = [mends(record.question, records) for record in known if record.verdict is Verdict.VIOLATED]
    if not per_cell or not all(per_cell):
        return ()
    first, *others = (each or () for each in per_cell)
    return tuple(each for each in first if all(each in other for other in others))
