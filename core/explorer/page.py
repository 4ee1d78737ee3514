"""The explorer's page and that of a run, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from core.explorer.form import ExploreForm
from core.explorer.matrix import Matrix, matrix, verdict_text, verdict_words
from core.lab.fields import label_of
from core.words.explored import explanation
from core.words.names import VALUES, lower_first
from nodes.evidence.known import known
from nodes.explorations import services
from nodes.explorations.models import OPEN, Run, Search, State
from nodes.explorer.records import Record
from nodes.protocol.options import ActiveWhen, MTMSIReuse
from nodes.protocol.properties.catalogue import PROPERTIES


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run in the list of them."""

    key: str
    title: str
    word: str
    detail: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorerPage:
    form: ExploreForm
    runs: tuple[RunRow, ...]
    matrix: Matrix
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """A search that is not done: which cells, where it stands, how far it is."""

    asked: str
    state: str
    states: str = ""
    rate: str = ""
    depth: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """An answered cell."""

    name: str
    property: str
    solution: str
    network: str
    options: str
    slug: str
    text: str
    spoken: str
    states: str
    depth: int
    explanation: str
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    key: str
    title: str
    command: str
    word: str
    is_open: bool
    done: int
    total: int
    summary: str
    as_of: str
    waits_for_worker: bool
    searches: tuple[SearchRow, ...]
    results: tuple[ResultRow, ...]
    may_end: bool


MOST_RUNS: Final = 8
NOTICED_AFTER: Final = timedelta(seconds=5)


def explorer_page(form: ExploreForm, errors: tuple[str, ...] = ()) -> ExplorerPage:
    """The form with what was chosen, the newest runs, and the matrix of all that is known."""
    runs = tuple(run_row(run) for run in services.recent(MOST_RUNS))
    return ExplorerPage(form=form, runs=runs, matrix=matrix(known()), errors=errors)


# Runs


def run_row(run: Run) -> RunRow:
    """A run in the list."""
    done, total = _progress(run)
    when = run.created.strftime("%Y-%m-%d %H:%M UTC")
    return RunRow(
        key=run.key,
        title=run.title,
        word=_word(run),
        detail=f"{done} of {total} searches, {when}",
        is_open=_is_open(run),
    )


def run_page(run: Run, *, may_end: bool) -> RunPage:
    """A run as it stands."""
    done, total = _progress(run)
    records = services.records_of(run)
    return RunPage(
        key=run.key,
        title=run.title,
        command=run.command,
        word=_word(run),
        is_open=_is_open(run),
        done=done,
        total=total,
        summary=_summary(records),
        as_of=timezone.now().strftime("%H:%M:%S UTC"),
        waits_for_worker=_waits_for_worker(run),
        searches=tuple(_search_row(search) for search in run.searches.all() if search.state != State.DONE),
        results=tuple(_result(record) for record in records),
        may_end=may_end,
    )


def _progress(run: Run) -> tuple[int, int]:
    states = [search.state for search in run.searches.all()]
    return states.count(State.DONE), len(states)


def _is_open(run: Run) -> bool:
    return any(search.state in OPEN for search in run.searches.all())


def _word(run: Run) -> str:
    states = {search.state for search in run.searches.all()}
    for state in (State.RUNNING, State.WAITING):
        if state in states:
            return state.value
    for state in (State.FAILED, State.CANCELLED):
        if state in states:
            return f"partly {state.value}" if State.DONE in states else state.value
    return "done"


def _waits_for_worker(run: Run) -> bool:
    """Whether nobody is at it although nothing is ahead of it, for longer than a worker takes to notice."""
    is_waiting = any(search.state == State.WAITING for search in run.searches.all())
    if not is_waiting or timezone.now() - run.created < NOTICED_AFTER:
        return False
    return not Search.objects.filter(state=State.RUNNING).exists()


def _summary(records: tuple[Record, ...]) -> str:
    words = [record.verdict.value for record in records]
    counted = ((words.count(word), word) for word in ("holds", "violated", "incomplete"))
    plural = {"holds": "hold", "violated": "are violated", "incomplete": "are incomplete"}
    singular = {"holds": "holds", "violated": "is violated", "incomplete": "is incomplete"}
    return ", ".join(f"{count} {singular[word] if count == 1 else plural[word]}" for count, word in counted if count)


def _search_row(search: Search) -> SearchRow:
    is_begun = search.state == State.RUNNING
    return SearchRow(
        asked="; ".join(_asked(search)),
        state=search.state,
        states=f"{search.states:,}" if is_begun else "",
        rate=f"{search.rate:,}" if is_begun else "",
        depth=str(search.depth) if is_begun else "",
        note=search.error or (f"taken {search.attempts} times" if search.attempts > 1 else ""),
    )


def _asked(search: Search) -> Iterator[str]:
    cells = list(search.cells.all())
    yield " ".join(cell.property for cell in cells)
    first = cells[0]
    yield f"solution {first.solution}, {first.network}, active {first.active_when}"
    if first.repairs:
        yield f"with {first.repairs.replace(' ', ' and ')}"


def _result(record: Record) -> ResultRow:
    question = record.question
    return ResultRow(
        name=record.name,
        property=f"{question.property.value} {PROPERTIES[question.property].title}",
        solution=str(int(question.solution)),
        network=question.network.value,
        options=", ".join(_options(record)) or "usual",
        slug=record.verdict.value,
        text=verdict_text(record),
        spoken=verdict_words(record),
        states=f"{record.states:,}",
        depth=record.depth,
        explanation=explanation(record),
        is_stale=record.is_stale,
    )


def _options(record: Record) -> Iterator[str]:
    question = record.question
    if question.active_when is not ActiveWhen.SECURITY_MODE_COMPLETE:
        yield f"active {VALUES[question.active_when]}"
    if question.m_tmsi_reuse is not MTMSIReuse.NEVER:
        yield f"M-TMSI reuse {VALUES[question.m_tmsi_reuse]}"
    yield from (lower_first(label_of(name)) for name in question.repairs)
