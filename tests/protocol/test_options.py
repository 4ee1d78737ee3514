"""Options and set-ups: what they may be."""

import pytest

from nodes.protocol.options import Options, Setup


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("vectors_per_request", 0, "vectors_per_request is 1 to 5, got 0"),
        ("vectors_per_request", 6, "vectors_per_request is 1 to 5, got 6"),
        ("reallocate_every_accesses", -1, "reallocate_every_accesses is 0 to 1000, got -1"),
        ("reallocate_every_accesses", 1001, "reallocate_every_accesses is 0 to 1000, got 1001"),
        ("reallocate_every_minutes", -1, "reallocate_every_minutes is 0 to 1860, got -1"),
        ("reallocate_every_minutes", 1861, "reallocate_every_minutes is 0 to 1860, got 1861"),
    ],
)
def test_option_out_of_range(field: str, value: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Options(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("seed", "", "seed is 1 to 64 characters, got 0"),
        ("seed", "s" * 65, "seed is 1 to 64 characters, got 65"),
        ("ues", 0, "ues is 1 to 1000, got 0"),
        ("ues", 1001, "ues is 1 to 1000, got 1001"),
        ("mmes", 5, "mmes is 1 to 4, got 5"),
        ("application_servers", 0, "application_servers is 1 to 4, got 0"),
    ],
)
def test_setup_out_of_range(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setup(**{"seed": "test", field: value})  # type: ignore[arg-type]
