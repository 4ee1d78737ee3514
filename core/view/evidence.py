"""The evidence page in words. What is known of a property is `nodes.evidence.findings`' to say."""

from collections.abc import Iterator, Mapping
from typing import Final

from core.panels.evidence import CellLink, EvidencePage, GroundRow, Section, StatementRows
from core.view.fields import label_of
from core.view.matrix import matrix
from core.view.words import VALUES, lower_first
from nodes.evidence.findings import Assumption, Finding, Outcome, finding
from nodes.evidence.statements import NOT_SHOWN, SECTIONS, STATEMENTS, Ground, NotShown, Statement, Tests
from nodes.explorer.questions import Network
from nodes.explorer.records import Record
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties import PROPERTIES
from nodes.protocol.trace import MODEL_VERSION

USUAL_BOUNDS: Final = (
    "one UE (two for P4), one MME, one AS; an attach, two re-authentications, one reallocation, for P4 and P6 a detach;"
    " two key requests, one application message each way, one fault of the network"
)
_WORDS: Final = {Outcome.HOLDS: "Holds", Outcome.VIOLATED: "Broken", Outcome.OPEN: "Open"}


def evidence_page(records: Mapping[str, Record]) -> EvidencePage:
    """Every statement with what the records say of it."""
    shown = matrix(records)
    return EvidencePage(
        model=MODEL_VERSION,
        explored=_between(records),
        bounds=USUAL_BOUNDS,
        has_stale=shown.has_stale,
        sections=tuple(_section(key, title, records) for key, title in SECTIONS.items()),
        not_shown=NOT_SHOWN,
        matrix=shown,
    )


def _between(records: Mapping[str, Record]) -> str:
    dates = sorted({record.date for record in records.values()})
    return " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""


def _section(key: str, title: str, records: Mapping[str, Record]) -> Section:
    statements = (each for each in STATEMENTS if each.id.rpartition("-")[0] == key)
    return Section(
        title,
        tuple(StatementRows(each.id, each.text, tuple(_rows(each, records))) for each in statements),
    )


def _rows(statement: Statement, records: Mapping[str, Record]) -> Iterator[GroundRow]:
    for ground in statement.grounds:
        yield from _ground(ground, statement.solution, records)


def _ground(ground: Ground, solution: Solution | None, records: Mapping[str, Record]) -> Iterator[GroundRow]:
    match ground:
        case Tests():
            yield GroundRow(label="Test", slug="shown", result="shown", assumptions=(ground.says,), tests=ground.names)
        case NotShown():
            yield GroundRow(label="–", slug="not-shown", result="not shown", assumptions=(ground.reason,))
        case _:
            for each in Solution if solution is None else (solution,):
                found = finding(ground, each, records)
                if found is not None:
                    yield _found(found, with_solution=solution is None)


def _found(found: Finding, *, with_solution: bool) -> GroundRow:
    label = f"{found.property.value} {PROPERTIES[found.property].title}"
    if with_solution:
        label += f", solution {int(found.solution)}"
    return GroundRow(
        label=label,
        slug=found.outcome.value if found.is_explored else "unknown",
        result=_result(found),
        assumptions=tuple(_assumptions(found)),
        links=tuple(_links(found)),
    )


def _result(found: Finding) -> str:
    if not found.is_explored:
        return "not explored yet"
    if found.broken is not None:
        return f"× {found.broken.depth} steps"
    word = "open" if found.outcome is Outcome.OPEN else "holds"
    return f"{word}, of an older model" if found.is_stale else word


def _assumptions(found: Finding) -> Iterator[str]:
    if not found.is_explored:
        return
    for outcome, word in _WORDS.items():
        under = found.networks(outcome)
        if len(under) == len(Network):
            yield f"{word} on every network{_with(under[0]) if len(set(_with(each) for each in under)) == 1 else ''}."
        elif under:
            yield f"{word}: {', '.join(f'{each.network.value}{_with(each)}' for each in under)}."
    if found.repairs:
        combined = (" and ".join(lower_first(label_of(name)) for name in each) for each in found.repairs)
        yield f"Mended by {' or '.join(combined)}, within the same bounds."
    if found.is_vacuous:
        yield "Its case never came up."


def _with(assumption: Assumption) -> str:
    words = [_choice(each) for each in assumption.only]
    return f" ({', '.join(words)})" if words else ""


def _choice(choice: ActiveWhen | MTMSIReuse) -> str:
    kind = "M-TMSI reuse" if isinstance(choice, MTMSIReuse) else "AV active"
    return f"{kind} {VALUES[choice]}"


def _links(found: Finding) -> Iterator[CellLink]:
    if found.broken is not None:
        network = found.broken.question.network.value
        yield CellLink(found.broken.name, f"counterexample, {network}")
    if found.longest is not None:
        yield CellLink(found.longest.name, f"{found.longest.question.network.value}, {found.longest.states:,} states")
