"""The explorer against SPIN, which searches a model of the same protocol that was written by hand."""

import os
from itertools import product
from pathlib import Path

import pytest

from nodes.explorer.answers import Verdict
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search
from nodes.explorer.questions import Bounds, Network, Question
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from tests.benchmarks.plain_search import plain_search
from tests.benchmarks.spin import ASSERTED, Verified, build, check_programs, verify

TINY = Bounds(reauthentications=1, reallocations=0, sessions=0, key_requests=0, readings=0, commands=0)
SMALL = Bounds(reauthentications=1, reallocations=1, key_requests=1, readings=0, commands=0)
IN_USE = Bounds(reauthentications=1, reallocations=0, key_requests=0, readings=1, commands=1)
MORE_VECTORS = Bounds(reauthentications=3, reallocations=1, sessions=0, key_requests=0, readings=0, commands=0)


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    """Without SPIN or a compiler the tests are skipped, or fail where they must not be."""
    try:
        check_programs()
    except FileNotFoundError as error:
        if os.environ.get("SYNCSCOPE_REQUIRE_SPIN") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


def verified(folder: Path, question: Question) -> Verified:
    return verify(build(folder, question))


def explored(question: Question) -> tuple[int, int | None]:
    """The states that the explorer found, and the steps after which the property is violated."""
    (answer,) = explore(Search((question,)), is_reduced=False)
    return answer.states, answer.depth if answer.verdict is Verdict.VIOLATED else None


@pytest.mark.parametrize("solution", Solution)
@pytest.mark.parametrize(
    ("bounds", "active_when", "m_tmsi_reuse"),
    [
        (TINY, ActiveWhen.SECURITY_MODE_COMPLETE, MTMSIReuse.NEVER),
        (SMALL, ActiveWhen.SECURITY_MODE_COMPLETE, MTMSIReuse.LOWEST_FREE),
        (IN_USE, ActiveWhen.RES_VERIFIED, MTMSIReuse.NEVER),
        (MORE_VECTORS, ActiveWhen.RES_VERIFIED, MTMSIReuse.NEVER),
    ],
    ids=["tiny", "small", "in-use", "more-vectors"],
)
def test_both_find_the_same_number_of_states(
    tmp_path: Path, solution: Solution, bounds: Bounds, active_when: ActiveWhen, m_tmsi_reuse: MTMSIReuse
) -> None:
    question = Question(PropertyID.P1, solution, active_when=active_when, m_tmsi_reuse=m_tmsi_reuse, bounds=bounds)
    found = verified(tmp_path, question)
    assert (found.states, found.broken_after) == explored(question)


@pytest.mark.parametrize(
    ("solution", "property_id"), [each for each in product(Solution, ASSERTED) if PROPERTIES[each[1]].applies(each[0])]
)
def test_both_judge_alike_and_find_as_short_a_way_to_what_is_wrong(
    tmp_path: Path, solution: Solution, property_id: PropertyID
) -> None:
    question = Question(property_id, solution, bounds=IN_USE)
    found = verified(tmp_path, question)
    states, broken_after = explored(question)
    assert found.broken_after == broken_after
    if broken_after is None:
        assert found.states == states


def test_the_plain_search_finds_what_both_find(tmp_path: Path) -> None:
    question = Question(PropertyID.P1, Solution.PUSH, bounds=IN_USE)
    found, plain = verified(tmp_path, question), plain_search(question)
    assert (found.states, found.depth) == (plain.states, plain.depth)
    assert plain.states == explored(question)[0]


@pytest.mark.parametrize(
    "question",
    [
        Question(PropertyID.P4, Solution.PUSH),
        Question(PropertyID.P1, Solution.PUSH, Network.LOSE),
        Question(PropertyID.P1, Solution.PUSH, repairs=("named_key",)),
        Question(PropertyID.P1, Solution.PUSH, bounds=Bounds(detaches=1)),
    ],
)
def test_what_the_model_does_not_know_is_refused(tmp_path: Path, question: Question) -> None:
    with pytest.raises(ValueError, match="the model for SPIN knows no other"):
        build(tmp_path, question)
