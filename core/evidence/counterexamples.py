"""The counterexamples that the evidence page leads to, as a file that is kept carries them: as traces to import."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from core.evidence.links import CellLink
from core.evidence.page import EvidencePage
from core.words.explored import bounds_words, explanation
from nodes.explorer.records import Record


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A violated cell: what it is called, why it is violated, what was looked at, and the trace that shows it."""

    name: str
    title: str
    explanation: str
    looked_at: str
    trace: str


def counterexamples(page: EvidencePage, records: Mapping[str, Record]) -> tuple[Counterexample, ...]:
    """Every counterexample that a link of the page leads to, once each, in the page's order."""
    names = dict.fromkeys(link.name for link in _links(page))
    found = (records[name] for name in names if name in records)
    return tuple(_counterexample(record) for record in found if record.trace)


def _links(page: EvidencePage) -> Iterator[CellLink]:
    for sentence in (*page.answer, *page.wider):
        yield from sentence.links
    yield from _of_statements(page)


def _of_statements(page: EvidencePage) -> Iterable[CellLink]:
    statements = (statement for section in page.sections for statement in section.statements)
    return (link for statement in statements for ground in statement.grounds for link in ground.links)


def _counterexample(record: Record) -> Counterexample:
    question = record.question
    title = f"{question.property.value}, solution {int(question.solution)}, {question.network.value}"
    looked_at = (
        f"{record.depth} steps, found after {record.states:,} states on {record.date}, model version {record.model};"
        f" {bounds_words(asdict(question.bounds))}"
    )
    return Counterexample(record.name, title, explanation(record), looked_at, record.trace)
