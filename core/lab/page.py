"""The whole lab page of a moment, and each of its panels."""

from dataclasses import dataclass, fields
from typing import Final

from core.lab.cards.cards import Cards, cards
from core.lab.delivery import Delivery, delivery
from core.lab.drive_state import DriveState, drive_state
from core.lab.events import Events, events_panel
from core.lab.following import Following, following
from core.lab.forks import Forks, forks
from core.lab.guide import EMPTY_GUIDE, Guide, guide
from core.lab.history import History, history
from core.lab.inflight import InFlight, in_flight
from core.lab.ladder import LadderPanel, ladder_panel, make_ladder
from core.lab.moment import Moment
from core.lab.network import Network, network
from core.lab.options import Options, options
from core.lab.parts import Piece
from core.lab.procedures import Procedures, procedures
from core.lab.properties import Properties, properties
from core.lab.scene import Scene
from core.lab.settings import Settings, settings
from core.lab.status import Status, status
from core.lab.timers import Timers, timers
from core.lab.topbar import Topbar, topbar
from core.lab.verdict import Verdicts, verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """Everything on /labs/<key>/. `may_drive` puts the drive form on the page."""

    lab_key: str
    title: str
    revision: int
    topbar: Topbar
    following: Following
    verdicts: Verdicts
    guide: Guide = EMPTY_GUIDE
    cards: Cards
    ladder: LadderPanel
    history: History
    delivery: Delivery
    in_flight: InFlight
    procedures: Procedures
    timers: Timers
    network: Network
    settings: Settings
    properties: Properties
    forks: Forks
    options: Options
    events: Events
    status: Status
    drive_state: DriveState
    may_drive: bool = False
    is_presenting: bool = False
    notice: str = ""
    """A sentence above the page: what a 409 means, or that the model has changed since."""

    @property
    def is_past(self) -> bool:
        return self.history.at != self.history.last_step


PANELS: Final = tuple(
    each.name for each in fields(LabPage) if isinstance(each.type, type) and issubclass(each.type, Piece)
)
"""The panels of a page, in the order in which they are sent: the state of the form comes last."""


def page(moment: Moment, *, may_drive: bool, is_presenting: bool, viewers: int, notice: str = "") -> LabPage:
    """Make every panel. All but the four arguments are the same for every viewer of a moment."""
    scene = Scene(moment)
    ladder = make_ladder(scene)
    return LabPage(
        lab_key=moment.lab_key,
        title=moment.title,
        revision=moment.revision,
        topbar=topbar(scene, viewers),
        following=following(scene),
        verdicts=verdicts(scene),
        guide=guide(scene),
        cards=cards(scene),
        ladder=ladder_panel(scene, ladder),
        events=events_panel(scene, ladder),
        delivery=delivery(scene),
        in_flight=in_flight(scene),
        procedures=procedures(scene),
        timers=timers(scene),
        network=network(scene),
        settings=settings(scene),
        properties=properties(scene),
        history=history(scene),
        forks=forks(scene),
        options=options(scene),
        status=status(scene),
        drive_state=drive_state(scene),
        may_drive=may_drive,
        is_presenting=is_presenting,
        notice=notice,
    )
