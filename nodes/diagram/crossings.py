"""Which words an arrow of another message runs through: a plate behind them then interrupts the arrow."""

from dataclasses import dataclass

from nodes.diagram.arrows import Arrow

STAGE = 64.0
"""Width of the narrowest drawing, in em: there words take the largest share of it."""
TOP, BOTTOM = 0.24, 1.16
"""Where words begin and end in their row, in em; a row's own arrow leaves below them."""


@dataclass(frozen=True, slots=True)
class Crossings:
    """The arrows that pass through a picture which begins at `top` em."""

    arrows: tuple[Arrow, ...]
    top: float

    def meet(self, x: float, y: float, width: float, *, to_right: bool) -> bool:
        """Whether an arrow runs through words `width` em long beside `x` percent, in the row that begins at `y` em."""
        reach = 100 * width / STAGE
        left, right = (x, x + reach) if to_right else (x - reach, x)
        top = y + self.top
        return any(_runs_through(arrow, left, right, top) for arrow in self.arrows if _is_near(arrow, top))


def _is_near(arrow: Arrow, top: float) -> bool:
    """Whether it passes the row at all: most do not, and it is soon said. Arrows run down."""
    return arrow.start.y < top + BOTTOM and arrow.end.y > top + TOP


def _runs_through(arrow: Arrow, left: float, right: float, top: float) -> bool:
    first, last = sorted((arrow.start, arrow.end), key=lambda point: point.x)
    left, right = max(left, first.x), min(right, last.x)
    if left >= right:
        return False
    slope = (last.y - first.y) / (last.x - first.x)
    ends = sorted(first.y + slope * (x - first.x) for x in (left, right))
    return ends[0] < top + BOTTOM and ends[1] > top + TOP
