"""What the start page shows."""

from dataclasses import dataclass

from core.evidence.short import ShortAnswer
from core.lab.forms import NewLabForm
from core.lab.parts import VerdictWord
from core.scenarios.page import Run, ScenarioRow
from nodes.diagram.rows import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentLab:
    url: str
    title: str
    detail: str
    """Solution 12, step 36, 5 minutes ago: what tells it from others of its title."""
    word: VerdictWord


@dataclass(frozen=True, slots=True)
class PictureNode:
    """A node of the start page's picture; `after` is what its badge becomes when the push arrives."""

    name: str
    role: str
    badge: Badge | None = None
    after: Badge | None = None


NEW, OLD = Badge(2), Badge(1)
PICTURE = (
    PictureNode("UE", "uses", NEW),
    PictureNode("MME", "ACTIVE", NEW),
    PictureNode("HSS", "issued both"),
    PictureNode("SCEF", "gives", OLD, after=NEW),
    PictureNode("AS", "holds", OLD),
)
"""What the nodes have in solution 12 just after a re-authentication; a test takes it from the scenario of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """`form` says the defaults or what was sent; `note` whether the Editor's Note may be deleted."""

    answer: ShortAnswer
    note: str
    form: NewLabForm
    picture: tuple[PictureNode, ...] = PICTURE
    new: Badge = NEW
    old: Badge = OLD
    recent: tuple[RecentLab, ...] = ()
    tour: ScenarioRow
    runs: tuple[Run, ...] = ()
    """A few of each kind: what works, what breaks, what mends it."""
    scenario_count: int = 0
    errors: tuple[str, ...] = ()
    """Sentences about what the form did not accept."""
