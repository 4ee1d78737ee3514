"""What octets are, as plain data."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.codec.answers import diameter_answer, guti_answer, nas_answer
from nodes.codec.between import Between
from nodes.codec.diameter_values import encode
from nodes.protocol.identities import GUTI, PLMNIdentity, imsi
from nodes.protocol.messages import key_requests, nas, s6a
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.messages.nas_octets import encode as encode_nas
from nodes.protocol.octets import AUTN, KASME, RAND, RES, DecodeError, Ks
from tests.support.codec import DIAMETER, NAS, attempt
from tests.support.published import published

IMSI = imsi("999990000000001")
KEYS = ("mcc", "mnc", "mme_group_id", "mme_code", "m_tmsi", "gummei", "s_tmsi")


@pytest.mark.parametrize("vector", published("guti.json"))
@pytest.mark.parametrize("form", ["with its IEI", "with its length", "alone"])
def test_published_guti(vector: dict[str, Any], form: str) -> None:
    octets = {"with its IEI": f"50{vector['ie']}", "with its length": vector["ie"], "alone": vector["guti_80bit"]}[form]
    assert guti_answer(bytes.fromhex(octets)) == {key: vector[key] for key in KEYS}


@pytest.mark.parametrize(
    ("octets", "offset", "rule"),
    [
        ("", 0, "A GUTI is 10 octets, 12 with its length, or 13 with IEI 50, got 0"),
        ("510bf600f110000201030003e6", 0, "A GUTI is 10 octets, 12 with its length, or 13 with IEI 50, got 13"),
        ("500bf100f110000201030003e6", 1, "EPS mobile identity of a GUTI begins 0bf6 .*, got 0bf1"),
        ("0af600f110000201030003e6", 0, "EPS mobile identity of a GUTI begins 0bf6 .*, got 0af6"),
        ("0af110000201030003e6", 0, "PLMN identity is decimal digits in BCD .*, got digit A"),
        ("500bf60af110000201030003e6", 3, "PLMN identity is decimal digits in BCD .*, got digit A"),
    ],
)
def test_octets_that_are_no_guti_are_refused_with_their_place(octets: str, offset: int, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        guti_answer(bytes.fromhex(octets))
    assert refused.value.offset == offset


@given(st.binary(max_size=20))
def test_any_octets_are_a_guti_or_refused(octets: bytes) -> None:
    answer = attempt(guti_answer, octets)
    if answer is not None:
        assert octets.endswith(bytes.fromhex(answer["gummei"] + answer["m_tmsi"]))


def test_nas_message() -> None:
    answer = nas_answer(bytes.fromhex("17abcdef01fe07530840e3040753083ec3"))
    assert answer == {
        "message": "AUTHENTICATION RESPONSE",
        "clause": "TS 24.301 §8.2.8",
        "type": "53",
        "security_header": {
            "type": 1,
            "meaning": "integrity protected",
            "mac": "abcdef01",
            "sequence_number": 254,
        },
        "elements": [
            {
                "name": "Authentication response parameter",
                "offset": 8,
                "octets": "0840e3040753083ec3",
                "value": "RES, 8 octets",
                "clause": "TS 24.301 §9.9.3.4",
                "parts": [
                    {
                        "name": "Length",
                        "offset": 8,
                        "octets": "08",
                        "value": "8 octets",
                        "clause": "TS 24.301 §9.9.3.4",
                    },
                    {
                        "name": "Value",
                        "offset": 9,
                        "octets": "40e3040753083ec3",
                        "value": "RES, 8 octets",
                        "clause": "TS 24.301 §9.9.3.4",
                    },
                ],
            }
        ],
    }


def test_service_request_has_no_message_type_and_bits_of_an_octet_are_named() -> None:
    answer = nas_answer(bytes.fromhex("d7a60500"))
    header = "security header for the SERVICE REQUEST message"
    assert answer["type"] is None
    assert answer["security_header"] == {"type": 13, "meaning": header, "mac": "0500", "sequence_number": 6}
    assert [(part["name"], part["bits"], part["value"]) for part in answer["elements"][0]["parts"]] == [
        ("KSI", "8 to 6", "5"),
        ("Sequence number (short)", "5 to 1", "NAS COUNT, the low 5 bits: 6"),
    ]


def test_diameter_message() -> None:
    vector = s6a.EUTRANVector(RAND(bytes(16)), RES(bytes(8)), AUTN(bytes(16)), KASME(bytes(32)))
    answer = diameter_answer(encode(s6a.AuthenticationInformationAnswer(IMSI, 7, (vector,)), Between("hss", "mme-1")))
    assert {name: answer[name] for name in ("command", "code", "flags", "application")} == {
        "command": "Authentication-Information-Answer",
        "code": 318,
        "flags": ["proxiable"],
        "application": {"id": 16777251, "name": "3GPP S6a"},
    }
    assert [avp["name"] for avp in answer["avps"]] == [
        "Session-Id",
        "Vendor-Specific-Application-Id",
        "Result-Code",
        "Auth-Session-State",
        "Origin-Host",
        "Origin-Realm",
        "Authentication-Info",
    ]
    members = answer["avps"][-1]["avps"][0]["avps"]
    assert [avp["name"] for avp in members] == ["Item-Number", "RAND", "XRES", "AUTN", "KASME"]
    assert members[-1] == {
        "name": "KASME",
        "code": 1450,
        "vendor": 10415,
        "flags": ["vendor-specific", "mandatory"],
        "value": "32 octets",
        "octets": bytes(32).hex(),
        "clause": "TS 29.272 §7.3.56",
        "secret": True,
    }
    assert answer["avps"][4]["octets"] == b"hss.epc.mnc099.mcc999.3gppnetwork.org".hex()


def test_message_of_ours_is_not_passed_off_as_3gpps() -> None:
    message = key_requests.T6aKeyAnswer("as-1", "ue-1.1", KeyResult.OK, Ks(bytes(32)))
    answer = diameter_answer(encode(message, Between("mme-1", "scef")))
    assert answer["command"] == "Key-Answer (not defined by 3GPP)"
    assert answer["avps"][-1]["clause"] == "this demonstrator, enterprise 32473 (RFC 5612), not defined by 3GPP"


@given(NAS.filter(lambda message: not isinstance(message, nas.SecurityProtected)), DIAMETER)
def test_every_answer_is_json(message: nas.PlainNAS, other: s6a.S6aMessage) -> None:
    said = nas_answer(encode_nas(message)), diameter_answer(encode(other, Between("mme-1", "hss")))
    assert json.loads(json.dumps(said)) == list(said)


def test_guti_of_a_network_with_three_digits() -> None:
    guti = GUTI.decode(bytes.fromhex("13001480010100000001"))
    assert guti.gummei.plmn_id == PLMNIdentity("310", "410")
    assert guti_answer(guti.octets)["mnc"] == "410"
