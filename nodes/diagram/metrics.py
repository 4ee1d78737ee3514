"""About how wide a text is drawn, for what stands beside or behind it.

The browser's sans is one of a few (Helvetica, Arial, Liberation Sans, Segoe UI): within a few percent alike.
"""

from functools import lru_cache

MOST_TEXTS = 4096
_NARROW = frozenset("iIjl.,:;'’|!")
_MEDIUM = frozenset("ftr()[]/-")
SPACE = 0.28
_WIDE = frozenset("mwMW@%…—")


@lru_cache(MOST_TEXTS)
def text_width(text: str, *, bold: bool = False) -> float:
    """Width in em of one line of sans text."""
    width = sum(_character_width(character) for character in text)
    return round(width * (1.08 if bold else 1.0), 2)


def _character_width(character: str) -> float:
    if character in _NARROW or character == " ":
        return SPACE
    if character in _MEDIUM:
        return 0.33
    if character in _WIDE:
        return 0.88
    return 0.69 if character.isupper() else 0.55


def badge_width(name: str) -> float:
    """Width in em: shape .86, gap .24, numeral and the letters of the UE."""
    return round(0.86 + 0.24 + sum(0.74 if each.isalpha() else 0.556 for each in name), 2)
