"""The verdict matrix in words: which property holds in which solution, on which network, and what fixes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.lab.fields import label_of
from core.words.names import VALUES, lower_first
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import NETWORK_WORDS, Network, Question
from nodes.explorer.records import Record, fixes, name_of
from nodes.explorer.usual import USUAL, cell
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """A cell. `slug` is holds, violated, incomplete, unknown or none; `name` names the record, if there is one."""

    slug: str
    text: str
    spoken: str
    """What a screen reader says of it, and a tooltip."""
    name: str = ""
    note: str = ""
    """What fixes it, or that it is of an older model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    id: str
    title: str
    note: str
    pull: tuple[MatrixCell, ...]
    push: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTable:
    """The cells of one moment at which the MME counts an AV as active."""

    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    networks: tuple[tuple[str, str], ...]
    """Name and what it allows."""
    tables: tuple[MatrixTable, ...]
    repairs: tuple[tuple[str, str], ...]
    """Letter and name."""
    is_empty: bool
    has_stale: bool


LETTERS: Final[Mapping[str, str]] = {"named_key": "K", "ordered_push": "O", "withdraw_guti": "W", "settle_key": "S"}
_NONE: Final = MatrixCell(slug="none", text="–", spoken="does not apply")


def matrix(records: Mapping[str, Record]) -> Matrix:
    """The matrix within default bounds, out of what is known."""
    tables = tuple(
        MatrixTable(title=f"The MME counts an AV as active {VALUES[moment]}", rows=tuple(_rows(moment, records)))
        for moment in ActiveWhen
    )
    cells = [cell for table in tables for row in table.rows for cell in (*row.pull, *row.push) if cell.name]
    return Matrix(
        networks=tuple((network.value, NETWORK_WORDS[network]) for network in Network),
        tables=tables,
        repairs=tuple((LETTERS[name], lower_first(label_of(name))) for name in REPAIRS),
        is_empty=not cells,
        has_stale=any(cell.note == OLD for cell in cells),
    )


def _rows(moment: ActiveWhen, records: Mapping[str, Record]) -> Iterator[MatrixRow]:
    for each in (each for each in PropertyID if moment in USUAL[each].moments):
        reuses = USUAL[each].reuses
        for reuse in reuses:
            pull, push = (_cells(each, solution, moment, reuse, records) for solution in Solution)
            yield MatrixRow(
                id=each.value,
                title=PROPERTIES[each].title,
                note=f"M-TMSI reuse {VALUES[reuse]}" if len(reuses) > 1 else "",
                pull=pull,
                push=push,
            )


def _cells(
    each: PropertyID, solution: Solution, moment: ActiveWhen, reuse: MTMSIReuse, records: Mapping[str, Record]
) -> tuple[MatrixCell, ...]:
    if not PROPERTIES[each].applies(solution):
        return (_NONE,) * len(Network)
    return tuple(_cell(cell(each, solution, network, moment=moment, reuse=reuse), records) for network in Network)


def _cell(question: Question, records: Mapping[str, Record]) -> MatrixCell:
    record = records.get(name_of(question))
    if record is None:
        return MatrixCell(slug="unknown", text="·", spoken="not explored yet")
    return MatrixCell(
        slug=record.verdict.value,
        text=verdict_text(record),
        spoken=verdict_words(record),
        name=record.name,
        note=OLD if record.is_stale else _fix(record, records),
    )


OLD: Final = "old model"


def verdict_text(record: Record) -> str:
    """A verdict as short as it can be said."""
    if record.verdict is Verdict.VIOLATED:
        return f"× {record.depth}"
    if record.verdict is Verdict.INCOMPLETE:
        return "open"
    return "(holds)" if record.vacuous else "holds"


def verdict_words(record: Record) -> str:
    """A verdict in a few words."""
    if record.verdict is Verdict.VIOLATED:
        return f"violated, counterexample of {record.depth} steps"
    if record.verdict is Verdict.INCOMPLETE:
        return f"incomplete: the bound was reached after {record.states:,} states"
    case = ", but its case never came up" if record.vacuous else ""
    return f"holds in all {record.states:,} states{case}"


def _fix(record: Record, records: Mapping[str, Record]) -> str:
    if record.verdict is not Verdict.VIOLATED:
        return ""
    found = fixes(record.question, records)
    if found is None:
        return ""
    return " or ".join("+".join(LETTERS[name] for name in each) for each in found) or "none"
