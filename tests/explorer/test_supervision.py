"""Which timers expire in a search: those whose message, or the answer to it, was lost."""

import pytest

from nodes.explorer.answers import Verdict
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search
from nodes.explorer.questions import Bounds, Network, Question
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID


@pytest.mark.parametrize("repairs", [(), ("settle_key",)], ids=["as worded", "settle key"])
def test_paging_is_repeated_whose_answer_fails_or_is_rejected_in_vain(repairs: tuple[str, ...]) -> None:
    """T3413 needs no connection: it runs on when one fails (TS 24.301 §5.6.2.2.1), and no run ends there."""
    asked = Question(PropertyID.P7, Solution.PULL, Network.FAIL, repairs=repairs, bounds=Bounds(faults=2))
    (answer,) = explore(Search((asked,)))
    assert answer.verdict is Verdict.HOLDS
