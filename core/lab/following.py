"""How far a lab has followed the trace that it was made of."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.buttons import act_button
from core.lab.parts import Button, Piece
from core.lab.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Following(Piece):
    """How far the trace is followed that the lab was made of; without `words` none is being followed.

    `words` is "2,012 of 5,000".
    """

    fragment: ClassVar[str] = "following"
    words: str = ""
    taken: int = 0
    total: int = 0
    go_on: Button | None = None
    leave: Button | None = None


def following(scene: Scene) -> Following:
    """Say how many steps of the trace are taken. Where all are, and on a page of the past, the panel is empty."""
    moment = scene.moment
    if moment.trace_steps is None or scene.is_past:
        return Following()
    return Following(
        words=f"{moment.last_step:,} of {moment.trace_steps:,}",
        taken=moment.last_step,
        total=moment.trace_steps,
        go_on=act_button(scene, "Go on", "lab-trace-on"),
        leave=act_button(scene, "Stop here", "lab-trace-leave"),
    )
