"""nodes.protocol.aka.hexadecimal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.aka.hexadecimal import read_octets
from nodes.protocol.octets import DecodeError

DIGITS = "8baf473f2f8fd09487cccbd7097c6862"
VALUE = bytes.fromhex(DIGITS)
PAIRS = [DIGITS[at : at + 2] for at in range(0, 32, 2)]

WRITTEN = {
    "plain": DIGITS,
    "upper case": DIGITS.upper(),
    "spaces": " ".join(PAIRS),
    "colons": ":".join(PAIRS),
    "hyphens": "-".join(PAIRS),
    "0x": f"0x{DIGITS}",
    "0X": f"0X{DIGITS.upper()}",
    "0x each": ", ".join(f"0x{pair}" for pair in PAIRS),
    "an array of C": f"{{ {', '.join(f'0x{pair}' for pair in PAIRS)} }};",
    "a string of Python": "".join(rf"\x{pair}" for pair in PAIRS),
    "square brackets": f"[{' '.join(PAIRS)}]",
    "angle brackets": f"<{DIGITS}>",
    "quotes": f'"{DIGITS}"',
    "groups of four": " ".join(DIGITS[at : at + 4] for at in range(0, 32, 4)),
    "groups of eight": " ".join(DIGITS[at : at + 8] for at in range(0, 32, 8)),
    "two lines": f"{DIGITS[:16]}\r\n{DIGITS[16:]}\r\n",
    "blanks around": f" \t{DIGITS} \n",
    "no-break and zero-width spaces": f"\ufeff{DIGITS[:8]}\u00a0{DIGITS[8:]}\u200b",
    "a label": f"K: {DIGITS}",
    "a label and an equals sign": f"Ki = 0x{DIGITS}",
    "a label without a sign": f"OPc {DIGITS}",
    "a label of several words": f"    Authentication Parameter RAND (EPS challenge): {DIGITS}",
    "a label and colons": f"Ki:{':'.join(PAIRS)}",
    "a member of JSON": f'"opc": "{DIGITS}",',
    "an object of JSON": f'{{"opc": "{DIGITS}"}}',
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_octets_are_read_as_people_write_them(text: str) -> None:
    assert read_octets("RAND", text) == VALUE


def test_labels_of_captures_are_left_out() -> None:
    autn = "55eaf010234b8000611f74ac336a3668"
    for label in ("Authentication Token: ", "AUTN value: ", "    AUTN value:\n", "AUTN: ", "autn="):
        assert read_octets("AUTN", label + autn).hex() == autn
    assert read_octets("K_ASME", f"KASME: {DIGITS}{DIGITS}") == read_octets("K_ASME", f"k_asme {DIGITS}{DIGITS}")


TREE = """\
Authentication Parameter AUTN (UMTS and EPS authentication challenge) - EPS challenge
    Length: 16
    AUTN value: 55eaf010234b8000611f74ac336a3668
        SQN xor AK: 55eaf010234b
        AMF: 8000
        MAC: 611f74ac336a3668
"""


def test_a_copied_tree_has_its_value_in_the_line_of_its_length() -> None:
    autn = "55eaf010234b8000611f74ac336a3668"
    assert (read_octets("AUTN", TREE).hex(), read_octets("AMF", TREE).hex()) == (autn, "8000")
    assert read_octets("RAND", f"# of the test SIM\nRAND: {DIGITS}\nlabel: none") == VALUE
    for two in (f"{TREE}\nAUTN: {DIGITS}", f"{DIGITS}\n{DIGITS}", f"{DIGITS}\n8b", f"SQN: {DIGITS[:12]}\n{DIGITS}"):
        with pytest.raises(DecodeError):
            read_octets("AUTN", two)


@pytest.mark.parametrize(
    ("name", "header", "length"),
    [
        ("AUTN", "10", 16),
        ("AUTN", "20 10", 16),
        ("AUTN", "000005a9 c0 00001c 000028af", 16),
        ("AUTS", "0e", 14),
        ("AUTS", "30 0e", 14),
        ("RAND", "000005a7 c0 00001c 000028af", 16),
        ("K_ASME", "000005aa c0 00002c 000028af", 32),
    ],
)
def test_the_header_of_a_message_is_left_out(name: str, header: str, length: int) -> None:
    """TS 24.301 §8.2.7 and TS 24.008 §9.2.2, §9.2.3: type and length; TS 29.272 §7.3.53 to §7.3.56: AVPs."""
    value = bytes(range(length))
    assert read_octets(name, header + value.hex()) == value
    # A value that only begins like a header is whole.
    begins = (bytes.fromhex(header) + bytes(length))[:length]
    assert read_octets(name, begins.hex()) == begins


REFUSED = {
    "the letter O": ("8O" + DIGITS[2:], ", but character 2 is the letter O, not the digit zero"),
    "the letter l": (DIGITS[:-1] + "l", ", but character 32 is the letter l, not the digit one"),
    "the letter O among colons": ("O8:" + ":".join(PAIRS[1:]), ", but character 1 is the letter O, not the digit zero"),
    "two letters O among colons": ("OO:" + ":".join(PAIRS[1:]), ", but character 1 is the letter O, not the digit z"),
    "the letter O behind a label": (f"K: 8O{DIGITS[2:]}", ", but character 5 is the letter O, not the digit zero"),
    "another letter": (DIGITS[:4] + "g" + DIGITS[5:], ", but character 5 is 'g'"),
    "a full-width digit": ("\uff18" + DIGITS[1:], ", but character 1 is a digit or letter of another script or width"),
    "an Arabic digit": (DIGITS[:31] + "\u0662", ", but character 32 is a digit or letter of another script or width"),
    "a full-width letter": ("8\uff42" + DIGITS[2:], ", but character 2 is a digit or letter of another script or"),
    "0x in the middle": (DIGITS[:3] + "0x" + DIGITS[3:], ", but character 5 is 'x'"),
    "a control character": (DIGITS + "\x1b", r", but character 33 is '\x1b'"),
    "a missing digit": (DIGITS[:-1], ", got 31 digits: one is missing or too many"),
    "a missing digit in a group": (
        f"{' '.join(PAIRS[:5])} 8 {' '.join(PAIRS[6:])}",
        ", but the group at character 16 has 1 digits: one is missing or too many",
    ),
}


@pytest.mark.parametrize(("text", "fact"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_named_by_its_position(text: str, fact: str) -> None:
    with pytest.raises(DecodeError) as refused:
        read_octets("K", text)
    rule = "K is 16 or 32 octets (TS 33.102 §6.3.7), two hexadecimal digits each"
    assert str(refused.value).startswith(rule + fact)


@pytest.mark.parametrize("mark", ["…", "...", " [...]"])
def test_a_value_that_was_cut_off_is_said_to_be(mark: str) -> None:
    with pytest.raises(DecodeError, match=r"^RAND is 16 octets .*, but what was given is cut off at character 2\d$"):
        read_octets("RAND", DIGITS[:20] + mark)


@pytest.mark.parametrize(("text", "octets"), [("", 0), ("  ", 0), ("K: ", 0), (DIGITS[:30], 15), (DIGITS + "00", 17)])
def test_another_length_is_refused(text: str, octets: int) -> None:
    with pytest.raises(DecodeError, match=rf"^RAND is 16 octets \(TS 33\.102 §6\.3\.2\), got {octets}$"):
        read_octets("RAND", text)


@given(st.binary(min_size=16, max_size=16), st.sampled_from(["", " ", ":", "-", ", ", "\n", "_", "."]))
def test_any_separator_leaves_the_octets_as_they_are(value: bytes, separator: str) -> None:
    assert read_octets("RAND", separator.join(f"{octet:02X}" for octet in value)) == value


@given(st.text(max_size=80))
def test_any_text_is_octets_or_a_decode_error(text: str) -> None:
    try:
        value = read_octets("RAND", text)
    except DecodeError:
        return
    assert len(value) == 16


@pytest.mark.parametrize("part", [" ", '"', "k ", "0x", "K ", ": ", "AUTN:", "k", "00"])
def test_a_long_text_is_refused_at_once(part: str) -> None:
    with pytest.raises(DecodeError):
        read_octets("RAND", 60_000 // len(part) * part)
