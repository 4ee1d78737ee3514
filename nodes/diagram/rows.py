"""What a diagram is made of: lifelines, bands of rows, and the AV badges they carry.

Values only. Where they are drawn is `layout`'s, how is `svg`'s, and how they read aloud is `text`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHAPES = ("circle", "triangle", "square", "diamond")
FILLINGS = ("", "-left", "-right", "-low")
"""Of the shapes of one UE after the other."""


@dataclass(frozen=True, slots=True)
class Badge:
    """The picture of one AV, the same at every node: number, shape and colour.

    `number` counts the AVs of one UE from 1. `owner` are the letters of the UE where a lab has several, and the shapes
    of UE B, C and D are filled by half: left, right, below.
    """

    number: int
    owner: str = ""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"An AV is numbered from 1, got {self.number}")

    @property
    def shape(self) -> str:
        return SHAPES[(self.number - 1) % len(SHAPES)]

    @property
    def hue(self) -> int:
        """1 to 4: which of the four colours."""
        return (self.number - 1) % len(SHAPES) + 1

    @property
    def is_ringed(self) -> bool:
        """From AV 5 on the shapes come again, with a second ring."""
        return self.number > len(SHAPES)

    @property
    def symbol(self) -> str:
        """The id of the SVG symbol."""
        ring = "-ring" if self.is_ringed else ""
        return f"av-{self.shape}{ring}{self._filling}"

    @property
    def _filling(self) -> str:
        letter = self.owner[-1:]
        return FILLINGS[(ord(letter) - ord("A")) % len(FILLINGS)] if letter.isalpha() else ""

    @property
    def name(self) -> str:
        """What stands beside the shape: 1, or 1B."""
        return f"{self.number}{self.owner}"

    @property
    def text(self) -> str:
        return f"AV {self.name}"


@dataclass(frozen=True, slots=True)
class Strong:
    """Words in bold: ACTIVE, lost."""

    text: str


@dataclass(frozen=True, slots=True)
class GUTITag:
    """The tag of one GUTI, the same wherever the octets are.

    `number` counts the GUTIs of a lab from 1, in the order in which they came. `octets` are in hex. `state` are words
    beside the number where the GUTI names its holder's UE no more: "old", "now B’s".
    """

    number: int
    octets: str
    state: str = ""

    @property
    def name(self) -> str:
        return f"G{self.number}"

    @property
    def text(self) -> str:
        return f"{self.name} {self.state}" if self.state else self.name


Part = str | Badge | Strong | GUTITag
Note = tuple[Part, ...]
"""Parts of a phrase, drawn and read in order. Spaces between parts are the phrase's own."""


class RowKind(StrEnum):
    """What happened in a row."""

    SEND = "send"
    """`lifeline` sends `message` to `peer`."""
    RECEIVE = "receive"
    """`message`, sent by `peer`, arrives at `lifeline`."""
    REFUSED = "refused"
    """As RECEIVE, but `lifeline` ignores it (wrong NAS COUNT, replayed, unexpected)."""
    LOST = "lost"
    """`message`, sent by `peer` to `lifeline`, is lost; `note` says why, if the network did not just lose it."""
    COPIED = "copied"
    """The network makes copy `copy` of `message`, sent by `peer` to `lifeline`."""
    LOCAL = "local"
    """Something inside `lifeline`: a timer expired."""
    RESTART = "restart"
    """`lifeline` restarts; `note` says what it loses."""
    NETWORK = "network"
    """Something done to a link, with `lifeline` and `peer` as its ends, or to lab time, with neither meant."""


SETTLING = frozenset({RowKind.RECEIVE, RowKind.REFUSED, RowKind.LOST})
"""After a row of these kinds the copy is no longer in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event. Sending and receiving a message are two rows; one step may have several rows.

    `lifeline` and `peer` are indexes into the ladder's lifelines. `message` is the number people see (#6) and
    `copy` counts from 1. `label` is the message's name ("Push RAND"), wanted in rows of every kind that has a
    message. `badge` is the AV whose key or RAND the message carries. `note` says what the node did with it
    ("uses ▲2") and is drawn beyond the lifeline. `mark` is a short word tag: "≠", "HARM 1".
    """

    step: int
    kind: RowKind
    lifeline: int
    peer: int | None = None
    message: int | None = None
    copy: int = 1
    label: str = ""
    badge: Badge | None = None
    about: Badge | None = None
    """The AV that a message is about without carrying anything of it: said in the text form only."""
    is_ours: bool = False
    """Whether the message is not defined by 3GPP; its label is marked †."""
    note: Note = ()
    mark: str = ""
    url: str = ""
    """Where the message is explained; empty while there is no such page."""
    guti: GUTITag | None = None
    """The GUTI that the message carries."""

    @property
    def name(self) -> tuple[str | GUTITag, ...]:
        """The label with what belongs to it."""
        return label_with(self.label, self.guti, is_ours=self.is_ours)


_CARRIED: Final = ", GUTI"
_WORD: Final = "GUTI "


def label_with(label: str, guti: GUTITag | None, *, is_ours: bool) -> tuple[str | GUTITag, ...]:
    """Give a label with the mark † of what 3GPP does not define, and with the tag of a GUTI in place of that word."""
    mark = "†" if is_ours else ""
    if guti is None:
        return (f"{label}{mark}",)
    if label.startswith(_WORD):
        return (guti, f" {label.removeprefix(_WORD)}{mark}")
    return (f"{label.removesuffix(_CARRIED)}{mark}, ", guti)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The rows of one procedure. A finished procedure is folded to its title, note and range of steps.

    `begun` is the step in which it began, where that is before the first row; 0 if nobody knows.
    """

    title: str
    note: Note = ()
    rows: tuple[Row, ...] = ()
    is_folded: bool = False
    begun: int | None = None

    @property
    def first_step(self) -> int:
        """The step in which it began: it tells a band from others, whichever of its rows are drawn."""
        if self.begun is not None:
            return self.begun
        return self.rows[0].step if self.rows else 0


@dataclass(frozen=True, slots=True)
class Lifeline:
    """`kind` is one of ue, mme, hss, scef, as and gives the column's width; `name` is what people see."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A whole diagram, or its last part: a message sent before the first row enters from above.

    `in_flight` has (message, copy) of what is in flight now, `held` those of them that wait on a held link; a copy that
    is neither there nor settled by a row leaves at the bottom. `current_step` is the step that is marked.
    """

    lifelines: tuple[Lifeline, ...]
    bands: tuple[Band, ...] = ()
    in_flight: frozenset[tuple[int, int]] = frozenset()
    held: frozenset[tuple[int, int]] = frozenset()
    current_step: int | None = None

    def waits(self, message: int | None) -> bool:
        """Whether a copy of a message waits on a held link."""
        return any(number == message for number, _copy in self.held)

    def rows(self) -> Iterator[Row]:
        for band in self.bands:
            yield from band.rows
