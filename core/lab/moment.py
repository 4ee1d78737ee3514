"""One moment of a lab: the world after a step and what led to it. What the panels are made from."""

from dataclasses import dataclass

from nodes.protocol.options import Setup
from nodes.protocol.properties.catalogue import Witness
from nodes.protocol.properties.observation import PropertyStatus
from nodes.protocol.properties.verdict import Verdict
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import Event
from nodes.protocol.world.world import World


@dataclass(frozen=True, slots=True)
class PlainChange:
    """A leaf that a step changed, as plain data. None: it was not there, or is gone."""

    path: tuple[str, ...]
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of the log."""

    number: int
    action: Action
    events: tuple[Event, ...]
    changes: tuple[PlainChange, ...]


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """The verdict on a UE and an AS, and the step since which its word stands, or since which its ends are apart."""

    ue: str
    application_server: str
    verdict: Verdict
    since: int


@dataclass(frozen=True, slots=True)
class HistoryMark:
    """A step worth finding again: `tag` is HARM, ≠, lost, restart, repeat or reorder, `procedure` names a command.

    `ue` is the node's name of the UE that the command is about.
    """

    step: int
    tag: str = ""
    procedure: str = ""
    ue: str = ""


@dataclass(frozen=True, slots=True)
class ForkRow:
    """A lab that left this one after step `step`; `word` is its last verdict word, empty before the first."""

    key: str
    title: str
    step: int
    word: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The lab that this one was forked from after step `step`."""

    key: str
    title: str
    step: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A lab at step `at`. `steps` are the last ones up to there, the oldest first; `earlier` counts the rest.

    `shown_ues` are one or two UE names, `shown_mme` and `shown_as` the nodes whose cards are shown.
    `pace` is None for delivery by hand, else milliseconds per step (0: at once).
    """

    lab_key: str
    title: str
    setup: Setup
    revision: int
    at: int
    last_step: int
    world: World
    steps: tuple[StepRecord, ...]
    earlier: int
    shown_ues: tuple[str, ...]
    shown_mme: str
    shown_as: str
    verdicts: tuple[PairVerdict, ...]
    marks: tuple[HistoryMark, ...]
    lab_seconds: int
    pace: int | None
    seen: str = ""
    """What a page at this moment sends back with a click."""
    next_in: int | None = None
    """Milliseconds until a lab that runs or follows a trace by itself is due for its next steps."""
    trace_steps: int | None = None
    """Steps that the lab has once the trace is followed that it was made of; None: it is."""
    statuses: tuple[PropertyStatus, ...] = ()
    """The status of each property, for the UEs that are shown."""
    witnesses: tuple[Witness, ...] = ()
    """What has happened that makes the run worth judging."""
    forks: tuple[ForkRow, ...] = ()
    origin: Origin | None = None
    gutis: tuple[str, ...] = ()
    """The GUTIs of the lab, 10 octets in hex, in the order in which they came; some may be of later steps."""
    is_just_reset: bool = False
    """Whether nothing has happened since a reset that kept what was before."""
    scenario: str = ""
    """The scenario that the lab plays; off its path, `scenario_steps` says how many first steps are its own."""
    scenario_steps: int = 0
