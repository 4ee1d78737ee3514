"""The properties as they are judged at this moment, those that are violated first."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.names import with_node_names
from nodes.protocol.properties.catalogue import SOMETIMES, PropertyID, Witness
from nodes.protocol.properties.observation import PropertyStatus
from nodes.protocol.properties.states import STATE_PROPERTIES


class Judgement(StrEnum):
    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_TRIED = "not tried"

    @property
    def slug(self) -> str:
        return self.value.replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRow(Piece):
    """`statement` is what the property says, `reason` why it is violated, `hint` why it is not or was not tried.

    Inside the reason `link` leads to the step where the property was first violated. `word` replaces the judgement's.
    `number` is P2.
    """

    fragment: ClassVar[str] = "property"
    lab_key: str
    number: str
    title: str
    judgement: Judgement
    statement: str = ""
    reason: str = ""
    link: str = ""
    reason_after: str = ""
    step: int | None = None
    hint: str = ""
    word: str = ""

    @property
    def id(self) -> str:
        return f"property-{self.number}"

    @property
    def judged(self) -> "JudgedWord":
        return JudgedWord(self.id, self.word or self.judgement.value, self.hint)

    @property
    def parts(self) -> tuple["JudgedWord", ...]:
        return (self.judged,)


@dataclass(frozen=True, slots=True)
class JudgedWord(Piece):
    """How a property is judged; the hint may change at each step."""

    fragment: ClassVar[str] = "property-word"
    row: str
    word: str
    hint: str

    @property
    def id(self) -> str:
        return f"{self.row}-word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties(Piece):
    """With no rows the panel is an empty, hidden element. `seen` shows that the run is not vacuous."""

    fragment: ClassVar[str] = "properties"
    lab_key: str
    rows: tuple[PropertyRow, ...] = ()
    seen: str = ""

    @property
    def parts(self) -> tuple[PropertyRow, ...]:
        return self.rows


def properties(scene: Scene) -> Properties:
    """Make a row of each property, and say what shows that the run is not vacuous."""
    moment = scene.moment
    rows = [_row(scene, status) for status in moment.statuses]
    return Properties(
        lab_key=moment.lab_key,
        rows=tuple(sorted(rows, key=lambda row: row.judgement is not Judgement.VIOLATED)),
        seen=", ".join(SOMETIMES[Witness(each)].title for each in moment.witnesses),
    )


def _row(scene: Scene, status: PropertyStatus) -> PropertyRow:
    """Make a row; the words that name the step of the first violation are its link."""
    judgement = Judgement[status.judgement.name]
    row = PropertyRow(
        lab_key=scene.moment.lab_key,
        number=str(status.property.id.value),
        title=status.property.title,
        judgement=judgement,
        statement=status.property.statement,
    )
    reason = with_node_names(scene.moment.setup, status.reason)
    if judgement is Judgement.VIOLATED and status.step is None:
        return replace(row, reason=reason)
    if judgement is Judgement.VIOLATED:
        link = f"First at step {status.step}"
        return replace(row, reason=f"{reason} ", step=status.step, link=link, reason_after=_afterwards(status))
    if judgement is Judgement.NOT_TRIED and status.property.id is PropertyID.P7:
        # It was tried: what was tried does not settle it.
        return replace(row, reason=reason, word="not shown")
    return replace(row, hint=reason)


def _afterwards(status: PropertyStatus) -> str:
    """How it went on after the first violation; the end of the sentence that names its step."""
    if status.property.id not in STATE_PROPERTIES:
        return "."
    if status.since is None:
        return "; it holds again now."
    return ", and still so." if status.since == status.step else f", again since step {status.since}."
