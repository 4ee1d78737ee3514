"""nodes.protocol.identities."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.identities import GUMMEI, GUTI, PLMNIdentity, imsi
from nodes.protocol.octets import DecodeError
from tests.support.published import published

Kind = type[PLMNIdentity | GUMMEI | GUTI]

EXAMPLE = GUTI(GUMMEI(PLMNIdentity("417", "99"), 0x2345, 0xE1), 0x456)

digits = st.text("0123456789", min_size=2, max_size=3)
plmn_ids = st.builds(PLMNIdentity, st.text("0123456789", min_size=3, max_size=3), digits)
gummeis = st.builds(GUMMEI, plmn_ids, st.integers(0, 0xFFFF), st.integers(0, 0xFF))
gutis = st.builds(GUTI, gummeis, st.integers(0, 0xFFFFFFFF))


@pytest.mark.parametrize("vector", published("guti.json"))
def test_guti_of_published_message(vector: dict[str, str]) -> None:
    """EPS mobile identity."""
    guti = GUTI.decode_information_element(bytes.fromhex(vector["ie"]))
    plmn_id = PLMNIdentity(vector["mcc"], vector["mnc"])
    gummei = GUMMEI(plmn_id, int(vector["mme_group_id"], 16), int(vector["mme_code"], 16))
    assert guti == GUTI(gummei, int(vector["m_tmsi"], 16))
    assert guti.information_element.hex() == vector["ie"]
    assert guti.s_tmsi.hex() == vector["s_tmsi"]
    assert (str(guti), str(guti.gummei)) == (vector["guti_80bit"], vector["gummei"])


@pytest.mark.parametrize("vector", published("guti.json", "negative"))
def test_wrong_information_element_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(DecodeError):
        GUTI.decode_information_element(bytes.fromhex(vector["ie_lv"]))


@pytest.mark.parametrize(
    ("octets", "fact"),
    [
        (b"", "begins 0bf6 .* got nothing"),
        (EXAMPLE.information_element[:-1], "GUTI is 10 octets .* got 9"),
        (b"\x0b\xf4" + EXAMPLE.octets, "begins 0bf6 .* got 0bf4"),
    ],
)
def test_an_information_element_that_is_no_guti_is_refused(octets: bytes, fact: str) -> None:
    with pytest.raises(DecodeError, match=fact):
        GUTI.decode_information_element(octets)


def test_example_of_an_mnc_of_two_digits() -> None:
    assert EXAMPLE.information_element == bytes.fromhex("0bf614f7992345e100000456")
    assert str(EXAMPLE.gummei.plmn_id) == "41799"


def test_mnc_of_two_and_of_three_digits_differ() -> None:
    """MNC 01 and MNC 001 are two networks."""
    assert PLMNIdentity("001", "01").octets.hex() == "00f110"
    assert PLMNIdentity("001", "001").octets.hex() == "001100"


@given(plmn_ids)
def test_plmn_identity_survives_its_octets_and_its_digits(plmn_id: PLMNIdentity) -> None:
    assert PLMNIdentity.decode(plmn_id.octets) == PLMNIdentity.from_digits(str(plmn_id)) == plmn_id


@given(gutis)
def test_guti_survives_its_octets(guti: GUTI) -> None:
    assert GUTI.decode(guti.octets) == GUTI.decode_information_element(guti.information_element) == guti
    assert GUMMEI.decode(guti.gummei.octets) == guti.gummei


@pytest.mark.parametrize("kind", [PLMNIdentity, GUMMEI, GUTI])
@given(
    octets=st.one_of(
        st.binary(max_size=12),
        st.sampled_from([3, 6, 10]).flatmap(lambda n: st.binary(min_size=n, max_size=n)),
    )
)
def test_any_octets_decode_or_raise_decode_error(kind: type[PLMNIdentity | GUMMEI | GUTI], octets: bytes) -> None:
    try:
        value = kind.decode(octets)
    except DecodeError:
        return
    assert value.octets == octets


@given(gutis)
def test_copies_are_equal_and_keep_their_octets(guti: GUTI) -> None:
    for other in (copy.deepcopy(guti), pickle.loads(pickle.dumps(guti)), replace(guti)):  # noqa: S301 (our own octets)
        assert (other, other.octets, hash(other)) == (guti, guti.octets, hash(guti))


def test_identities_of_different_kinds_are_not_equal() -> None:
    assert len({EXAMPLE, EXAMPLE.gummei, EXAMPLE.octets}) == 3


def test_the_fields_are_the_numbers_alone() -> None:
    assert [field.name for field in fields(EXAMPLE)] == ["gummei", "m_tmsi"]


def test_identities_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        EXAMPLE.m_tmsi = 1  # type: ignore[misc]


@pytest.mark.parametrize(("mcc", "mnc"), [("41", "99"), ("41a", "99"), ("417", "9"), ("417", "9999"), ("417", "9²")])
def test_wrong_digits_are_no_plmn_identity(mcc: str, mnc: str) -> None:
    with pytest.raises(ValueError, match=r"M[CN]C is"):
        PLMNIdentity(mcc, mnc)


@pytest.mark.parametrize("digits", ["", "9999", "9999999", "99a99"])
def test_other_than_5_or_6_digits_are_no_plmn_identity(digits: str) -> None:
    with pytest.raises(ValueError, match="5 or 6 decimal digits"):
        PLMNIdentity.from_digits(digits)


@pytest.mark.parametrize(
    ("group_id", "code", "m_tmsi", "name"),
    [
        (1 << 16, 0, 0, "MME Group ID"),
        (0, 256, 0, "MME Code"),
        (0, -1, 0, "MME Code"),
        (0, 0, 1 << 32, "M-TMSI"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(group_id: int, code: int, m_tmsi: int, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is "):
        GUTI(GUMMEI(PLMNIdentity("999", "99"), group_id, code), m_tmsi)


@pytest.mark.parametrize("text", ["123456", "999990000000001"])
def test_imsi_is_6_to_15_digits(text: str) -> None:
    assert imsi(text) == text


@pytest.mark.parametrize("text", ["", "12345", "9999900000000012", "99999000000000a"])
def test_other_texts_are_no_imsi(text: str) -> None:
    with pytest.raises(ValueError, match="6 to 15 decimal digits"):
        imsi(text)
