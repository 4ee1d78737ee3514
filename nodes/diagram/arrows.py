"""Where arrows go: from the row that sends a message to the rows in which its copies end."""

from dataclasses import dataclass, replace
from enum import StrEnum

from nodes.diagram.placement import ROW, PlacedBand, PlacedRow, Point, peer_of
from nodes.diagram.rows import SETTLING, Badge, Ladder, Row, RowKind

HALF_ARROW_DROP = 0.5
CROSS_RISE = 0.3
"""A cross stands so much above the end of an arrow, in em, for a band may end below it."""
BADGE_FRACTIONS = (0.74, 0.66, 0.8, 0.58, 0.5, 0.42)
LONG_BADGE_FRACTIONS = (0.62, 0.68, 0.56, 0.74, 0.5, 0.42)
BADGE_CLEARANCE = 3.6
"""A badge keeps so much of the width, in percent, between itself and a lifeline."""


class Stroke(StrEnum):
    DELIVERED = "delivered"
    REFUSED = "refused"
    IN_FLIGHT = "in-flight"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One copy of a message, or all its copies in flight (`copies` of them, which wait where `is_held`).

    `key` tells it from other arrows, at this step and later.
    """

    key: str
    stroke: Stroke
    start: Point
    end: Point
    badge: Badge | None = None
    badge_at: Point | None = None
    copies: int = 1
    is_held: bool = False
    about: str = ""
    """What is in flight, for those who do not see where the arrow is: "#14 Push RAND, MME to SCEF"."""

    @property
    def words(self) -> str:
        """What stands beside the end of an arrow that did not arrive."""
        if self.stroke is Stroke.LOST:
            return "lost"
        copies = f"{self.copies} copies" if self.copies > 1 else ""
        return ", ".join(word for word in (copies, "held" if self.is_held else "") if word)

    @property
    def top(self) -> float:
        return min(self.start.y, self.end.y)

    @property
    def goes_right(self) -> bool:
        return self.end.x > self.start.x


class Arrows:
    """Joins the row where a message is sent with the rows where its copies end."""

    def __init__(self, columns: tuple[float, ...], bands: tuple[PlacedBand, ...], ladder: Ladder) -> None:
        self.columns = columns
        self.rows = [placed for band in bands for placed in band.rows]
        self.bottom = bands[-1].bottom if bands else 0.0
        self.ladder = ladder
        self.in_flight = ladder.in_flight
        self.sends = {placed.row.message: placed for placed in self.rows if placed.row.kind is RowKind.SEND}
        self.settled = {(placed.row.message, placed.row.copy) for placed in self.rows if placed.row.kind in SETTLING}

    def draw(self) -> tuple[Arrow, ...]:
        ended = [self._ended(placed) for placed in self.rows if placed.row.kind in SETTLING]
        half = [arrow for placed in self.sends.values() for arrow in self._half(placed)]
        return (*ended, *half, *self._leaving())

    def _ended(self, placed: PlacedRow) -> Arrow:
        row = placed.row
        send = self.sends.get(row.message)
        # A message that was sent before the first row enters from above the picture.
        start = Point(self.columns[peer_of(row)], send.arrow_y if send else -ROW)
        end = Point(self.columns[row.lifeline], placed.arrow_y)
        match row.kind:
            case RowKind.LOST:
                stop = Point(start.x + (end.x - start.x) * 0.66, end.y - CROSS_RISE)
                return self._arrow(row, Stroke.LOST, start, stop)
            case RowKind.REFUSED:
                return self._arrow(row, Stroke.REFUSED, start, end)
            case _:
                return self._arrow(row, Stroke.DELIVERED, start, end)

    def _half(self, placed: PlacedRow) -> tuple[Arrow, ...]:
        row = placed.row
        copies = sum(number == row.message for number, _copy in self.in_flight)
        if not copies:
            return ()
        start, far = self._start(placed), self.columns[peer_of(row)]
        end = Point(start.x + (far - start.x) * 0.7, start.y + HALF_ARROW_DROP)
        arrow = self._arrow(row, Stroke.IN_FLIGHT, start, end)
        ends = " to ".join(self.ladder.lifelines[each].name for each in (row.lifeline, peer_of(row)))
        about = f"#{row.message} {row.label}, {ends}"
        return (replace(arrow, copies=copies, is_held=self.ladder.waits(row.message), about=about),)

    def _leaving(self) -> tuple[Arrow, ...]:
        """Give what was neither settled nor in flight here: it ends below the last row."""
        return tuple(
            Arrow(
                key=_key(row),
                stroke=Stroke.DELIVERED,
                start=self._start(self.sends[row.message]),
                end=Point(self.columns[peer_of(row)], self.bottom + ROW),
            )
            for row in (placed.row for placed in self.rows if placed.row.kind is RowKind.SEND)
            if row.message is not None
            and not any(number == row.message for number, _copy in self.settled | self.in_flight)
        )

    def _start(self, placed: PlacedRow) -> Point:
        return Point(self.columns[placed.row.lifeline], placed.arrow_y)

    def _arrow(self, row: Row, stroke: Stroke, start: Point, end: Point) -> Arrow:
        at = self._badge_at(stroke, start, end, row.copy) if row.badge else None
        return Arrow(key=_key(row), stroke=stroke, start=start, end=end, badge=row.badge, badge_at=at)

    def _badge_at(self, stroke: Stroke, start: Point, end: Point, copy: int) -> Point:
        crossed = [x for x in self.columns if min(start.x, end.x) < x < max(start.x, end.x)]
        fractions: tuple[float, ...] = LONG_BADGE_FRACTIONS if len(crossed) > 1 else BADGE_FRACTIONS
        if stroke in {Stroke.IN_FLIGHT, Stroke.LOST}:
            fractions = (0.6, 0.66, 0.5, 0.42)
        elif copy % 2 == 0:
            # The arrows of two copies are close to each other: their badges keep apart.
            fractions = fractions[::-1]
        points = [start.toward(end, fraction) for fraction in fractions]
        clear = (p for p in points if all(abs(p.x - x) >= BADGE_CLEARANCE for x in crossed))
        return next(clear, points[0])


def _key(row: Row) -> str:
    """Name the arrow that a row ends, or the one of all copies that a row has sent and that are still on their way."""
    return f"{row.message}-{row.copy}" if row.kind in SETTLING else f"{row.message}"
