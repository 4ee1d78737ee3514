"""What a message is called, beside its sender's lifeline."""

from html import escape
from typing import Final

from nodes.diagram.metrics import SPACE, text_width
from nodes.diagram.rows import GUTITag, Row
from nodes.diagram.tags import HEIGHT, draw_guti, guti_width
from nodes.diagram.words import MIDDLE

BASELINE: Final = 1.06
"""Of a row's text, in em from the row's top."""
_FONT: Final = 0.96
"""Of a label, beside other text of the ladder; the stylesheet has the same number."""
_SIZE: Final = 0.93
"""The same with letters closer to each other."""
_TAG_Y: Final = MIDDLE - BASELINE - HEIGHT / 2


def draw_label(row: Row, *, to_right: bool) -> tuple[str, float]:
    """Draw number and name of a message from a point on its baseline, to its right or to its left, and tell the width
    in em. Parts are set from that point on, so that only the widths of those with a neighbour are estimates.
    """
    parts = _parts(row)
    x, drawn = 0.0, list[str]()
    for number, part in enumerate(parts) if to_right else reversed(tuple(enumerate(parts))):
        width = _width(part)
        left = x if to_right else x - width
        if isinstance(part, GUTITag):
            drawn.append(draw_guti(part, f' x="{left:.2f}em" y="{_TAG_Y:.2f}em"'))
        else:
            drawn.append(_text(row, part, x, is_first=number == 0, to_right=to_right))
        x += width if to_right else -width
    return "".join(drawn), abs(x)


def _parts(row: Row) -> tuple[str | GUTITag, ...]:
    """Put the number before the name."""
    first, *others = row.name
    number = f"#{row.message} "
    return (f"{number}{first}", *others) if isinstance(first, str) else (number, first, *others)


def _text(row: Row, text: str, x: float, *, is_first: bool, to_right: bool) -> str:
    # SVG drops spaces at the ends of a text, so they become distance.
    x += _gap(text, text.lstrip()) if to_right else -_gap(text, text.rstrip())
    place = f' x="{x / _FONT:.2f}em"' if x else ""
    anchor = "" if to_right else ' text-anchor="end"'
    number = f"#{row.message}"
    words = escape(text.removeprefix(number) if is_first else text).replace("†", '<tspan class="ours-mark">†</tspan>')
    head = f'<tspan class="number">{number}</tspan>' if is_first else ""
    return f'<text class="label"{place}{anchor}>{head}{words}</text>'


def _gap(text: str, stripped: str) -> float:
    return _SIZE * SPACE * (len(text) - len(stripped))


def _width(part: str | GUTITag) -> float:
    return guti_width(part) if isinstance(part, GUTITag) else _SIZE * text_width(part)
