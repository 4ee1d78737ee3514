"""nodes.protocol.aka: what is answered."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.aka.answer import answer
from nodes.protocol.crypto import eps_keys
from nodes.protocol.crypto.milenage import Milenage
from nodes.protocol.octets import AMF, AUTS, KASME, RAND, SQN, K, Ks, OPc, sqn_octets, xor
from tests.support.published import VECTORS, published

MILENAGE: dict[str, str] = {
    "algorithm": "milenage",
    "k": "465b5ce8b199b49faa5f0a2ee238a6bc",
    "op": "cdc202d5123e20f62b6d676ac72cb318",
    "rand": "23553cbe9637a89d218ae64dae47bf35",
    "sqn": "ff9bb4d0b607",
    "amf": "b9b9",
}
TUAK = {**MILENAGE, "algorithm": "tuak", "top": "55" * 32}
del TUAK["op"]
_, THREE_DIGITS = json.loads((VECTORS / "aka.json").read_text())["vectors"]
CAPTURED: dict[str, str] = {
    "algorithm": "milenage",
    **{name: THREE_DIGITS[name] for name in ("k", "opc", "rand", "autn")},
    "plmn": "302/999",
}

# Key of the output to the name of its function in the published sets.
FUNCTIONS = {
    "mac_a": "f1",
    "mac_s": "f1star",
    "res": "f2",
    "ck": "f3",
    "ik": "f4",
    "ak": "f5",
    "ak_star": "f5star",
}
CHALLENGE_KEYS = ["rand", "sqn", "sqn_decimal", "seq", "ind", "amf", "mac_a", "mac_s", "mac_s_amf"]
RAND_KEYS = ["res", "ck", "ik", "ak", "ak_star"]
KEYS = ["k_asme", "eea", "eia", "nas_count", "k_nas_enc", "k_nas_int", "k_enb", "ks", "k_app"]
TOLD = ["reasons", "notes"]
WITHOUT_PLMN = dict.fromkeys(
    ("k_nas_enc", "k_nas_int", "k_enb", "ks", "k_app"), "K_ASME is missing: --plmn is not given"
)


def without(options: dict[str, str], *names: str) -> dict[str, str]:
    return {each: value for each, value in options.items() if each not in names}


def _parts(options: dict[str, str], *names: str) -> tuple[Any, ...]:
    found = answer(options)
    return tuple(found[name] for name in names)


@pytest.mark.parametrize("vector", published("milenage.json"))
def test_published_set_of_milenage(vector: dict[str, Any]) -> None:
    options = {name: vector[name] for name in ("k", "op", "rand", "sqn", "amf")}
    results = answer({"algorithm": "milenage", **options})
    names = {**FUNCTIONS, "opc": "opc"}
    expected = {name: vector.get(function, results[name]) for name, function in names.items()}
    assert {name: results[name] for name in names} == expected
    assert results["autn"] == vector.get("autn", results["autn"])


@pytest.mark.parametrize("vector", published("milenage.json", "auts"))
def test_published_auts_is_opened(vector: dict[str, Any]) -> None:
    """TS 33.102 §6.3.5."""
    options = {"algorithm": "milenage", **{name: vector[name] for name in ("k", "opc", "rand", "auts")}}
    sqn_ms = int(vector["sqn_ms"], 16)
    names = ("sqn_ms", "sqn_ms_decimal", "seq_ms", "ind_ms", "mac_s_ok", "ak_star", "auts")
    expected = (vector["sqn_ms"], sqn_ms, sqn_ms >> 5, sqn_ms & 31, True, vector["ak_star"], vector["auts"])
    assert _parts(options, *names) == expected


@pytest.mark.parametrize("vector", published("aka.json"))
def test_a_whole_run_each_way(vector: dict[str, str]) -> None:
    """From SQN in both forms, from AUTN and from AUTS, with OP and with OPc."""
    secrets = {
        "algorithm": "milenage",
        "k": vector["k"],
        "rand": vector["rand"],
        "plmn": f"{vector['mcc']}/{vector['mnc']}",
    }
    written = ({"sqn": vector["sqn"]}, {"sqn-decimal": str(int(vector["sqn"], 16))})
    ways = [{**each, "amf": "8000"} for each in written] + [{"autn": vector["autn"]}]
    for way, key in product(ways, ("op", "opc")):
        found = answer({**secrets, **way, key: vector[key]})
        names = ("opc", "sqn", "amf", "autn", "auts", "k_asme", "mcc", "mnc", "sn_id")
        assert {name: found[name] for name in names} == {name: vector[name] for name in names}
        assert found.get("mac_ok", True) is True
        assert found["sqn_decimal"] == int(vector["sqn"], 16)
    auts = {**without(secrets, "plmn"), "op": vector["op"], "auts": vector["auts"]}
    assert _parts(auts, "sqn_ms", "mac_s_ok") == (vector["sqn"], True)


@pytest.mark.parametrize("vector", published("tuak.json"))
def test_published_set_of_tuak(vector: dict[str, Any]) -> None:
    functions = {"mac": "f1", "res": "f2", "ck": "f3", "ik": "f4"}
    lengths = {f"{name}-length": str(len(vector[function]) // 2) for name, function in functions.items()}
    options = {name: vector[name] for name in ("k", "top", "rand", "sqn", "amf")}
    options |= {"algorithm": "tuak", "iterations": str(vector["keccak_iterations"]), "plmn": "99999"}
    results = answer(options | lengths)
    names = {**FUNCTIONS, "topc": "topc"}
    assert {name: results[name] for name in names} == {name: vector[function] for name, function in names.items()}
    # The lengths in force are told.
    assert [results[name.replace("-", "_")] for name in lengths] == [int(length) for length in lengths.values()]
    assert results["iterations"] == vector["keccak_iterations"]
    is_short = len(vector["f1"]) == 16
    fits_eps = is_short and (len(vector["f3"]), len(vector["f4"])) == (32, 32)
    assert [results[name] is not None for name in ("autn", "auts", "k_asme", "ks")] == [
        *[is_short] * 2,
        *[fits_eps] * 2,
    ]


def test_the_keys_of_an_answer_in_their_order() -> None:
    options = {**MILENAGE, "plmn": "208/034", "as-name": "as.example"}
    found = answer(options)
    network = ["mcc", "mnc", "sn_id"]
    assert list(found) == ["opc", *CHALLENGE_KEYS, *RAND_KEYS, "autn", "auts", *network, *KEYS, *TOLD]
    assert (found["reasons"], found["notes"]) == ({}, [])
    ks = eps_keys.derive_ks(KASME(bytes.fromhex(str(found["k_asme"]))))
    assert (found["ks"], found["k_app"]) == (ks.hex(), eps_keys.derive_k_app(Ks(ks), "as.example").hex())
    lengths = ["mac_length", "res_length", "ck_length", "ik_length", "iterations"]
    assert list(answer(TUAK)) == ["topc", *lengths, *CHALLENGE_KEYS, *RAND_KEYS, "autn", "auts", *KEYS, *TOLD]
    opened = answer(CAPTURED)
    assert list(opened)[:12] == ["opc", *CHALLENGE_KEYS, "mac_ok", "res"]
    assert list(answer({"k-asme": "00" * 32})) == [*KEYS, *TOLD]


def test_sqn_is_shown_in_every_form() -> None:
    """TS 33.102 §C.1.1: SQN is SEQ ‖ IND, of which IND has 5 bits."""
    options = {**without(MILENAGE, "sqn"), "sqn-decimal": " 7351\n"}
    names = ("sqn", "sqn_decimal", "seq", "ind")
    assert _parts(options, *names) == ("000000001cb7", 7351, 229, 23)
    # Decimal digits given as hexadecimal ones are at least seen.
    assert _parts({**MILENAGE, "sqn": "000000007351"}, *names) == ("000000007351", 29521, 922, 17)
    most = {**options, "sqn-decimal": str(2**48 - 1)}
    assert _parts(most, "sqn", "ind") == ("f" * 12, 31)


def test_the_derived_operator_key_gives_the_same() -> None:
    for options, plain in ((MILENAGE, "op"), (TUAK, "top")):
        results = answer(options)
        assert answer({**without(options, plain), f"{plain}c": str(results[f"{plain}c"])}) == results


def test_values_are_read_as_they_are_copied() -> None:
    copied = {
        "algorithm": " MILENAGE",
        "k": "K: 465b5ce8 b199b49f aa5f0a2e e238a6bc",
        "op": ":".join(MILENAGE["op"][at : at + 2] for at in range(0, 32, 2)),
        "rand": f"[{MILENAGE['rand'].upper()}]\n",
        "sqn": "0xff9bb4d0b607",
        "amf": "0xB9B9",
    }
    assert answer(copied) == answer(MILENAGE)


def test_auts_is_made_with_amf_0000() -> None:
    """TS 33.102 §6.3.3: the AMF of MAC-S is all zeros; mac_s is f1* under the AMF that is given."""
    found = answer(MILENAGE)
    functions = Milenage(K(bytes.fromhex(MILENAGE["k"])), OPc(bytes.fromhex(str(found["opc"]))))
    auts = eps_keys.build_auts(functions, RAND(bytes.fromhex(MILENAGE["rand"])), SQN(0xFF9BB4D0B607))
    assert (found["auts"], found["mac_s_amf"]) == (auts.hex(), "b9b9")
    assert found["mac_s"] != auts[6:].hex() == answer({**MILENAGE, "amf": "0000"})["mac_s"]


def test_without_plmn_and_as_name_their_keys_are_null_with_a_reason() -> None:
    found = answer({**TUAK, "as-name": "as.example"})
    nulls = [name for name, value in found.items() if value is None]
    assert nulls == ["k_asme", *WITHOUT_PLMN]
    assert found["reasons"] == {"k_asme": "--plmn is not given", **WITHOUT_PLMN}
    assert _parts({**TUAK, "plmn": "99999"}, "k_app", "reasons") == (None, {"k_app": "--as-name is not given"})


@pytest.mark.parametrize("length", ["mac-length", "ck-length", "ik-length"])
def test_lengths_that_eps_does_not_take_are_the_reason(length: str) -> None:
    found = answer({**TUAK, length: "16" if length == "mac-length" else "32", "plmn": "99999"})
    reasons: Any = found["reasons"]
    assert reasons["k_asme"] == "EPS takes a MAC of 8, a CK of 16 and an IK of 16 octets (TS 33.401 §6.1.2)"
    tokens = {"autn", "auts"} & set(reasons)
    assert tokens == ({"autn", "auts"} if length == "mac-length" else set())
    assert {reasons[name] for name in tokens} <= {"AUTN and AUTS hold a MAC of 8 octets (TS 33.102 §6.3.2), not of 16"}


def test_every_null_has_a_reason_and_nothing_else_has() -> None:
    ways = (MILENAGE, TUAK, {**TUAK, "mac-length": "32"}, CAPTURED, {"k-asme": "00" * 32})
    auts = {**without(CAPTURED, "autn"), "auts": THREE_DIGITS["auts"]}
    for options in (*ways, auts, {**CAPTURED, "auts": THREE_DIGITS["auts"]}):
        found = answer(options)
        reasons: Any = found["reasons"]
        assert set(reasons) == {name for name, value in found.items() if value is None}
        assert all(reasons.values())


# The note of AMF


def test_an_amf_whose_separation_bit_is_0_is_noted_beside_k_asme() -> None:
    """TS 33.401 §6.1.1."""
    options = {**MILENAGE, "plmn": "99999", "amf": "0000"}
    note = (
        "The separation bit of AMF is 0: an EPS UE answers with cause #26, non-EPS authentication unacceptable, "
        "and makes no K_ASME (TS 33.401 §6.1.1)."
    )
    assert _parts(options, "notes") == ([note],)
    assert _parts({**options, "amf": "8000"}, "notes") == ([],)
    assert _parts(without(options, "plmn"), "notes") == ([],)
    captured = without({**MILENAGE, "autn": str(answer(options)["autn"]), "plmn": "99999"}, "sqn", "amf")
    assert _parts(captured, "notes", "mac_ok") == ([note], True)


def test_digits_that_may_be_two_networks_are_noted() -> None:
    (notes,) = _parts({**MILENAGE, "plmn": "722310"}, "notes")
    assert [note.partition(";")[0] for note in notes] == ["--plmn 722310 is read as MCC 722 MNC 310"]


def test_an_amf_beside_auts_alone_is_noted() -> None:
    options = {**without(CAPTURED, "autn", "plmn"), "auts": THREE_DIGITS["auts"], "amf": "8000"}
    (notes,) = _parts(options, "notes")
    assert notes == ["--amf plays no part in AUTS, which is made with AMF 0000 (TS 33.102 §6.3.3)."]


# Captured AUTN and AUTS


def test_a_captured_autn_is_opened() -> None:
    names = ("sqn", "sqn_decimal", "seq", "ind", "amf", "mac_ok", "hint")
    assert _parts(CAPTURED, *names) == ("000000000020", 32, 1, 0, "8000", True, None)
    assert answer(CAPTURED)["reasons"] == {"hint": "no MAC is wrong", "k_app": "--as-name is not given"}


def test_a_wrong_mac_is_an_answer() -> None:
    wrong = {**CAPTURED, "autn": CAPTURED["autn"][:-1] + "0"}
    mac_ok, hint, sqn = _parts(wrong, "mac_ok", "hint", "sqn")
    assert (mac_ok, sqn) == (False, "000000000020")
    assert hint == (
        "MAC-A is wrong with the operator's key taken as OP and as OPc, so K, the operator's key, RAND or AUTN is "
        "another one, and no value below is what the network has."
    )


def test_an_operators_key_of_the_other_kind_is_found_out() -> None:
    given_as_op = {**without(CAPTURED, "opc"), "op": CAPTURED["opc"]}
    hint = "MAC-A is right when the value given as --op is an OPc (give it as --opc)."
    assert _parts(given_as_op, "mac_ok", "hint") == (False, hint)
    given_as_opc = {**CAPTURED, "opc": THREE_DIGITS["op"]}
    hint = "MAC-A is right when the value given as --opc is an OP (give it as --op)."
    assert _parts(given_as_opc, "mac_ok", "hint") == (False, hint)
    auts = {**without(given_as_opc, "autn", "plmn"), "auts": THREE_DIGITS["auts"]}
    hint = "MAC-S is right when the value given as --opc is an OP (give it as --op)."
    assert _parts(auts, "mac_s_ok", "hint") == (False, hint)


def test_a_top_of_the_other_kind_and_other_lengths_are_found_out() -> None:
    """TS 35.231: the lengths of RES, CK and IK are in INSTANCE, so AK depends on them."""
    made = answer({**TUAK, "res-length": "4", "amf": "8000"})
    captured = {**without(TUAK, "sqn", "amf"), "autn": str(made["autn"])}
    hint = "MAC-A is right when RES has 4 octets (give --res-length 4)."
    assert _parts(captured, "mac_ok", "hint") == (False, hint)
    assert _parts({**captured, "res-length": "4"}, "mac_ok", "hint") == (True, None)
    as_topc = {**without(captured, "top"), "topc": TUAK["top"]}
    hint = "MAC-A is right when the value given as --topc is a TOP (give it as --top) and RES has 4 octets (give -"
    assert str(answer(as_topc)["hint"]).startswith(hint)
    wrong = {**captured, "k": "00" * 16}
    hint = "MAC-A is wrong with the operator's key taken as TOP and as TOPc, and of every length, so K, "
    assert str(answer(wrong)["hint"]).startswith(hint)


@pytest.mark.parametrize("amf", ["8000", "b9b9"])
def test_an_auts_made_under_the_amf_of_the_challenge_is_found_out(amf: str) -> None:
    made = answer({**MILENAGE, "amf": amf})
    auts = xor(bytes.fromhex(MILENAGE["sqn"]), bytes.fromhex(str(made["ak_star"]))).hex() + str(made["mac_s"])
    options = {**MILENAGE, "auts": auts} if amf == "b9b9" else {**without(MILENAGE, "sqn", "amf"), "auts": auts}
    hint = f"MAC-S is right under AMF {amf}: whoever made it did not take 0000 (TS 33.102 §6.3.3)."
    assert _parts(options, "mac_s_ok", "hint", "sqn_ms") == (False, hint, MILENAGE["sqn"])


def test_a_challenge_and_an_auts_are_answered_together() -> None:
    other = answer({**MILENAGE, "sqn": "000000000041"})
    found = answer({**MILENAGE, "auts": str(other["auts"])})
    assert [found[name] for name in ("sqn", "sqn_ms", "auts")] == [MILENAGE["sqn"], "000000000041", other["auts"]]
    both = {**without(CAPTURED, "opc"), "op": CAPTURED["opc"], "auts": THREE_DIGITS["auts"]}
    op_is_opc = "is right when the value given as --op is an OPc (give it as --opc)."
    assert answer(both)["hint"] == f"MAC-A {op_is_opc} MAC-S {op_is_opc}"


def test_an_auts_alone_leads_to_no_k_asme() -> None:
    options = {**without(CAPTURED, "autn"), "auts": THREE_DIGITS["auts"]}
    found = answer(options)
    reasons: Any = found["reasons"]
    assert (found["k_asme"], found["sn_id"]) == (None, "039299")
    assert reasons["k_asme"] == "AUTS does not hold the SQN of the challenge; --autn, or --sqn and --amf, do"
    assert "sqn" not in found


@given(st.integers(0, 2**48 - 1), st.binary(min_size=2, max_size=2))
def test_what_was_made_is_opened(sqn: int, amf: bytes) -> None:
    made = answer({**without(MILENAGE, "sqn"), "sqn-decimal": str(sqn), "amf": AMF(amf).hex()})
    opened = answer({**without(MILENAGE, "sqn", "amf"), "autn": str(made["autn"]), "auts": str(made["auts"])})
    assert [opened[name] for name in ("sqn_decimal", "sqn_ms", "amf", "mac_ok", "mac_s_ok")] == [
        *(sqn, sqn_octets(SQN(sqn)).hex(), amf.hex(), True, True)
    ]
    assert len(AUTS(bytes.fromhex(str(made["auts"])))) == 14


# Below K_ASME


@pytest.mark.parametrize("vector", published("kdf.json", "kdf"))
def test_published_keys_below_k_asme(vector: dict[str, Any]) -> None:
    """TS 33.401 §A.3, §A.7."""
    options = {"k-asme": vector["key"]}
    if vector["group"] == "K_eNB":
        count = int(vector["params"][0], 16)
        for written in (str(count), f"0x{count:08x}"):
            assert _parts({**options, "nas-count": written}, "k_enb", "nas_count") == (vector["output"], count)
    if vector["group"] == "algorithm key" and vector["params"][0] == "02" and vector["params"][1] != "00":
        identity = int(vector["params"][1], 16)
        for written in (str(identity), f"EIA{identity}", f"128-eia{identity}"):
            assert _parts({**options, "eia": written}, "k_nas_int", "eia") == (vector["output"][-32:], identity)


def test_k_asme_leads_to_the_same_keys_as_the_run_that_made_it() -> None:
    more = {"eea": "1", "eia": "3", "nas-count": "5", "as-name": "as-1"}
    run = answer({**CAPTURED, **more})
    below = answer({"k-asme": f"KASME: {run['k_asme']}", **more})
    assert below == {name: run[name] for name in KEYS} | {"reasons": {}, "notes": []}
    k_asme = KASME(bytes.fromhex(str(run["k_asme"])))
    assert below["k_nas_enc"] == eps_keys.derive_k_nas_enc(k_asme, 1).hex()
    assert below["k_nas_int"] == eps_keys.derive_k_nas_int(k_asme, 3).hex()
    assert below["k_enb"] == eps_keys.derive_k_enb(k_asme, 5).hex()


def test_algorithms_and_count_have_their_defaults() -> None:
    names = ("eea", "eia", "nas_count")
    assert _parts({"k-asme": "00" * 32}, *names) == (2, 2, 0)
    given = {"k-asme": "00" * 32, "eea": "2", "eia": "2", "nas-count": "0"}
    assert answer(given) == answer({"k-asme": "00" * 32})


def test_an_algorithm_beside_k_asme_is_noted() -> None:
    found = answer({"k-asme": "00" * 32, "algorithm": "milenage"})
    assert found["notes"] == ["--algorithm plays no part in what follows from K_ASME."]
