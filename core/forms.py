"""Forms: what a viewer may send, and what the services get of it."""

import secrets
from typing import Any

from django import forms
from django.conf import settings

from nodes.protocol.options import (
    MOST_APPLICATION_SERVERS,
    MOST_MMES,
    MOST_VECTORS,
    ActiveWhen,
    Algorithm,
    MTMSIReuse,
    Options,
    Setup,
    Solution,
)

MOST_EVERY = 1000
LABELS = {
    "solution": "Solution",
    "ues": "UEs",
    "mmes": "MMEs",
    "application_servers": "Application servers",
    "vectors_per_request": "AVs per request",
    "algorithm": "AKA algorithm",
    "active_when": "The MME counts an AV as active",
    "store_ks": "The MME stores Ks",
    "m_tmsi_reuse": "M-TMSI reuse",
    "guti_reallocation": "GUTI reallocation",
    "guti_reallocation_every": "n of the reallocation",
    "seed": "Seed",
}
"""What the start page calls the fields."""


def _choices(enumeration: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any enumeration.
    return [(str(member.value), str(member.value)) for member in enumeration]


class NewLabForm(forms.Form):
    """The start page's form. What is left out has the default of `Options`."""

    solution = forms.ChoiceField(choices=_choices(Solution), required=False)
    ues = forms.IntegerField(min_value=1, required=False)
    mmes = forms.IntegerField(min_value=1, max_value=MOST_MMES, required=False)
    application_servers = forms.IntegerField(min_value=1, max_value=MOST_APPLICATION_SERVERS, required=False)
    vectors_per_request = forms.IntegerField(min_value=1, max_value=MOST_VECTORS, required=False)
    algorithm = forms.ChoiceField(choices=_choices(Algorithm), required=False)
    active_when = forms.ChoiceField(choices=_choices(ActiveWhen), required=False)
    store_ks = forms.ChoiceField(choices=[("off", "off"), ("on", "on")], required=False)
    m_tmsi_reuse = forms.ChoiceField(choices=_choices(MTMSIReuse), required=False)
    guti_reallocation = forms.ChoiceField(
        choices=[("command", "command"), ("accesses", "accesses"), ("minutes", "minutes")], required=False
    )
    guti_reallocation_every = forms.IntegerField(min_value=1, max_value=MOST_EVERY, required=False)
    seed = forms.CharField(max_length=64, required=False)

    def clean_ues(self) -> int | None:
        ues: int | None = self.cleaned_data["ues"]
        if ues is not None and ues > settings.SYNCSCOPE_MOST_UES:
            raise forms.ValidationError(f"A lab has at most {settings.SYNCSCOPE_MOST_UES} UEs here, got {ues}")
        return ues

    def sentences(self) -> tuple[str, ...]:
        """What was not accepted, one sentence per field, in the field's name."""
        return tuple(
            f"{LABELS.get(name, name)}: {' '.join(str(error) for error in errors)}"
            for name, errors in self.errors.items()
        )

    def setup(self) -> Setup:
        """The lab's setup of a form that is valid."""
        data = self.cleaned_data
        kind, every = data["guti_reallocation"], data["guti_reallocation_every"] or 10
        options = Options(
            solution=Solution(int(data["solution"] or Solution.PUSH)),
            active_when=ActiveWhen(data["active_when"] or ActiveWhen.SECURITY_MODE_COMPLETE),
            vectors_per_request=data["vectors_per_request"] or 3,
            store_ks=data["store_ks"] == "on",
            reallocate_every_accesses=every if kind == "accesses" else 0,
            reallocate_every_minutes=every if kind == "minutes" else 0,
            m_tmsi_reuse=MTMSIReuse(data["m_tmsi_reuse"] or MTMSIReuse.NEVER),
            algorithm=Algorithm(data["algorithm"] or Algorithm.MILENAGE),
        )
        return Setup(
            seed=data["seed"] or secrets.token_hex(8),
            options=options,
            ues=data["ues"] or 1,
            mmes=data["mmes"] or 1,
            application_servers=data["application_servers"] or 1,
        )
