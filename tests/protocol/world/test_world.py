"""A lab as one value: look-ups, replacing, and what equality leaves out."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.messages import nas
from nodes.protocol.world import world as world_module
from nodes.protocol.world.world import Envelope, Link, Timer
from tests.support.protocol import IMSI_1, lab, mme, ue

WORLD = lab(ues=2, mmes=2)
ENVELOPE = Envelope(nas.AttachComplete(), 6, 1, 9)


def test_nodes_by_name_and_kind() -> None:
    assert world_module.node(WORLD, "ue-2") is WORLD.nodes[-1]
    assert [state.name for state in world_module.nodes_of(WORLD, UEState)] == ["ue-1", "ue-2"]
    assert [state.name for state in world_module.nodes_of(WORLD, MMEState)] == ["mme-1", "mme-2"]
    with pytest.raises(NoSuchAction, match="There is no node 'ue-3' in this lab"):
        world_module.node(WORLD, "ue-3")


def test_ue_of_an_imsi() -> None:
    assert world_module.ue_of_imsi(WORLD, IMSI_1) is ue(WORLD)
    assert world_module.ue_of_imsi(WORLD, "000000") is None


def test_node_is_replaced_in_its_place() -> None:
    changed = replace(mme(WORLD, "mme-2"), seed="other")
    world = world_module.with_node(WORLD, changed)
    assert world.nodes.index(changed) == WORLD.index["mme-2"]
    assert world_module.with_node(WORLD, mme(WORLD)) is WORLD


def test_links_are_sorted_and_empty_ones_left_out() -> None:
    world = WORLD
    for source, destination in (("ue-1", "mme-1"), ("mme-1", "ue-1"), ("hss", "mme-1")):
        world = world_module.with_link(world, Link(source, destination, (ENVELOPE,)))
    assert [link.key for link in world.links] == [("hss", "mme-1"), ("mme-1", "ue-1"), ("ue-1", "mme-1")]
    assert world_module.link_of(world, "hss", "mme-1").queue == (ENVELOPE,)
    world = world_module.with_link(world, Link("mme-1", "ue-1", ()))
    assert [link.key for link in world.links] == [("hss", "mme-1"), ("ue-1", "mme-1")]
    assert world_module.link_of(world, "mme-1", "ue-1") == Link("mme-1", "ue-1", ())


def test_timers_have_a_key() -> None:
    assert Timer("mme-1", TimerName.T3460, IMSI_1, 6).key == ("mme-1", "T3460", IMSI_1)


def test_numbers_for_people_do_not_influence_equality() -> None:
    other = Envelope(nas.AttachComplete(), 7, 2, 10)
    one, two = (world_module.with_link(WORLD, Link("ue-1", "mme-1", (envelope,))) for envelope in (ENVELOPE, other))
    assert one == two
    assert hash(one) == hash(two)
    assert replace(one, messages=3, ordinals=4, index={}) == one
    changed = Envelope(nas.DetachAccept(), 6, 1, 9)
    assert world_module.with_link(WORLD, Link("ue-1", "mme-1", (changed,))) != one
