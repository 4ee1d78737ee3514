"""A cell of the matrix in words: what was asked, what came out, and the counterexample step by step."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Final

from core.explorer.matrix import verdict_text, verdict_words
from core.lab.fields import label_of
from core.lab.runs import MOST_SHOWN, EndVerdict, events_by_step, moment_of, verdicts_of
from core.lab.scene import Scene
from core.words.explored import BOUND_LABELS, bounds_words, explanation
from core.words.names import VALUES, lower_first
from nodes.diagram.text import TextEvent
from nodes.explorer.answers import Verdict
from nodes.explorer.asking import command_of, only
from nodes.explorer.questions import NETWORK_WORDS
from nodes.explorer.records import Record, name_of
from nodes.explorer.reduction import left_out
from nodes.explorer.repairs import SIZES, repair_questions
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.properties.catalogue import PROPERTIES
from nodes.protocol.runs.rerun import run
from nodes.protocol.runs.trace import TraceError, from_text
from nodes.protocol.world.genesis import first_world


@dataclass(frozen=True, slots=True)
class CellFact:
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRow:
    """The same question with repairs: what is known of it, and what opens a lab with them on."""

    value: str
    label: str
    known: str
    name: str = ""
    fixes: bool = False


@dataclass(frozen=True, slots=True)
class ShownStep:
    number: int
    events: tuple[TextEvent, ...]
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPage:
    name: str
    property: str
    title: str
    statement: str
    slug: str
    text: str
    spoken: str
    explanation: str
    facts: tuple[CellFact, ...]
    command: str
    is_stale: bool
    has_trace: bool
    steps: tuple[ShownStep, ...]
    ends: tuple[EndVerdict, ...]
    cannot: str
    """Why the counterexample cannot be told."""
    repairs: tuple[RepairRow, ...]
    error: str = ""


_MOST_KEPT: Final = 64
_Counterexample = tuple[tuple[ShownStep, ...], tuple[EndVerdict, ...], str]


def cell_page(record: Record, records: Mapping[str, Record], error: str = "") -> CellPage:
    """A record to read."""
    question = record.question
    steps, ends, cannot = _counterexample(record.trace) if record.trace else ((), (), "")
    return CellPage(
        name=record.name,
        property=question.property.value,
        title=PROPERTIES[question.property].title,
        statement=PROPERTIES[question.property].statement,
        slug=record.verdict.value,
        text=verdict_text(record),
        spoken=verdict_words(record),
        explanation=explanation(record),
        facts=tuple(CellFact(*each) for each in _facts(record)),
        command=command_of(only(question)),
        is_stale=record.is_stale,
        has_trace=bool(record.trace),
        steps=steps,
        ends=ends,
        cannot=cannot,
        repairs=tuple(_repairs(record, records)) if record.trace else (),
        error=error,
    )


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    question = record.question
    yield "Solution", VALUES[question.solution]
    yield "Network", f"{question.network.value}: {NETWORK_WORDS[question.network]}"
    yield "AV counts as active", VALUES[question.active_when]
    yield "M-TMSI reuse", VALUES[question.m_tmsi_reuse]
    yield "Repairs", ", ".join(lower_first(label_of(name)) for name in question.repairs) or "none"
    yield "Bounds", bounds_words(asdict(record.question.bounds))
    untried = left_out(question)
    if untried:
        names = ", ".join(lower_first(BOUND_LABELS[name]) for name in untried)
        yield "Not tried", f"{names}, or fewer of them: they cannot change this answer"
    yield "Looked at", f"{record.states:,} states, up to {record.depth} steps"
    yield "Explored", f"{record.date}, model version {record.model}"


@lru_cache(_MOST_KEPT)
def _counterexample(text: str) -> _Counterexample:
    """The counterexample in words, and the verdict it ends with; or why it cannot be shown."""
    try:
        trace = from_text(text)
        done = run(trace.setup, trace.actions)
    except (TraceError, CommandRefused, NoSuchAction) as error:
        return (), (), str(error)
    worlds = (first_world(trace.setup), *(each.world for each in done))
    shown = trace.setup.ue_names[:MOST_SHOWN]
    scene = Scene(moment_of(trace.setup, trace.actions, worlds, done, shown_ues=shown))
    events = events_by_step(scene)
    last = len(trace.actions)
    steps = tuple(ShownStep(number, events.get(number, ()), number == last) for number in range(1, last + 1))
    return steps, verdicts_of(scene, worlds[-1]), ""


def _repairs(record: Record, records: Mapping[str, Record]) -> Iterator[RepairRow]:
    """Each repair by itself, and combinations that are known to fix it."""
    if record.question.repairs:
        return
    for size in SIZES:
        for question in repair_questions(record.question, size):
            known = records.get(name_of(question))
            fixes = known is not None and known.verdict is Verdict.HOLDS
            if size == 1 or fixes:
                yield RepairRow(
                    value=" ".join(question.repairs),
                    label=" and ".join(lower_first(label_of(name)) for name in question.repairs),
                    known=verdict_words(known) if known is not None else "not explored yet",
                    name=known.name if known is not None else "",
                    fixes=fixes,
                )
