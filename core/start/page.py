"""What the start page shows."""

from dataclasses import dataclass
from datetime import datetime

from core.evidence.answer import Brief
from core.lab.forms import NewLabForm
from core.lab.parts import VerdictWord
from core.scenarios.page import ScenarioRow
from core.scenarios.runs import GuidedRun
from nodes.diagram.rows import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentLab:
    url: str
    title: str
    detail: str
    """Solution 12, 36 steps."""
    word: VerdictWord
    code: str
    """What tells labs of one title apart: the first characters of its key."""
    used: datetime


@dataclass(frozen=True, slots=True)
class PictureNode:
    """A node of the start page's picture of AVs."""

    name: str
    role: str
    badge: Badge | None = None
    becomes: Badge | None = None
    """What it is once the push has come."""


PICTURE = (
    PictureNode("UE", "uses", Badge(2)),
    PictureNode("MME", "ACTIVE", Badge(2)),
    PictureNode("HSS", "issued both"),
    PictureNode("SCEF", "gives", Badge(1), Badge(2)),
    PictureNode("AS", "holds", Badge(1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """`form` says the defaults or what was sent."""

    form: NewLabForm
    answer: Brief
    picture: tuple[PictureNode, ...] = PICTURE
    recent: tuple[RecentLab, ...] = ()
    tour: ScenarioRow | None = None
    runs: tuple[GuidedRun, ...] = ()
    """A few of each kind, after the tour."""
    scenario_count: int = 0
    errors: tuple[str, ...] = ()
    """Sentences about what the form did not accept."""
