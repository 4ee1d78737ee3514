"""The scrubber: where in the lab one is, and the marks of what happened."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.moment import HistoryMark
from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.names import COMMANDS


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
    def before(self) -> int:
        return max(self.at - 1, 0)

    @property
    def after(self) -> int:
        return min(self.at + 1, self.last_step)


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
