"""The scrubber: where in the lab one is, and the marks of what happened."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.lab.moment import HistoryMark
from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.names import COMMANDS, node_name
from nodes.diagram import scrubber
from nodes.diagram.scrubber import Word
from nodes.protocol.options import Setup

_ONE_UE: Final = Setup("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Piece):
    """`at` is the step shown, `last_step` the live one; they differ when one looks back."""

    fragment: ClassVar[str] = "history"
    lab_key: str
    at: int
    last_step: int
    scale: "Scale"

    @property
    def back(self) -> "StepButton":
        return StepButton("back", "Back", self.lab_key, self.before if self.at > 0 else None)

    @property
    def forward(self) -> "StepButton":
        return StepButton("forward", "Forward", self.lab_key, self.after if self.at < self.last_step else None)

    @property
    def copy(self) -> "CopyLink":
        return CopyLink(self.lab_key, self.at)

    @property
    def slider(self) -> "HistorySlider":
        return HistorySlider(self.at, self.last_step)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return self.back, self.forward, self.copy, self.slider, self.scale

    @property
    def before(self) -> int:
        return max(self.at - 1, 0)

    @property
    def after(self) -> int:
        return min(self.at + 1, self.last_step)


@dataclass(frozen=True, slots=True)
class StepButton(Piece):
    """The way to the step before or after, if there is one."""

    fragment: ClassVar[str] = "step-button"
    way: str
    label: str
    lab_key: str
    step: int | None

    @property
    def id(self) -> str:
        return f"step-{self.way}"


@dataclass(frozen=True, slots=True)
class CopyLink(Piece):
    fragment: ClassVar[str] = "copy-link"
    lab_key: str
    at: int


@dataclass(frozen=True, slots=True)
class HistorySlider(Piece):
    fragment: ClassVar[str] = "scrubber-at"
    at: int
    last_step: int


@dataclass(frozen=True, slots=True)
class Scale(Piece):
    """What is along the scrubber, as far as its last tick is; from one step to the next only its width changes."""

    fragment: ClassVar[str] = "scale"
    marks: tuple[HistoryMark, ...]
    last_step: int
    setup: Setup = _ONE_UE

    def __hash__(self) -> int:
        """Marks only come, so that the last of them says enough; a hash of all is dear at each step."""
        return hash((self.last_step, len(self.marks), self.marks[-1:]))

    @property
    def drawn(self) -> "ScaleMarks":
        return ScaleMarks(self.marks, scrubber.last_tick(self.last_step), self.setup)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.drawn,)

    @property
    def width(self) -> float:
        """How much of the scrubber that is, in percent."""
        return scrubber.percent(self.drawn.last_step, self.last_step) if self.drawn.last_step else 100.0


@dataclass(frozen=True, slots=True)
class ScaleMarks(Piece):
    """The marks and ticks of a scrubber that ends at a tick."""

    fragment: ClassVar[str] = "scale-marks"
    marks: tuple[HistoryMark, ...]
    last_step: int
    setup: Setup = _ONE_UE

    def __hash__(self) -> int:
        """As that of the scale."""
        return hash((self.last_step, len(self.marks), self.marks[-1:]))

    @property
    def tags(self) -> tuple[tuple[int, str], ...]:
        """What goes above the line, by step."""
        return tuple((mark.step, mark.tag) for mark in self.marks if mark.tag)

    @property
    def procedures(self) -> tuple[tuple[int, str], ...]:
        """What goes below the line, by step."""
        return tuple((mark.step, self._caption(mark)) for mark in self.marks if mark.procedure)

    def _caption(self, mark: HistoryMark) -> str:
        title = COMMANDS[mark.procedure].title
        return f"{node_name(self.setup, mark.ue)}: {title}" if self.setup.ues > 1 and mark.ue else title

    @property
    def line(self) -> "Line":
        captions = scrubber.captions(self.procedures, self.last_step)
        return Line(
            ticks=scrubber.ticks(self.last_step),
            # A start whose caption had to go would only cross that of another.
            starts=tuple(caption.x for caption in captions),
            tags=scrubber.tags(self.tags, self.last_step),
            procedures=captions,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Where all of that goes: ticks and starts in percent, tags above and procedures below."""

    ticks: tuple[float, ...]
    starts: tuple[float, ...]
    tags: tuple[Word, ...]
    procedures: tuple[Word, ...]


def history(scene: Scene) -> History:
    moment = scene.moment
    return History(
        lab_key=moment.lab_key,
        at=moment.at,
        last_step=moment.last_step,
        scale=Scale(moment.marks, moment.last_step, moment.setup),
    )
