"""Actions on a link: hold and release, arm and disarm."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.options import SCEF
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.engine import enabled, next_delivery
from nodes.protocol.world.events import Event, EventKind
from tests.support.protocol import ATTACH, TO_MME, TO_UE, lab, ladder, take, told


def test_held_link_waits_for_a_delivery_by_hand() -> None:
    world = take(lab(), ATTACH, actions.Hold(*TO_MME))
    assert world.held == (TO_MME,)
    assert enabled(world) == (actions.Expire("ue-1", TimerName.T3410, "ue-1"),)
    assert next_delivery(world) is None
    assert "mme-1 > hss AuthenticationInformationRequest" in ladder(world, actions.Deliver(*TO_MME)).sent
    released = told(world, actions.Release(*TO_MME))
    assert released.events == (Event(EventKind.RELEASED, "mme-1", "ue-1"),)
    assert next_delivery(released.world) == actions.Deliver(*TO_MME)


def test_holding_twice_and_releasing_what_is_not_held_is_refused() -> None:
    world = lab()
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(world, actions.Release(*TO_MME))
    world = take(world, actions.Hold(SCEF, "as-1"), actions.Hold(*TO_MME))
    assert world.held == ((SCEF, "as-1"), TO_MME)
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(world, actions.Hold(*TO_MME))


def test_link_between_nodes_that_are_not_there() -> None:
    with pytest.raises(NoSuchAction, match="There is no node 'mme-7'"):
        take(lab(), actions.Hold("ue-1", "mme-7"))


def test_armed_faults_are_sorted_and_taken_back() -> None:
    world = take(lab(), actions.Arm(*TO_UE, LinkFault.LOSE))
    done = told(world, actions.Arm(*TO_MME, LinkFault.REPEAT))
    assert done.events == (Event(EventKind.ARMED, "mme-1", "ue-1", text="repeat-next"),)
    world = take(done.world, actions.Arm(*TO_MME, LinkFault.LOSE))
    assert world.armed == (
        ("mme-1", "ue-1", LinkFault.LOSE),
        ("ue-1", "mme-1", LinkFault.LOSE),
        ("ue-1", "mme-1", LinkFault.REPEAT),
    )
    done = told(world, actions.Disarm(*TO_MME, LinkFault.LOSE))
    assert done.events == (Event(EventKind.DISARMED, "mme-1", "ue-1", text="lose-next"),)
    assert done.world.armed == (("mme-1", "ue-1", LinkFault.LOSE), ("ue-1", "mme-1", LinkFault.REPEAT))


def test_arming_twice_and_disarming_what_is_not_armed_is_refused() -> None:
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(lab(), actions.Disarm(*TO_MME, LinkFault.LOSE))
    world = take(lab(), actions.Arm(*TO_MME, LinkFault.LOSE))
    with pytest.raises(CommandRefused, match="The link is in that state already"):
        take(world, actions.Arm(*TO_MME, LinkFault.LOSE))


def test_fault_of_a_link_between_nodes_that_are_not_there() -> None:
    with pytest.raises(NoSuchAction, match="There is no node 'mme-7'"):
        take(lab(), actions.Arm("ue-1", "mme-7", LinkFault.LOSE))
