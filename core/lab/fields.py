"""Fields of the forms: each option as the field that fits its type, with the words that pages have for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from core.words.names import VALUES
from core.words.options import option_cost, option_meaning, option_name
from nodes.protocol.options import MOST_VECTORS, Options

OTHER_LABELS: Final = {
    "ues": "UEs",
    "mmes": "MMEs",
    "application_servers": "Application servers",
    "seed": "Seed",
    "guti_reallocation": "GUTI reallocation",
    "guti_reallocation_every": "n accesses or minutes",
}
"""What fields are called that are no single option."""

_SWITCH: Final = (("off", "no"), ("on", "yes"))
_MOST: Final = {"vectors_per_request": MOST_VECTORS}


@dataclass(frozen=True, slots=True)
class FieldGroup:
    title: str
    fields: tuple[BoundField, ...]
    note: str = ""


class PageForm(forms.Form):
    """A form that also says at its top, in sentences, what was not accepted."""

    def sentences(self) -> tuple[str, ...]:
        """What was not accepted, one sentence per field, in the field's name."""
        return tuple(f"{self[name].label}: {' '.join(map(str, errors))}" for name, errors in self.errors.items())

    def group(self, title: str, names: Iterable[str], note: str = "") -> FieldGroup:
        """Some of its fields, under a title."""
        return FieldGroup(title, tuple(self[name] for name in names), note)


def label_of(name: str) -> str:
    """What pages call a field of the forms."""
    if name in OTHER_LABELS:
        return OTHER_LABELS[name]
    # The group of the repairs says that they are.
    title = option_name(name)
    return f"{title[:1].upper()}{title[1:]}"


def option_field(name: str) -> forms.Field:
    """The field of an option: a choice, or a number. What is left out is for the form to say."""
    cost = option_cost(name)
    words: dict[str, Any] = {
        "label": label_of(name),
        "help_text": f"{option_meaning(name)} Costs: {cost}" if cost else option_meaning(name),
    }
    match getattr(Options(), name):
        case bool():
            return forms.ChoiceField(choices=_SWITCH, required=False, **words)
        case Enum() as value:
            return forms.ChoiceField(choices=choices_of(type(value)), required=False, **words)
        case _:
            return number_field(name, _MOST[name], **words)


def number_field(name: str, most: int | None = None, **words: Any) -> forms.IntegerField:
    """A field for a count of at least 1."""
    return forms.IntegerField(min_value=1, max_value=most, required=False, **{"label": label_of(name), **words})


def choices_of(enumeration: type[Enum]) -> list[tuple[str, str]]:
    """The values of an enumeration, and the words for them."""
    return [(str(member.value), VALUES[member]) for member in enumeration]
