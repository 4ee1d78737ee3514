"""Answers as they are kept: with their date, their counterexample as text, and a name to find them by."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from nodes.explorer.answers import Answer, Verdict, to_json
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.repairs import SIZES, repair_questions
from nodes.explorer.usual import usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.plain.conversion import canonical
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.runs.trace import MODEL_VERSION, to_text


@dataclass(frozen=True, slots=True)
class Record:
    """An answer that was found earlier.

    `trace` is the trace file of the shortest counterexample, "" if there is none; `date` is year-month-day, UTC.
    """

    question: Question
    verdict: Verdict
    states: int
    depth: int
    explanation: str
    date: str
    trace: str = ""
    witnesses: tuple[Witness, ...] = ()
    vacuous: bool = False
    model: int = MODEL_VERSION

    @property
    def name(self) -> str:
        return name_of(self.question)

    @property
    def is_stale(self) -> bool:
        """Whether another version of the model was explored than runs here."""
        return self.model != MODEL_VERSION


def name_of(question: Question) -> str:
    """A name of a question, for addresses and files: letters, digits, "-" and "_"; other bounds are a hash in it.

    How many states a search may store at most is no part of what is asked.
    """
    parts = [question.property.value, str(int(question.solution)), question.network.value, question.active_when.value]
    if question.m_tmsi_reuse is not MTMSIReuse.NEVER:
        parts.append(question.m_tmsi_reuse.value)
    parts += question.repairs
    usual = usual_bounds(question.property, question.network)
    asked = replace(question.bounds, most_states=usual.most_states)
    if asked != usual:
        parts.append(sha256(canonical(asked)).hexdigest()[:8])
    return "-".join(parts)


def record_of(answer: Answer, date: str) -> Record:
    """An answer as it is kept."""
    return Record(
        answer.question,
        answer.verdict,
        answer.states,
        answer.depth,
        answer.explanation,
        date,
        "" if answer.trace is None else to_text(answer.trace),
        answer.witnesses,
        answer.vacuous,
        answer.model,
    )


def to_cell(answer: Answer, date: str) -> dict[str, Any]:
    """A cell of `manage.py explore --json`."""
    return to_json(answer) | {"date": date}


def read_cells(cells: Iterable[Mapping[str, Any]]) -> tuple[Record, ...]:
    """The records that cells of `manage.py explore --json` are.

    Raises:
        KeyError, TypeError, ValueError: they are none.
    """
    return tuple(_record(cell) for cell in cells)


def _record(cell: Mapping[str, Any]) -> Record:
    question = Question(
        PropertyID(cell["property"]),
        Solution(cell["solution"]),
        Network(cell["network"]),
        ActiveWhen(cell["active_when"]),
        MTMSIReuse(cell["m_tmsi_reuse"]),
        tuple(cell["repairs"]),
        Bounds(**cell["bounds"]),
    )
    return Record(
        question,
        Verdict(cell["verdict"]),
        cell["states"],
        cell["depth"],
        cell["explanation"],
        cell["date"],
        "" if cell["trace"] is None else json.dumps(cell["trace"], ensure_ascii=False),
        tuple(Witness(each) for each in cell["witnesses"]),
        cell["vacuous"],
        cell["model"],
    )


def newest(records: Iterable[Record]) -> dict[str, Record]:
    """The record to go by for each name, out of records from the oldest to the newest.

    A record of this version of the model goes before one of another, and one that is decided before one that came to
    its bound on states.
    """
    found: dict[str, Record] = {}
    for record in records:
        known = found.get(record.name)
        if known is None or _weight(record) >= _weight(known):
            found[record.name] = record
    return found


def _weight(record: Record) -> tuple[bool, bool]:
    return not record.is_stale, record.verdict is not Verdict.INCOMPLETE


def fixes(question: Question, records: Mapping[str, Record]) -> tuple[tuple[str, ...], ...] | None:
    """The smallest combinations of repairs under which a violated property is known to hold.

    None: not all that matter were explored to their end. Empty: all were, and none mends it.
    """
    is_known = True
    for size in SIZES:
        asked = [records.get(name_of(each)) for each in repair_questions(question, size)]
        held = tuple(each.question.repairs for each in asked if each is not None and each.verdict is Verdict.HOLDS)
        if held:
            return held
        is_known = is_known and all(each is not None and each.verdict is Verdict.VIOLATED for each in asked)
    return () if is_known else None
