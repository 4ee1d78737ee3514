"""Forms: what a viewer may send, and what the services get of it. Defaults are those of `Options` and `Setup`."""

import secrets
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Any, Final

from django import forms
from django.conf import settings

from core.lab.fields import label_of
from nodes.protocol.options import (
    MOST_ACCESSES,
    MOST_APPLICATION_SERVERS,
    MOST_MMES,
    MOST_SEED,
    MOST_VECTORS,
    ActiveWhen,
    AfterAbandonedSMC,
    Algorithm,
    AttachAuthenticates,
    MTMSIReuse,
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


def _choices(enumeration: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any enumeration.
    return [(str(member.value), str(member.value)) for member in enumeration]


def _switch() -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("off", "off"), ("on", "on")], required=False)


class OptionsForm(forms.Form):
    """The options of a lab. What is left out stays as in the options that one starts from."""

    solution = forms.ChoiceField(choices=_choices(Solution), required=False)
    vectors_per_request = forms.IntegerField(min_value=1, max_value=MOST_VECTORS, required=False)
    algorithm = forms.ChoiceField(choices=_choices(Algorithm), required=False)
    active_when = forms.ChoiceField(choices=_choices(ActiveWhen), required=False)
    after_abandoned_smc = forms.ChoiceField(choices=_choices(AfterAbandonedSMC), required=False)
    attach_authenticates = forms.ChoiceField(choices=_choices(AttachAuthenticates), required=False)
    ue_notices_failure = _switch()
    store_ks = _switch()
    m_tmsi_reuse = forms.ChoiceField(choices=_choices(MTMSIReuse), required=False)
    guti_reallocation = forms.ChoiceField(
        choices=[("command", "command"), ("accesses", "accesses"), ("minutes", "minutes")], required=False
    )
    guti_reallocation_every = forms.IntegerField(min_value=1, max_value=MOST_EVERY, required=False)
    context_carries_rand = _switch()
    key_name = _switch()
    ordered_push = _switch()
    withdraw_guti = _switch()

    def sentences(self) -> tuple[str, ...]:
        """What was not accepted, one sentence per field, in the field's name."""
        return tuple(
            f"{label_of(name)}: {' '.join(str(error) for error in errors)}" for name, errors in self.errors.items()
        )

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


class NewLabForm(OptionsForm):
    """The start page's form: options, seed and how many of each node."""

    ues = forms.IntegerField(min_value=1, required=False)
    mmes = forms.IntegerField(min_value=1, max_value=MOST_MMES, required=False)
    application_servers = forms.IntegerField(min_value=1, max_value=MOST_APPLICATION_SERVERS, required=False)
    seed = forms.CharField(max_length=MOST_SEED, required=False)

    field_order = ("solution", "ues", "mmes", "application_servers")

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
