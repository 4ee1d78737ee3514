"""nodes.protocol.aka.plmn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.aka.plmn import RULE, read_plmn
from nodes.protocol.identities import PLMNIdentity
from nodes.protocol.octets import DecodeError

MCC_RULE = r"an MCC begins with 2 to 7, or is 001, 901, 991 or 999 \(ITU-T E\.212\)"

READ = {
    "00101": ("001", "01"),
    "001001": ("001", "001"),
    "001/01": ("001", "01"),
    "001/001": ("001", "001"),
    "310-410": ("310", "410"),
    "208,95": ("208", "95"),
    "208, 95": ("208", "95"),
    "208.95": ("208", "95"),
    "311 280": ("311", "280"),
    " 311 280\n": ("311", "280"),
    "311:280": ("311", "280"),
    "(311, 280)": ("311", "280"),
    '"20895"': ("208", "95"),
    "PLMN: 208/95": ("208", "95"),
    "MCC 208 MNC 95": ("208", "95"),
    "mcc=208, mnc=95": ("208", "95"),
    "901/70": ("901", "70"),
    "90170": ("901", "70"),
    "99999": ("999", "99"),
    # Octets: a half octet F, pairs, or 0x.
    "00f110": ("001", "01"),
    "02F839": ("208", "93"),
    "02 f8 39": ("208", "93"),
    "02:f8:39": ("208", "93"),
    "03 92 99": ("302", "999"),
    "0x039299": ("302", "999"),
    "0x02f839": ("208", "93"),
}


@pytest.mark.parametrize(("text", "codes"), READ.items(), ids=map(repr, READ))
def test_a_network_is_read_as_people_write_it(text: str, codes: tuple[str, str]) -> None:
    """TS 23.003 §2.2, TS 24.301 §9.9.3.12."""
    assert read_plmn(text) == (PLMNIdentity(*codes), "")


@pytest.mark.parametrize(
    ("text", "mcc", "other", "written"),
    [("039299", "039", "MCC 302 MNC 999", "302/999"), ("130182", "130", "MCC 311 MNC 280", "311/280")],
)
def test_digits_that_can_only_be_octets_are_refused_with_what_to_write(
    text: str, mcc: str, other: str, written: str
) -> None:
    with pytest.raises(
        DecodeError,
        match=rf"^MCC {mcc} is none, {MCC_RULE}; {text} may be the octets of {other}: then --plmn {written}$",
    ):
        read_plmn(text)


@pytest.mark.parametrize("text", ["039/299", "130 182", "80055", "902/01", "002/01", "18 f1 10"])
def test_an_mcc_that_nobody_has_is_refused(text: str) -> None:
    with pytest.raises(DecodeError, match=rf"^MCC \d{{3}} is none, {MCC_RULE}$"):
        read_plmn(text)


def test_digits_that_can_be_two_networks_are_read_with_a_note() -> None:
    read = read_plmn("722310")
    assert read == (
        PLMNIdentity("722", "310"),
        (
            "--plmn 722310 is read as MCC 722 MNC 310; if these are the octets of a capture, it is MCC 273 MNC 012: "
            "then --plmn 273/012."
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9999",
        "9999999",
        "208/9",
        "208/9999",
        "99a99",
        "\uff12\uff10\uff1895",
        "208/\uff195",
        "465b5ce8b199b49f",
        "/",
        "0x0392",
    ],
)
def test_what_is_no_network_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DecodeError) as refused:
        read_plmn(text)
    assert str(refused.value) == RULE


mcc = st.from_regex(r"[2-7][0-9]{2}|001|901|991|999", fullmatch=True)


@given(mcc, st.from_regex(r"[0-9]{2,3}", fullmatch=True), st.sampled_from(["/", "-", ".", ",", " ", ", "]))
def test_a_separator_or_octets_name_any_network_without_a_doubt(mcc: str, mnc: str, separator: str) -> None:
    plmn_id = PLMNIdentity(mcc, mnc)
    assert read_plmn(f"{mcc}{separator}{mnc}") == read_plmn(plmn_id.octets.hex(" ")) == (plmn_id, "")
    assert read_plmn(mcc + mnc).plmn_id == plmn_id


@given(st.text(max_size=20) | st.text("0123456789abcdefx/-,. \u0661", max_size=9))
def test_any_text_is_a_network_or_a_decode_error(text: str) -> None:
    try:
        read_plmn(text)
    except DecodeError:
        return
