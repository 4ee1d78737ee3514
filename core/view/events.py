"""The log of a lab to read and to print: its steps' events, as ladder and as list, so many on a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.moment import Moment, StepRecord
from core.panels import Events, LadderPanel
from core.view.ladder import events_panel, ladder_panel, make_ladder
from core.view.scene import Scene

MOST_STEPS: Final = 1000
"""On one page: more would keep the server from everybody else."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The steps on a page of the log, and those of the pages before and after; None: there is none."""

    first: int
    last: int
    earlier: tuple[int, int] | None
    later: tuple[int, int] | None


def pages_at(step: int, last_step: int) -> Pages:
    """The page of the log on which a step is. Pages begin at step 1, so that one that is full stays as it is."""
    number = (max(min(step, last_step), 1) - 1) // MOST_STEPS
    first = number * MOST_STEPS + 1
    last = min(first + MOST_STEPS - 1, last_step)
    return Pages(
        first,
        last,
        earlier=(first - MOST_STEPS, first - 1) if number else None,
        later=(last + 1, min(last + MOST_STEPS, last_step)) if last < last_step else None,
    )


def log(moment: Moment, steps: Sequence[StepRecord]) -> tuple[LadderPanel, Events]:
    """Draw up some of a lab's steps, given in order, on the lifelines that the moment shows."""
    earlier = steps[0].number - 1 if steps else 0
    scene = Scene(replace(moment, steps=tuple(steps), earlier=earlier))
    ladder = make_ladder(scene)
    # What is earlier is on a page of its own, which the page names.
    return replace(ladder_panel(scene, ladder), earlier=0), replace(events_panel(scene, ladder), earlier=0)
