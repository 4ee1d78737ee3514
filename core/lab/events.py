"""The log of a lab to read and to print: its steps' events, as ladder and as list, so many on a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar, Final

from core.lab.ladder import LadderPanel, ladder_panel, make_ladder
from core.lab.moment import Moment, StepRecord
from core.lab.parts import Count, Piece
from core.lab.scene import Scene
from nodes.diagram.rows import Ladder
from nodes.diagram.text import TextBand, TextEvent, read

MOST_STEPS: Final = 1000
"""On one page: more would keep the server from everybody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events(Piece):
    """The same ladder as a text list, newest first."""

    fragment: ClassVar[str] = "events"
    lab_key: str
    ladder: Ladder
    earlier: int = 0

    @property
    def bands(self) -> tuple[Piece, ...]:
        return tuple(chain.from_iterable(_list(text) for text in reversed(read(self.ladder))))

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (*self.bands, EarlierEvents(self.lab_key, self.earlier)) if self.earlier else self.bands


@dataclass(frozen=True, slots=True)
class EventsTitle(Piece):
    """The procedure of the events below."""

    fragment: ClassVar[str] = "events-title"
    first_step: int
    title: str

    @property
    def id(self) -> str:
        return f"events-{self.first_step}-title"


@dataclass(frozen=True, slots=True)
class EventList(Piece):
    """The events of a procedure."""

    fragment: ClassVar[str] = "event-list"
    first_step: int
    events: tuple[TextEvent, ...]

    @property
    def id(self) -> str:
        return f"events-{self.first_step}"

    @property
    def parts(self) -> tuple[Piece, ...]:
        return tuple(OneEvent(event) for event in self.events)


@dataclass(frozen=True, slots=True)
class OneEvent(Piece):
    fragment: ClassVar[str] = "event"
    event: TextEvent

    @property
    def id(self) -> str:
        return f"event-{self.event.step}-{self.event.number}"


@dataclass(frozen=True, slots=True)
class EarlierEvents(Piece):
    """Where the events are that are not shown."""

    fragment: ClassVar[str] = "events-earlier"
    lab_key: str
    earlier: int

    @property
    def count(self) -> Count:
        return Count("events-more", self.earlier)

    @property
    def parts(self) -> tuple[Count, ...]:
        return (self.count,)


def _list(text: TextBand) -> tuple[Piece, ...]:
    first_step = text.band.first_step
    return EventsTitle(first_step, text.band.title), EventList(first_step, text.events[::-1])


def events_panel(scene: Scene, ladder: Ladder) -> Events:
    moment = scene.moment
    return Events(lab_key=moment.lab_key, ladder=ladder, earlier=moment.earlier)


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
