"""nodes.protocol.crypto.tuak."""

from typing import Any

import pytest

from nodes.protocol.crypto.eps_keys import build_autn
from nodes.protocol.crypto.functions import AuthenticationFunctions
from nodes.protocol.crypto.tuak import Tuak, TuakLengths, compute_topc
from nodes.protocol.octets import AMF, RAND, SQN, TOP, K, TOPc
from tests.support.published import published

RAND_0 = RAND(bytes(16))
AMF_0 = AMF(bytes(2))


def _lengths(vector: dict[str, Any]) -> TuakLengths:
    mac, res, ck, ik = (len(vector[name]) // 2 for name in ("f1", "f2", "f3", "f4"))
    return TuakLengths(mac, res, ck, ik)


@pytest.mark.parametrize("vector", published("tuak.json"))
def test_functions_of_published_set(vector: dict[str, Any]) -> None:
    k, rand, amf = (bytes.fromhex(vector[name]) for name in ("k", "rand", "amf"))
    sqn, iterations = SQN(int(vector["sqn"], 16)), vector["keccak_iterations"]
    topc = compute_topc(K(k), TOP(bytes.fromhex(vector["top"])), iterations)
    functions: AuthenticationFunctions = Tuak(K(k), topc, _lengths(vector), iterations)
    results = {
        "topc": topc,
        "f1": functions.f1(RAND(rand), sqn, AMF(amf)),
        "f1star": functions.f1_star(RAND(rand), sqn, AMF(amf)),
        "f2": functions.f2(RAND(rand)),
        "f3": functions.f3(RAND(rand)),
        "f4": functions.f4(RAND(rand)),
        "f5": functions.f5(RAND(rand)),
        "f5star": functions.f5_star(RAND(rand)),
    }
    assert {name: value.hex() for name, value in results.items()} == {name: vector[name] for name in results}


@pytest.mark.parametrize("k_length", [16, 32])
def test_the_pieces_of_an_eps_vector(k_length: int) -> None:
    functions = Tuak(K(bytes(range(k_length))), TOPc(bytes(32)))
    sqn, amf = SQN(0x123456789ABC), AMF(b"\x80\x00")
    mac_a, res, ck, ik, ak = functions.challenge(RAND_0, sqn, amf)
    autn = build_autn(sqn, ak, amf, mac_a)
    assert functions.eps_challenge(RAND_0, sqn, amf) == (autn, res, ck + ik, autn[:6])
    assert functions.reveal_sqn(RAND_0, functions.eps_challenge(RAND_0, sqn, amf)[3]) == sqn


@pytest.mark.parametrize("lengths", [TuakLengths(mac=16), TuakLengths(ck=32), TuakLengths(ik=32)])
def test_lengths_that_eps_does_not_take_make_no_eps_vector(lengths: TuakLengths) -> None:
    functions = Tuak(K(bytes(16)), TOPc(bytes(32)), lengths)
    with pytest.raises(ValueError, match="EPS wants MAC 8, CK 16, IK 16 octets"):
        functions.eps_challenge(RAND_0, SQN(0), AMF_0)


@pytest.mark.parametrize("lengths", [{"mac": 4}, {"res": 5}, {"ck": 8}, {"ik": 24}])
def test_lengths_that_tuak_does_not_know_are_refused(lengths: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"^(MAC|RES|CK|IK) is .*, got \d+$"):
        TuakLengths(**lengths)


@pytest.mark.parametrize(("k", "top", "iterations"), [(24, 32, 1), (16, 16, 1), (16, 32, 0)])
def test_keys_and_iterations_out_of_range_are_refused(k: int, top: int, iterations: int) -> None:
    with pytest.raises(ValueError, match="got"):
        Tuak(K(bytes(k)), TOPc(bytes(top)), iterations=iterations)
    with pytest.raises(ValueError, match="got"):
        compute_topc(K(bytes(k)), TOP(bytes(top)), iterations)


def test_arguments_of_other_lengths_are_refused() -> None:
    functions = Tuak(K(bytes(16)), TOPc(bytes(32)))
    with pytest.raises(ValueError, match="AMF is 2 octets"):
        functions.f1(RAND_0, SQN(0), AMF(bytes(3)))
    with pytest.raises(ValueError, match="RAND is 16 octets"):
        functions.f2(RAND(bytes(15)))
