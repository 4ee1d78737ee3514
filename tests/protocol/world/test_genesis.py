"""The first world of a lab."""

import pytest

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.hss.table import HSSState
from nodes.protocol.entities.mme.state import Peer
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.options import HSS, Setup
from nodes.protocol.world.genesis import first_world
from tests.support.protocol import lab, mme, node_as, scef, subscriber, ue


def test_first_world() -> None:
    world = first_world(Setup("test", ues=2, mmes=2, application_servers=2))
    assert [state.name for state in world.nodes] == [
        "hss", "scef", "third-party", "mme-1", "mme-2", "as-1", "as-2", "ue-1", "ue-2",
    ]  # fmt: skip
    assert dict(world.index) == {state.name: position for position, state in enumerate(world.nodes)}
    assert (world.links, world.timers, world.held, world.armed, world.messages) == ((), (), (), (), 0)
    assert [str(mme(world, name).gummei) for name in ("mme-1", "mme-2")] == ["99f999800101", "99f999800102"]
    assert mme(world).peers == (Peer(mme(world, "mme-2").gummei, "mme-2"),)
    assert mme(world, "mme-2").peers == (Peer(mme(world).gummei, "mme-1"),)
    assert [route.gummei for route in scef(world).routes] == [mme(world, name).gummei for name in ("mme-1", "mme-2")]


def test_ue_and_hss_share_the_secrets_and_nothing_else_is_known() -> None:
    world = lab()
    assert ue(world).imsi == "999990000000001"
    assert ue(world).credentials == subscriber(world).credentials
    assert (ue(world).phase, ue(world).guti, ue(world).ks, ue(world).mme) == (UEPhase.DEREGISTERED, None, None, None)


@pytest.mark.parametrize("on", [False, True])
def test_nodes_know_the_repairs_that_they_take_part_in(*, on: bool) -> None:
    world = lab(named_key=on, ordered_push=on)
    server = node_as(world, "as-1", ApplicationServerState)
    assert (ue(world).names_keys, server.names_keys, node_as(world, HSS, HSSState).counts_epochs) == (on, on, on)
