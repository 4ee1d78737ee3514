"""Panels with which one acts: messages in flight, procedures, history, and the options they act under."""

from dataclasses import dataclass
from typing import ClassVar

from core.panels.parts import Button
from nodes.diagram.rows import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage:
    """A message in flight. `link` is "MME → SCEF"; `meta` a second line: "T6a, repetition 1 of 4".

    `fate` says what its link will do to it: "will be lost".
    """

    number: int
    label: str
    link: str
    buttons: tuple[Button, ...]
    badge: Badge | None = None
    meta: str = ""
    fate: str = ""
    is_next: bool = False
    is_held: bool = False
    is_ours: bool = False
    """Whether it is not defined by 3GPP; marked †."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTimer:
    """`name` is T3460, `node` MME; `remaining` is "6 s" of lab time; `meta` "expiry 2 of 5"."""

    name: str
    node: str
    remaining: str
    button: Button
    meta: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link and what can be done to it: `point` is T6a, `ends` "MME → SCEF"; `chips` are toggles."""

    point: str
    ends: str
    chips: tuple[Button, ...]

    @property
    def name(self) -> str:
        return f"{self.point} {self.ends}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlight:
    """`messages` are those at hand, `rest` the others; `more` counts what is only on a page of its own."""

    name: ClassVar[str] = "inflight"
    revision: int
    lab_key: str
    at: int = 0
    messages: tuple[QueuedMessage, ...] = ()
    rest: tuple[QueuedMessage, ...] = ()
    more: int = 0

    @property
    def total(self) -> int:
        return len(self.messages) + len(self.rest) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Timers that run and lab time."""

    name: ClassVar[str] = "network"
    revision: int
    timers: tuple[RunningTimer, ...] = ()
    lab_time: str = "0 s"
    advance: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What is done to links: `usual` are those at hand, `others` all others."""

    name: ClassVar[str] = "links"
    revision: int
    usual: tuple[LinkRow, ...] = ()
    others: tuple[LinkRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureGroup:
    """The procedures of one UE, or of another node. Of `choices` one is chosen at any time.

    `note` stands beside the title: why none of `buttons` can be used.
    """

    title: str
    buttons: tuple[Button, ...] = ()
    choices: tuple[Button, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures:
    """What the shown UEs can be told, and how their messages are delivered."""

    name: ClassVar[str] = "procedures"
    revision: int
    groups: tuple[ProcedureGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What is needed seldom: which nodes are shown, the HSS's operator, the lab as a whole."""

    name: ClassVar[str] = "upkeep"
    revision: int
    groups: tuple[ProcedureGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on the scrubber. `tag` goes above the line (≠, lost, HARM), `procedure` below it."""

    step: int
    tag: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`at` is the step shown, `last_step` the live one; they differ when one looks back."""

    name: ClassVar[str] = "history"
    revision: int
    lab_key: str
    at: int
    last_step: int
    marks: tuple[Mark, ...] = ()

    @property
    def before(self) -> int:
        return max(self.at - 1, 0)

    @property
    def after(self) -> int:
        return min(self.at + 1, self.last_step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A lab that left this one after step `step`; `word` is its first verdict now."""

    lab_key: str
    title: str
    step: int
    word: str = ""

    @property
    def meta(self) -> str:
        """Where it left and what became of it; its title may say the first."""
        step = f"from step {self.step}"
        return ", ".join(part for part in ("" if step in self.title else step, self.word) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forks:
    """Where this lab comes from, what left it, and what can be taken from it at the step shown."""

    name: ClassVar[str] = "forks"
    revision: int
    lab_key: str
    at: int
    origin: Fork | None = None
    forks: tuple[Fork, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """An option of the lab, read only. `is_ours` marks what is not defined by 3GPP. `cost` is what it costs."""

    name: str
    value: str
    meaning: str = ""
    cost: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    name: ClassVar[str] = "options"
    revision: int
    rows: tuple[OptionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How far the trace is followed that the lab was made of; without `words` none is being followed.

    `words` is "2,012 of 5,000".
    """

    name: ClassVar[str] = "following"
    revision: int
    words: str = ""
    taken: int = 0
    total: int = 0
    go_on: Button | None = None
    leave: Button | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveState:
    """The step that a click was made on; the server refuses a stale one (409), and forks at one of the past.

    A lab that runs by itself is due for its next step in `next_in` milliseconds, for which `next_do` asks.
    """

    name: ClassVar[str] = "drive-state"
    revision: int
    lab_key: str
    seen: str
    at: int = 0
    is_past: bool = False
    next_in: int | None = None
    next_do: str = "paced"
