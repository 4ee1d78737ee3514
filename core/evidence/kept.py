"""The cells that an evidence page rests on, as a file that is kept carries them: each with its trace, to save."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from core.evidence.page import EvidencePage
from core.words.explored import bounds_words, explanation
from core.words.names import VALUES
from nodes.explorer.records import Record
from nodes.protocol.options import MTMSIReuse


@dataclass(frozen=True, slots=True)
class KeptCell:
    """A cell: what was asked, what was found, and the trace of its shortest counterexample as an address to save."""

    name: str
    title: str
    explanation: str
    found: str
    trace: str


@dataclass(frozen=True, slots=True)
class KeptCells:
    """Cells that were explored within the same bounds."""

    bounds: str
    cells: tuple[KeptCell, ...]


def kept_cells(page: EvidencePage, records: Mapping[str, Record]) -> tuple[KeptCells, ...]:
    """Every cell that the page leads to, once each, by bounds in the page's order."""
    names = dict.fromkeys(_names(page))
    by_bounds: dict[str, list[KeptCell]] = {}
    for record in (records[name] for name in names if name in records):
        words = bounds_words(asdict(record.question.bounds))
        by_bounds.setdefault(words, []).append(_kept(record))
    return tuple(KeptCells(words, tuple(cells)) for words, cells in by_bounds.items())


def _names(page: EvidencePage) -> Iterator[str]:
    for table in page.matrix.tables:
        for row in table.rows:
            yield from (cell.name for cell in (*row.pull, *row.push))
    for wider in page.wider:
        yield from (link.name for link in wider.links)
    grounds = (ground for section in page.sections for each in section.statements for ground in each.grounds)
    yield from (link.name for ground in grounds for link in ground.links)


def _kept(record: Record) -> KeptCell:
    question = record.question
    reuse = "" if question.m_tmsi_reuse is MTMSIReuse.NEVER else f", M-TMSI reuse {VALUES[question.m_tmsi_reuse]}"
    title = (
        f"{question.property.value}, solution {int(question.solution)}, {question.network.value},"
        f" active {VALUES[question.active_when]}{reuse}"
    )
    # How much was looked at to find that a property holds, the explanation says.
    broken = f"violated in {record.depth} steps, after {record.states:,} states; " if record.trace else ""
    found = f"{broken}explored {record.date}, model version {record.model}"
    return KeptCell(record.name, title, explanation(record), found, _address(record.trace) if record.trace else "")


def _address(trace: str) -> str:
    return f"data:application/json;base64,{b64encode(trace.encode()).decode()}"
