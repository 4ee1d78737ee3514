"""Octets of NAS messages: published messages and properties. `test_nas_octets_judged` has another judge."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.nas_octets import encode, mac_input, security_protected
from nodes.protocol.octets import AUTN, AUTS, RAND, RES
from tests.support.protocol_strategies import binary

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "nas.json").read_text())["messages"]


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


GUTI_A = GUTI.decode(octets("99f999234501000004d2"))
MESSAGES: st.SearchStrategy[nas.PlainNAS] = st.from_type(nas.PlainNAS)  # type: ignore[arg-type] # A union.
COUNTS = st.integers(0, (1 << 24) - 1)

PUBLISHED: dict[str, bytes] = {
    "nas-01": encode(nas.AttachRequest(GUTI.decode(octets("00f110000201030003e6")), 0, octets("a020"))),
    "nas-03": encode(nas.IdentityRequest()),
    "nas-05": encode(
        nas.AuthenticationRequest(
            6,
            RAND(octets("905ada1e7da557ada1e72650e21ee5e3")),
            AUTN(octets("4bfb73f6b4558000b1903ab88a27237f")),
        )
    ),
    "nas-07": encode(nas.AuthenticationResponse(RES(octets("40e3040753083ec3")))),
    "nas-09": encode(nas.AuthenticationResponse(RES(octets("66ff472dd493f15a0000000000000000")))),
    "nas-11": encode(
        nas.AuthenticationFailure(nas.EMMCause.SYNCH_FAILURE, AUTS(octets("ba853f3c123ccf44e93596e355c6")))
    ),
    "nas-13": encode(nas.AuthenticationReject()),
    "nas-15": security_protected(
        nas.SecurityProtected(nas.SecurityModeCommand(1, octets("f070")), 1, 0, octets("4efd5711"))
    ),
    "nas-17": encode(nas.SecurityModeComplete()),
    "nas-19": encode(nas.TrackingAreaUpdateRequest(GUTI.decode(octets("02f8108003c8c2e65e9a")), 6)),
    "nas-21": encode(nas.TrackingAreaUpdateComplete()),
    "nas-23": encode(nas.GUTIReallocationComplete()),
    "nas-25": security_protected(nas.SecurityProtected(nas.ServiceRequest(GUTI_A, 0), 0, 6, octets("ffff0500"))),
    "nas-27": encode(nas.DetachRequest(GUTI.decode(octets("02f8108003c8c2e65e9a")), 6)),
    "nas-29": encode(nas.AttachReject(nas.EMMCause.NETWORK_FAILURE)),
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['id']} {vector['name']}")
def test_octets_of_published_message(vector: dict[str, Any]) -> None:
    published, ours = octets(vector["hex"]), PUBLISHED[vector["id"]]
    if "compared" not in vector:
        assert ours == published
    for first, end in vector.get("compared", ()):
        assert ours[first:end] == published[first:end]


@given(MESSAGES, COUNTS, binary(4))
def test_protected_message_ends_in_what_its_mac_covers(message: nas.PlainNAS, count: int, mac: bytes) -> None:
    protected = security_protected(nas.SecurityProtected(message, 0, count, mac))
    covered = mac_input(message, count)
    if isinstance(message, nas.ServiceRequest):
        assert protected == covered + mac[2:]
    else:
        assert protected == protected[:1] + mac + covered
        assert covered == bytes((count % 256,)) + encode(message)


@given(MESSAGES, MESSAGES)
def test_different_messages_have_different_octets(one: nas.PlainNAS, other: nas.PlainNAS) -> None:
    # The S-TMSI of a SERVICE REQUEST travels beside it.
    assume(not isinstance(one, nas.ServiceRequest) or not isinstance(other, nas.ServiceRequest))
    assert (encode(one) == encode(other)) == (one == other)


@given(st.from_type(nas.AttachRequest), st.from_type(nas.AttachRequest))
def test_different_attach_requests_have_different_octets(one: nas.AttachRequest, other: nas.AttachRequest) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (nas.DetachRequest(GUTI_A, 8), r"NAS key set identifier is 0 to 7 \(TS 24.301 §9.9.3.21\), got 8"),
        (nas.ServiceRequest(GUTI_A, -1), r"NAS key set identifier is 0 to 7 \(TS 24.301 §9.9.3.21\), got -1"),
        (
            nas.AuthenticationRequest(0, RAND(b""), AUTN(bytes(16))),
            "Authentication parameter RAND is 16 octets .*, got 0",
        ),
        (
            nas.AuthenticationResponse(RES(b"abc")),
            r"Authentication response parameter is 4 to 16 octets \(TS 24.301 §9.9.3.4\), got 3",
        ),
        (nas.AttachRequest(GUTI_A, 0, b"a"), "UE network capability is 2 to 13 octets .*, got 1"),
        (nas.SecurityModeCommand(0, b"abcdef"), "Replayed UE security capabilities is 2 to 5 octets .*, got 6"),
    ],
)
def test_field_that_does_not_fit_is_refused(message: nas.PlainNAS, rule: str) -> None:
    with pytest.raises(ValueError, match=f"^{rule}$"):
        encode(message)


def test_mac_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^NAS MAC is 4 octets \(TS 24.301 §9.5\), got 8$"):
        security_protected(nas.SecurityProtected(nas.AttachComplete(), 0, 0, bytes(8)))
