"""The ladder of the shown steps: lifelines, and bands that begin with each command."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from core.lab.lifelines import lifeline_nodes
from core.lab.moment import StepRecord
from core.lab.parts import Count, Piece
from core.lab.rows import RowMaker
from core.lab.scene import Scene
from core.words.names import COMMANDS
from nodes.diagram.rows import Band, Ladder, Lifeline, Note, Row, RowKind
from nodes.diagram.svg import BandDrawing, Drawing, draw
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.messages.commands import UpdateTrackingArea
from nodes.protocol.options import THIRD_PARTY
from nodes.protocol.world.actions import Command
from nodes.protocol.world.topology import kind_of
from nodes.protocol.world.world import Link, ue_of_imsi


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPanel(Piece):
    """The last events. `earlier` counts those not shown; with 0 there is no link to them."""

    fragment: ClassVar[str] = "ladder"
    lab_key: str
    ladder: Ladder
    earlier: int = 0

    @property
    def parts(self) -> tuple[Piece, ...]:
        earlier = (EarlierRows(self.lab_key, self.earlier),) if self.earlier else ()
        return (*earlier, *(LadderBand(drawn) for drawn in draw(self.ladder)))


@dataclass(frozen=True, slots=True)
class EarlierRows(Piece):
    """Where the events are that are not shown."""

    fragment: ClassVar[str] = "ladder-earlier"
    lab_key: str
    earlier: int

    @property
    def count(self) -> Count:
        return Count("ladder-more", self.earlier)

    @property
    def parts(self) -> tuple[Count, ...]:
        return (self.count,)


@dataclass(frozen=True, slots=True)
class LadderBand(Piece):
    """One band with its picture."""

    fragment: ClassVar[str] = "band"
    drawn: BandDrawing

    @property
    def id(self) -> str:
        return f"band-{self.drawn.band.first_step}"

    @property
    def title(self) -> "BandTitle":
        band = self.drawn.band
        return BandTitle(self.id, band.title, band.note, self.drawn.steps)

    @property
    def parts(self) -> tuple[Piece | Drawing, ...]:
        return self.title, self.drawn.drawing


@dataclass(frozen=True, slots=True)
class BandTitle(Piece):
    """What stands above a band, and for it while it is folded."""

    fragment: ClassVar[str] = "band-title"
    band: str
    title: str
    note: Note
    shown: str

    @property
    def id(self) -> str:
        return f"{self.band}-title"

    @property
    def steps(self) -> "BandSteps":
        return BandSteps(self.band, self.shown)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.steps,)


@dataclass(frozen=True, slots=True)
class BandSteps(Piece):
    """Which steps a band has, said of one that is folded."""

    fragment: ClassVar[str] = "band-steps"
    band: str
    shown: str

    @property
    def id(self) -> str:
        return f"{self.band}-steps"


_OPEN_BANDS: Final = 2
"""Finished bands before the last two are folded."""
_COLUMN_KINDS: Final = {THIRD_PARTY: "as"}


@dataclass(slots=True)
class _Draft:
    """A band that still grows."""

    title: str
    note: Note = ()
    begun: int | None = None
    rows: list[Row] = field(default_factory=list)


def ladder_panel(scene: Scene, ladder: Ladder) -> LadderPanel:
    moment = scene.moment
    return LadderPanel(lab_key=moment.lab_key, ladder=ladder, earlier=moment.earlier)


def make_ladder(scene: Scene) -> Ladder:
    """Draw up the ladder of the shown steps and nodes."""
    nodes = lifeline_nodes(scene)
    in_flight = _envelopes(scene.world.links)
    drafts = _drafts(scene, {name: index for index, name in enumerate(nodes)})
    foldable = len(drafts) - _OPEN_BANDS
    return Ladder(
        lifelines=tuple(_lifeline(scene, name) for name in nodes),
        bands=tuple(_band(draft, in_flight, is_old=index < foldable) for index, draft in enumerate(drafts)),
        in_flight=in_flight,
        held=_envelopes(link for link in scene.world.links if link.key in scene.world.held),
        current_step=scene.moment.at,
    )


def _envelopes(links: Iterable[Link]) -> frozenset[tuple[int, int]]:
    return frozenset((envelope.number, envelope.copy) for link in links for envelope in link.queue)


def _lifeline(scene: Scene, node: str) -> Lifeline:
    return Lifeline(_COLUMN_KINDS.get(node) or kind_of(node), scene.name(node))


def _drafts(scene: Scene, columns: dict[str, int]) -> list[_Draft]:
    maker = RowMaker(scene, columns, _harm(scene))
    tags = {mark.step: mark.tag for mark in scene.moment.marks if mark.tag}
    drafts: list[_Draft] = []
    for step, events in scene.shown_steps:
        rows = maker.rows(step, events, tags.get(step.number, ""))
        if not rows:
            continue
        if isinstance(step.action, Command):
            drafts.append(_begin(scene, step, step.action))
        elif not drafts:
            drafts.append(_first(scene, step.number))
        drafts[-1].rows.extend(rows)
    return drafts


def _first(scene: Scene, first_step: int) -> _Draft:
    """Head rows that no shown command began: by the procedure that goes on, where its beginning was cut off."""
    if not scene.moment.earlier:
        return _Draft("Before any procedure")
    begun = [mark for mark in scene.moment.marks if mark.procedure and mark.step < first_step]
    if not begun:
        return _Draft("Continued", begun=0)
    return _Draft(f"{COMMANDS[begun[-1].procedure].title}, continued", begun=begun[-1].step)


def _begin(scene: Scene, step: StepRecord, action: Command) -> _Draft:
    words = COMMANDS[type(action.command).__name__]
    is_move = any(change.path == (action.node, "mme") for change in step.changes)
    return _Draft(title_of(scene, action, is_move=is_move), (words.note,) if words.note else ())


def title_of(scene: Scene, action: Command, *, is_move: bool = False) -> str:
    """Head the rows of a command: "Attach", or "Attach, UE B" where the lab has several UEs.

    `is_move`: the command takes the UE to another MME.
    """
    title = COMMANDS[type(action.command).__name__].title
    if is_move and isinstance(action.command, UpdateTrackingArea):
        title = f"Move to {scene.name(action.command.mme)}"
    if scene.moment.setup.ues == 1:
        return title
    imsi = getattr(action.command, "imsi", None)
    state = ue_of_imsi(scene.world, imsi) if imsi else None
    ue = state.name if state else getattr(action.command, "ue", action.node)
    return f"{title}, {scene.name(ue)}"


def _band(draft: _Draft, in_flight: frozenset[tuple[int, int]], *, is_old: bool) -> Band:
    waits = {number for number, _copy in in_flight}
    is_finished = not any(row.kind is RowKind.SEND and row.message in waits for row in draft.rows)
    return Band(
        title=draft.title,
        note=draft.note,
        rows=tuple(draft.rows),
        is_folded=is_old and is_finished,
        begun=draft.begun,
    )


def _harm(scene: Scene) -> dict[int, int]:
    """Number the steps in which a message did not open, counted back from how many did not until now."""
    total = sum(pair.verdict.harm for pair in scene.moment.verdicts if pair.ue in scene.moment.shown_ues)
    steps = [step.number for step, events in scene.shown_steps for event in events if event.note is NoteKind.NOT_OPENED]
    return {step: max(total - later, 1) for later, step in enumerate(reversed(steps))}
