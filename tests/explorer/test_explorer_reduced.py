"""What a search leaves out changes no verdict and no length: every search is done with and without it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from unittest.mock import patch

import pytest

from nodes.explorer.answers import Answer, Verdict
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search, searches
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.records import name_of
from nodes.explorer.reduction import left_out, reduction_of, whole
from nodes.explorer.usual import USUAL, cell, usual_bounds
from nodes.protocol.entities.hss import table as hss
from nodes.protocol.entities.mme import keys
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, KeysPushAnswer
from nodes.protocol.octets import Ks
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.runs.trace import replay

ONE = Bounds(reauthentications=1, reallocations=0, key_requests=1, readings=1, commands=1)
OLD_GUTIS = Bounds(reauthentications=1, detaches=1, key_requests=1, readings=0, commands=0)
TWO_UES = Bounds(ues=2, reauthentications=0, reallocations=0, detaches=1, key_requests=1, readings=0, commands=0)
TWO_ASS = Bounds(application_servers=2, reauthentications=0, reallocations=0, key_requests=1, readings=1, commands=0)
RESTARTS = Bounds(reauthentications=0, reallocations=1, restarts=1, key_requests=1, readings=0, commands=0)
SESSIONS = Bounds(reauthentications=0, reallocations=1, sessions=2, key_requests=1, readings=0, commands=0)


def named(property_id: PropertyID, solution: Solution) -> tuple[str, ...]:
    """The repairs without which a property of keys by name says nothing."""
    return USUAL[property_id].repairs.get(solution, ())


def both(question: Question) -> tuple[Answer, Answer]:
    """The answer to a question with what can be left out, and without it."""
    asked = Search((question,))
    return explore(asked)[0], explore(asked, is_reduced=False)[0]


def check(question: Question) -> None:
    reduced, full = both(question)
    assert full.verdict is not Verdict.INCOMPLETE
    assert (reduced.verdict, reduced.vacuous) == (full.verdict, full.vacuous)
    assert reduced.states <= full.states
    if reduced.trace is not None and full.trace is not None:
        assert len(reduced.trace.actions) == len(full.trace.actions)
        assert replay(reduced.trace).matches


LARGE = {Network.REPEAT, Network.LOSE}
"""Networks with so many runs that the bounds must be smaller."""


def one_ue() -> Iterator[Question]:
    for each, solution, network, moment in product(PropertyID, Solution, Network, ActiveWhen):
        bounds = OLD_GUTIS if each is PropertyID.P6 else ONE
        if network in LARGE:
            bounds = replace(bounds, key_requests=0, commands=0, readings=0)
        elif solution is Solution.PUSH and network is not Network.ORDERED:
            bounds = replace(bounds, commands=0)
        is_usual = moment is ActiveWhen.SECURITY_MODE_COMPLETE
        if (
            each is not PropertyID.P4
            and PROPERTIES[each].applies(solution)
            and (is_usual or network is Network.ORDERED)
        ):
            yield Question(each, solution, network, moment, repairs=named(each, solution), bounds=bounds)


@pytest.mark.parametrize("question", tuple(one_ue()), ids=name_of)
def test_one_ue(question: Question) -> None:
    check(question)


def two_ues() -> Iterator[Question]:
    for solution, network, reuse in product(Solution, Network, MTMSIReuse):
        bounds = replace(TWO_UES, key_requests=int(solution is Solution.PULL and network is Network.ORDERED))
        is_short = reuse is MTMSIReuse.LOWEST_FREE or network is Network.ORDERED
        if is_short and (solution is Solution.PULL or network not in LARGE):
            yield Question(PropertyID.P4, solution, network, m_tmsi_reuse=reuse, bounds=bounds)
    for repair in REPAIRS:
        bounds = replace(TWO_UES, key_requests=0)
        yield Question(
            PropertyID.P4, Solution.PUSH, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE, repairs=(repair,), bounds=bounds
        )


@pytest.mark.parametrize("question", tuple(two_ues()), ids=name_of)
def test_two_ues(question: Question) -> None:
    check(question)


def apart() -> Iterator[Question]:
    """P4 where no M-TMSI is used again: with one UE that acts, and with two."""
    none = replace(TWO_UES, detaches=0, key_requests=0)
    for solution, network, moment in product(Solution, Network, ActiveWhen):
        is_usual = moment is ActiveWhen.SECURITY_MODE_COMPLETE
        if network is not Network.ORDERED and (network not in LARGE or solution is Solution.PULL) and is_usual:
            yield Question(PropertyID.P4, solution, network, moment, bounds=none)
    for solution, repair in product(Solution, REPAIRS):
        yield Question(PropertyID.P4, solution, repairs=(repair,), bounds=replace(TWO_UES, key_requests=0))
    for solution, moment in product(Solution, ActiveWhen):
        bounds = replace(none, reauthentications=1)
        yield Question(PropertyID.P4, solution, active_when=moment, bounds=bounds)


@pytest.mark.parametrize("question", tuple(apart()), ids=name_of)
def test_ues_that_have_no_guti_in_common(question: Question) -> None:
    check(question)


@pytest.mark.parametrize("solution", Solution)
@pytest.mark.parametrize("network", [Network.ORDERED, Network.FAIL])
def test_a_key_of_no_av_is_found_with_one_ue_as_soon_as_with_two(network: Network, solution: Solution) -> None:
    """P4 holds wherever no M-TMSI is used again: nodes that derive no Ks show that its counterexamples stay."""
    wrong = Ks(bytes(32))
    with patch.object(hss, "derive_ks", return_value=wrong), patch.object(keys, "derive_ks", return_value=wrong):
        reduced, full = both(Question(PropertyID.P4, solution, network, bounds=replace(TWO_UES, key_requests=0)))

    assert (reduced.verdict, full.verdict) == (Verdict.VIOLATED, Verdict.VIOLATED)
    assert reduced.depth == full.depth
    assert reduced.states < full.states


def other_bounds() -> Iterator[Question]:
    for each, solution, bounds in product(PropertyID, Solution, (TWO_ASS, RESTARTS, SESSIONS)):
        is_large = solution is Solution.PUSH and each is PropertyID.P2Q
        if PROPERTIES[each].applies(solution):
            few = replace(bounds, key_requests=0) if is_large else bounds
            yield Question(each, solution, repairs=named(each, solution), bounds=few)


@pytest.mark.parametrize("question", tuple(other_bounds()), ids=name_of)
def test_other_bounds(question: Question) -> None:
    check(question)


def repaired() -> Iterator[Question]:
    for each, network, repair in product(PropertyID, (Network.ORDERED, Network.REORDER), REPAIRS):
        bounds = OLD_GUTIS if each is PropertyID.P6 else replace(ONE, key_requests=0, commands=0)
        if each is not PropertyID.P4 and PROPERTIES[each].applies(Solution.PUSH, by_name=repair == "named_key"):
            yield Question(each, Solution.PUSH, network, repairs=(repair,), bounds=bounds)


@pytest.mark.parametrize("question", tuple(repaired()), ids=name_of)
def test_repairs(question: Question) -> None:
    check(question)


def test_what_is_left_out_is_said() -> None:
    def asked(property_id: PropertyID) -> tuple[str, ...]:
        return left_out(Question(property_id, Solution.PUSH, bounds=usual_bounds(property_id, Network.ORDERED)))

    assert asked(PropertyID.P1) == ("sessions", "key_requests", "readings", "commands")
    assert asked(PropertyID.P2) == ("key_requests", "readings", "commands")
    assert asked(PropertyID.P3) == ()
    assert asked(PropertyID.P7) == ("sessions", "key_requests", "readings", "commands")
    assert asked(PropertyID.P8) == ("key_requests", "readings", "commands")
    assert left_out(cell(PropertyID.P8, Solution.PUSH, Network.ORDERED, repairs=("named_key",))) == (
        "key_requests",
        "commands",
    )


def test_p4_alone_lets_one_ue_act_where_no_m_tmsi_is_used_again() -> None:
    never = Question(PropertyID.P4, Solution.PUSH, bounds=Bounds(ues=2))
    again = replace(never, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)

    assert reduction_of(never, (PropertyID.P4,)).bounds.ues == 1
    assert reduction_of(again, (PropertyID.P4,)).bounds.ues == 2
    assert reduction_of(never, (PropertyID.P4, PropertyID.P2)).bounds.ues == 2
    assert left_out(never) == ("ues", "key_requests", "readings", "commands")
    assert left_out(again) == ("key_requests", "readings", "commands")


def test_p4_alone_is_asked_of_one_ue_and_one_as() -> None:
    question = Question(PropertyID.P4, Solution.PUSH, bounds=Bounds(ues=2, application_servers=2))

    assert reduction_of(question, (PropertyID.P4,)).pairs == {("ue-1", "as-1")}
    assert len(reduction_of(question, (PropertyID.P4, PropertyID.P2)).pairs) == 4
    assert len(whole(question).pairs) == 4


def test_answers_to_pushes_are_not_sent_for_p4_alone_and_never_before_a_withdrawal_is_answered() -> None:
    question = Question(PropertyID.P4, Solution.PUSH, bounds=Bounds(ues=2))
    withdrawing = replace(question, repairs=("withdraw_guti",))

    assert reduction_of(question, (PropertyID.P4,)).unsent == (KeysPushAnswer, ActiveVectorPushAnswer)
    assert reduction_of(withdrawing, (PropertyID.P4,)).unsent == (KeysPushAnswer,)
    assert reduction_of(question, (PropertyID.P4, PropertyID.P1)).unsent == ()
    assert whole(question).unsent == ()


def test_properties_that_need_the_same_share_a_search() -> None:
    groups = searches(Question(each, Solution.PUSH) for each in PropertyID if not PROPERTIES[each].by_name)

    shared = [[question.property.value for question in group.questions] for group in groups]
    assert shared == [["P1", "P1a"], ["P1w"], ["P2", "P3"], ["P2q"], ["P4"], ["P5"], ["P6"], ["P7"], ["P8"]]

    by_name = searches(cell(each, Solution.PUSH, Network.ORDERED) for each in PropertyID if PROPERTIES[each].by_name)
    shared = [[question.property.value for question in group.questions] for group in by_name]
    assert shared == [["P1n", "P1an"], ["P2n"], ["P3n"], ["P6n"]]
