"""The options of a lab and this demonstrator's own decisions, each with a sentence. Read only."""

from dataclasses import fields
from enum import Enum
from typing import Final

from core.panels import OptionRow, Options
from core.view.scene import Scene
from core.view.words import VALUES
from nodes.protocol.options import Options as LabOptions
from nodes.protocol.options import Solution


class Origin(Enum):
    """Who defines what an option is about."""

    STANDARD = "3GPP"
    OURS = "this demonstrator"


OPTIONS: Final[dict[str, tuple[str, str, Origin]]] = {
    "solution": (
        "Solution",
        "11: the AS's request is passed on to the MME. 12: HSS and MME push to the SCEF.",
        Origin.OURS,
    ),
    "active_when": (
        "AV is active",
        "When the MME counts an AV as active; the UE switches at SECURITY MODE COMMAND in any case.",
        Origin.OURS,
    ),
    "vectors_per_request": (
        "AVs per request",
        "How many AVs the MME asks the HSS for at a time; S6a allows 1 to 5.",
        Origin.STANDARD,
    ),
    "store_ks": ("MME stores Ks", "Whether the MME derives Ks at once, or when it is asked.", Origin.OURS),
    "reallocate_every_accesses": (
        "New GUTI by accesses",
        "After how many accesses the MME reallocates the GUTI.",
        Origin.OURS,
    ),
    "reallocate_every_minutes": (
        "New GUTI by time",
        "After how many minutes of lab time the MME reallocates the GUTI.",
        Origin.OURS,
    ),
    "m_tmsi_reuse": (
        "M-TMSI reuse",
        "Whether the MME gives an M-TMSI that was freed to the next UE; nothing forbids it.",
        Origin.OURS,
    ),
    "algorithm": ("AKA algorithm", "The algorithm set of USIM and AuC: TS 35.206 or TS 35.231.", Origin.STANDARD),
}

_BOTH: Final = (
    ("Ks", "KDF(K_ASME, FC = FFF0)", "32 octets; UE, MME and HSS derive it alike."),
    ("K_APP", "KDF(Ks, FC = FFF1, AS name)", "Protects readings and commands with AES-CCM-16-64-128."),
    ("Messages to the AS", "key request, session, reading", "Added to show whether the keys agree."),
    ("Timers beside NAS", "answers, pushes, GUTI period", "Their seconds and repetitions are ours."),
    ("Newer request", "ends an older one", "The AS ignores answers to all but its last request."),
)
_PUSH: Final = (
    ("S6t", "HSS to SCEF", "The contribution names no reference point for the HSS's push."),
    ("Push before its pair", "parked", "The SCEF clears ACTIVE until the HSS's push brings the pair."),
    ("New GUTI", "pushed at COMPLETE", "After GUTI REALLOCATION COMPLETE the MME pushes the same RAND again."),
)
_PULL: Final = (("Finding the MME", "by GUMMEI", "The SCEF asks the MME that the GUTI names."),)


def options(scene: Scene) -> Options:
    """List the lab's options in their order, then what is ours in any lab of this solution."""
    chosen = scene.moment.setup.options
    rows = tuple(_row(each.name, getattr(chosen, each.name)) for each in fields(LabOptions))
    ours = (*_BOTH, *(_PUSH if scene.solution is Solution.PUSH else _PULL))
    decisions = tuple(OptionRow(name=name, value=value, meaning=meaning, is_ours=True) for name, value, meaning in ours)
    return Options(revision=scene.moment.revision, rows=(*rows, *decisions))


def _row(name: str, value: object) -> OptionRow:
    title, meaning, origin = OPTIONS[name]
    return OptionRow(name=title, value=value_words(name, value), meaning=meaning, is_ours=origin is Origin.OURS)


def value_words(name: str, value: object) -> str:
    """Write the value of an option; zero accesses or minutes mean on command only."""
    match value:
        case Enum():
            return VALUES[value]
        case bool():
            return "yes" if value else "no"
        case 0:
            return "on command only"
        case _:
            unit = " min" if name.endswith("minutes") else ""
            return f"{value}{unit}"
