"""nodes.protocol.crypto.milenage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.eps_keys import build_autn
from nodes.protocol.crypto.functions import AuthenticationFunctions
from nodes.protocol.crypto.milenage import Milenage, compute_opc
from nodes.protocol.octets import AMF, OP, RAND, SQN, K, OPc
from tests.support.published import published

sixteen = st.binary(min_size=16, max_size=16)
sqns = st.integers(0, (1 << 48) - 1)
amfs = st.binary(min_size=2, max_size=2)


@pytest.mark.parametrize("vector", published("milenage.json"))
def test_functions_of_published_set(vector: dict[str, Any]) -> None:
    k, rand, amf = (bytes.fromhex(vector[name]) for name in ("k", "rand", "amf"))
    sqn = SQN(int(vector["sqn"], 16))
    opc = compute_opc(K(k), OP(bytes.fromhex(vector["op"])))
    functions: AuthenticationFunctions = Milenage(K(k), opc)
    results = {
        "opc": opc,
        "f1": functions.f1(RAND(rand), sqn, AMF(amf)),
        "f1star": functions.f1_star(RAND(rand), sqn, AMF(amf)),
        "f2": functions.f2(RAND(rand)),
        "f3": functions.f3(RAND(rand)),
        "f4": functions.f4(RAND(rand)),
        "f5": functions.f5(RAND(rand)),
        "f5star": functions.f5_star(RAND(rand)),
    }
    expected = {name: vector[name] for name in results if name in vector}
    assert {name: results[name].hex() for name in expected} == expected
    # One set is published as AUTN and AUTS alone; test_eps_keys has those.
    assert expected or "autn" in vector


@given(sixteen, sixteen, sixteen, sqns, amfs)
def test_all_at_once_equals_one_by_one(k: bytes, opc: bytes, rand: bytes, sqn: int, amf: bytes) -> None:
    """The fast way, on numbers, against the clause's formulas, on octets."""
    functions = Milenage(K(k), OPc(opc))
    of_rand = (
        functions.f2(RAND(rand)),
        functions.f3(RAND(rand)),
        functions.f4(RAND(rand)),
        functions.f5(RAND(rand)),
    )
    res, ck, ik, ak = of_rand
    mac_a = functions.f1(RAND(rand), SQN(sqn), AMF(amf))
    autn = build_autn(SQN(sqn), ak, AMF(amf), mac_a)
    assert functions.challenge(RAND(rand), SQN(sqn), AMF(amf)) == (mac_a, *of_rand)
    assert functions.eps_challenge(RAND(rand), SQN(sqn), AMF(amf)) == (autn, res, ck + ik, autn[:6])
    assert functions.reveal_sqn(RAND(rand), functions.eps_challenge(RAND(rand), SQN(sqn), AMF(amf))[3]) == sqn


@pytest.mark.parametrize(
    ("rand", "sqn", "amf", "fact"),
    [
        (bytes(15), 0, bytes(2), "RAND is 16 octets"),
        (bytes(17), 0, bytes(2), "RAND is 16 octets"),
        (bytes(16), 1 << 48, bytes(2), "SQN is 48 bits"),
        (bytes(16), -1, bytes(2), "SQN is 48 bits"),
        (bytes(16), 0, bytes(3), "AMF is 2 octets"),
    ],
)
def test_arguments_out_of_range_are_refused(rand: bytes, sqn: int, amf: bytes, fact: str) -> None:
    functions = Milenage(K(bytes(16)), OPc(bytes(16)))
    for function in (functions.f1, functions.f1_star, functions.challenge, functions.eps_challenge):
        with pytest.raises(ValueError, match=fact):
            function(RAND(rand), SQN(sqn), AMF(amf))


@pytest.mark.parametrize(("k", "other"), [(15, 16), (32, 16), (16, 15)])
def test_keys_of_other_lengths_are_refused(k: int, other: int) -> None:
    with pytest.raises(ValueError, match="is 16 octets"):
        Milenage(K(bytes(k)), OPc(bytes(other)))
    with pytest.raises(ValueError, match="is 16 octets"):
        compute_opc(K(bytes(k)), OP(bytes(other)))
