"""The picture of a GUTI: a luggage label that points to the left. The same in the ladder and on the page."""

from html import escape
from typing import Final

from nodes.diagram.metrics import text_width
from nodes.diagram.rows import GUTITag

HEIGHT: Final = 1.28
"""In em, as all of this."""
_POINT: Final = 0.46
_BEFORE: Final = 0.62
"""Where the name begins: a little right of where the point ends."""
_AFTER: Final = 0.34
_SIZE: Final = 0.89
_EDGE: Final = 0.07
_UNITS: Final = 10
"""Of the picture's own coordinates in an em: a path has no other unit."""


def guti_width(tag: GUTITag) -> float:
    state = f" {tag.state}" if tag.state else ""
    words = text_width(tag.name, bold=True) + text_width(state)
    return round(_BEFORE + _SIZE * words + _AFTER, 2)


def draw_guti(tag: GUTITag, place: str = "") -> str:
    """Draw a tag; `place` are the attributes that say where, in em."""
    width = guti_width(tag)
    state = f'<tspan class="guti-state"> {escape(tag.state)}</tspan>' if tag.state else ""
    look = "guti-tag is-lapsed" if tag.state else "guti-tag"
    left, right, top, bottom = (f"{_UNITS * each:.1f}" for each in (_POINT, width - _EDGE, _EDGE, HEIGHT - _EDGE))
    return (
        f'<svg class="{look}"{place} width="{width}em" height="{HEIGHT}em"'
        f' viewBox="0 0 {_UNITS * width:.1f} {_UNITS * HEIGHT:.1f}" aria-hidden="true">'
        f'<path d="M{left} {top}H{right}V{bottom}H{left}L{_UNITS * _EDGE:.1f} {_UNITS * HEIGHT / 2:.1f}Z"/>'
        f'<text x="{_UNITS * _BEFORE:.1f}" y="9.5">{tag.name}{state}</text></svg>'
    )
