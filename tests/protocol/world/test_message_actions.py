"""Actions on one message in flight: deliver, lose, copy, alter, fail; and what a link is armed with."""

from typing import Any

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages import nas
from nodes.protocol.options import HSS, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.engine import transition
from nodes.protocol.world.events import Event, EventKind
from nodes.protocol.world.world import Link, World, link_of, with_link
from tests.support.protocol import (
    ATTACH,
    IMSI_1,
    REALLOCATE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    expire,
    in_flight,
    lab,
    mme,
    said,
    settle,
    take,
    timers,
    told,
    ue,
    until,
)

LOSE, REPEAT, REORDER = LinkFault.LOSE, LinkFault.REPEAT, LinkFault.REORDER


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


def two_commands() -> World:
    """GUTI REALLOCATION COMMAND is on its way twice, with two NAS COUNTs."""
    return take(registered(), REALLOCATE, expire("mme-1", TimerName.T3450, IMSI_1))


def armed(world: World, fault: LinkFault, link: tuple[str, str]) -> World:
    return take(world, actions.Arm(*link, fault))


@pytest.mark.parametrize("kind", [actions.Deliver, actions.Drop, actions.Duplicate, actions.Alter, actions.Fail])
@pytest.mark.parametrize("position", [-1, 1])
def test_position_without_a_message(kind: type[actions.Deliver], position: int) -> None:
    with pytest.raises(NoSuchAction, match=f"No message at position {position} from ue-1 to mme-1"):
        take(take(lab(), ATTACH), kind(*TO_MME, position=position))


def test_link_without_a_message() -> None:
    with pytest.raises(NoSuchAction, match="No message at position 0 from nobody to mme-1"):
        take(lab(), actions.Deliver("nobody", "mme-1"))


def test_dropped_message_is_gone() -> None:
    done = told(take(lab(), ATTACH), actions.Drop(*TO_MME))
    assert done.events == (Event(EventKind.LOST, "mme-1", "ue-1", 1, 1, "AttachRequest"),)
    assert done.world.links == ()


def test_copies_are_numbered_and_go_to_the_end_of_the_link() -> None:
    world = take(lab(), ATTACH, *[actions.Duplicate(*TO_MME)] * 2)
    (link,) = world.links
    assert [(each.number, each.copy, each.ordinal) for each in link.queue] == [(1, 1, 1), (1, 2, 2), (1, 3, 3)]
    done = told(world, actions.Duplicate(*TO_MME, position=1))
    assert done.events == (Event(EventKind.COPIED, "mme-1", "ue-1", 1, 4, "AttachRequest"),)


def test_altered_message_stays_in_its_place() -> None:
    world = take(lab(), ATTACH, actions.Duplicate(*TO_MME))
    done = told(world, actions.Alter(*TO_MME, position=1))
    text = "UE network capability"
    assert done.events == (Event(EventKind.ALTERED, "mme-1", "ue-1", 1, 2, "AttachRequest", text),)
    genuine, altered = in_flight(done.world, *TO_MME)
    assert genuine != altered


def test_message_that_cannot_be_altered() -> None:
    world = take(take(lab(), ATTACH), actions.Deliver(*TO_MME))
    with pytest.raises(CommandRefused, match="AuthenticationInformationRequest cannot be altered here"):
        take(world, actions.Alter("mme-1", HSS))


def test_delivery_out_of_order_is_told_as_such() -> None:
    world = take(registered(), REALLOCATE, expire("mme-1", TimerName.T3450, IMSI_1))
    done = told(world, actions.Deliver(*TO_UE, position=1))
    assert done.events[0].out_of_order
    assert done.events[0].kind is EventKind.RECEIVED
    assert not told(world, actions.Deliver(*TO_UE)).events[0].out_of_order
    assert told(world, actions.Drop(*TO_UE, position=1)).events[0].out_of_order


def test_refused_message_is_gone_and_changes_nothing() -> None:
    world = take(lab(), ATTACH, actions.Duplicate(*TO_MME))
    world = until(world, *TO_MME, nas.AuthenticationResponse)
    world = take(world, actions.Duplicate(*TO_MME), actions.Deliver(*TO_MME))
    before = mme(world)
    done = told(world, actions.Deliver(*TO_MME))
    assert [event.kind for event in done.events] == [EventKind.REFUSED]
    assert mme(done.world) == before
    assert in_flight(done.world, *TO_MME) == []


def test_message_of_an_unknown_kind_is_refused() -> None:
    """An S6a message that reaches a UE: nobody handles it, nobody breaks."""
    world = take(take(lab(), ATTACH), actions.Deliver(*TO_MME))
    (link,) = world.links
    stray = type(link)("hss", "ue-1", link.queue)
    done = told(World(world.nodes, (stray,), index=world.index), actions.Deliver("hss", "ue-1"))
    assert (done.events[0].kind, done.events[0].remark) == (EventKind.REFUSED, Remark.NO_SUCH_MESSAGE)


# Lower layer failure


def test_failed_message_is_lost_and_both_ends_abandon_the_procedure() -> None:
    world = until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest)
    done = told(world, actions.Fail(*TO_UE))
    lost, *rest = done.events
    assert (lost.kind, lost.node, lost.message) == (EventKind.LOST, "ue-1", "AuthenticationRequest")
    assert (lost.text, lost.vector is not None) == ("lower-layer-failure", True)
    assert [(event.node, said(event)) for event in rest] == [
        ("mme-1", "authentication abandoned"),
        ("ue-1", "connection lost"),
    ]
    assert (done.world.links, timers(done.world)) == ((), [("ue-1", "T3411")])
    assert ue(done.world).phase is UEPhase.ATTEMPTING_TO_ATTACH
    assert mme(done.world).contexts == ()


def test_what_else_is_on_its_way_to_the_ue_is_lost_with_the_connection() -> None:
    done = told(two_commands(), actions.Fail(*TO_UE, position=1))
    assert done.events[0].out_of_order
    assert done.of_event(EventKind.LOST) == ["lower-layer-failure", "connection-released"]
    assert in_flight(done.world, *TO_UE) == []


def test_message_of_the_core_network_has_no_lower_layer_here() -> None:
    world = take(take(lab(), ATTACH), actions.Deliver(*TO_MME))
    with pytest.raises(CommandRefused, match="AuthenticationInformationRequest is no NAS message"):
        take(world, actions.Fail("mme-1", HSS))


def test_end_that_has_no_nas_procedures_is_told_nothing() -> None:
    """A NAS message that strayed to the HSS."""
    world = take(registered(), REAUTHENTICATE)
    stray = with_link(World(world.nodes, index=world.index), Link("hss", "ue-1", link_of(world, *TO_UE).queue))
    done = told(stray, actions.Fail("hss", "ue-1"))
    assert [event.kind for event in done.events] == [EventKind.LOST]
    assert done.world.nodes == stray.nodes


def test_link_fault_is_not_used_up_by_a_failure() -> None:
    world = armed(take(registered(), REAUTHENTICATE), LOSE, TO_UE)
    assert take(world, actions.Fail(*TO_UE)).armed == world.armed


# Links that are armed


def test_armed_link_loses_the_next_delivery_once() -> None:
    world = armed(take(registered(), REAUTHENTICATE), LOSE, TO_UE)
    done = told(world, actions.Deliver(*TO_UE))
    (event,) = done.events
    assert (event.kind, event.node, event.text) == (EventKind.LOST, "ue-1", "armed")
    assert (done.world.armed, in_flight(done.world, *TO_UE)) == ((), [])
    again = take(done.world, expire("mme-1", TimerName.T3460, IMSI_1))
    assert settle(again).sent[0] == "ue-1 > mme-1 AuthenticationResponse"


def test_armed_link_repeats_the_next_delivery_once() -> None:
    world = armed(take(registered(), REAUTHENTICATE), REPEAT, TO_UE)
    done = told(world, actions.Deliver(*TO_UE))
    assert [event.kind for event in done.events[:2]] == [EventKind.COPIED, EventKind.RECEIVED]
    assert done.world.armed == ()
    (envelope,) = link_of(done.world, *TO_UE).queue
    assert envelope.copy == 2
    assert settle(done.world).notes[0] == "ue-1: NAS COUNT 2 came before"


def test_armed_link_delivers_the_second_message_first_once() -> None:
    world = armed(two_commands(), REORDER, TO_UE)
    first, second = link_of(world, *TO_UE).queue
    done = told(world, actions.Deliver(*TO_UE))
    assert (done.events[0].number, done.events[0].out_of_order) == (second.number, True)
    assert (link_of(done.world, *TO_UE).queue, done.world.armed) == ((first,), ())


def test_later_message_that_is_delivered_by_hand_is_a_reordering_too() -> None:
    world = take(two_commands(), expire("mme-1", TimerName.T3450, IMSI_1))
    third = link_of(world, *TO_UE).queue[2]
    done = told(armed(world, REORDER, TO_UE), actions.Deliver(*TO_UE, position=2))
    assert (done.events[0].number, done.world.armed) == (third.number, ())


def test_single_message_that_is_delivered_by_hand_leaves_the_link_armed() -> None:
    world = armed(take(registered(), REALLOCATE), REORDER, TO_UE)
    done = told(world, actions.Deliver(*TO_UE))
    assert done.events[0].kind is EventKind.RECEIVED
    assert done.world.armed == world.armed


@pytest.mark.parametrize("fault", LinkFault, ids=lambda fault: fault.value)
def test_armed_link_without_a_message_stays_armed(fault: LinkFault) -> None:
    world = armed(lab(), fault, TO_MME)
    with pytest.raises(NoSuchAction, match="No message at position 0 from ue-1 to mme-1"):
        take(world, actions.Deliver(*TO_MME))


def test_other_link_is_not_concerned() -> None:
    world = armed(take(lab(), ATTACH), LOSE, TO_UE)
    assert told(world, actions.Deliver(*TO_MME)).events[0].kind is EventKind.RECEIVED
    assert take(world, actions.Deliver(*TO_MME)).armed == world.armed


def test_faults_of_a_link_come_one_after_the_other() -> None:
    """What is lost is neither repeated nor reordered."""
    world = armed(armed(armed(two_commands(), LOSE, TO_UE), REPEAT, TO_UE), REORDER, TO_UE)
    lost = transition(world, actions.Deliver(*TO_UE))
    assert [event.kind for event in lost.events] == [EventKind.LOST]
    assert [fault for *_, fault in lost.world.armed] == [REORDER, REPEAT]
    copied = take(lost.world, actions.Deliver(*TO_UE))
    assert [fault for *_, fault in copied.armed] == [REORDER]
    assert len(in_flight(copied, *TO_UE)) == 1
