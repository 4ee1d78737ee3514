"""Panels as HTML: pieces are values, and one that has not changed since is printed once."""

from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string

from core.lab.parts import Piece
from core.live.snapshot import Element
from nodes.diagram.svg import Drawing

MOST_PANELS: Final = 512
MOST_PARTS: Final = 4096


@lru_cache(MOST_PANELS)
def panel(piece: Piece) -> Element:
    """Print a panel and all of its parts."""
    return _print(piece, "panel")


@lru_cache(MOST_PARTS)
def part(piece: Piece) -> Element:
    """Print a part of a panel, and the parts inside it."""
    return _print(piece, "part")


def _print(piece: Piece, name: str) -> Element:
    # Text around the root would pile up in the page, for a morph keeps what stands beside its target.
    html = render_to_string(f"lab/fragments/{piece.fragment}.html", {name: piece}).strip()
    return Element(piece.id, html, tuple(_element(each) for each in piece.parts))


def _element(piece: Piece | Drawing) -> Element:
    return _drawn(piece) if isinstance(piece, Drawing) else part(piece)


def _drawn(drawing: Drawing) -> Element:
    """Take what has been drawn; of SVG is all but a whole picture."""
    parts = tuple(_drawn(each) for each in drawing.parts)
    return Element(drawing.id, drawing.svg, parts, is_svg=not drawing.svg.startswith("<svg"))
