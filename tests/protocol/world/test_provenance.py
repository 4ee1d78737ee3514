"""Which AV a value comes from."""

import pytest

from nodes.protocol.messages import nas
from nodes.protocol.messages.application import OpenSession, ProtectedMessage
from nodes.protocol.messages.key_requests import KeyRetrievalAnswer, T6aKeyAnswer
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s10 import ContextResponse, S10Cause
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.world.provenance import (
    VectorName,
    vector_of_k_asme,
    vector_of_ks,
    vector_of_message,
    vector_of_rand,
    vector_of_sending,
)
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    IMSI_1,
    IMSI_2,
    MOVE,
    OLD_TO_NEW,
    OPEN_SESSION,
    REAUTHENTICATE,
    SEND_COMMAND,
    SEND_READING,
    TO_UE,
    after,
    context,
    in_flight,
    lab,
    take,
    ue,
    until,
)

FIRST, SECOND = VectorName(IMSI_1, 1), VectorName(IMSI_1, 2)


def with_key(solution: Solution = Solution.PUSH) -> World:
    return after(lab(solution, ues=2), ATTACH, OPEN_SESSION)


def test_avs_are_numbered_in_the_order_of_making() -> None:
    world = with_key()
    rands = [vector.rand for vector in context(world).vectors]
    assert [vector_of_rand(world, rand) for rand in rands] == [VectorName(IMSI_1, number) for number in (1, 2, 3)]
    assert vector_of_rand(world, rands[1], IMSI_1) == SECOND
    assert vector_of_rand(world, rands[1], IMSI_2) is None
    assert vector_of_rand(world, rands[1], type(IMSI_1)("000000")) is None
    assert vector_of_rand(world, RAND(bytes(16))) is None
    assert vector_of_rand(world, None) is None


def test_av_of_a_ks() -> None:
    world = with_key()
    assert vector_of_ks(world, ue(world).ks) == FIRST
    assert vector_of_ks(world, ue(world).ks, IMSI_2) == FIRST
    assert vector_of_ks(world, Ks(bytes(32)), IMSI_1) is None
    assert vector_of_ks(world, None) is None


def test_av_of_a_k_asme() -> None:
    world = with_key()
    first, second, _ = context(world).vectors
    assert vector_of_k_asme(world, first.k_asme, IMSI_1) == FIRST
    assert vector_of_k_asme(world, second.k_asme, IMSI_1) == SECOND
    assert vector_of_k_asme(world, first.k_asme, IMSI_2) is None
    assert vector_of_k_asme(world, None, IMSI_1) is None


def test_av_of_a_context_on_its_way_to_another_mme() -> None:
    """It carries no RAND: K_ASME names the AV."""
    world = until(take(after(lab(mmes=2), ATTACH), MOVE), *OLD_TO_NEW, ContextResponse)
    assert vector_of_message(world, in_flight(world, *OLD_TO_NEW)[0]) == FIRST
    assert vector_of_message(world, ContextResponse("ue-1", S10Cause.CONTEXT_NOT_FOUND)) is None


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_av_of_a_message(solution: Solution) -> None:
    before = with_key(solution)
    challenge = until(take(before, REAUTHENTICATE), *TO_UE, nas.AuthenticationRequest)
    assert vector_of_message(challenge, in_flight(challenge, *TO_UE)[0]) == SECOND
    asked = until(take(before, ASK), SCEF, "as-1", KeyRetrievalAnswer)
    assert vector_of_message(asked, in_flight(asked, SCEF, "as-1")[0]) == FIRST
    if solution is Solution.PULL:
        asked = until(take(before, ASK), "mme-1", SCEF, T6aKeyAnswer)
        assert vector_of_message(asked, in_flight(asked, "mme-1", SCEF)[0]) == FIRST
    else:
        pushed = until(challenge, "mme-1", SCEF, ActiveVectorPushRequest)
        assert vector_of_message(pushed, in_flight(pushed, "mme-1", SCEF)[0]) == SECOND
    assert vector_of_message(before, nas.IdentityRequest()) is None


def test_av_of_a_sealed_message_is_known_when_it_is_sent() -> None:
    world = after(with_key(), REAUTHENTICATE)
    reading = in_flight(take(world, SEND_READING), "ue-1", "as-1")[0]
    sealed = in_flight(take(world, SEND_COMMAND), "as-1", "ue-1")[0]
    assert isinstance(reading, ProtectedMessage)
    assert vector_of_sending(world, "ue-1", "as-1", reading) == SECOND
    assert vector_of_sending(world, "as-1", "ue-1", sealed) == FIRST
    assert vector_of_sending(world, "as-1", "ue-2", sealed) is None
    assert vector_of_sending(world, SCEF, "ue-1", sealed) is None
    opened = OpenSession(1, context(world).guti)
    assert vector_of_sending(world, "ue-1", "as-1", opened) is None
