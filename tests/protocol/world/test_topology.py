"""Which nodes talk to each other, and so which links there are to hold and to arm."""

from itertools import product

import pytest

from nodes.protocol.errors import NoSuchAction
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.topology import are_linked
from nodes.protocol.world.world import World
from tests.support.protocol import take

LINKED = {
    ("ue-1", "mme-1"),
    ("ue-1", "mme-2"),
    ("ue-1", "as-1"),
    ("ue-1", "as-2"),
    ("mme-1", "mme-2"),
    ("mme-1", "hss"),
    ("mme-2", "hss"),
    ("mme-1", "scef"),
    ("mme-2", "scef"),
    ("scef", "as-1"),
    ("scef", "as-2"),
    ("scef", "third-party"),
    ("as-1", "third-party"),
    ("as-2", "third-party"),
}


def world_of(solution: Solution) -> World:
    return first_world(Setup("topology", Options(solution=solution), mmes=2, application_servers=2))


@pytest.mark.parametrize("solution", Solution)
def test_links_are_those_on_which_something_is_ever_sent(solution: Solution) -> None:
    world = world_of(solution)
    names = [state.name for state in world.nodes]
    linked = {ends for ends in product(names, names) if are_linked(world, *ends)}

    both = LINKED | ({("hss", "scef")} if solution is Solution.PUSH else set())
    assert linked == both | {(destination, source) for source, destination in both}


@pytest.mark.parametrize("ends", [("ue-1", "hss"), ("mme-1", "as-1"), ("as-1", "as-2"), ("hss", "hss")])
def test_what_is_no_link_is_neither_held_nor_armed(ends: tuple[str, str]) -> None:
    world = world_of(Solution.PUSH)

    for action in (actions.Hold(*ends), actions.Arm(*ends, LinkFault.LOSE)):
        with pytest.raises(NoSuchAction, match=f"There is no link from {ends[0]} to {ends[1]}"):
            take(world, action)
