"""Panels with which one acts: messages in flight, procedures, history, and the options they act under."""

from dataclasses import dataclass
from typing import ClassVar

from core.panels.parts import Button
from nodes.diagram.rows import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage:
    """A message in flight. `link` is "MME → SCEF"; `meta` a second line: "T6a, repetition 1 of 4"."""

    number: int
    label: str
    link: str
    buttons: tuple[Button, ...]
    badge: Badge | None = None
    meta: str = ""
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
class LinkChip:
    """A fault or hold that is on or off for one link: "T6a: by hand"."""

    button: Button
    is_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlight:
    name: ClassVar[str] = "inflight"
    revision: int
    messages: tuple[QueuedMessage, ...] = ()
    more: int = 0
    """Messages in flight that are not listed."""

    @property
    def total(self) -> int:
        return len(self.messages) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What is done to links and to lab time rather than to a message."""

    name: ClassVar[str] = "network"
    revision: int
    timers: tuple[RunningTimer, ...] = ()
    links: tuple[LinkChip, ...] = ()
    lab_time: str = "0 s"
    advance: tuple[Button, ...] = ()


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
class OptionRow:
    """An option of the lab, read only. `is_ours` marks what is not defined by 3GPP."""

    name: str
    value: str
    meaning: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    name: ClassVar[str] = "options"
    revision: int
    rows: tuple[OptionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveState:
    """The step that a click was made on; the server refuses a stale one (409).

    A lab that runs by itself is due for its next step in `next_in` milliseconds.
    """

    name: ClassVar[str] = "drive-state"
    revision: int
    lab_key: str
    seen: str
    next_in: int | None = None
