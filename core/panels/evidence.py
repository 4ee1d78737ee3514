"""The evidence page: each statement, what it rests on, what came out, and under which assumption."""

from dataclasses import dataclass

from core.panels.matrix import Matrix
from nodes.evidence.limits import Limit


@dataclass(frozen=True, slots=True)
class CellLink:
    """A link to a cell of the matrix."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundRow:
    """One thing that a statement rests on. `slug` is that of an outcome, shown or not-shown."""

    label: str
    slug: str
    result: str
    note: str = ""
    """That it is of an older model."""
    assumptions: tuple[str, ...] = ()
    links: tuple[CellLink, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementRows:
    id: str
    text: str
    grounds: tuple[GroundRow, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    statements: tuple[StatementRows, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    model: int
    explored: str
    """The dates between which the results were found; empty: nothing is explored."""
    bounds: str
    has_stale: bool
    sections: tuple[Section, ...]
    not_shown: tuple[Limit, ...]
    chosen: tuple[Limit, ...]
    matrix: Matrix
