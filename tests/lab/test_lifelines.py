"""Which nodes are on the stage."""

from core.lab.lifelines import lifeline_nodes
from core.lab.scene import Scene
from nodes.protocol.world.actions import Arm, LinkFault
from tests.fixtures.moments import ATTACH, MOVE, OPEN, Driven, moved, setup_of


def shown(driven: Driven, most: int = 40, mme: str = "mme-1") -> tuple[str, ...]:
    return lifeline_nodes(Scene(driven.moment(most=most, mme=mme)))


def test_second_mme_is_there_once_the_run_uses_it() -> None:
    driven = Driven(setup_of(mmes=2)).run(ATTACH, OPEN)
    assert shown(driven) == ("ue-1", "mme-1", "hss", "scef", "as-1")
    assert shown(driven.take(MOVE)) == ("ue-1", "mme-1", "mme-2", "hss", "scef", "as-1")


def test_mme_of_the_ue_stays_when_its_events_are_no_longer_shown() -> None:
    assert shown(moved(), most=0) == ("ue-1", "mme-1", "mme-2", "hss", "scef", "as-1")


def test_mme_that_waits_for_a_context_is_there() -> None:
    driven = Driven(setup_of(mmes=3)).run(ATTACH).take(MOVE).after("TrackingAreaUpdateRequest")
    assert shown(driven, most=0) == ("ue-1", "mme-1", "mme-2", "hss", "scef", "as-1")


def test_mme_that_is_left_is_there_while_it_has_the_context() -> None:
    driven = Driven(setup_of(mmes=2)).run(ATTACH).take(MOVE).until("ContextAcknowledge")
    assert shown(driven, most=0, mme="mme-2") == ("ue-1", "mme-1", "mme-2", "hss", "scef", "as-1")


def test_link_that_is_armed_shows_its_ends() -> None:
    driven = Driven(setup_of(mmes=2)).take(Arm("hss", "mme-2", LinkFault.LOSE))
    assert shown(driven) == ("ue-1", "mme-1", "mme-2", "hss", "scef", "as-1")
