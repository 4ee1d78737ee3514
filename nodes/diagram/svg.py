"""The ladder as SVG: one drawing for page, print and export.

Geometry is in attributes and looks are in classes, for the page allows no inline style. Each band is a picture
of its own, so that it can be folded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from nodes.diagram.arrows import Arrow, Stroke
from nodes.diagram.layout import Layout, place
from nodes.diagram.metrics import badge_width, text_width
from nodes.diagram.placement import ROW, PlacedBand, PlacedRow, Point, beyond, has_tag, note_is_inward, peer_of
from nodes.diagram.rows import Band, Ladder, Note, Row, RowKind
from nodes.diagram.text import plain_note
from nodes.diagram.words import MIDDLE, at, draw_badge, draw_note, draw_restart, draw_tag

BASELINE = 1.06
"""Of a row's text, in em from the row's top."""
LABEL_GAP = 8
"""Pixels between a lifeline and the text beside it."""


@dataclass(frozen=True, slots=True)
class BandDrawing:
    """`svg` is one whole <svg> element, safe to put into a page."""

    band: Band
    svg: str

    @property
    def steps(self) -> str:
        """The steps of the band: "17 to 27"."""
        if not self.band.rows:
            return ""
        first, last = self.band.rows[0].step, self.band.rows[-1].step
        return f"{first}" if first == last else f"{first} to {last}"


def draw(ladder: Ladder) -> tuple[BandDrawing, ...]:
    """Draw each band of a ladder."""
    layout = place(ladder)
    return tuple(BandDrawing(placed.band, _band(layout, placed)) for placed in layout.bands)


def draw_lifelines(ladder: Ladder) -> str:
    """Draw the lifelines alone, for the space below the last row."""
    lines = "".join(_lifelines(place(Ladder(lifelines=ladder.lifelines))))
    return f'<svg class="ladder-rest" width="100%" height="100%" aria-hidden="true">{lines}</svg>'


def _band(layout: Layout, placed: PlacedBand) -> str:
    arrows = [a for a in layout.arrows if a.top < placed.bottom and max(a.start.y, a.end.y) > placed.top]
    grounds = [(row.top, row.top + row.height) for row in placed.rows if row.is_current]
    body = [
        *(_current(row, placed.top) for row in placed.rows if row.is_current),
        *_lifelines(layout),
        *(_stroke(arrow, placed.top) for arrow in arrows),
        *(_ending(arrow, placed.top) for arrow in arrows),
        *(_arrow_badge(arrow, placed.top, grounds) for arrow in arrows),
        *(_row(layout, row, placed.top) for row in placed.rows),
    ]
    height = f"{placed.height:.2f}em"
    return f'<svg class="band-drawing" width="100%" height="{height}" aria-hidden="true">{"".join(body)}</svg>'


def _lifelines(layout: Layout) -> Iterator[str]:
    for x in layout.columns:
        yield f'<line class="lifeline" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>'


def _current(row: PlacedRow, top: float) -> str:
    y, height = row.top - top, row.height
    return (
        f'<rect class="current" x="0" width="100%" y="{y:.2f}em" height="{height:.2f}em"/>'
        f'<line class="current-edge" x1="0" x2="100%" y1="{y:.2f}em" y2="{y:.2f}em"/>'
        f'<line class="current-edge" x1="0" x2="100%" y1="{y + height:.2f}em" y2="{y + height:.2f}em"/>'
    )


def _stroke(arrow: Arrow, top: float) -> str:
    start, end = arrow.start, arrow.end
    head = {Stroke.DELIVERED: "arrow-head", Stroke.REFUSED: "arrow-head-refused"}.get(arrow.stroke)
    marker = f' marker-end="url(#{head})"' if head else ""
    return (
        f'<line class="arrow is-{arrow.stroke}" x1="{start.x:.2f}%" y1="{start.y - top:.2f}em"'
        f' x2="{end.x:.2f}%" y2="{end.y - top:.2f}em"{marker}/>'
    )


def _ending(arrow: Arrow, top: float) -> str:
    match arrow.stroke:
        case Stroke.IN_FLIGHT:
            symbol = '<use href="#envelope" x="-.68em" y="-.45em" width="1.36em" height=".9em"/>'
        case Stroke.LOST:
            symbol = '<use href="#cross" x="-.5em" y="-.5em" width="1em" height="1em"/>'
        case _:
            return ""
    x, anchor = ("1.1em", "start") if arrow.goes_right else ("-1.1em", "end")
    # Words beside an envelope keep off the end of the band below it.
    y = ".36em" if arrow.stroke is Stroke.LOST else ".1em"
    text = f'<text class="strong" x="{x}" y="{y}" text-anchor="{anchor}">{arrow.words}</text>' if arrow.words else ""
    return at(arrow.end, top, symbol + text)


def _arrow_badge(arrow: Arrow, top: float, grounds: Iterable[tuple[float, float]]) -> str:
    if arrow.badge is None or arrow.badge_at is None:
        return ""
    width = badge_width(arrow.badge.number)
    # The plate hides the line under the badge and so takes the ground's colour.
    is_marked = any(low <= arrow.badge_at.y <= high for low, high in grounds)
    plate = f'<rect class="plate" x="-{width / 2 + 0.3:.2f}em" y="-.55em" width="{width + 0.6:.2f}em" height="1.1em"/>'
    picture = plate + draw_badge(arrow.badge, -width / 2)
    return at(arrow.badge_at, top, f'<g class="on-current">{picture}</g>' if is_marked else picture)


def _row(layout: Layout, placed: PlacedRow, top: float) -> str:
    words = "".join(_words(layout, placed, placed.top - top))
    return f'<g class="on-current">{words}</g>' if placed.is_current else words


def _words(layout: Layout, placed: PlacedRow, y: float) -> Iterator[str]:
    row, x = placed.row, layout.columns[placed.row.lifeline]
    if row.kind is RowKind.RESTART:
        yield draw_restart(x, y, f"restart: {plain_note(row.note)}")
    if placed.is_first_of_step:
        yield _step_number(layout.gutter, placed, y)
    match row.kind:
        case RowKind.SEND:
            yield _label(layout, row, y + placed.lead)
            # What the sender says about itself stands on the other side of its lifeline, or above where it is long.
            to_right = (peer_of(row) > row.lifeline) is bool(placed.lead)
            yield draw_note(x, y, row.note, to_right=to_right, dot=True)
        case RowKind.LOCAL:
            yield draw_note(x, y, row.note, to_right=row.lifeline < len(layout.columns) - 1, dot=True)
        case RowKind.RESTART:
            return
        case RowKind.NETWORK | RowKind.COPIED:
            column, to_right = beyond(row, len(layout.columns))
            note = row.note if row.kind is RowKind.NETWORK else (f"#{row.message} copied: copy {row.copy}",)
            yield draw_note(layout.columns[column], y, note, to_right=to_right)
        case _:
            yield _received(layout, row, y)


def _step_number(gutter: float, placed: PlacedRow, y: float) -> str:
    number = str(placed.row.step)
    state, plate = (" is-current" if placed.is_current else ""), ""
    if placed.is_marked:
        width = text_width(number) + 0.7
        left = 0.2 - width
        state = " is-marked"
        plate = f'<rect class="step-plate" x="{left:.2f}em" y="-.55em" width="{width:.2f}em" height="1.2em" rx="2"/>'
    text = f'<text class="step-number{state}" x="-.15em" y=".4em" text-anchor="end">{number}</text>'
    return at(Point(gutter, y + MIDDLE), 0, f'<svg x="-.5em" overflow="visible">{plate}{text}</svg>')


def _label(layout: Layout, row: Row, y: float) -> str:
    """Name the message at its sender's end, in the direction it goes."""
    anchor, shift = ("start", LABEL_GAP) if peer_of(row) > row.lifeline else ("end", -LABEL_GAP)
    mark = '<tspan class="ours-mark">†</tspan>' if row.is_ours else ""
    text = (
        f'<text class="label" x="{shift}" text-anchor="{anchor}">'
        f'<tspan class="number">#{row.message}</tspan> {escape(row.label)}{mark}</text>'
    )
    linked = f'<a href="{escape(row.url)}" tabindex="-1">{text}</a>' if row.url else text
    # The text's own em is smaller than a row's, so it is placed by a box of its own.
    return at(Point(layout.columns[row.lifeline], y + BASELINE), 0, linked)


def _received(layout: Layout, row: Row, y: float) -> str:
    x, from_left = layout.columns[row.lifeline], peer_of(row) < row.lifeline
    note = _note_of_copy(row) if row.copy > 1 else row.note
    tag = draw_tag(x, y, row.mark, to_right=from_left) if has_tag(row) else ""
    if note_is_inward(row, len(layout.columns)):
        return tag + draw_note(x, y + ROW, note, to_right=not from_left)
    return tag + draw_note(x, y, note, to_right=from_left)


def _note_of_copy(row: Row) -> Note:
    copy = f"copy {row.copy} of #{row.message}"
    match row.note:
        case ():
            return (copy,)
        case (str(first), *rest):
            return (f"{copy}, {first}", *rest)
        case note:
            return (f"{copy}, ", *note)
