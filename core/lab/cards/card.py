"""What all cards are made of."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.parts import Change, Octets, Piece, Prose
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


@dataclass(frozen=True, slots=True)
class CardRole(Piece):
    """What stands beside the name of a card's node."""

    fragment: ClassVar[str] = "card-role"
    card: str
    role: str
    badge: Badge | None

    @property
    def id(self) -> str:
        return f"{self.card}-role"


@dataclass(frozen=True, slots=True)
class CardLine(Piece):
    """A line of a card, known by its place there."""

    fragment: ClassVar[str] = "card-line"
    card: str
    number: int
    line: Line

    @property
    def id(self) -> str:
        return f"{self.card}-{self.number}"


@dataclass(frozen=True, slots=True)
class PairAV(Piece):
    """The AV of a pair: whether it is ACTIVE changes, its octets do not."""

    fragment: ClassVar[str] = "pair-av"
    pair_id: str
    pair: Pair

    @property
    def id(self) -> str:
        return f"{self.pair_id}-cell"


@dataclass(frozen=True, slots=True)
class CardPair(Piece):
    """A pair of a card that has those of one UE, known by the number of its AV."""

    fragment: ClassVar[str] = "card-pair"
    card: str
    pair: Pair

    @property
    def id(self) -> str:
        return f"{self.card}-av-{self.pair.badge.number}"

    @property
    def av(self) -> PairAV:
        return PairAV(self.id, self.pair)

    @property
    def parts(self) -> tuple[PairAV, ...]:
        return (self.av,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Piece):
    """What one node holds. `kind` is one of ue, mme, hss, scef, as; cards come in the order of the lifelines.

    `node` is what the protocol calls the node, `name` what people see. `role` is the word before the badge: uses,
    ACTIVE, holds. `more` tells what was left out: "2 earlier pairs".
    """

    fragment: ClassVar[str] = "card"
    kind: str
    node: str
    name: str
    role: str = ""
    badge: Badge | None = None
    lines: tuple[Line, ...] = ()
    pairs: tuple[Pair, ...] = ()
    is_changed: bool = False
    empty: str = ""
    """The sentence instead of lines and pairs: "No open transaction."."""
    more: str = ""

    @property
    def id(self) -> str:
        return f"card-{self.node}"

    @property
    def its_role(self) -> CardRole:
        return CardRole(self.id, self.role, self.badge)

    @property
    def its_lines(self) -> tuple[CardLine, ...]:
        return tuple(CardLine(self.id, number, line) for number, line in enumerate(self.lines))

    @property
    def its_pairs(self) -> tuple[CardPair, ...]:
        return tuple(CardPair(self.id, pair) for pair in self.pairs)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.its_role, *self.its_lines, *self.its_pairs)
