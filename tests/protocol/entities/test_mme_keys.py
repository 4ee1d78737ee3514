"""Key requests of solution 11 at the MME."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.key_names import key_name_of
from nodes.protocol.entities.machine import Note, Send
from nodes.protocol.entities.mme.keys import key_for, on_t6a_key_request
from nodes.protocol.entities.mme.state import MovedKey, with_context
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.options import SCEF, ActiveWhen, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world.world import World
from tests.support.protocol import ATTACH, REAUTHENTICATE, TO_UE, after, context, lab, mme, take, ue, until


def asked(world: World, guti: GUTI, key_name: str | None = None) -> tuple[KeyResult, bytes | None, bytes | None]:
    return key_for(mme(world), T6aKeyRequest("as-1", "ue-1.1", guti, key_name))


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


def test_name_of_the_active_av_gets_its_ks_and_any_other_name_a_conflict() -> None:
    """Repair `key_name`: 409 instead of a key that the UE does not use."""
    world = after(lab(Solution.PULL), ATTACH, REAUTHENTICATE)
    guti, plmn_id = context(world).guti, ue(world).plmn_id
    before, active = (key_name_of(vector.rand, plmn_id) for vector in context(world).vectors[:2])
    assert asked(world, guti, active)[:2] == (KeyResult.OK, ue(world).ks)
    assert asked(world, guti, before) == (KeyResult.CONFLICT, None, None)


@pytest.mark.parametrize("knows_rand", [False, True], ids=["RAND not known", "RAND known"])
def test_key_that_came_from_another_mme(*, knows_rand: bool) -> None:
    """Without its RAND the key has no name here, so whoever names it gets a conflict."""
    world = after(lab(Solution.PULL), ATTACH)
    known, active = context(world), context(world).active
    assert active is not None
    moved = MovedKey(active.k_asme, active.rand if knows_rand else None)
    state = with_context(mme(world), replace(known, vectors=(), moved=moved))
    name = key_name_of(active.rand, ue(world).plmn_id)
    unnamed = key_for(state, T6aKeyRequest("as-1", "ue-1.1", known.guti))
    assert unnamed == (KeyResult.OK, ue(world).ks, moved.rand)
    named = key_for(state, T6aKeyRequest("as-1", "ue-1.1", known.guti, name))
    assert named == (unnamed if knows_rand else (KeyResult.CONFLICT, None, None))


def test_answer_says_whose_key_it_is() -> None:
    world = after(lab(Solution.PULL), ATTACH)
    active = context(world).active
    assert active is not None
    step = on_t6a_key_request(mme(world), T6aKeyRequest("as-1", "ue-1.1", context(world).guti), SCEF)
    assert step.outputs == (
        Note(Remark.KS_GIVEN_BY_MME, rand=active.rand, ks=ue(world).ks),
        Send(SCEF, T6aKeyAnswer("as-1", "ue-1.1", KeyResult.OK, ue(world).ks)),
    )


@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
def test_network_is_ahead_of_the_ue_when_res_makes_an_av_active(active_when: ActiveWhen) -> None:
    before = after(lab(Solution.PULL, active_when=active_when), ATTACH)
    world = until(take(before, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    assert ue(world).ks == ue(before).ks
    assert (asked(world, context(world).guti)[1] == ue(world).ks) is (active_when is not ActiveWhen.RES_VERIFIED)
