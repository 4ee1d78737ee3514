"""The whole log of a lab: every step's events, as ladder and as list."""

from collections.abc import Iterable
from dataclasses import replace

from core.moment import Moment, StepRecord
from core.panels import Events, LadderPanel
from core.view.ladder import events_panel, ladder_panel, make_ladder
from core.view.scene import Scene


def whole_log(moment: Moment, steps: Iterable[StepRecord]) -> tuple[LadderPanel, Events]:
    """Draw up all of a lab's steps, given in order, on the lifelines that the moment shows."""
    scene = Scene(replace(moment, steps=tuple(steps), earlier=0))
    ladder = make_ladder(scene)
    return ladder_panel(scene, ladder), events_panel(scene, ladder)
