"""The scrubber's marks, and where in the lab one is."""

from core.moment import HistoryMark
from core.panels import DriveState, History, Mark, Topbar
from core.view.following import GO_ON
from core.view.scene import Scene
from core.view.words import COMMANDS, VALUES


def history(scene: Scene) -> History:
    moment = scene.moment
    return History(
        revision=moment.revision,
        lab_key=moment.lab_key,
        at=moment.at,
        last_step=moment.last_step,
        marks=tuple(_mark(mark) for mark in moment.marks),
    )


def _mark(mark: HistoryMark) -> Mark:
    procedure = COMMANDS[mark.procedure].title if mark.procedure else ""
    return Mark(step=mark.step, tag=mark.tag, procedure=procedure)


def topbar(scene: Scene, viewers: int) -> Topbar:
    moment = scene.moment
    return Topbar(
        revision=moment.revision,
        lab_key=moment.lab_key,
        title=moment.title,
        solution=f"Solution {VALUES[scene.solution]}",
        step=moment.at,
        last_step=moment.last_step,
        viewers=viewers,
    )


def drive_state(scene: Scene) -> DriveState:
    moment = scene.moment
    return DriveState(
        revision=moment.revision,
        lab_key=moment.lab_key,
        seen=moment.seen,
        at=moment.at,
        is_past=scene.is_past,
        next_in=moment.next_in,
        next_do="paced" if moment.trace_steps is None else GO_ON,
    )
