"""The explorer's form: what is wanted, as boxes and numbers."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField

from core.lab.fields import PageForm, label_of
from core.words.explored import BOUND_LABELS, MOST_STATES
from core.words.names import VALUES
from core.words.options import option_meaning
from nodes.explorer.asking import BOUNDS, Wanted
from nodes.explorer.questions import LIMITS, NETWORK_WORDS, Bounds, Network
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

Kind = type[PropertyID] | type[Solution] | type[Network] | type[ActiveWhen] | type[MTMSIReuse]

LISTS: Final[dict[str, Kind]] = {
    "properties": PropertyID,
    "solutions": Solution,
    "networks": Network,
    "active_when": ActiveWhen,
    "m_tmsi_reuse": MTMSIReuse,
}
_TITLES: Final = {
    "properties": "Properties",
    "solutions": "Solutions",
    "networks": "Network",
    "active_when": "The MME counts an AV as active",
    "m_tmsi_reuse": "M-TMSI reuse",
}


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes to tick, each with its meaning as a tooltip."""

    template_name = "explorer/boxes.html"

    def __init__(self, meanings: Mapping[str, str]) -> None:
        super().__init__()
        self.meanings = meanings

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as Django has it.
        option = super().create_option(name, value, *args, **kwargs)
        # The label is the template's, because the tooltip is the label's.
        return {**option, "meaning": self.meanings[value], "wrap_label": False}


class ExploreForm(PageForm):
    """What is left out of the bounds has the default of each cell."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in LISTS.items():
            self.fields[name] = _boxes(_TITLES[name], {str(member.value): _words(member) for member in kind})
        repairs = {name: (label_of(name), option_meaning(name)) for name in REPAIRS}
        self.fields["repairs"] = _boxes("Repairs switched on", repairs, "not defined by 3GPP", required=False)
        self.fields["with_repairs"] = forms.BooleanField(
            required=False, label="and look for the smallest repairs that fix what is violated"
        )
        self.fields |= {name: _bound(name) for name in BOUNDS}

    def boxes(self) -> tuple[BoundField, ...]:
        """What is chosen by ticking."""
        return tuple(self[name] for name in (*LISTS, "repairs"))

    def bounds(self) -> tuple[BoundField, ...]:
        return tuple(self[name] for name in BOUNDS)

    def has_own_bounds(self) -> bool:
        """Whether a bound is not the usual one, so that the bounds are shown unfolded."""
        return any(bound.value() for bound in self.bounds())

    def wanted(self, *, is_matrix: bool) -> Wanted:
        """What a form that is valid asks for; the whole matrix needs nothing of it."""
        if is_matrix:
            return Wanted(is_matrix=True)
        data = self.cleaned_data
        lists: dict[str, Any] = {name: _members(kind, data[name]) for name, kind in LISTS.items()}
        return Wanted(
            **lists,
            repairs=tuple(each for each in REPAIRS if each in data["repairs"]),
            bounds=tuple((name, data[name]) for name in BOUNDS if data[name] is not None),
        )


def _boxes(title: str, words: Mapping[str, tuple[str, str]], note: str = "", **kwargs: Any) -> forms.Field:
    """Boxes with label and meaning of each value."""
    return forms.MultipleChoiceField(
        label=title,
        help_text=note,
        choices=[(value, label) for value, (label, _) in words.items()],
        widget=Boxes({value: meaning for value, (_, meaning) in words.items()}),
        **kwargs,
    )


def _words(member: object) -> tuple[str, str]:
    """Label and meaning of a box."""
    match member:
        case PropertyID():
            return f"{member.value} {PROPERTIES[member].title}", PROPERTIES[member].statement
        case Network():
            return member.value, f"{NETWORK_WORDS[member].capitalize()}."
        case _:
            return VALUES[member], ""  # type: ignore[index]


def _bound(name: str) -> forms.IntegerField:
    least, most = limits_of(name)
    meaning = f"{least:,} to {most:,}; usually {usual_of(name):,}"
    return forms.IntegerField(
        label=BOUND_LABELS[name],
        min_value=least,
        max_value=most,
        required=False,
        widget=forms.NumberInput({"placeholder": "usual", "title": meaning}),
    )


def limits_of(name: str) -> tuple[int, int]:
    """The least and the most of a bound here: a server may store fewer states than the explorer can."""
    least, most = LIMITS[name]
    return (least, max(least, min(most, settings.SYNCSCOPE_MOST_STATES))) if name == MOST_STATES else (least, most)


def usual_of(name: str) -> int:
    """What a bound is that is left out."""
    usual: int = getattr(Bounds(), name)
    return min(usual, limits_of(name)[1])


def _members(kind: Kind, values: list[str]) -> tuple[Any, ...]:
    return tuple(member for member in kind if str(member.value) in values)


def first_values() -> dict[str, list[str]]:
    """What is chosen before anybody has chosen."""
    usual = Wanted()
    return {name: [str(member.value) for member in getattr(usual, name)] for name in LISTS}
