"""nodes.protocol.crypto.keccak."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.keccak import keccak_f1600
from tests.support.published import published


@pytest.mark.parametrize("vector", published("tuak.json", "keccak"))
def test_permutation_of_published_set(vector: dict[str, str]) -> None:
    assert keccak_f1600(bytes.fromhex(vector["input"])).hex() == vector["output"]


@given(st.binary(max_size=135))
def test_it_is_the_permutation_of_sha3_256(message: bytes) -> None:
    """One block of the sponge (FIPS 202 §6.1, §B.2)."""
    block = bytearray(message.ljust(200, b"\0"))
    block[len(message)] ^= 0x06
    block[135] ^= 0x80
    assert keccak_f1600(bytes(block))[:32] == hashlib.sha3_256(message).digest()


@pytest.mark.parametrize("length", [0, 199, 201])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="wants 200 octets"):
        keccak_f1600(bytes(length))
