"""The verdict strips of the shown pairs of UE and AS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from core.lab.cards.gutis import guti_tags
from core.lab.moment import PairVerdict
from core.lab.parts import PartOfProse, Piece, Prose, VerdictWord
from core.lab.scene import Scene
from core.words.names import RESULTS, counted, with_node_names
from nodes.diagram.rows import Badge
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.properties import verdict as protocol
from nodes.protocol.properties.observation import Judgement
from nodes.protocol.world.provenance import Named, NamedGUTIs


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One strip: does this UE share a key with the AS now? `ue_name` is shown where there are several."""

    ue: str
    word: VerdictWord
    since_step: int
    ue_badge: Badge | None = None
    network_badge: Badge | None = None
    as_badge: Badge | None = None
    why: Prose = ()
    harm: int = 0
    """Messages that failed to open."""
    harm_note: str = "key mismatch, 1 message"
    ue_name: str = ""
    missing: str = ""
    """Which end has no key: "at the UE"."""
    named: str = ""
    """What the network would answer to the UE's GUTI with the name of the UE's key: "Ks", "409 conflict"."""

    @property
    def first_sign(self) -> str:
        return relation(self.ue_badge, self.network_badge)

    @property
    def second_sign(self) -> str:
        return relation(self.network_badge, self.as_badge)


def relation(one: Badge | None, other: Badge | None) -> str:
    """Give "=" or "≠", or nothing where one of the two is missing."""
    if one is None or other is None:
        return ""
    return "=" if one == other else "≠"


@dataclass(frozen=True, slots=True)
class Violated:
    """A property that the run has violated, and the step in which it did first; None: nobody knows."""

    number: str
    title: str
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the strip says of the properties: those that are violated, of so many."""

    lab_key: str = ""
    violated: tuple[Violated, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts(Piece):
    """`judged` is about the properties of the run."""

    fragment: ClassVar[str] = "verdict"
    strips: tuple[Verdict, ...]
    judged: Judged = Judged()

    @property
    def parts(self) -> tuple[Piece, ...]:
        """The first strip tells of the properties."""
        return tuple(VerdictStrip(each, None if index else self.judged) for index, each in enumerate(self.strips))


@dataclass(frozen=True, slots=True)
class VerdictStrip(Piece):
    fragment: ClassVar[str] = "verdict-strip"
    verdict: Verdict
    judged: Judged | None

    @property
    def id(self) -> str:
        return f"verdict-{self.verdict.ue}"

    @property
    def sides(self) -> "VerdictSides":
        return VerdictSides(self.verdict)

    @property
    def why(self) -> "VerdictWhy":
        return VerdictWhy(f"{self.id}-why", self.verdict.why)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return self.sides, self.why


@dataclass(frozen=True, slots=True)
class VerdictSides(Piece):
    """What the UE uses, the network gives and the AS holds."""

    fragment: ClassVar[str] = "verdict-sides"
    verdict: Verdict

    @property
    def id(self) -> str:
        return f"verdict-{self.verdict.ue}-sides"


@dataclass(frozen=True, slots=True)
class VerdictWhy(Piece):
    fragment: ClassVar[str] = "verdict-why"
    place: str
    why: Prose

    @property
    def id(self) -> str:
        return self.place


def verdicts(scene: Scene) -> Verdicts:
    """Make a strip for each shown UE with the shown AS, in the order of the lifelines."""
    moment = scene.moment
    pairs = {pair.ue: pair for pair in moment.verdicts if pair.application_server == moment.shown_as}
    strips = tuple(_strip(scene, ue, pairs[ue.name]) for ue in scene.ues if ue.name in pairs)
    violated = tuple(
        Violated(str(status.property.id.value), status.property.title, status.step)
        for status in moment.statuses
        if status.judgement is Judgement.VIOLATED
    )
    return Verdicts(strips=strips, judged=Judged(lab_key=moment.lab_key, violated=violated, total=len(moment.statuses)))


def _strip(scene: Scene, ue: UEState, pair: PairVerdict) -> Verdict:
    verdict = pair.verdict
    vectors = (verdict.ue, verdict.network, verdict.application_server)
    used, given, held = (scene.badge(vector) for vector in vectors)
    return Verdict(
        ue=ue.name,
        word=VerdictWord(verdict.word.value),
        missing=_missing(verdict),
        since_step=pair.since,
        ue_badge=used,
        network_badge=given,
        as_badge=held,
        why=tuple(part for each in verdict.why for part in _drawn(scene, ue, each)),
        harm=verdict.harm,
        harm_note=f"key mismatch, {counted(verdict.harm, 'message')}",
        ue_name=scene.name(ue.name) if scene.moment.setup.ues > 1 else "",
        named=_named(verdict.named),
    )


_MOST_GUTIS: Final = 3
"""That a sentence shows; of more it says that there are several."""


def _drawn(scene: Scene, ue: UEState, part: str | Named) -> Iterator[PartOfProse]:
    """Draw an AV in a sentence as its badge, which says whose it is if it is another UE's, and a GUTI as its tag."""
    if isinstance(part, str):
        yield with_node_names(scene.moment.setup, part)
        return
    if isinstance(part, NamedGUTIs):
        yield from guti_tags(scene, part.gutis, ue.imsi) if len(part.gutis) <= _MOST_GUTIS else (part.words,)
        return
    yield scene.badge(part.vector) or part.words


def _missing(verdict: protocol.Verdict) -> str:
    """Say which end has no key."""
    match verdict.ue, verdict.application_server:
        case None, None:
            return "at UE and AS"
        case None, _:
            return "at the UE"
        case _, None:
            return "at the AS"
        case _:
            return ""


def _named(result: KeyResult | None) -> str:
    """Say what the network would answer to a request that names the UE's key."""
    return "" if result is None else RESULTS[result]
