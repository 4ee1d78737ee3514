"""Diameter octets: encoded, read, explained and decoded."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.codec import diameter_avps as avps
from nodes.codec.between import Between
from nodes.codec.diameter import Reading, read
from nodes.codec.diameter_avps import AVPS, OURS, TGPP
from nodes.codec.diameter_commands import APPLICATIONS, COMMANDS, Message
from nodes.codec.diameter_values import decode, encode
from nodes.codec.groups import NOT_3GPP
from nodes.protocol.identities import GUTI, PLMNIdentity, imsi
from nodes.protocol.messages import key_requests, pushes, s6a
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import AUTN, AUTS, KASME, KN, RAND, RES, DecodeError, Ks
from tests.support.codec import BETWEEN, DIAMETER, attempt, tiles
from tests.support.published import VECTORS

NUMBERS = json.loads((VECTORS / "diameter.json").read_text())
IMSI = imsi("999990000000001")
PLMN_ID = PLMNIdentity("999", "99")
GUTI_A = GUTI.decode(bytes.fromhex("99f999234501000004d2"))
TO_HSS = Between("mme-1", "hss")
AIR = encode(s6a.AuthenticationInformationRequest(IMSI, 7, PLMN_ID, 3), TO_HSS)
ULA = encode(s6a.UpdateLocationAnswer(IMSI, 7), Between("hss", "mme-1"))


@given(DIAMETER, BETWEEN)
def test_message_is_decoded_to_what_was_encoded(message: Message, between: Between) -> None:
    octets = encode(message, between)
    found, nodes = decode(octets)
    assert (found, nodes.source, nodes.destination) == (message, between.source, between.destination)
    assert nodes.realm == between.realm


@given(DIAMETER)
def test_every_octet_of_a_message_is_explained(message: Message) -> None:
    octets = encode(message, TO_HSS)
    assert tiles(read(octets).groups) == octets


def avp(code: int, flags: int, data: bytes) -> bytes:
    return code.to_bytes(4, "big") + bytes((flags,)) + (8 + len(data)).to_bytes(3, "big") + data + bytes(-len(data) % 4)


def with_body(body: bytes, head: bytes = AIR[:20]) -> bytes:
    return head[:1] + (20 + len(body)).to_bytes(3, "big") + head[4:20] + body


ANY_AVPS = st.lists(
    st.builds(avp, st.sampled_from(sorted({code for code, _ in AVPS})), st.integers(0, 127), st.binary(max_size=40)),
    max_size=4,
).map(b"".join)
CHANGED = st.builds(
    lambda octets, at, value: octets[: at % len(octets)] + bytes((value,)) + octets[at % len(octets) + 1 :],
    st.sampled_from([AIR, ULA]),
    st.integers(0, 400),
    st.integers(0, 255),
)


@given(st.binary(max_size=60) | ANY_AVPS.map(with_body) | st.binary(max_size=40).map(with_body) | CHANGED)
def test_any_octets_are_read_and_explained_or_refused_with_their_place(octets: bytes) -> None:
    reading = attempt(read, octets)
    if reading is not None:
        assert tiles(reading.groups) == octets
    found = attempt(decode, octets)
    if found is not None:
        assert encode(*found) == octets


def names(reading: Reading) -> list[str]:
    return [each.name for each in reading.avps]


HEAD = [
    "Session-Id",
    "Vendor-Specific-Application-Id",
    "Auth-Session-State",
    "Origin-Host",
    "Origin-Realm",
    "Destination-Host",
    "Destination-Realm",
]


@pytest.mark.clause("TS 29.272", "7.2.5")
def test_authentication_information_request() -> None:
    """Authentication-Information-Request."""
    info = s6a.ResynchronizationInfo(RAND(bytes(16)), AUTS(bytes(14)))
    reading = read(encode(s6a.AuthenticationInformationRequest(IMSI, 7, PLMN_ID, 3, info), TO_HSS))
    assert reading.name == "Authentication-Information-Request"
    assert names(reading) == [*HEAD, "User-Name", "Requested-EUTRAN-Authentication-Info", "Visited-PLMN-Id"]
    requested = reading.avps[8]
    assert [(each.name, each.group.value) for each in requested.members] == [
        ("Number-Of-Requested-Vectors", "3"),
        ("Re-Synchronization-Info", "RAND, then AUTS"),
    ]
    data = requested.members[1].group.part("Data")
    assert [part.name for part in data.parts] == ["RAND", "SQN_MS ⊕ AK*", "MAC-S"]
    assert reading.avps[0].value == "mme-1.epc.mnc099.mcc999.3gppnetwork.org;16777251;7;999990000000001"
    assert reading.avps[9].group.value == "MCC 999, MNC 99"
    with pytest.raises(KeyError):
        data.part("AUTN")


@pytest.mark.clause("TS 29.272", "7.2.6")
def test_keys_and_the_expected_answer_are_marked_as_secret() -> None:
    """Authentication-Information-Answer."""
    vector = s6a.EUTRANVector(RAND(bytes(16)), RES(bytes(8)), AUTN(bytes(16)), KASME(bytes(32)))
    answer = s6a.AuthenticationInformationAnswer(IMSI, 7, (vector,))
    reading = read(encode(answer, Between("hss", "mme-1")))
    (info,) = (each for each in reading.avps if each.name == "Authentication-Info")
    assert info.group.is_secret
    assert {each.name: each.group.is_secret for each in info.members[0].members} == {
        "Item-Number": False,
        "RAND": False,
        "XRES": True,
        "AUTN": False,
        "KASME": True,
    }


@pytest.mark.clause("RFC 6733", "7.6")
@pytest.mark.parametrize(
    ("message", "words"),
    [
        (s6a.UpdateLocationAnswer(IMSI, 7), "2001, DIAMETER_SUCCESS"),
        (
            s6a.UpdateLocationAnswer(IMSI, 7, s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN),
            "5001, DIAMETER_ERROR_USER_UNKNOWN",
        ),
        (
            key_requests.T6aKeyAnswer("as-1", "ue-1.1", KeyResult.GUTI_UNKNOWN),
            "5901, guti-unknown, not defined by 3GPP",
        ),
    ],
)
def test_result(message: Message, words: str) -> None:
    """Experimental-Result."""
    by_name = {each.name: each for each in read(encode(message, Between("hss", "mme-1"))).avps}
    if "Result-Code" in by_name:
        assert (by_name["Result-Code"].group.value, "Experimental-Result" in by_name) == (words, False)
    else:
        assert by_name["Experimental-Result"].members[1].group.value == words


OF_OURS = [
    key_requests.T6aKeyRequest("as-1", "ue-1.1", GUTI_A, KN(bytes(8))),
    key_requests.T6aKeyAnswer("as-1", "ue-1.1", KeyResult.OK, Ks(bytes(32))),
    pushes.KeysPushRequest(IMSI, 1, (pushes.KeyPair(RAND(bytes(16)), Ks(bytes(32))),)),
    pushes.KeysPushAnswer(IMSI, 1),
    pushes.ActiveVectorPushRequest(IMSI, 1, RAND(bytes(16)), (GUTI_A,), pushes.PushOrder(1, 2)),
    pushes.ActiveVectorPushAnswer(IMSI, 1),
    pushes.GUTIWithdrawalRequest(IMSI, 1, (GUTI_A,)),
    pushes.GUTIWithdrawalAnswer(IMSI, 1),
]


@pytest.mark.parametrize("message", OF_OURS, ids=lambda message: type(message).__name__)
def test_what_no_specification_defines_says_so(message: Message) -> None:
    reading = read(encode(message, Between("scef", "mme-1")))
    assert reading.name.endswith(f" ({NOT_3GPP})")
    assert reading.command.code in {0xFFFFFE, 0xFFFFFF}
    ours = [each for each in reading.avps if each.vendor == OURS]
    assert all(NOT_3GPP in each.group.clause and not each.flags & 0x40 for each in ours)
    assert not reading.groups[3].is_defined


def test_every_message_of_ours_is_among_them() -> None:
    assert {type(message) for message in OF_OURS} == {
        kind for kind, command in COMMANDS.items() if NOT_3GPP in command.clause
    }


@pytest.mark.clause("RFC 6733", "3")
def test_repeated_request_and_its_answer_have_the_same_identifiers() -> None:
    """Diameter Header."""
    request = pushes.KeysPushRequest(IMSI, 4, ())
    one, answer = (
        encode(request, Between("hss", "scef")),
        encode(pushes.KeysPushAnswer(IMSI, 4), Between("scef", "hss")),
    )
    other = encode(pushes.KeysPushRequest(IMSI, 5, ()), Between("hss", "scef"))
    assert one[12:20] == answer[12:20] != other[12:20]


@pytest.mark.parametrize(
    ("octets", "offset", "rule"),
    [
        (b"", 0, "Diameter header is 1 octet here, and 0 are left"),
        (b"\2", 0, r"Diameter is of version 1 \(RFC 6733 §3\), got 2"),
        (AIR[:-1], 1, "Message Length is 392, but 391 octets are there"),
        (
            with_body(b"", AIR[:7] + b"\1" + AIR[8:20]),
            5,
            r"Command 257 of application 16777251 \(3GPP S6a\) is none .*",
        ),
        (with_body(avp(263, 0x40, b"\xff")), 28, r"UTF8String is UTF-8 \(RFC 6733 §4.3.1\)"),
        (with_body(avp(264, 0x40, b"\xff")), 28, r"DiameterIdentity is ASCII \(RFC 6733 §4.3.1\)"),
        (with_body(avp(268, 0x40, b"\0")), 28, r"Unsigned32 is 4 octets \(RFC 6733 §4.2\), got 1"),
        (with_body(bytes(7) + b"\7"), 25, r"AVP Length is 7, less than the AVP's header \(RFC 6733 §4.1\)"),
        (with_body(avp(263, 0x40, b"abc")[:-1]), 31, "Padding of Session-Id is 1 octet here, and 0 are left"),
    ],
)
def test_octets_that_are_no_message_are_refused_with_their_place(octets: bytes, offset: int, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(octets)
    assert refused.value.offset == offset


def vendor_avp(attribute: avps.AVP, data: bytes) -> bytes:
    head = attribute.code.to_bytes(4, "big") + b"\xc0" + (12 + len(data)).to_bytes(3, "big")
    return head + attribute.vendor.to_bytes(4, "big") + data + bytes(-len(data) % 4)


@pytest.mark.parametrize(
    ("attribute", "data", "rule"),
    [
        (avps.RE_SYNCHRONIZATION_INFO, bytes(29), "Re-Synchronization-Info is RAND and AUTS, 30 octets .*, got 29"),
        (avps.XRES, bytes(3), "XRES is 4 to 16 octets, got 3"),
        (avps.KASME, bytes(31), "KASME is 32 octets, got 31"),
        (avps.VISITED_PLMN_ID, b"\xff\xff\xff", "PLMN identity is decimal digits in BCD .*"),
        (avps.GUTI, bytes(9), "GUTI is 10 octets .*, got 9"),
    ],
)
def test_data_that_are_no_value_of_their_avp_are_refused(attribute: avps.AVP, data: bytes, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(with_body(vendor_avp(attribute, data)))
    assert refused.value.offset == 32


def test_avps_that_are_not_known_are_read_and_not_explained() -> None:
    unknown = (99999).to_bytes(4, "big") + b"\x80" + (13).to_bytes(3, "big") + (1).to_bytes(4, "big") + b"a\0\0\0"
    reading = read(with_body(unknown + avp(99998, 0, b"") + avp(297, 0, b"")))
    assert [(each.name, each.group.value) for each in reading.avps] == [
        ("AVP 99999 of vendor 1", "1 octet"),
        ("AVP 99998 of vendor 0", "0 octets"),
        ("Experimental-Result", "empty"),
    ]


def test_avps_nested_without_end_are_refused() -> None:
    body = b""
    for _ in range(20):
        body = avp(260, 0, body)
    with pytest.raises(DecodeError, match=r"^AVPs are nested more than 8 deep$"):
        read(with_body(body))


@pytest.mark.parametrize(
    ("octets", "rule"),
    [
        (with_body(b""), "The Session-Id is no Authentication-Information-Request's of this product"),
        (AIR[:-4] + b"\xff" + AIR[-3:], "PLMN identity .*"),
        (AIR.replace(b"mcc999", b"mcx999"), "The realm is none of an EPC .*"),
        (AIR.replace(b"9900000000", b"99000x0000"), "IMSI is 6 to 15 decimal digits .*"),
        (AIR.replace(b"\0\0\0\1\x40", b"\0\0\0\2\x40"), "Well formed, but .* goes on otherwise"),
        (ULA.replace(b";7;", b";x;"), "The Session-Id is no Update-Location-Answer's of this product"),
        (
            ULA.replace(b"16777251;7;999990000000001", b"16777251;9999999999;999990"),
            "Session-Id counts from 0 in 32 bits .*",
        ),
        (with_body(AIR[20:96]), "AuthenticationInformationRequest lacks what says its visited plmn id"),
        (
            encode(s6a.UpdateLocationAnswer(IMSI, 7, s6a.S6aError(5001)), Between("hss", "mme-1")).replace(
                (5001).to_bytes(4, "big"), (5002).to_bytes(4, "big")
            ),
            "Experimental-Result-Code 5002 is none that this product sends",
        ),
    ],
)
def test_message_that_says_what_this_product_has_no_value_for_is_not_decoded(octets: bytes, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$"):
        decode(octets)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (s6a.CancelLocationRequest(IMSI, -1), "Session-Id counts from 0 in 32 bits .*, got -1"),
        (
            s6a.AuthenticationInformationRequest(IMSI, 1, PLMN_ID, 1 << 32),
            r"Unsigned32 is 32 bits \(RFC 6733 §4.2\), got .*",
        ),
        (key_requests.T6aKeyRequest("as;1", "ue-1.1", GUTI_A), "Session-Id separates its parts by semicolons .*"),
    ],
)
def test_field_that_does_not_fit_is_refused(message: Message, rule: str) -> None:
    with pytest.raises(ValueError, match=f"^{rule}$"):
        encode(message, TO_HSS)


def test_error_is_decoded() -> None:
    message = s6a.UpdateLocationAnswer(IMSI, 7, s6a.S6aError.DIAMETER_ERROR_USER_UNKNOWN)
    between = Between("hss", "mme-1")
    assert decode(encode(message, between)) == (message, between)


def test_messages_that_share_a_command_are_told_apart_by_the_type_of_push() -> None:
    octets = encode(pushes.ActiveVectorPushAnswer(IMSI, 1), Between("scef", "mme-1"))
    assert [read(octets).name, read(octets[:-1] + b"\1").name] == [
        f"Active-Vector-Push-Answer ({NOT_3GPP})",
        f"GUTI-Withdrawal-Answer ({NOT_3GPP})",
    ]
    assert read(octets[:-1] + b"\2").name == f"Active-Vector-Push-Answer ({NOT_3GPP})"
    assert isinstance(decode(octets[:-1] + b"\1")[0], pushes.GUTIWithdrawalAnswer)


# Numbers


@pytest.mark.parametrize("vector", NUMBERS["avps"], ids=lambda vector: vector["name"])
def test_avp_has_the_number_type_and_flags_of_the_published_tables(vector: dict[str, Any]) -> None:
    attribute = AVPS[vector["code"], TGPP]
    assert (attribute.name, f"3GPP {attribute.clause.replace('§', '')}") == (vector["name"], vector["clause"])
    assert attribute.mandatory == ("M" in vector["flag_must"])
    assert attribute.kind.name == vector["type"]


def test_every_avp_of_3gpp_is_in_the_published_tables() -> None:
    published = {vector["code"] for vector in NUMBERS["avps"]}
    assert {code for code, vendor in AVPS if vendor == TGPP} - published == {avps.RAT_TYPE.code}


def test_applications_commands_and_results_are_those_of_the_published_tables() -> None:
    assert {row["id"]: row["name"] for row in NUMBERS["applications"]} == APPLICATIONS
    defined = {command.code for command in COMMANDS.values() if NOT_3GPP not in command.clause}
    assert defined == {row["code"] for row in NUMBERS["commands"]}
    assert {error.value: error.name for error in s6a.S6aError} == {
        row["code"]: row["name"] for row in NUMBERS["experimental_results"]
    }
