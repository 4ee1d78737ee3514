"""Lab dice: the same from seed and purpose, on every machine."""

import pytest

from nodes.protocol.dice import roll


def test_dice_depend_on_each_of_their_words() -> None:
    rolls = {
        roll(*words, length=16)
        for words in (
            ("seed", "hss", "1", "RAND", 0),
            ("other", "hss", "1", "RAND", 0),
            ("seed", "mme-1", "1", "RAND", 0),
            ("seed", "hss", "2", "RAND", 0),
            ("seed", "hss", "1", "K", 0),
            ("seed", "hss", "1", "RAND", 1),
        )
    }
    assert len(rolls) == 6


def test_dice_have_the_length_that_is_asked_for() -> None:
    assert [len(roll("seed", "hss", "1", "RAND", 0, length=length)) for length in (4, 16, 32)] == [4, 16, 32]
    assert roll("seed", "hss", "1", "RAND", 0, length=32).startswith(roll("seed", "hss", "1", "RAND", 0, length=4))
    with pytest.raises(ValueError, match="at most 32 octets, got 33"):
        roll("seed", "hss", "1", "RAND", 0, length=33)


def test_dice_do_not_change_from_machine_to_machine() -> None:
    """The number is ours: traces that were exported depend on it."""
    assert roll("seed", "hss", "999990000000001", "RAND", 0, length=4).hex() == "0f9f0e8a"
