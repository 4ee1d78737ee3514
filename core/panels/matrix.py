"""The verdict matrix."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """A cell. `slug` is holds, violated, incomplete, unknown or none; `name` names the record, if there is one."""

    slug: str
    text: str
    spoken: str
    """What a screen reader says of it, and a tooltip."""
    name: str = ""
    note: str = ""
    """What mends it, or that it is of an older model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    id: str
    title: str
    note: str
    pull: tuple[MatrixCell, ...]
    push: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTable:
    """The cells of one moment at which the MME counts an AV as active."""

    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    networks: tuple[tuple[str, str], ...]
    """Name and what it allows."""
    tables: tuple[MatrixTable, ...]
    repairs: tuple[tuple[str, str], ...]
    """Letter and name."""
    is_empty: bool
    has_stale: bool
