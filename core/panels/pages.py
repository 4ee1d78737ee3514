"""Whole pages: a lab, its share page and the start page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from core.panels.controls import DriveState, History, InFlight, Network, Options, Procedures, Upkeep
from core.panels.parts import VerdictWord
from core.panels.state import Cards, Events, LadderPanel, Properties, Status, Topbar, Verdicts
from nodes.diagram.rows import Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`watch_qr` is a whole inline <svg> made on the server; without it there is no picture.

    `drive_url` is empty for who may only watch.
    """

    lab_key: str
    title: str
    watch_url: str
    drive_url: str = ""
    watch_qr: SafeString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentLab:
    url: str
    title: str
    detail: str
    """Solution 12, 36 steps."""
    word: VerdictWord


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """Everything on /labs/<key>/. `may_drive` puts the drive form on the page."""

    lab_key: str
    title: str
    topbar: Topbar
    verdicts: Verdicts
    cards: Cards
    ladder: LadderPanel
    events: Events
    in_flight: InFlight
    procedures: Procedures
    network: Network
    upkeep: Upkeep
    properties: Properties
    history: History
    options: Options
    status: Status
    drive_state: DriveState
    may_drive: bool = False
    is_presenting: bool = False
    notice: str = ""
    """A sentence above the page: what a 409 means, or that the model has changed since."""

    @property
    def is_past(self) -> bool:
        return self.history.at != self.history.last_step


@dataclass(frozen=True, slots=True)
class PictureNode:
    """A node of the start page's picture of AVs."""

    name: str
    role: str
    badge: Badge | None = None


PICTURE = (
    PictureNode("UE", "uses", Badge(2)),
    PictureNode("MME", "ACTIVE", Badge(2)),
    PictureNode("HSS", "issued both"),
    PictureNode("SCEF", "gives", Badge(1)),
    PictureNode("AS", "holds", Badge(1)),
)


FIRST_VALUES = {
    "solution": "12",
    "ues": "1",
    "mmes": "1",
    "application_servers": "1",
    "vectors_per_request": "3",
    "guti_reallocation_every": "10",
}
"""The fields of the start page's form that are not empty or at the first of their choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    picture: tuple[PictureNode, ...] = PICTURE
    recent: tuple[RecentLab, ...] = ()
    max_ues: int = 8
    values: Mapping[str, str] = field(default_factory=lambda: dict(FIRST_VALUES))
    """What the fields of the form say: the defaults, or what was sent and not accepted."""
    errors: tuple[str, ...] = ()
    """Sentences about what the form did not accept."""
