"""Key requests of solution 11 at the MME."""

import pytest

from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyRequest
from nodes.protocol.mme.keys import key_for
from nodes.protocol.options import ActiveWhen, Solution
from nodes.protocol.world import World
from tests.helpers_protocol import ATTACH, REAUTHENTICATE, TO_UE, after, context, lab, mme, take, ue, until


def asked(world: World, guti: GUTI) -> tuple[KeyResult, bytes | None, bytes | None]:
    return key_for(mme(world), T6aKeyRequest("as-1", "ue-1.1", guti))


def test_guti_that_the_mme_does_not_know() -> None:
    guti = context(after(lab(Solution.PULL), ATTACH)).guti
    assert asked(lab(Solution.PULL), guti) == (KeyResult.GUTI_UNKNOWN, None, None)


def test_guti_without_an_active_av_yet() -> None:
    """The MME chooses the GUTI at ATTACH REQUEST, before the challenge."""
    world = until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest)
    assert asked(world, context(world).guti) == (KeyResult.NO_KEY_YET, None, None)


@pytest.mark.parametrize("store_ks", [False, True], ids=["derived", "stored"])
def test_ks_of_the_active_av(*, store_ks: bool) -> None:
    """Contribution 2.1 steps 3, 5 and 6."""
    world = after(lab(Solution.PULL, store_ks=store_ks), ATTACH, REAUTHENTICATE)
    active = context(world).active
    assert active is not None
    assert asked(world, context(world).guti) == (KeyResult.OK, ue(world).ks, active.rand)


@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
def test_network_is_ahead_of_the_ue_when_res_makes_an_av_active(active_when: ActiveWhen) -> None:
    before = after(lab(Solution.PULL, active_when=active_when), ATTACH)
    world = until(take(before, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    assert ue(world).ks == ue(before).ks
    assert (asked(world, context(world).guti)[1] == ue(world).ks) is (active_when is not ActiveWhen.RES_VERIFIED)
