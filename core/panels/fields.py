"""The fields of the forms in which a lab's options are chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: a choice, else a number where `most` is given, else a text. `value` is what it says now."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    """Values and the words for them."""
    least: int = 0
    most: int = 0
    longest: int = 0
    """Characters of a text."""
    meaning: str = ""
    cost: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class FieldGroup:
    title: str
    fields: tuple[FormField, ...]
    note: str = ""
