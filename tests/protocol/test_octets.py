"""nodes.protocol.octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol import octets
from nodes.protocol.octets import SQN, Length, exactly, sqn_from, sqn_octets, xor


def test_a_wrong_length_names_the_type_the_rule_and_the_fact() -> None:
    with pytest.raises(ValueError, match=r"^RAND is 16 octets \(TS 33\.102 §6\.3\.2\), got 15$"):
        exactly("RAND", bytes(15))


@pytest.mark.parametrize(("name", "length"), octets.LENGTHS.items(), ids=octets.LENGTHS)
def test_every_allowed_length_passes_and_its_neighbours_do_not(name: str, length: Length) -> None:
    for count in range(40):
        if count in length.allowed:
            exactly(name, bytes(count))
        else:
            with pytest.raises(ValueError, match=f"{name} is "):
                exactly(name, bytes(count))


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        ((16,), "16 octets (x)"),
        ((16, 32), "16 or 32 octets (x)"),
        ((8, 16, 32), "8, 16 or 32 octets (x)"),
        ((4, 5, 6, 32), "4 to 6 or 32 octets (x)"),
        ((4, 5), "4 or 5 octets (x)"),
    ],
)
def test_lengths_in_words(allowed: tuple[int, ...], text: str) -> None:
    assert str(Length(allowed, "x")) == text


def test_the_caller_may_narrow_a_length() -> None:
    with pytest.raises(ValueError, match=r"^K is 16 octets \(here\), got 32$"):
        exactly("K", bytes(32), Length((16,), "here"))


@given(st.binary(max_size=64))
def test_xor_with_itself_is_zero_and_with_zero_is_itself(value: bytes) -> None:
    zeros = bytes(len(value))
    assert (xor(value, value), xor(value, zeros)) == (zeros, value)


def test_xor_of_two_lengths_is_refused() -> None:
    with pytest.raises(ValueError, match="got 1 and 2 octets"):
        xor(b"a", b"ab")


@given(st.integers(0, (1 << 48) - 1))
def test_sqn_survives_its_octets(number: int) -> None:
    assert sqn_from(sqn_octets(SQN(number))) == number


@pytest.mark.parametrize("number", [-1, 1 << 48])
def test_sqn_of_more_than_48_bits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="SQN is 48 bits"):
        sqn_octets(SQN(number))


def test_sqn_of_5_octets_is_refused() -> None:
    with pytest.raises(ValueError, match="SQN is 6 octets"):
        sqn_from(bytes(5))
