"""The explorer's form: what is wanted, as boxes and numbers."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import QueryDict

from core.words.explored import BOUND_LABELS, MOST_STATES
from nodes.explorer.asking import BOUNDS, Wanted
from nodes.explorer.questions import LIMITS, Bounds, Network
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID

Kind = type[PropertyID] | type[Solution] | type[Network] | type[ActiveWhen] | type[MTMSIReuse]

LISTS: Final[dict[str, Kind]] = {
    "properties": PropertyID,
    "solutions": Solution,
    "networks": Network,
    "active_when": ActiveWhen,
    "m_tmsi_reuse": MTMSIReuse,
}


def _values(members: Iterable[Any]) -> list[str]:
    return [str(member.value) for member in members]


class ExploreForm(forms.Form):
    """What is left out of the bounds has the default of each cell."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name, kind in LISTS.items():
            choices = [(value, value) for value in _values(kind)]
            self.fields[name] = forms.MultipleChoiceField(choices=choices)
        self.fields["repairs"] = forms.MultipleChoiceField(choices=[(each, each) for each in REPAIRS], required=False)
        self.fields["with_repairs"] = forms.BooleanField(required=False)
        for name in BOUNDS:
            least, most = limits_of(name)
            self.fields[name] = forms.IntegerField(min_value=least, max_value=most, required=False)

    def sentences(self) -> tuple[str, ...]:
        """What was not accepted, one sentence for each field."""
        return tuple(f"{label_of(name)}: {' '.join(map(str, errors))}" for name, errors in self.errors.items())

    def wanted(self, *, is_matrix: bool) -> Wanted:
        """What a form that is valid asks for."""
        data = self.cleaned_data
        if is_matrix:
            return Wanted(is_matrix=True, bounds=_fitting(()))
        lists: dict[str, Any] = {name: _members(kind, data[name]) for name, kind in LISTS.items()}
        return Wanted(
            **lists,
            repairs=tuple(each for each in REPAIRS if each in data["repairs"]),
            bounds=_fitting(tuple((name, data[name]) for name in BOUNDS if data[name] is not None)),
        )


def limits_of(name: str) -> tuple[int, int]:
    """The least and the most of a bound here: a server may store fewer states than the explorer can."""
    least, most = LIMITS[name]
    return (least, max(least, min(most, settings.SYNCSCOPE_MOST_STATES))) if name == MOST_STATES else (least, most)


def usual_of(name: str) -> int:
    """What a bound is that is left out."""
    usual: int = getattr(Bounds(), name)
    return min(usual, limits_of(name)[1])


def _fitting(bounds: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """The bounds that were chosen, with the one on states where the usual one is more than this server stores."""
    if MOST_STATES in dict(bounds) or usual_of(MOST_STATES) == Bounds().most_states:
        return bounds
    return (*bounds, (MOST_STATES, usual_of(MOST_STATES)))


def _members(kind: Kind, values: list[str]) -> tuple[Any, ...]:
    return tuple(member for member in kind if str(member.value) in values)


def label_of(name: str) -> str:
    """What pages call a field of this form."""
    return BOUND_LABELS.get(name) or name.replace("_", " ").capitalize().replace("M tmsi", "M-TMSI")


def first_values() -> QueryDict:
    """What is chosen before anybody has chosen."""
    values = QueryDict(mutable=True)
    usual = Wanted()
    for name in LISTS:
        values.setlist(name, _values(getattr(usual, name)))
    return values
