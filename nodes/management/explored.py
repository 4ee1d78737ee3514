"""Questions out of a command line, and answers as a table and as files."""

from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any, Final

from nodes.explorer.answers import Answer, Verdict
from nodes.explorer.asking import BOUNDS, Wanted
from nodes.explorer.questions import Bounds, Network
from nodes.explorer.records import name_of
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION, to_text


def wanted_of(options: dict[str, Any]) -> Wanted:
    """What a command line asks for; what it leaves out has the defaults."""
    given: dict[str, Any] = {
        name: tuple(kind(each) for each in options[option])
        for name, option, kind in _LISTS
        if options[option] is not None
    }
    return Wanted(
        **given,
        repairs=tuple(each for each in REPAIRS if each in (options["repair"] or ())),
        bounds=tuple((name, options[name]) for name in BOUNDS if options[name] is not None),
        is_matrix=options["matrix"],
    )


_LISTS: Final[tuple[tuple[str, str, type[Enum]], ...]] = (
    ("properties", "property", PropertyID),
    ("solutions", "solution", Solution),
    ("networks", "network", Network),
    ("active_when", "active_when", ActiveWhen),
    ("m_tmsi_reuse", "m_tmsi_reuse", MTMSIReuse),
)


def write_traces(answers: Iterable[Answer], folder: Path) -> None:
    """Write every counterexample as a trace file.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        if answer.trace is not None:
            (folder / f"{name_of(answer.question)}.json").write_text(to_text(answer.trace), encoding="utf-8")


def table_of(answers: Iterable[Answer]) -> str:
    """The answers as lines of text, with their bounds and the model version below."""
    answers = tuple(answers)
    rows: list[tuple[str, ...]] = [
        ("property", "solution", "network", "active when", "repairs", "verdict", "states", "explanation")
    ]
    rows += [_row(answer) for answer in answers]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in rows
    ]
    bounds = dict.fromkeys(answer.question.bounds for answer in answers)
    limits = [f"Bounds of {_whose(answers, each)}: {_words(each)}." for each in bounds]
    return "\n".join([*lines, "", *limits, f"Model version {MODEL_VERSION}."])


def _row(answer: Answer) -> tuple[str, ...]:
    question = answer.question
    verdict = answer.verdict.value
    if answer.verdict is Verdict.VIOLATED:
        verdict = f"violated in {answer.depth} steps"
    moment = question.active_when.value
    moment += "" if question.m_tmsi_reuse is MTMSIReuse.NEVER else ", lowest free M-TMSI"
    return (
        question.property.value,
        str(int(question.solution)),
        question.network.value,
        moment,
        ", ".join(question.repairs) or "none",
        verdict,
        f"{answer.states:,}",
        answer.explanation,
    )


def _whose(answers: Iterable[Answer], bounds: Bounds) -> str:
    names = (answer.question.property.value for answer in answers if answer.question.bounds == bounds)
    return ", ".join(dict.fromkeys(names))


def _words(bounds: Bounds) -> str:
    return ", ".join(f"{getattr(bounds, name)} {name.replace('_', ' ')}" for name in BOUNDS if getattr(bounds, name))


def status_of(answers: Iterable[Answer]) -> int:
    """Exit status: 0 all hold, 1 one is violated, 3 none is and one is incomplete."""
    verdicts = {answer.verdict for answer in answers}
    if Verdict.VIOLATED in verdicts:
        return 1
    return 3 if Verdict.INCOMPLETE in verdicts else 0
