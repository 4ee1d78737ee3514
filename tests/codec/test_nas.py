"""NAS octets read, explained and decoded."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nodes.codec.nas import read
from nodes.codec.nas_decoding import Beside, decode
from nodes.protocol.identities import GUTI, imsi
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import LAYOUTS, encode, security_protected
from nodes.protocol.octets import DecodeError
from tests.support.codec import NAS, attempt, tiles
from tests.support.published import published

GUTI_A = GUTI.decode(bytes.fromhex("99f999234501000004d2"))


def octets_of(message: nas.NASMessage) -> bytes:
    return security_protected(message) if isinstance(message, nas.SecurityProtected) else encode(message)


@given(NAS)
def test_message_is_decoded_to_what_was_encoded(message: nas.NASMessage) -> None:
    beside = None
    if isinstance(message, nas.SecurityProtected):
        guti = message.message.guti if isinstance(message.message, nas.ServiceRequest) else None
        beside = Beside(message.ksi, message.count, guti, message.mac[:2])
        if guti is not None and message.message.ksi != message.ksi:  # type: ignore[union-attr]
            return
    assert decode(octets_of(message), beside) == message


@given(NAS)
def test_every_octet_of_a_message_is_explained(message: nas.NASMessage) -> None:
    octets = octets_of(message)
    assert tiles(read(octets).groups) == octets


TYPES = [layout.message_type for layout in LAYOUTS.values()]
ARBITRARY = st.binary(max_size=60) | st.builds(
    lambda head, number, rest: head + bytes((7, number)) + rest,
    st.sampled_from([b"", b"\x17abcd\0", b"\x27abcd\0", b"\x47abcd\0"]),
    st.sampled_from(TYPES),
    st.binary(max_size=40),
)


@given(ARBITRARY)
@example(b"\x07\x56\x01\x12")
@example(bytes.fromhex("07450000"))
def test_any_octets_are_read_and_explained_or_refused_with_their_place(octets: bytes) -> None:
    reading = attempt(read, octets)
    if reading is not None:
        assert tiles(reading.groups) == octets


@given(ARBITRARY)
def test_any_octets_decode_to_a_message_of_these_octets_or_are_refused(octets: bytes) -> None:
    message = attempt(lambda octets: decode(octets, Beside(guti=GUTI_A)), octets)
    if message is not None:
        assert octets_of(message) == octets


@given(NAS, st.data())
def test_truncated_message_is_refused_or_is_another(message: nas.NASMessage, data: st.DataObject) -> None:
    octets = octets_of(message)
    shorter = octets[: data.draw(st.integers(0, len(octets) - 1))]
    reading = attempt(read, shorter)
    if reading is not None:
        assert tiles(reading.groups) == shorter


@pytest.mark.parametrize("vector", published("nas.json", "messages"))
def test_published_message_is_read_to_its_last_octet(vector: dict[str, Any]) -> None:
    octets = bytes.fromhex(vector["hex"])
    reading = read(octets)
    assert tiles(reading.groups) == octets
    assert reading.name == vector["name"].partition(" (")[0].partition(" #")[0].partition(",")[0]


def said(octets: str) -> list[tuple[str, str, str]]:
    """Name, octets and words of each leaf."""
    leaves = (leaf for group in read(bytes.fromhex(octets)).groups for leaf in group.leaves)
    return [(leaf.name, leaf.octets.hex(), leaf.value) for leaf in leaves]


HEADER = ("Security header type, protocol discriminator", "07", "0, 7: plain NAS message, not security protected")


@pytest.mark.clause("TS 24.301", "8.2.7")
def test_authentication_request_is_explained() -> None:
    """Authentication request."""
    octets = "075206905ada1e7da557ada1e72650e21ee5e3104bfb73f6b4558000b1903ab88a27237f"
    assert said(octets) == [
        HEADER,
        ("Message type", "52", "AUTHENTICATION REQUEST"),
        ("Spare half octet, NAS key set identifier", "06", "spare; 6, native security context"),
        ("Authentication parameter RAND", "905ada1e7da557ada1e72650e21ee5e3", "the challenge, 16 octets"),
        ("Length", "10", "16 octets"),
        ("SQN ⊕ AK", "4bfb73f6b455", "SQN, concealed by AK"),
        ("AMF", "8000", "separation bit 1, as EPS wants it"),
        ("MAC-A", "b1903ab88a27237f", "MAC over SQN, RAND and AMF"),
    ]
    assert said(octets.replace("b4558000", "b4550000"))[6][2] == "separation bit 0, which a UE refuses with cause #26"


@pytest.mark.clause("TS 24.301", "8.2.25")
def test_service_request_is_explained() -> None:
    """Service request."""
    meaning = "12, 7: security header for the SERVICE REQUEST message"
    assert said("c7a60500") == [
        ("Security header type, protocol discriminator", "c7", meaning),
        ("KSI and sequence number", "a6", "KSI 5, NAS COUNT …6"),
        ("Message authentication code (short)", "0500", "the MAC's low 2 octets"),
    ]
    # "These values … shall be interpreted as '1100'."
    assert read(bytes.fromhex("d7060500")).name == "SERVICE REQUEST"


@pytest.mark.clause("TS 24.301", "8.2.11.2")
@pytest.mark.parametrize(
    ("octets", "words"),
    [
        ("074501", ["re-attach required"]),
        ("07450a530b", ["re-attach not required", "identifier of EMM cause", "#11, PLMN not allowed"]),
        (
            "07450453fe",
            ["re-attach not required", "identifier of EMM cause", "#254, treated as #111, protocol error, unspecified"],
        ),
    ],
)
def test_detach_request_of_the_network_is_read_though_not_sent(octets: str, words: list[str]) -> None:
    """Detach request (UE terminated detach)."""
    assert [value for _, _, value in said(octets)][2:] == words
    with pytest.raises(DecodeError, match=r"^DETACH REQUEST is not read here: .*none that this product sends$"):
        decode(bytes.fromhex(octets))


def test_detach_of_a_ue_that_switches_off() -> None:
    message = nas.DetachRequest(GUTI_A, 3, switch_off=True)
    assert said(encode(message).hex())[2][2] == "3, native security context; EPS detach, switch off"
    assert decode(encode(message)) == message


@pytest.mark.clause("TS 24.301", "9.9.3.12")
@pytest.mark.parametrize(
    ("identity", "offset", "rule"),
    [
        ("999999103254769a", 4, r"Identity digits are decimal, in BCD \(TS 24.301 §9.9.3.12\)"),
        ("9199991032547698", 11, r"An even number of digits ends in 1111 \(TS 24.301 §9.9.3.12\)"),
        ("9299991032547698", 4, r"Type of identity 2 is none \(TS 24.301 §9.9.3.12\)"),
    ],
)
def test_identity_that_is_none_is_refused(identity: str, offset: int, rule: str) -> None:
    """EPS mobile identity."""
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(bytes.fromhex(f"07417108{identity}02e06000030200dc"))
    assert refused.value.offset == offset


@pytest.mark.clause("TS 24.301", "9.9.2.3")
@pytest.mark.parametrize(
    ("identity", "words", "why_not"),
    [
        ("089999990000000010", "IMSI 999990000000001", None),
        ("0891999900000000f1", "IMSI 99999000000001", None),
        ("089a99990000000010", "IMEI 999990000000001", "Mobile identity is an IMSI"),
        ("05f4c0ffee00", "5 octets", "Mobile identity is an IMSI"),
        ("03199999", "IMSI 19999", "IMSI is 6 to 15 decimal digits"),
    ],
)
def test_mobile_identity_is_read_and_an_imsi_decoded(identity: str, words: str, why_not: str | None) -> None:
    """Mobile identity."""
    octets = bytes.fromhex(f"0756{identity}")
    assert read(octets).elements[0].value == words
    if why_not is None:
        assert decode(octets) == nas.IdentityResponse(imsi(words.removeprefix("IMSI ")))
    else:
        with pytest.raises(DecodeError, match=f"^{why_not}"):
            decode(octets)


@pytest.mark.parametrize(
    ("octets", "offset", "rule"),
    [
        ("", 0, "NAS message is 1 octet here, and 0 are left"),
        ("0200dc", 0, r"EPS mobility management has protocol discriminator 7 \(TS 24.301 §9.2\), got 2"),
        ("57", 0, r"Security header type 5 is none of this product's \(TS 24.301 §9.3.1\)"),
        ("0760", 1, r"Message type 60 \(EMM STATUS\) is none of this product's \(TS 24.301 §9.8\)"),
        ("07", 1, "Message type is 1 octet here, and 0 are left"),
        ("075206905a", 3, "Authentication parameter RAND is 16 octets here, and 2 are left"),
        (
            "07530340e304",
            2,
            r"Authentication response parameter is 4 to 16 octets \(TS 24.301 §9.9.3.4\), got length 3",
        ),
        ("075c15300d", 4, r"Authentication failure parameter is 14 octets \(TS 24.301 §9.9.3.1\), got length 13"),
        ("07500bf69af999234501000004d2", 4, "PLMN identity is decimal digits in BCD .*, got digit A"),
        ("07500be699f999234501000004d2", 3, "EPS mobile identity that is a GUTI is 11 octets, f6 first .*"),
        ("075e0500", 2, r"IEI 05 is none of this message's, and has to be understood \(TS 24.007 §11.2.4\)"),
        ("17abcdef010002dc", 6, r"A protected message holds a plain EMM message, 07 first \(TS 24.301 §9.7\)"),
        ("c706050000", 4, "The message is complete, but more follows"),
        ("0756030d3254", 3, "Type of identity 5 is none .*"),
    ],
)
def test_octets_that_are_no_message_are_refused_with_their_place(octets: str, offset: int, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(bytes.fromhex(octets))
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    ("octets", "name", "words"),
    [
        # ATTACH REQUEST: an Additional GUTI that is none, and an element that no message has.
        (
            "0741710bf699f999234501000004d202e06000030200dc5001ff",
            "Additional GUTI",
            "1 octet, not of the form of its clause",
        ),
        ("0741710bf699f999234501000004d202e06000030200dc790001ff", "unknown information element", "1 octet"),
        ("0741710bf699f999234501000004d202e06000030200dc3301ff", "unknown information element", "1 octet"),
        ("0741710bf699f999234501000004d202e06000030200dc81", "unknown information element", "1"),
        ("0741710bf699f999234501000004d202e06000030200dc90", "TMSI status", "0"),
        ("075d0201" + "02e060" + "55c0ffee00", "Replayed nonceUE", "4 octets"),
        ("0742014a" + "062099f9990001" + "00030200dc" + "1700", "T3402 value", "0 × 2 s"),
        (
            "074201e0" + "060099f9990001" + "00030200dc" + "50" + "0bf699f999234501000004d2" * 1,
            "GUTI",
            "GUTI 99f999234501000004d2",
        ),
    ],
)
def test_elements_that_this_product_sends_nowhere_are_read(octets: str, name: str, words: str) -> None:
    last = read(bytes.fromhex(octets)).elements[-1]
    assert (last.name, last.value) == (name, words)


@pytest.mark.clause("TS 24.301", "9.9.3.33")
@pytest.mark.parametrize(
    ("tai_list", "words"),
    [("060099f9990001", "1 tracking area"), ("080199f99900010002", "2 tracking areas"), ("062099f9990001", "6 octets")],
)
def test_tai_list(tai_list: str, words: str) -> None:
    """Tracking area identity list."""
    assert read(bytes.fromhex(f"07420149{tai_list}00030200dc")).elements[2].value == words


def test_network_that_is_none_is_refused_where_it_is() -> None:
    with pytest.raises(DecodeError, match=r"^PLMN identity is decimal digits in BCD") as refused:
        read(bytes.fromhex("0742014906009af999000100030200dc"))
    assert refused.value.offset == 6


@pytest.mark.clause("TS 24.301", "9.9.3.34")
def test_capability_is_read_bit_by_bit() -> None:
    """UE network capability."""
    capability = read(encode(nas.AttachRequest(GUTI_A, 7, bytes.fromhex("e0600000000024000000000000")[:13]))).elements[
        2
    ]
    assert capability.value == "EEA0, 128-EEA1, 128-EEA2, 128-EIA1, 128-EIA2"
    parts = capability.part("Value").parts
    assert [(part.name, part.value) for part in parts[-2:]] == [("Capabilities", "none"), ("Spare", "spare")]
    assert parts[6].value == "N1mode, RestrictEC"


def test_element_that_comes_twice_counts_once() -> None:
    octets = encode(nas.TrackingAreaUpdateAccept(GUTI_A))
    assert read(octets + bytes.fromhex("500bf699f999234501000004d3")).values == {"guti": GUTI_A}


@pytest.mark.clause("TS 24.301", "8.2.11.1")
def test_detach_by_imsi_is_read_though_this_product_sends_none() -> None:
    """Detach request (UE originating detach)."""
    octets = bytes.fromhex("074571089999990000000010")
    assert read(octets).elements[1].value == "IMSI 999990000000001"
    with pytest.raises(DecodeError, match=r"^EPS mobile identity that is a GUTI is 11 octets") as refused:
        decode(octets)
    assert refused.value.offset == 4


def test_ciphered_message_is_shown_as_far_as_it_can_be_read() -> None:
    reading = read(bytes.fromhex("27a1b2c3d407c0ffee"))
    assert (reading.name, reading.sequence_number) == ("SECURITY PROTECTED NAS MESSAGE", 7)
    assert reading.groups[-1].value == "ciphered: not read without the key"
    with pytest.raises(DecodeError, match="is not read here: it is ciphered"):
        decode(bytes.fromhex("27a1b2c3d407c0ffee"))


@pytest.mark.parametrize(
    ("octets", "offset"),
    [("074202", 2), ("074416a1", 0), ("075e23093395684292874145f0", 2), ("074e16", 2)],
)
def test_message_that_says_what_this_product_has_no_value_for_is_not_decoded(octets: str, offset: int) -> None:
    with pytest.raises(DecodeError):
        decode(bytes.fromhex(octets))


def test_service_request_alone_does_not_say_whose_it_is() -> None:
    with pytest.raises(DecodeError, match=r"^SERVICE REQUEST has no identity: the S-TMSI comes beside it, in RRC"):
        decode(bytes.fromhex("c7060500"))


def test_service_request_with_what_comes_beside_it() -> None:
    beside = Beside(ksi=5, count=0x141, guti=GUTI_A, mac=b"ab")
    message = nas.SecurityProtected(nas.ServiceRequest(GUTI_A, 5), 5, 0x146, b"ab\x05\x00")
    assert decode(bytes.fromhex("c7a60500"), beside) == message


def test_imsi_attach() -> None:
    message = nas.AttachRequest(imsi("999990000000001"), 7, bytes.fromhex("e060"))
    assert ("EPS mobile identity", "IMSI 999990000000001") in [
        (group.name, group.value) for group in read(encode(message)).elements
    ]
    assert decode(encode(message)) == message
