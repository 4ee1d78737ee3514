"""What a page that drives sends with each click, and when a lab that runs by itself is due."""

from dataclasses import dataclass
from typing import ClassVar

from core.lab.parts import Piece
from core.lab.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveState(Piece):
    """The step that a click was made on; the server refuses a stale one (409), and forks at one of the past.

    A lab that runs by itself is due for its next step in `next_in` milliseconds, for which it asks `next_view`.
    """

    fragment: ClassVar[str] = "drive-state"
    lab_key: str
    seen: str
    at: int = 0
    is_past: bool = False
    next_in: int | None = None
    pace: int | None = None
    """Milliseconds per step, None by hand: what moves on the page is as quick."""
    next_view: str = "lab-next-due"


def drive_state(scene: Scene) -> DriveState:
    moment = scene.moment
    return DriveState(
        lab_key=moment.lab_key,
        seen=moment.seen,
        at=moment.at,
        is_past=scene.is_past,
        next_in=moment.next_in,
        pace=moment.pace,
        next_view="lab-next-due" if moment.trace_steps is None else "lab-trace-on",
    )
