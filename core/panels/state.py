"""Panels that show: top bar, verdict, node cards, ladder, events, properties, status."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from core.panels.parts import Change, Octets, Prose, VerdictWord
from nodes.diagram.rows import Badge, Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class Topbar:
    name: ClassVar[str] = "topbar"
    revision: int
    lab_key: str
    title: str
    solution: str
    """Solution 12, push."""
    step: int
    last_step: int
    viewers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One strip: does this UE share a key with the AS now? `ue_name` is shown where there are several."""

    word: VerdictWord
    since_step: int
    ue_badge: Badge | None = None
    network_badge: Badge | None = None
    as_badge: Badge | None = None
    why: Prose = ()
    harm: int = 0
    """Messages that failed to open."""
    harm_note: str = "message did not open"
    ue_name: str = ""
    missing: str = ""
    """Which end has no key: "at the UE"."""
    named: str = ""
    """What the network would answer to the UE's GUTI with the name of the UE's key: "Ks", "409 conflict"."""

    @property
    def first_sign(self) -> str:
        return relation(self.ue_badge, self.network_badge)

    @property
    def second_sign(self) -> str:
        return relation(self.network_badge, self.as_badge)


def relation(one: Badge | None, other: Badge | None) -> str:
    """Give "=" or "≠", or nothing where one of the two is missing."""
    if one is None or other is None:
        return ""
    return "=" if one == other else "≠"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """`violated` counts the properties that the run has violated."""

    name: ClassVar[str] = "verdict"
    revision: int
    strips: tuple[Verdict, ...]
    violated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a card: label left, value right; after a change also the old value."""

    label: Prose
    value: Prose = ()
    change: Change | None = None
    old: Prose = ()
    is_ours: bool = False
    """Whether it is not defined by 3GPP; marked †."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One (RAND, Ks) of a SCEF record (solution 12)."""

    badge: Badge
    rand: Octets
    ks: Octets
    is_active: bool = False
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one node holds. `kind` is one of ue, mme, hss, scef, as; cards come in the order of the lifelines.

    `role` is the word before the badge: uses, ACTIVE, holds. `more` tells what was left out: "2 earlier pairs".
    """

    kind: str
    name: str
    role: str = ""
    badge: Badge | None = None
    lines: tuple[Line, ...] = ()
    pairs: tuple[Pair, ...] = ()
    is_changed: bool = False
    empty: str = ""
    """The sentence instead of lines and pairs: "No open transaction."."""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    name: ClassVar[str] = "cards"
    revision: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPanel:
    """The last events. `earlier` counts those not shown; with 0 there is no link to them."""

    name: ClassVar[str] = "ladder"
    revision: int
    lab_key: str
    ladder: Ladder
    earlier: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The same ladder as a text list, newest first."""

    name: ClassVar[str] = "events"
    revision: int
    lab_key: str
    ladder: Ladder
    earlier: int = 0


class Judgement(StrEnum):
    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_TRIED = "not tried"

    @property
    def slug(self) -> str:
        return self.value.replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRow:
    """`statement` is what the property says, `reason` why it is violated, `hint` why it is not or was not tried.

    Inside the reason `link` leads to the step where the property was first violated. `word` replaces the judgement's.
    """

    id: str
    title: str
    judgement: Judgement
    statement: str = ""
    reason: str = ""
    link: str = ""
    reason_after: str = ""
    step: int | None = None
    hint: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """With no rows the panel is an empty, hidden element. `seen` shows that the run is not vacuous."""

    name: ClassVar[str] = "properties"
    revision: int
    lab_key: str
    rows: tuple[PropertyRow, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One sentence for those who hear the page: "Step 8: SCEF answered AS with Ks of AV 1"."""

    name: ClassVar[str] = "status"
    revision: int
    sentence: str
