"""The ladder as sentences: for a phone, for a screen reader, for print, and as plain text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from nodes.diagram.rows import Badge, Band, Ladder, Note, Row, RowKind, Strong

FEW: Final = 4
"""Ladders that are kept: what prints one asks for it more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvent:
    """One row in words.

    `mark` is the row's word tag unless the sentence says it; `url` is where its message is explained.
    """

    step: int
    number: int
    """Counts the events of the step from 0."""
    sentence: Note
    mark: str = ""
    is_current: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class TextBand:
    band: Band
    events: tuple[TextEvent, ...]


@lru_cache(FEW)
def read(ladder: Ladder) -> tuple[TextBand, ...]:
    """Put every row of a ladder into words, oldest first."""
    return tuple(TextBand(band, tuple(_events(band, ladder))) for band in ladder.bands)


def plain(ladder: Ladder) -> str:
    """Give the whole ladder as plain text, one event a line."""
    lines: list[str] = []
    for band in read(ladder):
        lines.append(band.band.title)
        lines += [f"{event.step:>5}  {plain_note(event.sentence)}" for event in band.events]
    return "\n".join(lines) + "\n" if lines else ""


def plain_note(note: Note) -> str:
    """Write a phrase with "AV n" for each badge."""
    return "".join(part if isinstance(part, str) else part.text for part in note)


def _events(band: Band, ladder: Ladder) -> Iterator[TextEvent]:
    for _step, rows in groupby(band.rows, key=lambda row: row.step):
        yield from (_event(row, number, ladder) for number, row in enumerate(rows))


def _event(row: Row, number: int, ladder: Ladder) -> TextEvent:
    return TextEvent(
        step=row.step,
        number=number,
        sentence=_sentence(row, ladder),
        mark="" if row.kind is RowKind.LOST else row.mark,
        is_current=row.step == ladder.current_step,
        url=row.url,
    )


def _sentence(row: Row, ladder: Ladder) -> Note:
    here = ladder.lifelines[row.lifeline].name
    there = ladder.lifelines[row.peer].name if row.peer is not None else ""
    message = (*row.name, f" #{row.message}", *_carrying(row.badge), *_about(row.about))
    match row.kind:
        case RowKind.SEND:
            in_flight = any(number == row.message for number, _copy in ladder.in_flight)
            words = "In flight, held." if ladder.waits(row.message) else "In flight."
            ending: Note = (". ", Strong(words)) if in_flight else (".",)
            return (f"{here} sends ", *message, f" to {there}", *_because(row.note), *ending)
        case RowKind.RECEIVE:
            return (f"{here} gets ", *_copy(row), *message, *_then(row.note), ".")
        case RowKind.REFUSED:
            return (f"{here} gets ", *_copy(row), *message, " and ignores it", *_then(row.note), ".")
        case RowKind.LOST:
            return (*_copy(row), *message, f" from {there} to {here} is ", Strong("lost"), *_then(row.note), ".")
        case RowKind.COPIED:
            return ("The network copies ", *message, f" from {there} to {here}: copy {row.copy}.")
        case RowKind.RESTART:
            return (f"{here} ", Strong("restarts"), *_then(row.note), ".")
        case RowKind.LOCAL:
            return (f"{here}: ", *row.note, ".")
        case _:
            return (*row.note, ".")


def _carrying(badge: Badge | None) -> Note:
    return (" with ", badge) if badge else ()


def _about(badge: Badge | None) -> Note:
    return (" for ", badge) if badge else ()


def _copy(row: Row) -> Note:
    return (f"copy {row.copy} of ",) if row.copy > 1 else ()


def _then(note: Note) -> Note:
    return (": ", *note) if note else ()


def _because(note: Note) -> Note:
    return (" (", *note, ")") if note else ()
