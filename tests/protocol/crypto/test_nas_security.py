"""nodes.protocol.crypto.nas_security."""

from typing import Any

import pytest

from nodes.protocol.crypto.nas_security import eia2
from nodes.protocol.octets import KNASint
from tests.support.published import published

KEY = KNASint(bytes(16))


@pytest.mark.parametrize("vector", published("kdf.json", "eia2"))
@pytest.mark.clause("TS 33.401", "C.2")
def test_mac_of_published_set(vector: dict[str, Any]) -> None:
    key, message = bytes.fromhex(vector["key"]), bytes.fromhex(vector["message"])
    mac = eia2(KNASint(key), int(vector["count"], 16), vector["bearer"], vector["direction"], message)
    assert mac.hex() == vector["mact"]


def test_each_part_of_the_input_changes_the_mac() -> None:
    macs = {
        eia2(KEY, 0, 0, 0, b""),
        eia2(KEY, 1, 0, 0, b""),
        eia2(KEY, 0, 1, 0, b""),
        eia2(KEY, 0, 0, 1, b""),
        eia2(KEY, 0, 0, 0, b"\0"),
    }
    assert len(macs) == 5


@pytest.mark.parametrize(
    ("count", "bearer", "direction", "name"),
    [(1 << 32, 0, 0, "COUNT"), (-1, 0, 0, "COUNT"), (0, 32, 0, "BEARER"), (0, 0, 2, "DIRECTION")],
)
def test_numbers_that_do_not_fit_are_refused(count: int, bearer: int, direction: int, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} has"):
        eia2(KEY, count, bearer, direction, b"")


def test_a_key_of_32_octets_is_refused() -> None:
    with pytest.raises(ValueError, match="K_NASint is 16 octets"):
        eia2(KNASint(bytes(32)), 0, 0, 0, b"")
