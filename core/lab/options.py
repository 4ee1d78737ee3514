"""The options of a lab and this demonstrator's own decisions, each with a sentence. Read only."""

from dataclasses import dataclass, fields
from typing import ClassVar, Final

from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.options import OPTIONS, Origin, option_cost, option_meaning, option_title, value_words
from nodes.protocol.options import Options as LabOptions
from nodes.protocol.options import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """An option of the lab, read only. `is_ours` marks what is not defined by 3GPP. `cost` is what it costs."""

    name: str
    value: str
    meaning: str = ""
    cost: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(Piece):
    fragment: ClassVar[str] = "options"
    rows: tuple[OptionRow, ...]


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
    return Options(rows=(*rows, *decisions))


def _row(name: str, value: object) -> OptionRow:
    return OptionRow(
        name=option_title(name),
        value=value_words(name, value),
        meaning=option_meaning(name),
        cost=option_cost(name),
        is_ours=OPTIONS[name].origin is Origin.OURS,
    )
