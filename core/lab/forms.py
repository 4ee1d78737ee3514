"""Forms: what a viewer may send, and what the services get of it. Defaults are those of `Options` and `Setup`."""

import secrets
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any, Final

from django import forms
from django.conf import settings

from core.lab.fields import FieldGroup, PageForm, choices_of, label_of, number_field, option_field
from nodes.protocol.options import (
    MOST_ACCESSES,
    MOST_APPLICATION_SERVERS,
    MOST_MMES,
    MOST_SEED,
    REPAIRS,
    Options,
    Setup,
    Solution,
)

MOST_EVERY: Final = MOST_ACCESSES
USUAL_EVERY: Final = 10
_ENUMERATIONS: Final[dict[str, type[Enum]]] = {
    each.name: type(each.default)
    for each in fields(Options)
    if isinstance(each.default, Enum) and not isinstance(each.default, int)
}
ON_OR_OFF: Final = tuple(each.name for each in fields(Options) if isinstance(each.default, bool))
_SEED: Final = (
    "The same seed gives the same keys; empty: a new one. A seed is not a key: lab keys are worthless, and no "
    "operator’s key is ever taken in."
)
_REALLOCATION: Final = (
    ("command", "on command only"),
    ("accesses", "every n accesses"),
    ("minutes", "every n minutes of lab time"),
)


def values_of(options: Options) -> dict[str, str]:
    """What the fields say of these options."""
    accesses, minutes = options.reallocate_every_accesses, options.reallocate_every_minutes
    return {
        "solution": str(options.solution.value),
        "vectors_per_request": str(options.vectors_per_request),
        "guti_reallocation": "accesses" if accesses else "minutes" if minutes else "command",
        "guti_reallocation_every": str(accesses or minutes or USUAL_EVERY),
        **{name: getattr(options, name).value for name in _ENUMERATIONS},
        **{name: "on" if getattr(options, name) else "off" for name in ON_OR_OFF},
    }


def first_values() -> dict[str, str]:
    """What the start page's fields say before anybody has chosen; an empty seed means a new one."""
    setup = Setup(seed="-")
    counts = {name: str(getattr(setup, name)) for name in ("ues", "mmes", "application_servers")}
    return {**values_of(setup.options), **counts, "seed": ""}


class OptionsForm(PageForm):
    """The options of a lab. What is left out stays as in the options that one starts from."""

    solution = option_field("solution")
    vectors_per_request = option_field("vectors_per_request")
    algorithm = option_field("algorithm")
    active_when = option_field("active_when")
    after_abandoned_smc = option_field("after_abandoned_smc")
    attach_authenticates = option_field("attach_authenticates")
    ue_notices_failure = option_field("ue_notices_failure")
    store_ks = option_field("store_ks")
    m_tmsi_reuse = option_field("m_tmsi_reuse")
    context_carries_rand = option_field("context_carries_rand")
    guti_reallocation = forms.ChoiceField(choices=_REALLOCATION, required=False, label=label_of("guti_reallocation"))
    guti_reallocation_every = number_field("guti_reallocation_every", MOST_EVERY)
    named_key = option_field("named_key")
    ordered_push = option_field("ordered_push")
    withdraw_guti = option_field("withdraw_guti")
    settle_key = option_field("settle_key")

    def groups(self) -> tuple[FieldGroup, ...]:
        """All options in two groups: how the network behaves, and the repairs."""
        network = (name for name in OptionsForm.base_fields if name not in REPAIRS)
        return (self.group("Network", network), self.group("Repairs", REPAIRS, "not defined by 3GPP"))

    def options(self, base: Options) -> Options:
        """The options of a form that is valid; what it leaves out is as in `base`."""
        data = self.cleaned_data
        given: dict[str, Any] = {name: data[name] == "on" for name in ON_OR_OFF if data[name]}
        if data["solution"]:
            given["solution"] = Solution(int(data["solution"]))
        if data["vectors_per_request"]:
            given["vectors_per_request"] = data["vectors_per_request"]
        given |= {name: kind(data[name]) for name, kind in _ENUMERATIONS.items() if data[name]}
        return replace(base, **given, **_reallocation(data))


def _reallocation(data: Mapping[str, Any]) -> dict[str, Any]:
    kind, every = data["guti_reallocation"], data["guti_reallocation_every"] or USUAL_EVERY
    if not kind:
        return {}
    return {
        "reallocate_every_accesses": every if kind == "accesses" else 0,
        "reallocate_every_minutes": every if kind == "minutes" else 0,
    }


class ShortOptionsForm(OptionsForm):
    """The options where there is no room for their meanings: they are tooltips."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["title"], field.help_text = field.help_text, ""


class NewLabForm(OptionsForm):
    """The start page's form: options, seed and how many of each node."""

    solution = forms.ChoiceField(
        choices=[(value, f"Solution {words}") for value, words in reversed(choices_of(Solution))],
        widget=forms.RadioSelect,
        required=False,
        label=label_of("solution"),
    )
    ues = number_field("ues")
    mmes = number_field("mmes", MOST_MMES)
    application_servers = number_field("application_servers", MOST_APPLICATION_SERVERS)
    seed = forms.CharField(
        max_length=MOST_SEED,
        required=False,
        label=label_of("seed"),
        help_text=_SEED,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    field_order = ("solution", "ues", "mmes", "application_servers")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ues"].widget.attrs["max"] = settings.SYNCSCOPE_MOST_UES

    def groups(self) -> tuple[FieldGroup, ...]:
        """Nodes and seed, and the options but the solution, which the page shows by itself."""
        network, repairs = super().groups()
        first = self.group("Nodes and seed", ("ues", "mmes", "application_servers", "seed"))
        return (first, replace(network, fields=network.fields[1:]), repairs)

    def clean_ues(self) -> int | None:
        ues: int | None = self.cleaned_data["ues"]
        if ues is not None and ues > settings.SYNCSCOPE_MOST_UES:
            raise forms.ValidationError(f"A lab has at most {settings.SYNCSCOPE_MOST_UES} UEs here, got {ues}")
        return ues

    def setup(self) -> Setup:
        """The lab's setup of a form that is valid."""
        data = self.cleaned_data
        given = {name: data[name] for name in ("ues", "mmes", "application_servers") if data[name]}
        return replace(Setup(data["seed"] or secrets.token_hex(8), self.options(Options())), **given)
