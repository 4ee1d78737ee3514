"""nodes.protocol.aka and `manage.py aka`."""

import json
from typing import Any

import pytest

from nodes.management.commands.aka import Command
from nodes.protocol.aka import run
from nodes.protocol.crypto import eps_keys
from nodes.protocol.octets import KASME, Ks
from tests.published import published

KEYS = ["mac_a", "mac_s", "res", "ck", "ik", "ak", "ak_star", "autn", "k_asme", "ks", "k_app"]
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

Captured = pytest.CaptureFixture[str]


def _run_command(options: dict[str, str], *more: str) -> None:
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    Command().run_from_argv(["manage.py", "aka", *arguments, *more])


@pytest.mark.parametrize("vector", published("milenage.json"))
def test_published_set_of_milenage(vector: dict[str, Any]) -> None:
    options = {name: vector[name] for name in ("k", "op", "rand", "sqn", "amf")}
    results = run({"algorithm": "milenage", **options})
    names = {**FUNCTIONS, "opc": "opc"}
    expected = {name: vector.get(function, results[name]) for name, function in names.items()}
    assert {name: results[name] for name in names} == expected
    assert results["autn"] == vector.get("autn", results["autn"])


@pytest.mark.parametrize("vector", published("tuak.json"))
def test_published_set_of_tuak(vector: dict[str, Any]) -> None:
    functions = {"mac": "f1", "res": "f2", "ck": "f3", "ik": "f4"}
    lengths = {f"{name}-length": str(len(vector[function]) // 2) for name, function in functions.items()}
    options = {name: vector[name] for name in ("k", "top", "rand", "sqn", "amf")}
    options |= {"algorithm": "tuak", "iterations": str(vector["keccak_iterations"]), "plmn": "99999"}
    results = run(options | lengths)
    names = {**FUNCTIONS, "topc": "topc"}
    assert {name: results[name] for name in names} == {name: vector[function] for name, function in names.items()}
    fits_eps = (len(vector["f1"]), len(vector["f3"]), len(vector["f4"])) == (16, 32, 32)
    assert [results[name] is not None for name in ("autn", "k_asme", "ks")] == [fits_eps] * 3


def test_one_json_object_with_the_keys_in_their_order(capsys: Captured) -> None:
    _run_command({**MILENAGE, "plmn": "208034", "as-name": "as.example"})
    captured = capsys.readouterr()
    results = json.loads(captured.out)
    assert (list(results), captured.err) == (["opc", *KEYS], "")
    assert captured.out.count("\n") == 1
    ks = eps_keys.derive_ks(KASME(bytes.fromhex(results["k_asme"])))
    assert results["ks"] == ks.hex()
    assert results["k_app"] == eps_keys.derive_k_app(Ks(ks), "as.example").hex()


def test_the_derived_operator_key_gives_the_same() -> None:
    for options, plain in ((MILENAGE, "op"), (TUAK, "top")):
        results = run(options)
        derived = {name: value for name, value in options.items() if name != plain}
        assert run({**derived, f"{plain}c": str(results[f"{plain}c"])}) == results


def test_upper_case_digits_are_read_and_lower_case_printed() -> None:
    assert run({name: value.upper() if name != "algorithm" else value for name, value in MILENAGE.items()}) == run(
        MILENAGE
    )


def test_without_plmn_and_as_name_their_keys_are_null() -> None:
    results = run({**TUAK, "as-name": "as.example"})
    assert [name for name, value in results.items() if value is None] == ["k_asme", "ks", "k_app"]
    assert list(results) == ["topc", *KEYS]
    assert run({**TUAK, "plmn": "99999"})["k_app"] is None


def _without(options: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in options.items() if each != name}


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no algorithm": (
        _without(MILENAGE, "algorithm"),
        "--algorithm is missing: the algorithm is milenage or tuak.",
    ),
    "unknown algorithm": ({**MILENAGE, "algorithm": "comp128"}, "--algorithm 'comp128' is unknown: "),
    "no K": (
        _without(MILENAGE, "k"),
        "--k is missing: K is 16 octets (TS 35.206 §2.4), two hexadecimal digits each.",
    ),
    "K of 32 octets": ({**MILENAGE, "k": "00" * 32}, "--k: K is 16 octets (TS 35.206 §2.4), got 32."),
    "K of 15 octets": ({**TUAK, "k": "00" * 15}, "--k: K is 16 or 32 octets (TS 33.102 §6.3.7), got 15."),
    "no RAND": (_without(MILENAGE, "rand"), "--rand is missing: RAND is 16 octets (TS 33.102 §6.3.2), "),
    "RAND of 15 octets": (
        {**MILENAGE, "rand": "00" * 15},
        "--rand: RAND is 16 octets (TS 33.102 §6.3.2), got 15.",
    ),
    "odd number of digits": (
        {**MILENAGE, "rand": "0" * 31},
        "--rand: RAND is 16 octets (TS 33.102 §6.3.2), two",
    ),
    "no hexadecimal digit": (
        {**MILENAGE, "sqn": "00000000000g"},
        "--sqn: SQN is 6 octets (TS 33.102 §6.3.7), two",
    ),
    "AMF of 1 octet": ({**MILENAGE, "amf": "80"}, "--amf: AMF is 2 octets (TS 33.102 §6.3.7), got 1."),
    "OP and OPc": (
        {**MILENAGE, "opc": "00" * 16},
        "--op and --opc: both are given, one is needed, where OP is 16",
    ),
    "neither": (
        _without(MILENAGE, "op"),
        "--op and --opc: both are missing, one is needed, where OP is 16 octets",
    ),
    "option of TUAK": (
        {**MILENAGE, "res-length": "8"},
        "--res-length belongs to --algorithm tuak, where the length",
    ),
    "option of Milenage": (
        {**TUAK, "opc": "00" * 16},
        "--opc belongs to --algorithm milenage, where OPc is 16",
    ),
    "PLMN": ({**MILENAGE, "plmn": "9999"}, "--plmn: the PLMN identity is MCC and MNC, 5 or 6 decimal digits"),
    "empty AS name": (
        {**MILENAGE, "as-name": ""},
        "--as-name: the name of the AS is 1 to 65535 octets of UTF-8, got 0.",
    ),
    "AS name that is no UTF-8": (
        {**MILENAGE, "as-name": "\udcff"},
        "--as-name: the name of the AS is 1 to 65535",
    ),
    "length": (
        {**TUAK, "mac-length": "9"},
        "--mac-length: the length of MAC is 8, 16 or 32 octets (TS 35.231), got '9'.",
    ),
    "length in words": ({**TUAK, "ck-length": "x"}, "--ck-length: the length of CK is 16 or 32 octets"),
    "iterations": ({**TUAK, "iterations": "0"}, "--iterations: the number of Keccak iterations is 1 to 255"),
    "many iterations": (
        {**TUAK, "iterations": "9" * 9999},
        "--iterations: the number of Keccak iterations is 1 to",
    ),
}


def _assert_refused(capsys: Captured, options: dict[str, str], sentence: str, *more: str) -> None:
    with pytest.raises(SystemExit) as ended:
        _run_command(options, *more)
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert captured.err.startswith(sentence)
    assert captured.err.endswith(".\n")


@pytest.mark.parametrize(("options", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_one_sentence_and_exit_code_2(capsys: Captured, options: dict[str, str], sentence: str) -> None:
    _assert_refused(capsys, options, sentence)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--k"], "--k has no value: K is 16 or 32 octets"),
        (["--plmn"], "--plmn has no value: the PLMN identity is MCC and MNC"),
        (["--bogus"], "Wrong options: unrecognized arguments: --bogus."),
        (["a\nb"], "Wrong options: unrecognized arguments: a b."),
        (["--verbosity", "9"], "Wrong options: argument -v/--verbosity: "),
        (["--ran", "00"], "Wrong options: unrecognized arguments: --ran 00."),
    ],
)
def test_what_argparse_refuses_is_one_sentence_too(capsys: Captured, more: list[str], sentence: str) -> None:
    _assert_refused(capsys, MILENAGE, sentence, *more)
