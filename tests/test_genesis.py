"""The first world of a lab."""

from nodes.protocol.genesis import first_world
from nodes.protocol.options import Setup
from nodes.protocol.ue.state import UEPhase
from tests.helpers_protocol import lab, mme, scef, subscriber, ue


def test_first_world() -> None:
    world = first_world(Setup("test", ues=2, mmes=2, application_servers=2))
    assert [state.name for state in world.nodes] == [
        "hss", "scef", "third-party", "mme-1", "mme-2", "as-1", "as-2", "ue-1", "ue-2",
    ]  # fmt: skip
    assert dict(world.index) == {state.name: position for position, state in enumerate(world.nodes)}
    assert (world.links, world.timers, world.held, world.messages) == ((), (), (), 0)
    assert [str(mme(world, name).gummei) for name in ("mme-1", "mme-2")] == ["99f999800101", "99f999800102"]
    assert [route.gummei for route in scef(world).routes] == [mme(world, name).gummei for name in ("mme-1", "mme-2")]


def test_ue_and_hss_share_the_secrets_and_nothing_else_is_known() -> None:
    world = lab()
    assert ue(world).imsi == "999990000000001"
    assert ue(world).credentials == subscriber(world).credentials
    assert (ue(world).phase, ue(world).guti, ue(world).ks, ue(world).mme) == (UEPhase.DEREGISTERED, None, None, None)
