"""The explorer's pages: what can be asked, a run while it is done, and one cell with its counterexample."""

from dataclasses import dataclass

from core.panels.fields import FormField
from core.panels.matrix import Matrix
from core.panels.scenarios import EndVerdict
from nodes.diagram.text import TextEvent


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick."""

    value: str
    label: str
    is_chosen: bool
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    name: str
    title: str
    choices: tuple[Choice, ...]
    note: str = ""


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
    groups: tuple[ChoiceGroup, ...]
    bounds: tuple[FormField, ...]
    with_repairs: bool
    has_own_bounds: bool
    """Whether a bound is not the default, so that the bounds are shown unfolded."""
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
    mends: bool = False


@dataclass(frozen=True, slots=True)
class ToldStep:
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
    steps: tuple[ToldStep, ...]
    ends: tuple[EndVerdict, ...]
    cannot: str
    """Why the counterexample cannot be told."""
    repairs: tuple[RepairRow, ...]
    error: str = ""
