"""The scrubber: where in the lab one is, and the marks of what happened."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.moment import HistoryMark
from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.names import COMMANDS
from nodes.diagram.scrubber import last_tick, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on the scrubber. `tag` goes above the line (≠, lost, HARM), `procedure` below it."""

    step: int
    tag: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Piece):
    """`at` is the step shown, `last_step` the live one; they differ when one looks back."""

    fragment: ClassVar[str] = "history"
    lab_key: str
    at: int
    last_step: int
    marks: tuple[Mark, ...] = ()

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
    def scale(self) -> "Scale":
        return Scale(self.marks, self.last_step)

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
    """The marks along the scrubber, as far as its last tick is."""

    fragment: ClassVar[str] = "scale"
    marks: tuple[Mark, ...]
    last_step: int

    @property
    def drawn_to(self) -> int:
        return last_tick(self.last_step)

    @property
    def width(self) -> float:
        """How much of the scrubber that is, in percent."""
        return percent(self.drawn_to, self.last_step) if self.drawn_to else 100.0


def history(scene: Scene) -> History:
    moment = scene.moment
    return History(
        lab_key=moment.lab_key,
        at=moment.at,
        last_step=moment.last_step,
        marks=tuple(_mark(mark) for mark in moment.marks),
    )


def _mark(mark: HistoryMark) -> Mark:
    procedure = COMMANDS[mark.procedure].title if mark.procedure else ""
    return Mark(step=mark.step, tag=mark.tag, procedure=procedure)
