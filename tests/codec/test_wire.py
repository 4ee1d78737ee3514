"""`wire`: every message type of the product has octets, or a reason why not."""

from types import UnionType
from typing import get_args

import pytest
from hypothesis import given

from nodes.codec.between import Between, plmn_of_realm
from nodes.codec.groups import first_difference
from nodes.codec.wire import ENCODERS, NO_OCTETS, NoOctets, Protocol, Wire, wire
from nodes.protocol.identities import GUTI, PLMNIdentity
from nodes.protocol.messages import application, key_requests, nas, s1, s10
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import DecodeError, Ks
from nodes.protocol.world.world import Message
from tests.support.codec import APPLICATION, DIAMETER, HTTP, NAS, tiles

TO_MME = Between("ue-1", "mme-1")
GUTI_A = GUTI.decode(bytes.fromhex("99f999234501000004d2"))


def types_in(union: object) -> set[type]:
    if isinstance(union, UnionType):
        return set().union(*map(types_in, get_args(union)))
    assert isinstance(union, type)
    return {union}


def test_every_message_type_has_octets_or_a_reason() -> None:
    assert types_in(Message) == {*ENCODERS, *NO_OCTETS, s1.InitialMessage}


def test_what_has_no_octets_is_what_other_protocols_carry_and_a_service_request_without_mac() -> None:
    assert set(NO_OCTETS) == {
        s1.ConnectionRelease,
        s1.Paging,
        nas.ServiceRequest,
        s10.ContextRequest,
        s10.ContextResponse,
        s10.ContextAcknowledge,
    }
    assert wire(s1.Paging(GUTI_A), TO_MME) == NoOctets(
        "S1AP and RRC are left out of this product: paging is theirs, and carries the S-TMSI"
    )


@given(NAS | DIAMETER | HTTP | APPLICATION)
def test_every_octet_is_explained(message: Message) -> None:
    found = wire(message, TO_MME)
    assert isinstance(found, Wire)
    assert tiles(found.groups) == found.octets


def test_initial_message_has_the_octets_of_its_nas_message() -> None:
    message = nas.TrackingAreaUpdateRequest(GUTI_A, 3)
    found = wire(s1.InitialMessage(1, message), TO_MME)
    assert found == wire(message, TO_MME)
    assert isinstance(found, Wire)
    assert (found.protocol, found.name, found.clause) == (
        Protocol.NAS,
        "TRACKING AREA UPDATE REQUEST",
        "TS 24.301 §8.2.29",
    )


@pytest.mark.parametrize(
    ("message", "is_defined"),
    [
        (nas.AttachComplete(), True),
        (key_requests.T6aKeyRequest("as-1", "ue-1.1", GUTI_A), False),
        (key_requests.KeyRetrievalRequest("as-1", "ue-1.1", GUTI_A), False),
        (application.OpenSession(1, GUTI_A), False),
    ],
)
def test_what_no_specification_defines_says_so(message: Message, is_defined: bool) -> None:  # noqa: FBT001 (a parameter)
    found = wire(message, TO_MME)
    assert isinstance(found, Wire)
    assert found.is_defined is is_defined


def test_the_key_is_marked_as_secret_on_the_northbound_api() -> None:
    message = key_requests.KeyRetrievalAnswer("as-1", "ue-1.1", KeyResult.OK, Ks(bytes(32)))
    found = wire(message, Between("scef", "as-1"))
    assert isinstance(found, Wire)
    body = found.groups[-1]
    assert [part.name for part in body.parts if part.is_secret] == ["ks"]
    assert body.is_secret


def test_realm_is_that_of_the_network() -> None:
    """TS 23.003 §19.2, from memory: an MNC of two digits gets a 0 in front."""
    between = Between("mme-1", "hss", PLMNIdentity("417", "99"))
    assert between.host("hss") == "hss.epc.mnc099.mcc417.3gppnetwork.org"
    assert plmn_of_realm(between.realm) == PLMNIdentity("417", "99")
    with pytest.raises(DecodeError, match=r"^The realm is none of an EPC \(TS 23.003 §19.2\)$"):
        plmn_of_realm("example.org")


@pytest.mark.parametrize(("ours", "theirs", "at"), [(b"ab", b"ac", 1), (b"a", b"ab", 1), (b"", b"", 0)])
def test_first_difference(ours: bytes, theirs: bytes, at: int) -> None:
    assert first_difference(ours, theirs) == at
