"""A lab beside the same procedures and faults under other options."""

from dataclasses import dataclass

from core.panels.fields import FieldGroup
from core.panels.scenarios import EndVerdict
from core.panels.state import PropertyRow
from nodes.diagram.text import TextEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: its options in words, where it ends, why."""

    title: str
    options: tuple[str, ...]
    steps: int
    ends: tuple[EndVerdict, ...]
    whys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """What one step of the lab did, and what the other side did meanwhile. `skipped` says why it did not follow."""

    step: int
    mine: tuple[TextEvent, ...]
    theirs: tuple[TextEvent, ...]
    skipped: str = ""
    is_first_difference: bool = False
    title: str = ""
    """The procedure that begins here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyPair:
    """A property on both sides."""

    mine: PropertyRow
    theirs: PropertyRow

    @property
    def differs(self) -> bool:
        return self.mine.judgement is not self.theirs.judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What follows from a lab's steps and the options of the other side; the same for every viewer."""

    mine: Side
    theirs: Side
    rows: tuple[PairRow, ...]
    properties: tuple[PropertyPair, ...]
    first: str = ""
    """The first difference in the verdicts, one sentence; empty: there is none."""
    first_step: int = 0
    at_rest: str = ""
    """The first difference while neither side has anything to deliver."""
    at_rest_step: int = 0
    first_message: str = ""
    """The first message that only one side sends, one sentence."""
    skipped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """The form, and the comparison unless the form was not accepted."""

    lab_key: str
    title: str
    at: int | None
    """The step that was asked for; None: the last one."""
    step: int
    last_step: int
    groups: tuple[FieldGroup, ...]
    chosen: tuple[tuple[str, str], ...]
    """Names and values of the form, to be sent again with a button."""
    comparison: Comparison | None = None
    errors: tuple[str, ...] = ()
    note: str = ""
    """What the comparison leaves out."""
