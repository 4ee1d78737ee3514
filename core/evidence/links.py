"""Links of the evidence page to what it rests on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellLink:
    """A link to a cell of the matrix."""

    name: str
    text: str
