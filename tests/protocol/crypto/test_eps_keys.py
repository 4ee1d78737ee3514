"""nodes.protocol.crypto.eps_keys."""

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto import eps_keys
from nodes.protocol.crypto.milenage import Milenage, compute_opc
from nodes.protocol.crypto.tuak import Tuak, TuakLengths
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import (
    AK,
    AMF,
    AUTN,
    AUTS,
    CK,
    IK,
    KASME,
    MACA,
    OP,
    RAND,
    SQN,
    K,
    Ks,
    OPc,
    SQNxorAK,
    TOPc,
    sqn_octets,
    xor,
)
from tests.support.published import published

KDF = [parameter.values[0] for parameter in published("kdf.json", "kdf")]
PLMN = PLMNIdentity("999", "99")
FUNCTIONS = Milenage(K(bytes(range(16))), OPc(bytes(range(16, 32))))

rands = st.binary(min_size=16, max_size=16).map(RAND)
sqns = st.integers(0, (1 << 48) - 1).map(SQN)
amfs = st.binary(min_size=2, max_size=2).map(AMF)


@pytest.mark.parametrize("vector", [each for each in KDF if each["group"] == "K_ASME"], ids=lambda v: v["id"])
@pytest.mark.clause("TS 33.401", "A.2")
def test_k_asme_of_published_derivation(vector: dict[str, Any]) -> None:
    key, (plmn_id, sqn_xor_ak) = bytes.fromhex(vector["key"]), map(bytes.fromhex, vector["params"])
    k_asme = eps_keys.derive_k_asme(CK(key[:16]), IK(key[16:]), PLMNIdentity.decode(plmn_id), SQNxorAK(sqn_xor_ak))
    assert k_asme.hex() == vector["output"]


@pytest.mark.parametrize("vector", [each for each in KDF if each["group"] == "K_eNB"], ids=lambda v: v["id"])
@pytest.mark.clause("TS 33.401", "A.3")
def test_k_enb_of_published_derivation(vector: dict[str, Any]) -> None:
    k_enb = eps_keys.derive_k_enb(KASME(bytes.fromhex(vector["key"])), int(vector["params"][0], 16))
    assert k_enb.hex() == vector["output"]


@pytest.mark.parametrize("nas_count", [-1, 1 << 32])
def test_a_nas_count_of_more_than_32_bits_is_refused(nas_count: int) -> None:
    with pytest.raises(ValueError, match=rf"^NAS COUNT has 32 bits \(TS 33\.401 §A\.3\), got {nas_count}$"):
        eps_keys.derive_k_enb(KASME(bytes(32)), nas_count)


@pytest.mark.parametrize("vector", [each for each in KDF if each["id"].startswith("knasint")], ids=lambda v: v["id"])
@pytest.mark.clause("TS 33.401", "A.7")
def test_k_nas_int_of_published_derivation(vector: dict[str, Any]) -> None:
    algorithm_identity = int(vector["params"][1], 16)
    k_nas_int = eps_keys.derive_k_nas_int(KASME(bytes.fromhex(vector["key"])), algorithm_identity)
    assert k_nas_int.hex() == vector["output"][32:]


def test_k_nas_enc_differs_from_k_nas_int_in_the_type_distinguisher_alone() -> None:
    k_asme = KASME(bytes(32))
    s = bytes.fromhex("15 01 0001 02 0001")
    assert eps_keys.derive_k_nas_enc(k_asme, 2) == hmac.digest(k_asme, s, hashlib.sha256)[16:]


def test_ks_and_k_app_are_the_demonstrators_own_formulas() -> None:
    """Not defined by 3GPP."""
    k_asme = KASME(bytes(range(32)))
    ks = eps_keys.derive_ks(k_asme)
    assert ks == hmac.digest(k_asme, b"\xff\xf0", "sha256")
    name = "mätare.example"
    s = b"\xff\xf1" + name.encode() + (15).to_bytes(2, "big")
    assert eps_keys.derive_k_app(ks, name) == hmac.digest(ks, s, "sha256")


@pytest.mark.parametrize("vector", published("milenage.json"))
def test_autn_and_auts_of_published_set(vector: dict[str, Any]) -> None:
    k, op, rand, amf = (bytes.fromhex(vector[name]) for name in ("k", "op", "rand", "amf"))
    sqn = SQN(int(vector["sqn"], 16))
    functions = Milenage(K(k), compute_opc(K(k), OP(op)))
    made = eps_keys.generate_vector(functions, RAND(rand), sqn, AMF(amf), PLMN)
    auts = eps_keys.build_auts(functions, RAND(rand), sqn)
    assert made.autn.hex() == vector.get("autn", made.autn.hex())
    assert auts.hex() == vector.get("auts", auts.hex())
    assert (made.rand, made.xres.hex()) == (rand, vector.get("f2", made.xres.hex()))


@pytest.mark.parametrize("vector", published("milenage.json", "auts"))
@pytest.mark.clause("TS 33.102", "6.3.5")
def test_published_auts_is_opened(vector: dict[str, Any]) -> None:
    functions = Milenage(K(bytes.fromhex(vector["k"])), OPc(bytes.fromhex(vector["opc"])))
    rand, auts = RAND(bytes.fromhex(vector["rand"])), AUTS(bytes.fromhex(vector["auts"]))
    assert eps_keys.open_auts(functions, rand, auts) == int(vector["sqn_ms"], 16)
    # With another K the same AUTS has a wrong MAC-S.
    assert eps_keys.open_auts(FUNCTIONS, rand, auts) is None


@given(rands, sqns, amfs)
def test_the_av_equals_its_parts_derived_one_by_one(rand: RAND, sqn: SQN, amf: AMF) -> None:
    mac_a, res, ck, ik, ak = FUNCTIONS.challenge(rand, sqn, amf)
    autn = eps_keys.build_autn(sqn, ak, amf, mac_a)
    k_asme = eps_keys.derive_k_asme(ck, ik, PLMN, SQNxorAK(autn[:6]))
    assert eps_keys.generate_vector(FUNCTIONS, rand, sqn, amf, PLMN) == eps_keys.EPSVector(rand, res, autn, k_asme)


@given(rands, sqns)
def test_auts_gives_back_sqn_ms(rand: RAND, sqn_ms: SQN) -> None:
    auts = eps_keys.build_auts(FUNCTIONS, rand, sqn_ms)
    assert (len(auts), eps_keys.open_auts(FUNCTIONS, rand, auts)) == (14, sqn_ms)


@given(rands, sqns, amfs, st.integers(0, 16 * 8 - 1))
def test_autn_gives_back_sqn_and_with_any_bit_turned_is_refused(rand: RAND, sqn: SQN, amf: AMF, bit: int) -> None:
    """TS 33.102 §6.3.3."""
    autn = eps_keys.generate_vector(FUNCTIONS, rand, sqn, amf, PLMN).autn
    turned = int.from_bytes(autn, "big") ^ 1 << bit
    assert eps_keys.open_autn(FUNCTIONS, rand, autn) == sqn
    assert eps_keys.open_autn(FUNCTIONS, rand, AUTN(turned.to_bytes(16, "big"))) is None


@given(rands, sqns, amfs)
def test_auts_under_another_amf_is_opened_under_that_one_alone(rand: RAND, sqn_ms: SQN, amf: AMF) -> None:
    made = xor(sqn_octets(sqn_ms), FUNCTIONS.f5_star(rand)) + FUNCTIONS.f1_star(rand, sqn_ms, amf)
    assert eps_keys.open_auts(FUNCTIONS, rand, AUTS(made), amf) == sqn_ms
    assert (eps_keys.open_auts(FUNCTIONS, rand, AUTS(made)) is None) == (amf != eps_keys.AMF_OF_AUTS)


@pytest.mark.clause("TS 33.102", "6.3.3")
def test_mac_s_is_made_over_a_zero_amf() -> None:
    rand, sqn_ms = RAND(bytes(16)), SQN(32)
    assert eps_keys.build_auts(FUNCTIONS, rand, sqn_ms)[6:] == FUNCTIONS.f1_star(rand, sqn_ms, AMF(bytes(2)))


@given(rands, st.integers(0, 14 * 8 - 1))
def test_auts_with_any_bit_turned_is_refused(rand: RAND, bit: int) -> None:
    auts = int.from_bytes(eps_keys.build_auts(FUNCTIONS, rand, SQN(7)), "big") ^ 1 << bit
    assert eps_keys.open_auts(FUNCTIONS, rand, AUTS(auts.to_bytes(14, "big"))) is None


@given(sqns, st.binary(min_size=6, max_size=6), amfs, st.binary(min_size=8, max_size=8))
def test_autn_splits_into_what_it_was_built_of(sqn: SQN, ak: bytes, amf: AMF, mac_a: bytes) -> None:
    autn = eps_keys.build_autn(sqn, AK(ak), amf, MACA(mac_a))
    sqn_xor_ak, *others = eps_keys.split_autn(autn)
    assert others == [amf, mac_a]
    assert int.from_bytes(sqn_xor_ak, "big") ^ int.from_bytes(ak, "big") == sqn


def test_values_of_other_lengths_are_refused() -> None:
    plmn_id, sqn_xor_ak = PLMN, SQNxorAK(bytes(6))
    with pytest.raises(ValueError, match="CK is 16 octets"):
        eps_keys.derive_k_asme(CK(bytes(32)), IK(bytes(16)), plmn_id, sqn_xor_ak)
    with pytest.raises(ValueError, match="IK is 16 octets"):
        eps_keys.derive_k_asme(CK(bytes(16)), IK(bytes(32)), plmn_id, sqn_xor_ak)
    with pytest.raises(ValueError, match="K_ASME is 32 octets"):
        eps_keys.derive_ks(KASME(bytes(16)))
    with pytest.raises(ValueError, match="Ks is 32 octets"):
        eps_keys.derive_k_app(Ks(bytes(16)), "as")
    with pytest.raises(ValueError, match="Algorithm identity has 4 bits"):
        eps_keys.derive_k_nas_int(KASME(bytes(32)), 16)
    with pytest.raises(ValueError, match="AUTN is 16 octets"):
        eps_keys.split_autn(AUTN(bytes(15)))
    with pytest.raises(ValueError, match="AUTS is 14 octets"):
        eps_keys.open_auts(FUNCTIONS, RAND(bytes(16)), AUTS(bytes(16)))


@pytest.mark.clause("TS 33.102", "6.3.2")
def test_a_mac_of_16_octets_makes_no_autn_and_no_auts() -> None:
    functions = Tuak(K(bytes(16)), TOPc(bytes(32)), TuakLengths(mac=16))
    with pytest.raises(ValueError, match="MAC-A is 8 octets"):
        eps_keys.build_autn(SQN(0), AK(bytes(6)), AMF(bytes(2)), functions.f1(RAND(bytes(16)), SQN(0), AMF(bytes(2))))
    with pytest.raises(ValueError, match="MAC-S is 8 octets"):
        eps_keys.build_auts(functions, RAND(bytes(16)), SQN(0))
