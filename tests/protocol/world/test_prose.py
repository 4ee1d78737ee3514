"""nodes.protocol.world.provenance: sentences in which AVs stand as such."""

import pytest

from nodes.protocol.world.provenance import NamedVector, VectorName, joined, prose, text_of
from tests.support.protocol import IMSI_1

ONE = NamedVector(VectorName(IMSI_1, 1), "AV 1")
NONE = NamedVector(None, "no AV")


def test_avs_stand_in_their_places() -> None:
    parts = prose("The AS holds {}, the UE uses {}.", NONE, ONE)
    assert parts == ("The AS holds ", NONE, ", the UE uses ", ONE, ".")
    assert text_of(parts) == "The AS holds no AV, the UE uses AV 1."


def test_number_of_avs_is_that_of_the_places() -> None:
    with pytest.raises(ValueError, match="zip"):
        prose("The AS holds {}.", ONE, NONE)


def test_texts_that_follow_each_other_are_one() -> None:
    assert joined((*prose("It is {}.", ONE), " And", " more")) == ("It is ", ONE, ". And more")
    assert joined(()) == ()
