"""What the explorer says of a cell, and how far it is with a search."""

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from nodes.explorer.questions import Question
from nodes.protocol.properties.catalogue import Witness
from nodes.protocol.runs.trace import MODEL_VERSION, Trace, to_text


class Verdict(Enum):
    """What exploring has shown. `incomplete` says nothing either way."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    `states`: different states looked at until the answer was known; `depth`: steps of the longest run among them, or of
    the counterexample. `trace` is the shortest counterexample: its last action is the first bad step. `explanation` is
    one sentence. `vacuous`: the property's own case never came up, so that it holds for want of a case.
    """

    question: Question
    verdict: Verdict
    states: int
    depth: int
    explanation: str
    trace: Trace | None = None
    witnesses: tuple[Witness, ...] = ()
    vacuous: bool = False
    model: int = MODEL_VERSION


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: states found, states done with, the depth that it is at."""

    states: int
    done: int
    depth: int


def to_json(answer: Answer) -> dict[str, Any]:
    """A cell of the matrix as JSON. `trace` is the trace file's content, or None."""
    question = answer.question
    return {
        "property": question.property.value,
        "solution": int(question.solution),
        "network": question.network.value,
        "active_when": question.active_when.value,
        "m_tmsi_reuse": question.m_tmsi_reuse.value,
        "repairs": list(question.repairs),
        "verdict": answer.verdict.value,
        "states": answer.states,
        "depth": answer.depth,
        "bounds": asdict(question.bounds),
        "model": answer.model,
        "explanation": answer.explanation,
        "trace": _trace(answer.trace),
        "witnesses": [each.value for each in answer.witnesses],
        "vacuous": answer.vacuous,
    }


def _trace(trace: Trace | None) -> dict[str, Any] | None:
    if trace is None:
        return None
    plain: dict[str, Any] = json.loads(to_text(trace))
    return plain
