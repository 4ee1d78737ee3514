"""Records made by hand, for tests of the evidence."""

from collections.abc import Iterable
from typing import Any

from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network, Question
from nodes.explorer.records import Record
from nodes.explorer.repairs import SIZES, repair_questions
from nodes.explorer.usual import cells, usual_bounds
from nodes.protocol.options import ActiveWhen, Solution
from nodes.protocol.properties.catalogue import PropertyID


def ask(
    property_id: PropertyID,
    network: Network,
    active_when: ActiveWhen = ActiveWhen.SECURITY_MODE_COMPLETE,
    solution: Solution = Solution.PUSH,
) -> Question:
    return Question(property_id, solution, network, active_when, bounds=usual_bounds(property_id, network))


def cell(question: Question, verdict: Verdict = Verdict.HOLDS, **others: Any) -> Record:
    given: dict[str, Any] = {"states": 1_000, "depth": 17, "explanation": "It is so.", "date": "2026-01-02"} | others
    return Record(question, verdict, **given)


def everywhere(
    property_id: PropertyID, verdict: Verdict = Verdict.HOLDS, solution: Solution = Solution.PUSH
) -> tuple[Record, ...]:
    """A record of every cell of a property in the matrix."""
    return tuple(cell(each, verdict) for network in Network for each in cells(property_id, solution, network))


def by_name(records: Iterable[Record]) -> dict[str, Record]:
    """Records as views get them; the last of a name counts."""
    return {record.name: record for record in records}


def repaired(question: Question, held: Iterable[tuple[str, ...]]) -> list[Record]:
    """Answers to a question with every combination of repairs; it holds with some."""
    held = tuple(held)
    asked = (each for size in SIZES for each in repair_questions(question, size))
    return [cell(each, Verdict.HOLDS if each.repairs in held else Verdict.VIOLATED) for each in asked]
