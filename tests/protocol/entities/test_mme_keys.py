"""Key requests of solution 11 at the MME."""

from dataclasses import replace

import pytest

from nodes.protocol.crypto.eps_keys import derive_kn, derive_ks
from nodes.protocol.entities.machine import Note, Send
from nodes.protocol.entities.mme.keys import key_for, on_t6a_key_request
from nodes.protocol.entities.mme.state import MovedKey, with_context
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.octets import KN
from nodes.protocol.options import SCEF, ActiveWhen, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    MOVE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    context,
    lab,
    mme,
    take,
    ue,
    until,
)


def asked(world: World, guti: GUTI, key_name: KN | None = None) -> tuple[KeyResult, bytes | None, bytes | None]:
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


def names(world: World) -> list[KN]:
    return [derive_kn(derive_ks(vector.k_asme)) for vector in context(world).vectors]


def test_every_key_whose_res_was_verified_is_had_by_its_name() -> None:
    """Repair `named_key`: the active one and the ones before; not one that no UE was authenticated with."""
    before = after(lab(Solution.PULL, named_key=True), ATTACH)
    world = after(before, REAUTHENTICATE)
    guti, (first, second, unused) = context(world).guti, names(world)
    assert asked(world, guti, second) == (KeyResult.OK, ue(world).ks, context(world).vectors[1].rand)
    assert asked(world, guti, first) == (KeyResult.OK, ue(before).ks, context(world).vectors[0].rand)
    assert asked(world, guti, unused) == (KeyResult.NO_KEY_YET, None, None)
    assert asked(lab(Solution.PULL, named_key=True), guti, second) == (KeyResult.GUTI_UNKNOWN, None, None)


def test_guti_alone_yields_no_key_where_keys_have_names() -> None:
    world = after(lab(Solution.PULL, named_key=True), ATTACH)
    assert asked(world, context(world).guti) == (KeyResult.CONFLICT, None, None)


def test_an_mme_keeps_four_keys_by_name() -> None:
    world = lab(Solution.PULL, named_key=True, vectors_per_request=5)
    world = after(world, ATTACH, *[REAUTHENTICATE] * 4)
    guti, (first, *others) = context(world).guti, names(world)
    assert asked(world, guti, first)[0] is KeyResult.NO_KEY_YET
    assert [asked(world, guti, name)[0] for name in others] == [KeyResult.OK] * 4


def test_key_of_an_abandoned_security_mode_control_is_had_by_its_name() -> None:
    """TS 24.301 §5.4.3.7 a: the MME cannot know whether the UE has got SECURITY MODE COMMAND."""
    before = after(lab(Solution.PULL, named_key=True), ATTACH)
    world = until(take(before, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Fail(*TO_MME))
    assert context(world).active_k_asme != context(world).verified[0]
    assert asked(world, context(world).guti, ue(world).key_name)[:2] == (KeyResult.OK, ue(world).ks)


@pytest.mark.parametrize("carries", [False, True], ids=["RAND not carried", "RAND carried"])
def test_name_of_a_key_survives_a_change_of_mme(*, carries: bool) -> None:
    """It comes from K_ASME, so that S10 need not carry the RAND."""
    world = after(lab(Solution.PULL, mmes=2, named_key=True, context_carries_rand=carries), ATTACH, MOVE)
    moved = context(world, name="mme-2")
    request = T6aKeyRequest("as-1", "ue-1.1", moved.guti, ue(world).key_name)
    assert key_for(mme(world, "mme-2"), request) == (KeyResult.OK, ue(world).ks, None)


@pytest.mark.parametrize("knows_rand", [False, True], ids=["RAND not known", "RAND known"])
def test_key_that_came_from_another_mme(*, knows_rand: bool) -> None:
    world = after(lab(Solution.PULL), ATTACH)
    known, active = context(world), context(world).active
    assert active is not None
    moved = MovedKey(active.k_asme, active.rand if knows_rand else None)
    state = with_context(mme(world), replace(known, vectors=(), moved=moved))
    assert key_for(state, T6aKeyRequest("as-1", "ue-1.1", known.guti)) == (KeyResult.OK, ue(world).ks, moved.rand)


def test_answer_says_whose_key_it_is() -> None:
    world = after(lab(Solution.PULL), ATTACH)
    active = context(world).active
    assert active is not None
    step = on_t6a_key_request(mme(world), T6aKeyRequest("as-1", "ue-1.1", context(world).guti), SCEF)
    assert step.outputs == (
        Note(Remark.KS_GIVEN_BY_MME, rand=active.rand, ks=ue(world).ks),
        Send(SCEF, T6aKeyAnswer("as-1", "ue-1.1", KeyResult.OK, ue(world).ks)),
    )


@pytest.mark.parametrize(
    ("name", "said"), [(None, Remark.NO_KEY_NAMED), (KN(bytes(8)), Remark.NO_KS_OF_NAME)], ids=["none", "another"]
)
def test_answer_by_name_says_why_there_is_none(name: KN | None, said: Remark) -> None:
    world = after(lab(Solution.PULL, named_key=True), ATTACH)
    step = on_t6a_key_request(mme(world), T6aKeyRequest("as-1", "ue-1.1", context(world).guti, name), SCEF)
    assert step.outputs[0] == Note(said)


@pytest.mark.parametrize("active_when", ActiveWhen, ids=lambda when: when.value)
def test_network_is_ahead_of_the_ue_when_res_makes_an_av_active(active_when: ActiveWhen) -> None:
    before = after(lab(Solution.PULL, active_when=active_when), ATTACH)
    world = until(take(before, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    assert ue(world).ks == ue(before).ks
    assert (asked(world, context(world).guti)[1] == ue(world).ks) is (active_when is not ActiveWhen.RES_VERIFIED)
