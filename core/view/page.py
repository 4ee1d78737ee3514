"""The whole lab page of a moment, and each of its panels."""

from core.moment import Moment
from core.panels import LabPage
from core.view.cards import cards
from core.view.following import following
from core.view.forks import forks
from core.view.guide import guide
from core.view.history import drive_state, history, topbar
from core.view.inflight import in_flight
from core.view.ladder import events_panel, ladder_panel, make_ladder
from core.view.links import links
from core.view.network import network
from core.view.options import options
from core.view.procedures import procedures
from core.view.properties import properties
from core.view.scene import Scene
from core.view.status import status
from core.view.upkeep import upkeep
from core.view.verdict import verdicts


def page(moment: Moment, *, may_drive: bool, is_presenting: bool, viewers: int, notice: str = "") -> LabPage:
    """Make every panel. All but the four arguments are the same for every viewer of a moment."""
    scene = Scene(moment)
    ladder = make_ladder(scene)
    return LabPage(
        lab_key=moment.lab_key,
        title=moment.title,
        topbar=topbar(scene, viewers),
        following=following(scene),
        verdicts=verdicts(scene),
        guide=guide(scene),
        cards=cards(scene),
        ladder=ladder_panel(scene, ladder),
        events=events_panel(scene, ladder),
        in_flight=in_flight(scene),
        procedures=procedures(scene),
        network=network(scene),
        links=links(scene),
        upkeep=upkeep(scene),
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
