"""Words, badges and tags of the ladder, set beside a point of it."""

from html import escape

from nodes.diagram.crossings import BOTTOM, TOP, Crossings
from nodes.diagram.metrics import SPACE, badge_width, text_width
from nodes.diagram.placement import Point
from nodes.diagram.rows import Badge, GUTITag, Note, Part, Strong
from nodes.diagram.tags import HEIGHT, draw_guti, guti_width

MIDDLE = 0.7
"""Of a row's text, in em from the row's top."""
TAG_SIZE = 0.94
HALF = 50
"""A restart's words stand on the side of its lifeline that has more room."""
NOTE_GAP = 12
"""Pixels between a lifeline and the note beside it."""
NOTE_GAP_EM = 0.8
"""The same in em, where type is smallest."""


def at(point: Point, top: float, content: str, attributes: str = "") -> str:
    """Put content at a point of a picture whose y axis begins at `top` em."""
    place = f'x="{point.x:.2f}%" y="{point.y - top:.2f}em"'
    return f"<svg {attributes} {place}>{content}</svg>" if attributes else f"<svg {place}>{content}</svg>"


def draw_badge(badge: Badge, x: float) -> str:
    """Draw a badge whose left edge is at `x` em and whose middle is at height 0."""
    return (
        f'<use class="av-{badge.hue}" href="#{badge.symbol}" x="{x:.2f}em" y="-.43em" width=".86em" height=".86em"/>'
        f'<text class="strong" x="{x + 1.1:.2f}em" y=".36em">{badge.name}</text>'
    )


def draw_tag(x: float, y: float, words: str, *, to_right: bool) -> str:
    """Draw an inverted tag beside a lifeline, in the row that begins at `y` em."""
    width = TAG_SIZE * text_width(words, bold=True) + 0.6
    left = 0.4 if to_right else -0.4 - width
    middle = (left + width / 2) / TAG_SIZE
    return at(
        Point(x, y + MIDDLE),
        0,
        f'<rect class="step-plate" x="{left:.2f}em" y="-.62em" width="{width:.2f}em" height="1.28em" rx="2"/>'
        f'<text class="tag" x="{middle:.2f}em" y=".38em" text-anchor="middle">{escape(words)}</text>',
    )


def draw_restart(x: float, y: float, words: str) -> str:
    """Draw a bar over the whole width that stops a lifeline, in the row that begins at `y` em, and say why."""
    bar = f'<rect class="restart" x="0" width="100%" y="{y + 0.1:.2f}em" height="1.26em"/>'
    stop = '<rect class="restart-stop" x="-.55em" y="-.55em" width="1.1em" height="1.1em" rx="2"/>'
    note = draw_note(x, y, (Strong(words),), to_right=x < HALF)
    return f'<g class="restarted">{bar}{at(Point(x, y + MIDDLE), 0, stop)}{note}</g>'


def draw_note(
    x: float, y: float, note: Note, *, to_right: bool, dot: bool = False, crossings: Crossings | None = None
) -> str:
    """Draw a note beside a lifeline, in the row that begins at `y` em; `dot` marks the lifeline."""
    if not note:
        return ""
    mark = '<circle class="dot" r=".28em"/>' if dot else ""
    side = NOTE_GAP if to_right else -NOTE_GAP
    parts = draw_parts(note, to_right=to_right)
    width = note_width(note)
    if crossings is not None and crossings.meet(x, y, NOTE_GAP_EM + width, to_right=to_right):
        parts = draw_plate(width, -MIDDLE, to_right=to_right) + parts
    return at(Point(x, y + MIDDLE), 0, f'{mark}<svg x="{side}">{parts}</svg>')


def draw_plate(width: float, y: float, *, to_right: bool) -> str:
    """Draw a ground of its own for words `width` em long in the row that begins at `y` em: it hides an arrow."""
    left, height = 0 if to_right else -width, BOTTOM - TOP
    return f'<rect class="plate" x="{left:.2f}em" y="{y + TOP:.2f}em" width="{width:.2f}em" height="{height:.2f}em"/>'


def draw_parts(note: Note, *, to_right: bool) -> str:
    """Draw the parts of a phrase from a point to its right, or to its left: the last one is set first there, so that
    only the widths of parts with a neighbour are estimates.
    """
    x, drawn = 0.0, list[str]()
    for part in note if to_right else reversed(note):
        drawn.append(_part(part, x, "start" if to_right else "end"))
        x += _width(part) if to_right else -_width(part)
    return "".join(drawn)


def note_width(note: Note) -> float:
    """Give the width of a phrase in em."""
    return sum(_width(part) for part in note)


def _part(part: Part, x: float, anchor: str) -> str:
    if isinstance(part, Badge):
        return draw_badge(part, x if anchor == "start" else x - badge_width(part.name))
    if isinstance(part, GUTITag):
        left = x if anchor == "start" else x - guti_width(part)
        return draw_guti(part, f' x="{left:.2f}em" y="-{HEIGHT / 2:.2f}em"')
    words, kind = (part.text, "strong") if isinstance(part, Strong) else (part, "note")
    # SVG drops spaces at the ends of a text, so they become distance.
    if anchor == "start":
        x += SPACE * (len(words) - len(words.lstrip()))
    else:
        x -= SPACE * (len(words) - len(words.rstrip()))
    attribute = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.2f}em" y=".36em"{attribute}>{escape(words.strip())}</text>'


def _width(part: Part) -> float:
    if isinstance(part, Badge):
        return badge_width(part.name)
    if isinstance(part, GUTITag):
        return guti_width(part)
    return text_width(part.text, bold=True) if isinstance(part, Strong) else text_width(part)
