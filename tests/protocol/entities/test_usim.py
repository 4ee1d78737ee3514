"""What ME and USIM check, in their order: separation bit, MAC, SQN (TS 33.102 §6.3.3)."""

import pytest

from nodes.protocol.crypto.eps_keys import AMF_OF_AUTS, build_autn, generate_vector, open_auts
from nodes.protocol.crypto.sqn import EMPTY_ARRAY, join
from nodes.protocol.entities.credentials import Credentials
from nodes.protocol.entities.usim import AUTNRefused, ChallengeAnswer, answer_challenge
from nodes.protocol.messages.nas import EMMCause
from nodes.protocol.octets import AMF, AUTN, RAND, SQN, SQNxorAK, sqn_from, xor
from nodes.protocol.options import Algorithm, Options, Setup
from nodes.protocol.world.genesis import EPS_AMF, PLMN, credentials_of, imsi_of

R = RAND(bytes(range(16)))
BOTH = pytest.mark.parametrize("algorithm", Algorithm, ids=lambda algorithm: algorithm.value)


def secrets(algorithm: Algorithm = Algorithm.MILENAGE) -> Credentials:
    return credentials_of(Setup("test", Options(algorithm=algorithm)), imsi_of("ue-1"))


def challenge(credentials: Credentials, sqn: SQN, amf: AMF = EPS_AMF) -> AUTN:
    return generate_vector(credentials.functions, R, sqn, amf, PLMN).autn


def refusal(credentials: Credentials, seqs: tuple[int, ...], autn: AUTN) -> AUTNRefused:
    with pytest.raises(AUTNRefused) as caught:
        answer_challenge(credentials, seqs, R, autn, PLMN)
    return caught.value


@BOTH
def test_accepted_challenge(algorithm: Algorithm) -> None:
    credentials = secrets(algorithm)
    made = generate_vector(credentials.functions, R, join(1, 4), EPS_AMF, PLMN)
    answer = answer_challenge(credentials, EMPTY_ARRAY, R, made.autn, PLMN)
    assert answer == ChallengeAnswer(made.xres, made.k_asme, (0, 0, 0, 0, 1, *[0] * 27))


@BOTH
def test_wrong_mac(algorithm: Algorithm) -> None:
    """Cause #20."""
    credentials = secrets(algorithm)
    autn = challenge(credentials, join(1, 1))
    refused = refusal(credentials, EMPTY_ARRAY, AUTN(autn[:-1] + bytes((autn[-1] ^ 1,))))
    assert (refused.cause, refused.auts) == (EMMCause.MAC_FAILURE, None)


@BOTH
def test_sqn_out_of_range(algorithm: Algorithm) -> None:
    """Cause #21: AUTS carries the highest SQN that was accepted, under a zero AMF."""
    credentials = secrets(algorithm)
    seqs = (0, 5, 9, *[0] * 29)
    refused = refusal(credentials, seqs, challenge(credentials, join(5, 1)))
    assert refused.cause is EMMCause.SYNCH_FAILURE
    assert refused.auts is not None
    assert open_auts(credentials.functions, R, refused.auts) == join(9, 2)
    concealed = SQNxorAK(refused.auts[:6])
    assert sqn_from(xor(concealed, credentials.functions.f5_star(R))) == join(9, 2)
    assert refused.auts[6:] == credentials.functions.f1_star(R, join(9, 2), AMF_OF_AUTS)


def test_separation_bit_is_checked_before_the_mac_and_the_mac_before_the_sqn() -> None:
    """Cause #26."""
    credentials = secrets()
    without_bit = challenge(credentials, SQN(0), AMF(b"\x7f\xff"))
    broken = AUTN(without_bit[:-1] + bytes((without_bit[-1] ^ 1,)))
    assert refusal(credentials, EMPTY_ARRAY, broken).cause is EMMCause.NON_EPS_AUTHENTICATION_UNACCEPTABLE
    functions = credentials.functions
    mac_a = functions.f1(R, SQN(1), EPS_AMF)
    stale = build_autn(SQN(0), functions.f5(R), EPS_AMF, mac_a)
    assert refusal(credentials, EMPTY_ARRAY, stale).cause is EMMCause.MAC_FAILURE
