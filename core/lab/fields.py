"""The fields of the option forms: what a value is called, and the sentence on each option."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.words.names import VALUES
from core.words.options import OPTIONS, REPAIR, Origin, option_cost, option_meaning, option_title
from nodes.protocol.options import (
    MOST_ACCESSES,
    MOST_APPLICATION_SERVERS,
    MOST_MMES,
    MOST_SEED,
    MOST_VECTORS,
    REPAIRS,
    ActiveWhen,
    AfterAbandonedSMC,
    Algorithm,
    AttachAuthenticates,
    MTMSIReuse,
    Solution,
)


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


OTHER_LABELS: Final = {
    "ues": "UEs",
    "mmes": "MMEs",
    "application_servers": "Application servers",
    "seed": "Seed",
    "guti_reallocation": "GUTI reallocation",
    "guti_reallocation_every": "n accesses or minutes",
}
"""What fields are called that are no single option."""

_SEED: Final = (
    "The same seed gives the same keys; empty: a new one. A seed is no key: lab keys are worthless, and no operator’s "
    "key is ever taken in."
)
_REALLOCATION: Final = (
    ("command", "on command only"),
    ("accesses", "every n accesses"),
    ("minutes", "every n minutes of lab time"),
)
_SWITCH: Final = (("off", "no"), ("on", "yes"))
_ENUMERATIONS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    name: tuple((str(member.value), VALUES[member]) for member in kind)
    for name, kind in (
        ("solution", Solution),
        ("active_when", ActiveWhen),
        ("after_abandoned_smc", AfterAbandonedSMC),
        ("attach_authenticates", AttachAuthenticates),
        ("m_tmsi_reuse", MTMSIReuse),
        ("algorithm", Algorithm),
    )
}


def label_of(name: str) -> str:
    """What pages call a field of the forms."""
    if name in OTHER_LABELS:
        return OTHER_LABELS[name]
    # The group of the repairs says that they are.
    title = option_title(name).removeprefix(REPAIR)
    return f"{title[:1].upper()}{title[1:]}"


def node_group(values: Mapping[str, str], most_ues: int) -> FieldGroup:
    """How many nodes of each kind, and the seed."""
    counts = (("ues", most_ues), ("mmes", MOST_MMES), ("application_servers", MOST_APPLICATION_SERVERS))
    numbers = tuple(_number(name, values, most) for name, most in counts)
    seed = FormField(
        name="seed", label=label_of("seed"), value=values.get("seed", ""), longest=MOST_SEED, meaning=_SEED
    )
    return FieldGroup("Nodes and seed", (*numbers, seed))


def option_groups(values: Mapping[str, str], *, with_solution: bool = False) -> tuple[FieldGroup, ...]:
    """All options in two groups: how the network behaves, and the repairs."""
    first = (_option("solution", values),) if with_solution else ()
    network = (
        *first,
        _option("vectors_per_request", values),
        _option("algorithm", values),
        _option("active_when", values),
        _option("after_abandoned_smc", values),
        _option("attach_authenticates", values),
        _option("ue_notices_failure", values),
        _option("store_ks", values),
        _option("m_tmsi_reuse", values),
        _option("context_carries_rand", values),
        FormField(
            name="guti_reallocation",
            label=label_of("guti_reallocation"),
            value=values.get("guti_reallocation", ""),
            choices=_REALLOCATION,
        ),
        _number("guti_reallocation_every", values, MOST_ACCESSES),
    )
    return (
        FieldGroup("Network", network),
        FieldGroup("Repairs", tuple(_option(name, values) for name in REPAIRS), "not defined by 3GPP"),
    )


def _number(name: str, values: Mapping[str, str], most: int) -> FormField:
    return FormField(name=name, label=label_of(name), value=values.get(name, ""), least=1, most=most)


def _option(name: str, values: Mapping[str, str]) -> FormField:
    is_number = name == "vectors_per_request"
    return FormField(
        name=name,
        label=label_of(name),
        value=values.get(name, ""),
        choices=() if is_number else _ENUMERATIONS.get(name, _SWITCH),
        least=1 if is_number else 0,
        most=MOST_VECTORS if is_number else 0,
        meaning=option_meaning(name),
        cost=option_cost(name),
        is_ours=OPTIONS[name].origin is Origin.OURS,
    )
