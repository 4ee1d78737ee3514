"""The ladder as SVG: one drawing for page, print and export.

Geometry is in attributes and looks are in classes, for the page allows no inline style. Each band is a picture
of its own, so that it can be folded. What the stylesheet says of all is not said of each: pictures inside a band's
show what is beyond their edges.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Final

from nodes.diagram.arrows import Arrow, Stroke
from nodes.diagram.crossings import Crossings
from nodes.diagram.labels import BASELINE, draw_label
from nodes.diagram.layout import Layout, place
from nodes.diagram.metrics import badge_width, text_width
from nodes.diagram.placement import ROW, PlacedBand, PlacedRow, Point, beyond, has_tag, note_is_inward, peer_of
from nodes.diagram.rows import Band, Ladder, Lifeline, Note, Row, RowKind
from nodes.diagram.text import plain_note
from nodes.diagram.words import MIDDLE, at, draw_badge, draw_note, draw_plate, draw_restart, draw_tag

FEW: Final = 4
"""Ladders that are kept: what prints one asks for it more than once."""
LABEL_GAP = 8
"""Pixels between a lifeline and the label beside it."""
LABEL_GAP_EM = 0.55
"""The same in em, where type is smallest."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One SVG element with an id, safe to put into a page, and those of its parts that have one of their own.

    What is drawn later leaves most parts as they are.
    """

    id: str
    svg: str
    parts: tuple["Drawing", ...] = ()


@dataclass(frozen=True, slots=True)
class BandDrawing:
    band: Band
    drawing: Drawing

    @property
    def svg(self) -> str:
        return self.drawing.svg

    @property
    def steps(self) -> str:
        """The steps of the band: "17 to 27"."""
        if not self.band.rows:
            return ""
        first, last = self.band.rows[0].step, self.band.rows[-1].step
        return f"{first}" if first == last else f"{first} to {last}"


@lru_cache(FEW)
def draw(ladder: Ladder) -> tuple[BandDrawing, ...]:
    """Draw each band of a ladder."""
    layout = place(ladder)
    return tuple(BandDrawing(placed.band, _picture(layout, placed).draw()) for placed in layout.bands)


@lru_cache(FEW)
def draw_lifelines(lifelines: tuple[Lifeline, ...]) -> str:
    """Draw the lifelines alone, for the space below the last row."""
    lines = "".join(_lifelines(place(Ladder(lifelines=lifelines))))
    return f'<svg class="ladder-rest" width="100%" height="100%" aria-hidden="true">{lines}</svg>'


@dataclass(frozen=True, slots=True)
class _Picture:
    """A band, layer over layer; each has an element for each arrow, or for each step. `origin` is where y is 0."""

    layout: Layout
    placed: PlacedBand
    arrows: tuple[Arrow, ...]
    origin: float

    def draw(self) -> Drawing:
        layers = (self._current(), self._strokes(), self._endings(), self._badges(), self._words())
        ground, *others = (layer.svg for layer in layers)
        body = f"{self._hung(ground)}{''.join(_lifelines(self.layout))}{self._hung(''.join(others))}"
        name, height = self._name("drawing"), f"{self.placed.height:.2f}em"
        root = f'<svg id="{name}" class="band-drawing" width="100%" height="{height}">{body}</svg>'
        return Drawing(name, root, layers)

    def _name(self, part: str) -> str:
        return f"b{self.placed.band.first_step}-{part}"

    def _hung(self, content: str) -> str:
        """Begin the y axis at the foot of the picture, if that is where it begins."""
        return f'<svg y="100%">{content}</svg>' if self.origin > self.placed.top else content

    def _layer(self, name: str, parts: Iterable[Drawing]) -> Drawing:
        inside = tuple(parts)
        return Drawing(name, f'<g id="{name}" aria-hidden="true">{"".join(part.svg for part in inside)}</g>', inside)

    def _grounds(self) -> list[tuple[float, float]]:
        return [(row.top, row.top + row.height) for row in self.placed.rows if row.is_current]

    def _current(self) -> Drawing:
        name = self._name("current")
        return Drawing(name, _current(self._grounds(), self.origin, name))

    def _strokes(self) -> Drawing:
        names = ((self._name(f"a{arrow.key}"), arrow) for arrow in self.arrows)
        strokes = (Drawing(name, _stroke(arrow, self.origin, name)) for name, arrow in names)
        return self._layer(self._name("arrows"), strokes)

    def _endings(self) -> Drawing:
        """Draw what stands at the ends of the few arrows that did not arrive."""
        name = self._name("ends")
        return Drawing(name, f'<svg id="{name}">{"".join(_ending(arrow, self.origin) for arrow in self.arrows)}</svg>')

    def _badges(self) -> Drawing:
        grounds = self._grounds()
        names = ((self._name(f"v{arrow.key}"), arrow) for arrow in self.arrows)
        badges = (Drawing(name, _arrow_badge(arrow, self.origin, grounds, name)) for name, arrow in names)
        return self._layer(self._name("badges"), (badge for badge in badges if badge.svg))

    def _words(self) -> Drawing:
        words = _Words(self.layout, self.origin, Crossings(self.arrows, self.origin))
        steps = groupby(self.placed.rows, key=lambda placed: placed.row.step)
        drawn = (words.draw(self._name(f"w{step}"), list(rows)) for step, rows in steps)
        return self._layer(self._name("words"), drawn)


def _picture(layout: Layout, placed: PlacedBand) -> _Picture:
    """Measure from the foot of a band whose first rows are left out: more of them will be, at later steps."""
    arrows = tuple(a for a in layout.arrows if a.top < placed.bottom and max(a.start.y, a.end.y) > placed.top)
    is_cut = placed.band.begun is not None and placed is not layout.bands[-1]
    return _Picture(layout, placed, arrows, placed.bottom if is_cut else placed.top)


def _lifelines(layout: Layout) -> Iterator[str]:
    for x in layout.columns:
        yield f'<line class="lifeline" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>'


def _current(grounds: list[tuple[float, float]], top: float, name: str) -> str:
    """Mark the rows of the current step, which follow each other, as one. Where they are is said in the tag alone."""
    if not grounds:
        return f'<svg id="{name}"></svg>'
    y, height = grounds[0][0] - top, grounds[-1][1] - grounds[0][0]
    return (
        f'<svg id="{name}" y="{y:.2f}em" height="{height:.2f}em">'
        '<rect class="current" width="100%" height="100%"/>'
        '<line class="current-edge" x2="100%"/>'
        '<line class="current-edge" x2="100%" y1="100%" y2="100%"/></svg>'
    )


def _stroke(arrow: Arrow, top: float, name: str) -> str:
    start, end = arrow.start, arrow.end
    head = {Stroke.DELIVERED: "arrow-head", Stroke.REFUSED: "arrow-head-refused"}.get(arrow.stroke)
    marker = f' marker-end="url(#{head})"' if head else ""
    return (
        f'<line id="{name}" class="arrow is-{arrow.stroke}" x1="{start.x:.2f}%" y1="{start.y - top:.2f}em"'
        f' x2="{end.x:.2f}%" y2="{end.y - top:.2f}em"{marker}/>'
    )


def _ending(arrow: Arrow, top: float) -> str:
    match arrow.stroke:
        case Stroke.IN_FLIGHT:
            symbol = (
                f'<a class="envelope" href="#inflight" role="button" aria-haspopup="true"'
                f' aria-label="{escape(arrow.about)}: in flight" data-message="{arrow.key}">'
                '<rect class="envelope-reach" x="-.85em" y="-.85em" width="1.7em" height="1.7em"/>'
                '<use href="#envelope" x="-.68em" y="-.45em" width="1.36em" height=".9em"/></a>'
            )
        case Stroke.LOST:
            symbol = '<use href="#cross" x="-.5em" y="-.5em" width="1em" height="1em"/>'
        case _:
            return ""
    x, anchor = ("1.1em", "start") if arrow.goes_right else ("-1.1em", "end")
    # Words beside an envelope keep off the end of the band below it.
    y = ".36em" if arrow.stroke is Stroke.LOST else ".1em"
    text = (
        f'<text class="strong" x="{x}" y="{y}" text-anchor="{anchor}" aria-hidden="true">{arrow.words}</text>'
        if arrow.words
        else ""
    )
    return at(arrow.end, top, symbol + text)


def _arrow_badge(arrow: Arrow, top: float, grounds: Iterable[tuple[float, float]], name: str) -> str:
    if arrow.badge is None or arrow.badge_at is None:
        return ""
    width = badge_width(arrow.badge.name)
    # The plate hides the line under the badge and so takes the ground's colour.
    is_marked = any(low <= arrow.badge_at.y <= high for low, high in grounds)
    plate = f'<rect class="plate" x="-{width / 2 + 0.3:.2f}em" y="-.55em" width="{width + 0.6:.2f}em" height="1.1em"/>'
    picture = plate + draw_badge(arrow.badge, -width / 2)
    return at(arrow.badge_at, top, picture, f'id="{name}"{_marked(is_marked)}')


@dataclass(frozen=True, slots=True)
class _Words:
    """Writes what stands in the rows of a band whose picture begins at `top` em."""

    layout: Layout
    top: float
    crossings: Crossings

    def draw(self, name: str, rows: Sequence[PlacedRow]) -> Drawing:
        """Draw the rows of one step."""
        words = "".join("".join(self._words(placed, placed.top - self.top)) for placed in rows)
        return Drawing(name, f'<svg id="{name}"{_marked(rows[0].is_current)}>{words}</svg>')

    def _words(self, placed: PlacedRow, y: float) -> Iterator[str]:
        row, columns = placed.row, len(self.layout.columns)
        if row.kind is RowKind.RESTART:
            yield draw_restart(self.layout.columns[row.lifeline], y, f"restart: {plain_note(row.note)}")
        if placed.is_first_of_step:
            yield _step_number(self.layout.gutter, placed, y)
        match row.kind:
            case RowKind.SEND:
                yield self._label(row, y + placed.lead)
                # What the sender says about itself stands on the other side of its lifeline, or above where it is long.
                to_right = (peer_of(row) > row.lifeline) is bool(placed.lead)
                yield self._note(row.lifeline, y, row.note, to_right=to_right, dot=True)
            case RowKind.LOCAL:
                yield self._note(row.lifeline, y, row.note, to_right=row.lifeline < columns - 1, dot=True)
            case RowKind.RESTART:
                return
            case RowKind.NETWORK | RowKind.COPIED:
                column, to_right = beyond(row, columns)
                note = row.note if row.kind is RowKind.NETWORK else (f"#{row.message} copied: copy {row.copy}",)
                yield self._note(column, y, note, to_right=to_right)
            case _:
                yield self._received(row, y)

    def _note(self, column: int, y: float, note: Note, *, to_right: bool, dot: bool = False) -> str:
        return draw_note(self.layout.columns[column], y, note, to_right=to_right, dot=dot, crossings=self.crossings)

    def _label(self, row: Row, y: float) -> str:
        """Name the message at its sender's end, in the direction it goes."""
        x, to_right = self.layout.columns[row.lifeline], peer_of(row) > row.lifeline
        shift = LABEL_GAP if to_right else -LABEL_GAP
        text, width = draw_label(row, to_right=to_right)
        linked = f'<a href="{escape(row.url)}" tabindex="-1">{text}</a>' if row.url else text
        plate = ""
        if self.crossings.meet(x, y, LABEL_GAP_EM + width, to_right=to_right):
            plate = draw_plate(width, -BASELINE, to_right=to_right)
        # The text's own em is smaller than a row's, so it is placed by a box of its own.
        return at(Point(x, y + BASELINE), 0, f'<svg x="{shift}">{plate}{linked}</svg>')

    def _received(self, row: Row, y: float) -> str:
        x, from_left = self.layout.columns[row.lifeline], peer_of(row) < row.lifeline
        note = _note_of_copy(row) if row.copy > 1 else row.note
        tag = draw_tag(x, y, row.mark, to_right=from_left) if has_tag(row) else ""
        if note_is_inward(row, len(self.layout.columns)):
            return tag + self._note(row.lifeline, y + ROW, note, to_right=not from_left)
        return tag + self._note(row.lifeline, y, note, to_right=from_left)


def _marked(is_current: bool) -> str:  # noqa: FBT001 - the only thing that it is told.
    """Say in the tag alone that something is of the current step, for the mark moves on with the next."""
    return ' class="on-current"' if is_current else ""


def _step_number(gutter: float, placed: PlacedRow, y: float) -> str:
    number = str(placed.row.step)
    state, plate = "", ""
    if placed.is_marked:
        width = text_width(number) + 0.55
        left = 0.15 - width
        state = " is-marked"
        plate = f'<rect class="step-plate" x="{left:.2f}em" y="-.55em" width="{width:.2f}em" height="1.2em" rx="2"/>'
    text = f'<text class="step-number{state}" x="-.15em" y=".4em">{number}</text>'
    return at(Point(gutter, y + MIDDLE), 0, f'<svg x="-.7em">{plate}{text}</svg>')


def _note_of_copy(row: Row) -> Note:
    copy = f"copy {row.copy} of #{row.message}"
    match row.note:
        case ():
            return (copy,)
        case (str(first), *rest):
            return (f"{copy}, {first}", *rest)
        case note:
            return (f"{copy}, ", *note)
