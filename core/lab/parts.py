"""What panels are made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from nodes.diagram.rows import Part
from nodes.diagram.svg import Drawing


class Piece:
    """A panel, or a part of one that can be sent alone: a value that a template prints.

    That is `lab/fragments/<fragment>.html`. `id` is that of the root of what is printed, `parts` what stands inside it,
    in that order.
    """

    __slots__ = ()

    fragment: ClassVar[str]

    @property
    def id(self) -> str:
        return self.fragment

    @property
    def parts(self) -> tuple["Piece | Drawing", ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Count(Piece):
    """A number inside a sentence that stays as it is."""

    fragment: ClassVar[str] = "count"
    place: str
    number: int

    @property
    def id(self) -> str:
        return self.place


@dataclass(frozen=True, slots=True)
class Octets:
    """A value in lower-case hex, shown as 2…2 or 4…4 octets and copied in full. `name` is the symbol: "Ks"."""

    hex: str
    name: str = ""

    @property
    def length(self) -> int:
        return len(self.hex) // 2


@dataclass(frozen=True, slots=True)
class Tail:
    """A value of which only the last `shown` octets change: "…0063". `hex` is the whole value."""

    hex: str
    name: str = ""
    shown: int = 2


@dataclass(frozen=True, slots=True)
class Start:
    """A text of which the first `shown` characters tell it from others: "8fWk2n…". It is copied in full."""

    text: str
    name: str = ""
    shown: int = 6


@dataclass(frozen=True, slots=True)
class ModeDot:
    """A node's view of a UE's NAS signalling connection (TS 24.301 §5.1.3.4), before what it says of the UE."""

    is_connected: bool

    @property
    def word(self) -> str:
        return "EMM-CONNECTED" if self.is_connected else "EMM-IDLE"

    @property
    def text(self) -> str:
        return "●" if self.is_connected else "○"


PartOfProse = ModeDot | Part | Octets | Tail | Start
Prose = tuple[PartOfProse, ...]
"""Parts of a line in order. Spaces between parts are the phrase's own."""


MOST_SIGNS: Final = 19
"""Of a label and the reason beside it."""


@dataclass(frozen=True, slots=True)
class Button:
    """A submit button of the drive form. A disabled one stays visible and says why (`reason`, a few words)."""

    label: str
    name: str = ""
    value: str = ""
    key_hint: str = ""
    enabled: bool = True
    reason: str = ""
    primary: bool = False
    hint: str = ""
    """What it does first, a few words: "opens a session"."""
    about: str = ""
    """What it acts on, for those who hear the label alone: "#14 Push RAND"."""
    title: str = ""
    """What it does, in a sentence, where the label alone may not say it."""
    is_pressed: bool | None = None
    """Whether a toggle is on; None: the button is no toggle."""
    url: str = ""
    """Where it is posted, if that is not where actions are."""

    @property
    def is_long(self) -> bool:
        """Whether the reason does not fit beside the label, on a line of half a column."""
        return bool(self.reason) and len(self.label) + len(self.reason) > MOST_SIGNS


class Change(StrEnum):
    """What the last step did to a value."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"

    @property
    def word(self) -> str:
        return self.name.lower()


class VerdictWord(StrEnum):
    """The word of a verdict as it is stored; `text` is what is shown."""

    NO_KEY_YET = "NO KEY YET"
    IN_SYNC = "IN SYNC"
    IN_TRANSIT = "IN TRANSIT"
    OUT_OF_SYNC = "OUT OF SYNC"

    @property
    def text(self) -> str:
        """An end may have no key any more: whether it will get one is not said."""
        return "NO KEY" if self is VerdictWord.NO_KEY_YET else self.value

    @property
    def is_apart(self) -> bool:
        """Whether the ends differ."""
        return self in {VerdictWord.IN_TRANSIT, VerdictWord.OUT_OF_SYNC}

    @property
    def slug(self) -> str:
        return self.value.lower().replace(" ", "-")
