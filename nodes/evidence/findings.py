"""What the records of the explorer say of a property: where it holds, where it is broken, and what mends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network, Question
from nodes.explorer.records import Record, fixes, name_of
from nodes.explorer.repairs import SIZES, repair_questions
from nodes.explorer.usual import cells, usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

Choice = TypeVar("Choice", ActiveWhen, MTMSIReuse)
Choices = tuple[ActiveWhen | MTMSIReuse, ...]
Repairs = tuple[str, ...]


class Outcome(Enum):
    """What is known under one assumption, over every choice that the standard leaves open."""

    VIOLATED = "violated"
    OPEN = "open"
    """A search ended at its memory bound: nothing is shown."""
    UNKNOWN = "unknown"
    """Something was not explored."""
    HOLDS = "holds"


_OUTCOMES: Final[Mapping[Verdict | None, Outcome]] = {
    Verdict.VIOLATED: Outcome.VIOLATED,
    Verdict.INCOMPLETE: Outcome.OPEN,
    None: Outcome.UNKNOWN,
    Verdict.HOLDS: Outcome.HOLDS,
}


@dataclass(frozen=True, slots=True)
class Assumption:
    """A network. `only`: the choices under which it is violated, and `others` what it is under all others.

    Where it is open or unknown, `only` are the choices under which it holds all the same. `is_vacuous`: it holds, but
    under some choice its case never came up.
    """

    network: Network
    outcome: Outcome
    only: Choices = ()
    is_vacuous: bool = False
    others: Outcome = Outcome.HOLDS


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest repairs, one or another, under which it holds on these networks; none: no repair mends it.

    `only`: the choices under which they do, where other choices need other repairs.
    """

    repairs: tuple[Repairs, ...]
    networks: tuple[Network, ...]
    only: Choices = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a property of a solution within the usual bounds.

    `broken`: the shortest counterexample; `longest`: the record that holds and looked at the most states. For both a
    record of this model goes before one of an older model. `fixes` leaves out what is not known.
    """

    property: PropertyID
    solution: Solution
    outcome: Outcome
    assumptions: tuple[Assumption, ...]
    broken: Record | None
    longest: Record | None
    fixes: tuple[Fix, ...]
    is_explored: bool
    has_stale: bool
    is_all_stale: bool

    def networks(self, outcome: Outcome) -> tuple[Network, ...]:
        """The networks of one outcome."""
        return tuple(each.network for each in self.assumptions if each.outcome is outcome)


def finding(property_id: PropertyID, solution: Solution, records: Mapping[str, Record]) -> Finding | None:
    """What is known of a property; None where it does not apply."""
    if not PROPERTIES[property_id].applies(solution):
        return None
    asked = {network: cells(property_id, solution, network) for network in Network}
    assumptions = tuple(_assumption(network, questions, records) for network, questions in asked.items())
    known = _known((question for questions in asked.values() for question in questions), records)
    violated = [each for each in known if each.verdict is Verdict.VIOLATED]
    held = [each for each in known if each.verdict is Verdict.HOLDS]
    used = (*known, *_known((repaired for each in violated for repaired in _repaired(each.question)), records))
    return Finding(
        property_id,
        solution,
        _overall(each.outcome for each in assumptions),
        assumptions,
        broken=min(violated, key=lambda each: (each.is_stale, each.depth), default=None),
        longest=min(held, key=lambda each: (each.is_stale, each.vacuous, -each.states), default=None),
        fixes=_fixes_of(violated, records),
        is_explored=bool(known),
        has_stale=any(each.is_stale for each in used),
        is_all_stale=bool(used) and all(each.is_stale for each in used),
    )


def is_usual(record: Record) -> bool:
    """Whether a record is within the usual bounds, which findings are about."""
    return record.question.bounds == usual_bounds(record.question.property, record.question.network)


def _repaired(question: Question) -> tuple[Question, ...]:
    return tuple(each for size in SIZES for each in repair_questions(question, size))


def _known(questions: Iterable[Question], records: Mapping[str, Record]) -> tuple[Record, ...]:
    found = (records.get(name_of(question)) for question in questions)
    return tuple(record for record in found if record is not None)


def _assumption(network: Network, asked: tuple[Question, ...], records: Mapping[str, Record]) -> Assumption:
    found = [(question, records.get(name_of(question))) for question in asked]
    outcomes = {question: _OUTCOMES[record.verdict if record else None] for question, record in found}
    outcome = _overall(outcomes.values())
    others = set(outcomes.values()) - {Outcome.VIOLATED}
    if outcome is Outcome.VIOLATED:
        only = _only(_of(outcomes, outcome), asked) if len(others) == 1 else ()
        return Assumption(network, outcome, only, others=_overall(others) if only else Outcome.HOLDS)
    only = _only(_of(outcomes, Outcome.HOLDS), asked)
    is_vacuous = outcome is Outcome.HOLDS and any(record.vacuous for _, record in found if record)
    return Assumption(network, outcome, only, is_vacuous)


def _overall(outcomes: Iterable[Outcome]) -> Outcome:
    """A property that is broken somewhere does not hold; one that is open somewhere is not known to."""
    found = set(outcomes)
    return next(each for each in Outcome if each in found)


def _of(outcomes: Mapping[Question, Outcome], outcome: Outcome) -> tuple[Question, ...]:
    return tuple(question for question, each in outcomes.items() if each is outcome)


def _only(some: tuple[Question, ...], asked: tuple[Question, ...]) -> Choices:
    """The choices that some questions share and not all asked ones."""
    moments = _shared({each.active_when for each in some}, {each.active_when for each in asked})
    return (*moments, *_shared({each.m_tmsi_reuse for each in some}, {each.m_tmsi_reuse for each in asked}))


def _shared(found: set[Choice], asked: set[Choice]) -> tuple[Choice, ...]:
    return tuple(found) if len(found) == 1 < len(asked) else ()


def _fixes_of(violated: Iterable[Record], records: Mapping[str, Record]) -> tuple[Fix, ...]:
    """The networks by what mends them, in the order of the networks."""
    cells: dict[Network, dict[Question, tuple[Repairs, ...] | None]] = {}
    for record in violated:
        cells.setdefault(record.question.network, {})[record.question] = fixes(record.question, records)
    networks: dict[tuple[tuple[Repairs, ...], Choices], list[Network]] = {}
    for network, found in cells.items():
        for each in _for_all(found):
            networks.setdefault(each, []).append(network)
    return tuple(Fix(repairs, tuple(under), only) for (repairs, only), under in networks.items())


def _for_all(found: Mapping[Question, tuple[Repairs, ...] | None]) -> tuple[tuple[tuple[Repairs, ...], Choices], ...]:
    """What mends every choice of a network, or else each choice by itself; what is not known is left out."""
    known = {question: repairs for question, repairs in found.items() if repairs is not None}
    first = next(iter(known.values()), ())
    shared = tuple(each for each in first if all(each in other for other in known.values()))
    if len(known) == len(found) and (shared or not any(known.values())):
        return ((shared, ()),)
    return tuple((repairs, _only((question,), tuple(found))) for question, repairs in known.items())
