"""nodes.protocol.crypto.application_aead."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.application_aead import CannotOpen, nonce, open_message, seal_message
from nodes.protocol.octets import KAPP

K_APP = KAPP(bytes(range(32)))


@given(st.binary(max_size=100), st.integers(0, (1 << 64) - 1), st.integers(0, 1), st.integers(0, (1 << 32) - 1))
def test_what_was_sealed_opens(plaintext: bytes, session: int, direction: int, counter: int) -> None:
    sealed = seal_message(K_APP, session, direction, counter, plaintext)
    assert len(sealed) == len(plaintext) + 8
    assert open_message(K_APP, session, direction, counter, sealed) == plaintext


def test_it_is_aes_ccm_16_64_128_under_the_last_16_octets() -> None:
    """RFC 9053 §4.2: L 2 (nonce of 13 octets), tag of 64 bits, key of 128 bits."""
    octets = bytes.fromhex("0000000000000007 01 00000003")
    assert nonce(7, 1, 3) == octets
    sealed = AESCCM(K_APP[16:], tag_length=8).encrypt(octets, b"21.5", None)
    assert seal_message(K_APP, 7, 1, 3, b"21.5") == sealed


@pytest.mark.parametrize(
    ("key", "session", "direction", "counter"),
    [(bytes(32), 7, 1, 3), (K_APP, 8, 1, 3), (K_APP, 7, 0, 3), (K_APP, 7, 1, 4)],
    ids=["key", "session", "direction", "counter"],
)
def test_another_key_or_nonce_does_not_open(key: bytes, session: int, direction: int, counter: int) -> None:
    sealed = seal_message(K_APP, 7, 1, 3, b"21.5")
    with pytest.raises(CannotOpen):
        open_message(KAPP(key), session, direction, counter, sealed)


@given(st.binary(max_size=40))
def test_any_octets_open_or_raise_cannot_open(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        open_message(K_APP, 0, 0, 0, sealed)


@pytest.mark.parametrize(
    ("session", "direction", "counter", "name"),
    [(1 << 64, 0, 0, "session"), (0, 256, 0, "direction"), (0, 0, 1 << 32, "counter"), (0, 0, -1, "counter")],
)
def test_numbers_that_do_not_fit_the_nonce_are_refused(session: int, direction: int, counter: int, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} has"):
        seal_message(K_APP, session, direction, counter, b"")


def test_a_key_of_16_octets_is_refused() -> None:
    with pytest.raises(ValueError, match="K_APP is 32 octets"):
        seal_message(KAPP(bytes(16)), 0, 0, 0, b"")
