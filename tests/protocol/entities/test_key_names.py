"""Names of keys. Not defined by 3GPP; in the manner of GBA's B-TID."""

import pytest
from hypothesis import given

from nodes.protocol.entities.key_names import is_name_of, key_name_of, realm_of
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import RAND
from tests.support.protocol_strategies import PLMN_IDENTITIES, binary

RANDS = binary(16).map(RAND)
LAB = PLMNIdentity("999", "99")
NAME = "AAECAwQFBgcICQoLDA0ODw==@ks.mnc099.mcc999.3gppnetwork.org"


def test_name_of_a_key() -> None:
    """base64 of RFC 4648 §4, then the realm: 24 + 1 + 32 octets."""
    assert key_name_of(RAND(bytes(range(16))), LAB) == NAME
    assert len(NAME) == 24 + 1 + 32


@pytest.mark.parametrize(
    ("plmn_id", "realm"),
    [
        (LAB, "ks.mnc099.mcc999.3gppnetwork.org"),
        (PLMNIdentity("310", "410"), "ks.mnc410.mcc310.3gppnetwork.org"),
    ],
    ids=["MNC of 2 digits", "MNC of 3 digits"],
)
def test_realm_of_a_network(plmn_id: PLMNIdentity, realm: str) -> None:
    assert realm_of(plmn_id) == realm


@given(RANDS, RANDS, PLMN_IDENTITIES)
def test_name_names_one_rand(rand: RAND, other: RAND, plmn_id: PLMNIdentity) -> None:
    assert is_name_of(key_name_of(rand, plmn_id), rand, plmn_id)
    assert is_name_of(key_name_of(rand, plmn_id), other, plmn_id) is (rand == other)


def test_rand_that_is_not_known_has_no_name() -> None:
    assert not is_name_of(NAME, None, LAB)
