"""nodes.protocol.aka: what is refused, and that no refusal repeats a secret."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.protocol.aka.answer import answer
from nodes.protocol.aka.options import ALL_OPTIONS, OptionError
from tests.protocol.aka.test_aka import CAPTURED, MILENAGE, TUAK, without

WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no algorithm": (
        without(MILENAGE, "algorithm"),
        "--algorithm is missing: the algorithm is milenage or tuak.",
    ),
    "unknown algorithm": (
        {**MILENAGE, "algorithm": "comp128"},
        "--algorithm is unknown: the algorithm is milenage or tuak.",
    ),
    "no K": (
        without(MILENAGE, "k"),
        "--k is missing: K is 16 octets (TS 35.206 §2.4), two hexadecimal digits each.",
    ),
    "K of 32 octets": ({**MILENAGE, "k": "00" * 32}, "--k: K is 16 octets (TS 35.206 §2.4), got 32."),
    "K of 15 octets": ({**TUAK, "k": "00" * 15}, "--k: K is 16 or 32 octets (TS 33.102 §6.3.7), got 15."),
    "no RAND": (without(MILENAGE, "rand"), "--rand is missing: RAND is 16 octets (TS 33.102 §6.3.2), "),
    "RAND of 15 octets": (
        {**MILENAGE, "rand": "00" * 15},
        "--rand: RAND is 16 octets (TS 33.102 §6.3.2), got 15.",
    ),
    "odd number of digits": (
        {**MILENAGE, "rand": "0" * 31},
        "--rand: RAND is 16 octets (TS 33.102 §6.3.2), two hexadecimal digits each, got 31 digits: one is missing",
    ),
    "no hexadecimal digit": (
        {**MILENAGE, "sqn": "00000000000g"},
        "--sqn: SQN is 6 octets (TS 33.102 §6.3.7), two hexadecimal digits each, but character 12 is 'g': ",
    ),
    "SQN of four digits": (
        {**MILENAGE, "sqn": "7351"},
        (
            "--sqn: SQN is 6 octets (TS 33.102 §6.3.7), got 2: hexadecimal digits are twelve, zeros in front included, "
            "and a number in decimal goes to --sqn-decimal."
        ),
    ),
    "SQN of more than 48 bits": (
        {**without(MILENAGE, "sqn"), "sqn-decimal": str(2**48)},
        "--sqn-decimal: SQN is 0 to 281474976710655 in decimal digits (48 bits, TS 33.102 §6.3.7); hexadecimal digits",
    ),
    "SQN of thousands of digits": ({**without(MILENAGE, "sqn"), "sqn-decimal": "9" * 9999}, "--sqn-decimal: SQN is 0"),
    "SQN in hexadecimal digits where decimal ones belong": (
        {**without(MILENAGE, "sqn"), "sqn-decimal": "1cb7"},
        "--sqn-decimal: SQN is 0 to 281474976710655 in decimal digits",
    ),
    "SQN below 0": ({**without(MILENAGE, "sqn"), "sqn-decimal": "-1"}, "--sqn-decimal: SQN is 0 to "),
    "SQN in both forms": (
        {**MILENAGE, "sqn-decimal": "1"},
        "--sqn and --sqn-decimal: both are given, one is needed.",
    ),
    "no SQN": (
        without(MILENAGE, "sqn"),
        (
            "--sqn is missing: SQN is 6 octets (TS 33.102 §6.3.7), two hexadecimal digits each; --sqn-decimal, --autn, "
            "--auts or --k-asme may take its place."
        ),
    ),
    "no AMF": (without(MILENAGE, "amf"), "--amf is missing: AMF is 2 octets (TS 33.102 §6.3.7), "),
    "AMF of 1 octet": ({**MILENAGE, "amf": "80"}, "--amf: AMF is 2 octets (TS 33.102 §6.3.7), got 1."),
    "OP and OPc": (
        {**MILENAGE, "opc": "00" * 16},
        "--op and --opc: both are given, one is needed, where OP is 16",
    ),
    "neither": (
        without(MILENAGE, "op"),
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
    "PLMN": ({**MILENAGE, "plmn": "9999"}, "--plmn: the PLMN identity is MCC and MNC, such as 001/01 or 310410"),
    "PLMN in octets": ({**MILENAGE, "plmn": "039299"}, "--plmn: MCC 039 is none, an MCC begins with 2 to 7, or is"),
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
        "--mac-length: the length of MAC is 8, 16 or 32 octets (TS 35.231), by default 8.",
    ),
    "length in words": ({**TUAK, "ck-length": "x"}, "--ck-length: the length of CK is 16 or 32 octets"),
    "iterations": ({**TUAK, "iterations": "0"}, "--iterations: the number of Keccak iterations is 1 to 255"),
    "many iterations": (
        {**TUAK, "iterations": "9" * 9999},
        "--iterations: the number of Keccak iterations is 1 to",
    ),
    "EEA0": ({"k-asme": "00" * 32, "eea": "0"}, "--eea: the EEA is 1, 2 or 3, by default 2 (TS 33.401 §5.1.3.2)."),
    "an EIA as EEA": ({"k-asme": "00" * 32, "eea": "EIA2"}, "--eea: the EEA is 1, 2 or 3"),
    "EIA4": ({"k-asme": "00" * 32, "eia": "4"}, "--eia: the EIA is 1, 2 or 3, by default 2 (TS 33.401 §5.1.4.2)."),
    "NAS COUNT of 33 bits": (
        {"k-asme": "00" * 32, "nas-count": str(2**32)},
        "--nas-count: the uplink NAS COUNT is 0 to 4294967295, by default 0 (TS 33.401 §A.3).",
    ),
    "EEA where there is no K_ASME": ({**MILENAGE, "eea": "9"}, "--eea: the EEA is 1, 2 or 3"),
    "AUTN and SQN": ({**CAPTURED, "sqn": "00" * 6}, "--sqn has no place beside --autn, which holds SQN and AMF."),
    "AUTN and SQN in decimal": ({**CAPTURED, "sqn-decimal": "1"}, "--sqn-decimal has no place beside --autn, which"),
    "AUTN and AMF": ({**CAPTURED, "amf": "8000"}, "--amf has no place beside --autn, which holds SQN and AMF."),
    "AUTN without RAND": (without(CAPTURED, "rand"), "--rand is missing: RAND is 16 octets"),
    "AUTN without K": (without(CAPTURED, "k"), "--k is missing: K is 16 octets"),
    "AUTN of 14 octets": ({**CAPTURED, "autn": "00" * 14}, "--autn: AUTN is 16 octets (TS 33.102 §6.3.2), got 14."),
    "AUTS of 16 octets": (
        {**without(CAPTURED, "autn"), "auts": "00" * 16},
        "--auts: AUTS is 14 octets (TS 33.102 §6.3.3), got 16.",
    ),
    "AUTN and a longer MAC": (
        {**without(TUAK, "sqn", "amf"), "mac-length": "16", "autn": "00" * 16},
        "--mac-length has no place beside --autn: AUTN and AUTS hold a MAC of 8 octets (TS 33.102 §6.3.2).",
    ),
    "AUTS and a longer MAC": (
        {**without(TUAK, "sqn", "amf"), "mac-length": "32", "auts": "00" * 14},
        "--mac-length has no place beside --auts: AUTN and AUTS hold a MAC of 8 octets (TS 33.102 §6.3.2).",
    ),
    "K_ASME of 16 octets": ({"k-asme": "00" * 16}, "--k-asme: K_ASME is 32 octets (TS 33.401 §A.2), got 16."),
    **{
        f"K_ASME and {name}": (
            {"k-asme": "00" * 32, name: "00"},
            f"--{name} has no place beside --k-asme: K_ASME is what it would lead to.",
        )
        for name in ALL_OPTIONS
        if name not in {"k-asme", "eea", "eia", "nas-count", "as-name", "algorithm"}
    },
}


@pytest.mark.parametrize(("options", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_options_are_refused_in_one_sentence(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(OptionError) as refused:
        answer(options)
    assert str(refused.value).startswith(sentence)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


# Digits of no value, so that those of a secret are found wherever they are repeated.
SECRET = "e7d1c9a3f5b8e2d6c4a7f9b3e5d8c1a6"
FULL: dict[str, str] = {
    **dict.fromkeys(("k", "op", "opc", "rand", "autn"), SECRET),
    **dict.fromkeys(("top", "topc", "k-asme"), SECRET * 2),
    "auts": SECRET[:28],
    "sqn": SECRET[:12],
    "sqn-decimal": "7351",
    "amf": "8000",
    "plmn": "302/999",
    "as-name": "as-1",
    "algorithm": "milenage",
    **dict.fromkeys(("mac-length", "res-length", "ck-length", "ik-length"), "16"),
    "iterations": "2",
    **dict.fromkeys(("eea", "eia"), "2"),
    "nas-count": "0",
}
BASES = (MILENAGE, TUAK, CAPTURED, {"k-asme": SECRET * 2}, {**without(CAPTURED, "autn"), "auts": SECRET[:28]})


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A value of some option with characters put in, taken out or changed."""
    text = draw(st.sampled_from(sorted(set(FULL.values()))))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        put = draw(st.sampled_from(["", "0", "O", "g", " ", ":", "0x", "-", "…", "\uff10", "\n", "\0", "K: ", SECRET]))
        text = text[:at] + put + text[at + draw(st.integers(0, 2)) :]
    return text


options_mutated = st.builds(
    lambda base, more, gone: without({**base, **more}, *gone),
    st.sampled_from(BASES),
    st.dictionaries(st.sampled_from(ALL_OPTIONS), mutated() | st.text(max_size=40), max_size=3),
    st.sets(st.sampled_from(ALL_OPTIONS), max_size=1),
)


def repeats_secret(text: str) -> bool:
    return any(SECRET[at : at + 5] in text.lower() for at in range(len(SECRET) - 4))


@settings(max_examples=500)
@given(options_mutated)
def test_any_options_are_answered_or_refused_without_repeating_a_secret(options: dict[str, str]) -> None:
    try:
        json.dumps(answer(options))
        told = ""
    except OptionError as error:
        told = str(error)
    assert not repeats_secret(told)
