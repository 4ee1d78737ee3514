"""Values of NAS information elements read back."""

import pytest
from hypothesis import given

from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.nas import IdentityResponse
from nodes.protocol.messages.nas_elements import MOBILE_IDENTITY, decode_eps_identity, decode_guti, decode_imsi
from nodes.protocol.octets import DecodeError
from tests.support.protocol_strategies import GUTIS, IMSIS


@given(IMSIS)
def test_imsi_is_decoded_to_what_was_encoded(imsi: IMSI) -> None:
    value = MOBILE_IDENTITY.of(IdentityResponse(imsi))[1:]
    assert decode_imsi(value) == decode_eps_identity(value) == imsi


@given(GUTIS)
def test_guti_is_decoded_to_what_was_encoded(guti: GUTI) -> None:
    value = guti.information_element[1:]
    assert decode_guti(value) == decode_eps_identity(value) == guti


@pytest.mark.clause("TS 24.301", "9.9.3.12")
@pytest.mark.parametrize(
    ("value", "offset", "rule"),
    [
        ("", 0, r"Mobile identity is an IMSI, type of identity 1 \(TS 24.301 §9.9.3.12\)"),
        ("f6", 0, r"EPS mobile identity that is a GUTI is 11 octets, f6 first \(TS 24.301 §9.9.3.12\)"),
        ("9399999000000010", 0, r"Mobile identity is an IMSI, type of identity 1 \(TS 24.301 §9.9.3.12\)"),
        ("9199990000000010", 7, r"An even number of digits ends in 1111 \(TS 24.301 §9.9.3.12\)"),
        ("99a9990000000010", 0, "IMSI is 6 to 15 decimal digits .*"),
        ("f6f9f999234501000004d2", 1, "PLMN identity is decimal digits in BCD .*"),
    ],
)
def test_value_that_is_no_identity_is_refused_with_its_place(value: str, offset: int, rule: str) -> None:
    """EPS mobile identity."""
    with pytest.raises(DecodeError, match=f"^{rule}$") as refused:
        decode_eps_identity(bytes.fromhex(value))
    assert refused.value.offset == offset
