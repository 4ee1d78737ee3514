"""A whole ladder, placed."""

from dataclasses import dataclass

from nodes.diagram.arrows import Arrow, Arrows
from nodes.diagram.placement import PlacedBand, place_bands, place_columns
from nodes.diagram.rows import Ladder


@dataclass(frozen=True, slots=True)
class Layout:
    columns: tuple[float, ...]
    gutter: float
    bands: tuple[PlacedBand, ...]
    arrows: tuple[Arrow, ...]


def place(ladder: Ladder) -> Layout:
    """Place a ladder whose rows are in order of time."""
    columns, gutter = place_columns(ladder.lifelines)
    bands = place_bands(ladder)
    return Layout(columns, gutter, bands, Arrows(columns, bands, ladder).draw())
