"""What wider bounds show: which properties break there that hold within the usual ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.evidence.links import CellLink
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, name_of
from nodes.explorer.usual import WIDER, Widening, cell, wider_cell
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the counterexamples that it speaks of."""

    text: str
    links: tuple[CellLink, ...] = ()


_Pair = tuple[Record | None, Record | None]
"""A property of a solution within the usual bounds, and within wider ones."""


def what_wider_bounds_show(records: Mapping[str, Record]) -> tuple[Sentence, ...]:
    """A sentence for each widening, with the counterexamples that it brings."""
    known = {name: record for name, record in records.items() if not record.is_stale}
    return tuple(_sentence(widening, tuple(_pairs(widening, known))) for widening in WIDER)


def _pairs(widening: Widening, records: Mapping[str, Record]) -> Iterator[_Pair]:
    for property_id in PropertyID:
        for solution in Solution:
            if PROPERTIES[property_id].applies(solution):
                usual = cell(property_id, solution, Network.ORDERED)
                yield records.get(name_of(usual)), records.get(name_of(wider_cell(property_id, solution, widening)))


def _sentence(widening: Widening, pairs: tuple[_Pair, ...]) -> Sentence:
    wider = [record for _, record in pairs if record is not None]
    if len(wider) < len(pairs):
        return Sentence(f"With {widening.words}: not explored yet.")
    held = [now for was, now in pairs if now is not None and was is not None and was.verdict is Verdict.HOLDS]
    broken = [record for record in held if record.verdict is Verdict.VIOLATED]
    left_open = [record for record in held if record.verdict is Verdict.INCOMPLETE]
    says = f"{_named(broken)} {'breaks' if len(broken) == 1 else 'break'} too" if broken else "nothing more breaks"
    rest = f"; {_named(left_open)} came to the bound on states" if left_open else ""
    return Sentence(f"With {widening.words}: {says}{rest}.", tuple(map(_link, broken)))


def _named(records: list[Record]) -> str:
    names = [f"{record.question.property.value} in {int(record.question.solution)}" for record in records]
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


def _link(record: Record) -> CellLink:
    question = record.question
    return CellLink(record.name, f"{question.property.value}, {int(question.solution)}: × {record.depth} steps")
