"""Application messages as octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.codec.application import encode, read
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.application import ApplicationMessage, Direction, OpenSession, ProtectedMessage
from nodes.protocol.octets import KN, DecodeError
from tests.support.codec import APPLICATION, attempt, tiles

GUTI_A = GUTI.decode(bytes.fromhex("99f999234501000004d2"))
OPEN = encode(OpenSession(1, GUTI_A))
SEALED = encode(ProtectedMessage(1, Direction.UPLINK, 0, bytes(8), KN(bytes(8))))


@given(APPLICATION)
def test_message_is_decoded_to_what_was_encoded(message: ApplicationMessage) -> None:
    reading = read(encode(message))
    assert reading.message == message
    assert tiles(reading.groups) == encode(message)


@given(
    st.binary(max_size=60)
    | st.builds(bytes.__add__, st.sampled_from([b"\1", b"\2", b"\x82", b"\xc2", b"\xc1"]), st.binary())
)
def test_any_octets_are_read_and_explained_or_refused_with_their_place(octets: bytes) -> None:
    reading = attempt(read, octets)
    if reading is not None:
        assert encode(reading.message) == octets == tiles(reading.groups)


@pytest.mark.parametrize(
    ("octets", "offset", "rule"),
    [
        (b"", 0, "Type is 1 octet here, and 0 are left"),
        (b"\3", 0, r"Type 03 is no application message's \(this demonstrator, not defined by 3GPP\)"),
        (OPEN + b"\0", 21, "The message is complete, but more follows"),
        (OPEN[:9] + b"\x0b\xf1" + OPEN[11:], 9, "EPS mobile identity of a GUTI begins 0bf6 .*, got 0bf1"),
        (b"\xc1" + OPEN[1:], 0, r"Type c1 is no application message's \(this demonstrator, not defined by 3GPP\)"),
        (SEALED[:17] + b"\2" + SEALED[18:], 17, "Direction is 0, uplink, or 1, downlink"),
        (SEALED[:-1], 22, "A sealed message ends in a tag of 8 octets, got 7"),
    ],
)
def test_octets_that_are_no_message_are_refused_with_their_place(octets: bytes, offset: int, rule: str) -> None:
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        read(octets)
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (OpenSession(-1, GUTI_A), "Session is 8 octets .*, got -1"),
        (OpenSession(1, GUTI_A, KN(bytes(7))), "KN is 8 octets .*, got 7"),
        (ProtectedMessage(1, Direction.UPLINK, 1 << 32, bytes(8)), "Counter is 4 octets .*, got 4294967296"),
    ],
)
def test_field_that_does_not_fit_is_refused(message: ApplicationMessage, rule: str) -> None:
    with pytest.raises(ValueError, match=f"^{rule}$"):
        encode(message)
