"""What somebody wants explored, as questions, as the command that asks the same, and in a few words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from itertools import product

from nodes.explorer.matrix import matrix_questions
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.usual import by_name, cell, usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

BOUNDS = tuple(field.name for field in fields(Bounds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Every combination of these; with `is_matrix` the cells of the verdict matrix instead.

    `repairs` are on together. `bounds` are those that differ from the defaults of a cell.
    """

    properties: tuple[PropertyID, ...] = tuple(PropertyID)
    solutions: tuple[Solution, ...] = tuple(Solution)
    networks: tuple[Network, ...] = (Network.ORDERED,)
    active_when: tuple[ActiveWhen, ...] = (ActiveWhen.SECURITY_MODE_COMPLETE,)
    m_tmsi_reuse: tuple[MTMSIReuse, ...] = (MTMSIReuse.NEVER,)
    repairs: tuple[str, ...] = ()
    bounds: tuple[tuple[str, int], ...] = ()
    is_matrix: bool = False


def questions_of(wanted: Wanted) -> tuple[Question, ...]:
    """The cells that are asked for; none for P5 of solution 11 alone.

    Raises:
        ValueError: a bound is beyond its limits.
    """
    asked = matrix_questions(wanted.repairs) if wanted.is_matrix else tuple(_chosen(wanted))
    bounds = dict(wanted.bounds)
    return tuple(replace(each, bounds=replace(each.bounds, **bounds)) for each in asked)


def _chosen(wanted: Wanted) -> Iterator[Question]:
    ways = product(wanted.properties, wanted.solutions, wanted.networks, wanted.active_when, wanted.m_tmsi_reuse)
    for each, solution, network, moment, reuse in ways:
        if PROPERTIES[each].applies(solution, by_name=by_name(each, wanted.repairs)):
            yield cell(each, solution, network, moment=moment, reuse=reuse, repairs=wanted.repairs)


def only(question: Question) -> Wanted:
    """What asks this question alone."""
    default = usual_bounds(question.property, question.network)
    bounds = ((name, getattr(question.bounds, name), getattr(default, name)) for name in BOUNDS)
    return Wanted(
        properties=(question.property,),
        solutions=(question.solution,),
        networks=(question.network,),
        active_when=(question.active_when,),
        m_tmsi_reuse=(question.m_tmsi_reuse,),
        repairs=question.repairs,
        bounds=tuple((name, value) for name, value, usual in bounds if value != usual),
    )


def command_of(wanted: Wanted, *, with_repairs: bool = False) -> str:
    """The command line that asks the same; `with_repairs`: and then for the smallest repairs."""
    usual, words = Wanted(), ["manage.py explore"]
    if wanted.is_matrix:
        words.append("--matrix")
    else:
        words += _listed("property", wanted.properties, usual.properties)
        words += _listed("solution", wanted.solutions, usual.solutions)
        words += _listed("network", wanted.networks, usual.networks)
        words += _listed("active-when", wanted.active_when, usual.active_when)
        words += _listed("m-tmsi-reuse", wanted.m_tmsi_reuse, usual.m_tmsi_reuse)
    words += ["--repair", *wanted.repairs] if wanted.repairs else []
    words += [f"--{name.replace('_', '-')} {value}" for name, value in wanted.bounds]
    words += ["--mend"] if with_repairs else []
    return " ".join(words)


def _listed(name: str, values: Iterable[Enum], usual: Iterable[Enum]) -> list[str]:
    """An argument, where it is not what the command takes by itself."""
    return [] if values == usual else [f"--{name}", *(str(each.value) for each in values)]


def title_of(wanted: Wanted) -> str:
    """What is asked, in a few words."""
    if wanted.is_matrix:
        parts = ["The verdict matrix"]
    else:
        parts = [
            _few([each.value for each in wanted.properties], len(PropertyID), "every property"),
            _few([str(int(each)) for each in wanted.solutions], len(Solution), "both solutions", "solution "),
            _few([each.value for each in wanted.networks], len(Network), "every network"),
        ]
    if wanted.repairs:
        parts.append(f"with {' and '.join(wanted.repairs)}")
    title = ", ".join(parts)
    return f"{title[:1].upper()}{title[1:]}"


def why_nothing(wanted: Wanted) -> str:
    """Why nothing is asked, in one sentence."""
    if "named_key" in wanted.repairs and any(PROPERTIES[each].by_name is False for each in wanted.properties):
        return "with named key P1 to P3 and P6 are not stated; P1n, P1an, P2n, P3n and P6n are"
    return "P5 is about records at the SCEF, which solution 11 does not keep"


def _few(values: list[str], every: int, all_of_them: str, before: str = "") -> str:
    return all_of_them if len(values) == every else before + " ".join(values)
