"""nodes.protocol.crypto.kdf."""

import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.kdf import fc_octets, hmac_sha256_under_32_octets, kdf
from tests.support.published import published


@pytest.mark.parametrize("vector", published("kdf.json", "kdf"))
def test_output_of_published_derivation(vector: dict[str, Any]) -> None:
    parameters = [bytes.fromhex(parameter) for parameter in vector["params"]]
    output = kdf(bytes.fromhex(vector["key"]), int(vector["fc"], 16), *parameters)
    assert output.hex().endswith(vector["output"])
    assert hmac.digest(bytes.fromhex(vector["key"]), bytes.fromhex(vector["s"]), "sha256") == output


@pytest.mark.parametrize("vector", published("kdf.json", "hmac_sha256"))
def test_hmac_written_out_of_published_case(vector: dict[str, str]) -> None:
    """RFC 4231. Its keys of 20 octets, filled up with zeros, are the same keys."""
    key = bytes.fromhex(vector["key"]).ljust(32, b"\0")
    assert hmac_sha256_under_32_octets(key, bytes.fromhex(vector["data"])).hex() == vector["output"]


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_hmac_written_out_is_hmac(key: bytes, message: bytes) -> None:
    assert hmac_sha256_under_32_octets(key, message) == hmac.digest(key, message, "sha256")


@pytest.mark.parametrize(("fc", "octets"), [(0, "00"), (0x10, "10"), (0xFE, "fe"), (0xFF00, "ff00"), (0xFFFF, "ffff")])
def test_fc_has_one_octet_or_two(fc: int, octets: str) -> None:
    assert fc_octets(fc).hex() == octets


@pytest.mark.parametrize("fc", [-1, 0xFF, 0x100, 0xFEFF, 0x10000])
def test_other_numbers_are_no_fc(fc: int) -> None:
    with pytest.raises(ValueError, match="FC is one octet"):
        kdf(bytes(32), fc)


def test_a_parameter_has_a_length_of_two_octets() -> None:
    assert len(kdf(bytes(32), 0x10, bytes(65_535))) == 32
    with pytest.raises(ValueError, match=r"P1 has at most 65535 octets .* got 65536"):
        kdf(bytes(32), 0x10, b"", bytes(65_536))
