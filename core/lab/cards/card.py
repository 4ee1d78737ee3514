"""What all cards are made of."""

from dataclasses import dataclass

from core.lab.parts import Change, Octets, Prose
from nodes.diagram.rows import Badge


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
