"""What of a run is a packet."""

from collections import Counter

import pytest

from nodes.capture.packets import Packets, packets_of
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.messages.s1 import inside
from nodes.protocol.options import Setup
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.events import Event, EventKind
from nodes.protocol.world.genesis import first_world
from tests.support.protocol import ATTACH, TO_MME

WORLD = first_world(Setup("test"))


def test_message_that_was_lost_in_the_step_that_sent_it_is_counted() -> None:
    packets = Packets()
    for kind in (EventKind.SENT, EventKind.LOST, EventKind.REFUSED):
        packets._note(WORLD, Event(kind, "ue-1", "mme-1", 1, 1, "AttachRequest"))
    assert (packets.found, packets.unseen) == ([], Counter(AttachRequest=1))


def test_message_that_its_node_refuses_says_why() -> None:
    packets = packets_of(Setup("test"), (ATTACH,))
    refusal = Event(EventKind.REFUSED, "mme-1", "ue-1", 1, 1, "AttachRequest", remark=Remark.NO_CONNECTION_WITH_UE)
    packets._note(WORLD, refusal)
    said = "#1 AttachRequest, step 1; refused: no NAS signalling connection with this UE"
    assert packets.found[0].comment == said


def test_altered_message_is_the_altered_one() -> None:
    packets = packets_of(Setup("test"), (ATTACH, actions.Alter(*TO_MME), actions.Duplicate(*TO_MME)))
    first, altered, copy = (inside(packet.message) for packet in packets.found)
    assert first != altered == copy
    assert [(packet.number, packet.copy) for packet in packets.found] == [(1, 1), (1, 1), (1, 2)]


def test_action_that_cannot_be_taken_ends_the_run() -> None:
    with pytest.raises(NoSuchAction):
        packets_of(Setup("test"), (actions.Deliver(*TO_MME),))
