"""Where columns, bands and rows go: x in percent of the width, y in em from the top of the first row.

Percent and em together let one drawing serve every width and type size. All bands share one y axis, as if none
were folded, so a message that crosses bands keeps its slant and each band simply shows its own part of the axis.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nodes.diagram.rows import SETTLING, Badge, Band, Ladder, Lifeline, Row, RowKind

ROW = 1.46
"""Height of one row, in em; the title of a band is as high."""
ARROW_RISE = 0.22
"""An arrow starts and ends so much above the bottom of its row, in em."""
GUTTER_WEIGHT = 40
WIDE_GUTTER_WEIGHT = 49
"""With more columns than usual each is narrower, but a step's number is not."""
WEIGHTS = {"ue": 188, "mme": 216, "hss": 126, "scef": 222, "as": 176}
"""Widths of the columns in proportion; the stylesheet of the node cards has the same numbers."""

EDGE_NOTE_LENGTH = 12
"""Characters that fit between the outermost lifeline and the edge."""
HARM = "HARM"
USUAL_COLUMNS = 5
NARROW_NOTE_LENGTHS = 10, 7
"""The same when there are more columns than usual: on the left, and on the right where no gutter helps."""


@dataclass(frozen=True, slots=True)
class Point:
    """`x` in percent of the width, `y` in em."""

    x: float
    y: float

    def toward(self, other: "Point", fraction: float) -> "Point":
        return Point(self.x + (other.x - self.x) * fraction, self.y + (other.y - self.y) * fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    row: Row
    top: float
    height: float
    is_first_of_step: bool
    is_marked: bool
    is_current: bool

    lead: float = 0.0
    """So much of the height is above the message's label, in em."""

    @property
    def arrow_y(self) -> float:
        return self.top + self.lead + ROW - ARROW_RISE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBand:
    band: Band
    top: float
    height: float
    rows: tuple[PlacedRow, ...]

    @property
    def bottom(self) -> float:
        return self.top + self.height


def place_columns(lifelines: Iterable[Lifeline]) -> tuple[tuple[float, ...], float]:
    """Give the centre of each column and the width of the gutter, in percent."""
    weights = [WEIGHTS[lifeline.kind] for lifeline in lifelines]
    gutter = WIDE_GUTTER_WEIGHT if len(weights) > USUAL_COLUMNS else GUTTER_WEIGHT
    total = gutter + sum(weights)
    lefts = [gutter + sum(weights[:index]) for index in range(len(weights))]
    centres = tuple(round(100 * (left + weight / 2) / total, 3) for left, weight in zip(lefts, weights, strict=True))
    return centres, round(100 * gutter / total, 3)


def note_is_inward(row: Row, columns: int) -> bool:
    """A note too long for the margin stands inside: below the arrow's end, or above its start.

    So does one beside which a tag stands.
    """
    if row.kind is not RowKind.SEND and row.kind not in SETTLING:
        return False
    if has_tag(row) and note_length(row):
        return True
    is_right = row.lifeline > peer_of(row)
    outermost = columns - 1 if is_right else 0
    longest = NARROW_NOTE_LENGTHS[is_right] if columns > USUAL_COLUMNS else EDGE_NOTE_LENGTH
    return row.lifeline == outermost and note_length(row) > longest


def has_tag(row: Row) -> bool:
    """Whether the mark stands beside the lifeline: a harm always, another one where there is no note."""
    if row.kind is RowKind.LOST or row.kind not in SETTLING or not row.mark:
        return False
    return row.mark.startswith(HARM) or not note_length(row)


def beyond(row: Row, columns: int) -> tuple[int, bool]:
    """Choose where words about a link go: the lifeline, and whether to its right.

    That is beyond one of its ends, where its own arrows do not run, if there is room.
    """
    if row.peer is None:
        return row.lifeline, True
    left, right = sorted((row.lifeline, row.peer))
    if right < columns - 1:
        return right, True
    return left, left == 0


def peer_of(row: Row) -> int:
    """Give the other end of a message.

    Raises:
        ValueError: the row has no message's other end.
    """
    if row.peer is None:
        raise ValueError(f"A row of kind {row.kind} has a peer, that of step {row.step} has none")
    return row.peer


def note_length(row: Row) -> int:
    """Characters of the note as drawn, a badge counting as three."""
    copy = len(f"copy {row.copy} of #{row.message}, ") if row.copy > 1 else 0
    lengths = (3 if isinstance(part, Badge) else len(part if isinstance(part, str) else part.text) for part in row.note)
    return copy + sum(lengths)


def place_bands(ladder: Ladder) -> tuple[PlacedBand, ...]:
    placed: list[PlacedBand] = []
    top, last_step = 0.0, None
    marked = {row.step for row in ladder.rows() if row.mark}
    for band in ladder.bands:
        start, rows = top, list[PlacedRow]()
        for row in band.rows:
            height = _height(row, ladder)
            rows.append(
                PlacedRow(
                    row=row,
                    top=top,
                    height=height,
                    is_first_of_step=row.step != last_step,
                    is_marked=row.step in marked,
                    is_current=row.step == ladder.current_step,
                    lead=_lead(row, ladder),
                )
            )
            top, last_step = top + height, row.step
        placed.append(PlacedBand(band=band, top=start, height=top - start, rows=tuple(rows)))
        top += ROW
    return tuple(placed)


def _height(row: Row, ladder: Ladder) -> float:
    is_in_flight = row.kind is RowKind.SEND and any(number == row.message for number, _copy in ladder.in_flight)
    is_inward = note_is_inward(row, len(ladder.lifelines))
    return ROW * (1 + is_inward + is_in_flight / 2)


def _lead(row: Row, ladder: Ladder) -> float:
    return ROW if row.kind is RowKind.SEND and note_is_inward(row, len(ladder.lifelines)) else 0.0
