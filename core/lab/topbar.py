"""The top bar: title, solution, step."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.parts import Piece
from core.lab.scene import Scene
from core.words.names import VALUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Topbar(Piece):
    fragment: ClassVar[str] = "topbar"
    lab_key: str
    title: str
    solution: str
    """Solution 12, push."""
    step: int
    last_step: int
    viewers: int = 1

    @property
    def its_step(self) -> "TopbarStep":
        return TopbarStep(self.step, self.last_step)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.its_step,)


@dataclass(frozen=True, slots=True)
class TopbarStep(Piece):
    fragment: ClassVar[str] = "topbar-step"
    step: int
    last_step: int


def topbar(scene: Scene, viewers: int) -> Topbar:
    moment = scene.moment
    return Topbar(
        lab_key=moment.lab_key,
        title=moment.title,
        solution=f"Solution {VALUES[scene.solution]}",
        step=moment.at,
        last_step=moment.last_step,
        viewers=viewers,
    )
