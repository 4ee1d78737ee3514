"""Panels as HTML: pieces are values, and one that has not changed since is printed once."""

from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string

from core.lab.parts import Piece
from core.live.snapshot import Element

MOST_PANELS: Final = 512
MOST_PARTS: Final = 4096


@lru_cache(MOST_PANELS)
def panel(piece: Piece) -> Element:
    """Print a panel and all of its parts."""
    return _print(piece)


@lru_cache(MOST_PARTS)
def part(piece: Piece) -> Element:
    """Print a part of a panel, and the parts inside it."""
    return _print(piece)


def _print(piece: Piece) -> Element:
    # Text around the root would pile up in the page, for a morph keeps what stands beside its target.
    html = render_to_string(f"lab/fragments/{piece.name}.html", {"panel": piece}).strip()
    return Element(piece.id, html, tuple(part(each) for each in piece.parts), is_svg=piece.is_svg)
