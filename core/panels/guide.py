"""The guide: what a scenario says about the step that its lab is at, and what to do next."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.panels.parts import Button


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A way on from the guide. `about` goes on from the label for those who hear it alone."""

    label: str
    url: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The panel above the side column. Without a title the lab belongs to no scenario and nothing is shown.

    `task` is what the viewer does next; once that has happened, by hand or by a button, the caption is another one.
    """

    name: ClassVar[str] = "guide"
    revision: int
    title: str = ""
    scenario_url: str = ""
    place: str = ""
    """3 of 9."""
    caption: str = ""
    task: str = ""
    contribution: str = ""
    """Contribution 2.2 step 5."""
    is_off_path: bool = False
    fork_at: int | None = None
    """Off the path: the step from which a fork goes on along it."""
    progress: str = ""
    """How far the task is done: "4 of 13 steps"."""
    buttons: tuple[Button, ...] = ()
    back: GuideLink | None = None
    forward: GuideLink | None = None
    leave: Button | None = None
    ending: tuple[GuideLink, ...] = ()
    """At the end of the path: the next scenario, the variants, a comparison."""


EMPTY_GUIDE: Final = Guide(revision=0)
"""The panel of a lab without a scenario."""
