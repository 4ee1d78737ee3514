"""Whole pages: a lab, its share page and the page of its drive link."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from core.panels.controls import (
    DriveState,
    Following,
    Forks,
    History,
    InFlight,
    Links,
    Network,
    Options,
    Procedures,
    Upkeep,
)
from core.panels.guide import EMPTY_GUIDE, Guide
from core.panels.state import Cards, Events, LadderPanel, Properties, Status, Topbar, Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`watch_qr` is a whole inline <svg> made on the server; without it there is no picture.

    `drive_url` is empty for who may only watch.
    """

    lab_key: str
    title: str
    watch_url: str
    step: int | None = None
    """The step that `watch_url` shows; None: the live one."""
    drive_url: str = ""
    watch_qr: SafeString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivePage:
    """The page that a drive link opens; `error` says what was wrong with the link."""

    lab_key: str
    title: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """Everything on /labs/<key>/. `may_drive` puts the drive form on the page."""

    lab_key: str
    title: str
    topbar: Topbar
    following: Following
    verdicts: Verdicts
    cards: Cards
    ladder: LadderPanel
    events: Events
    in_flight: InFlight
    procedures: Procedures
    network: Network
    links: Links
    upkeep: Upkeep
    properties: Properties
    history: History
    forks: Forks
    options: Options
    status: Status
    drive_state: DriveState
    guide: Guide = EMPTY_GUIDE
    may_drive: bool = False
    is_presenting: bool = False
    notice: str = ""
    """A sentence above the page: what a 409 means, or that the model has changed since."""

    @property
    def is_past(self) -> bool:
        return self.history.at != self.history.last_step
