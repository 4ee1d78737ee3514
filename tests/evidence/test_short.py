"""The answer in a few sentences, on the start page: each says what its cells say, and parts from none of them."""

from dataclasses import replace

import pytest

from core.evidence.short import ShortAnswer, short_answer
from nodes.evidence.known import shipped
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, newest
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from tests.support.evidence import ask, by_name, cell, everywhere

P = PropertyID
OPPOSITE = {Verdict.HOLDS: Verdict.VIOLATED, Verdict.VIOLATED: Verdict.HOLDS}


def told(*others: Record) -> ShortAnswer:
    """The answer where everything holds but these."""
    applying = ((each, solution) for each in P for solution in Solution if PROPERTIES[each].applies(solution))
    held = (record for each, solution in applying for record in everywhere(each, solution=solution))
    return short_answer(by_name((*held, *others)))


def made(verdict: Verdict, property_id: PropertyID, network: Network, *solutions: Solution) -> list[Record]:
    return [cell(ask(property_id, network, solution=each), verdict) for each in solutions or Solution]


def texts(answer: ShortAnswer) -> list[str]:
    return [claim.text for claim in (*answer.ends, *answer.network)]


def marks(answer: ShortAnswer) -> list[list[str]]:
    return [[mark.text for mark in claim.marks] for claim in (*answer.ends, *answer.network)]


def test_where_all_holds_it_is_yes() -> None:
    answer = told()

    assert answer.word == "Yes, within these bounds."
    assert texts(answer) == [
        "If every message comes once and in order, they never use different keys.",
        (
            "If every message comes once and in order, the network at rest gives out the right key, in solution 11 and"
            " in solution 12."
        ),
        "No single fault of the network spoils that.",
    ]
    assert marks(answer) == [["P3 holds"], ["P1 holds"], ["P1 holds"]]


def test_nothing_is_said_of_what_is_not_explored() -> None:
    answer = short_answer({})

    assert answer.word == "Not known yet."
    assert all(text.startswith("Whether") and "not known yet" in text for text in texts(answer))
    assert marks(answer) == [["P3 not explored"], ["P1 not explored"], ["P1 not explored"]]


def test_what_the_ends_use_is_told_with_whether_asking_helps() -> None:
    apart = made(Verdict.VIOLATED, P.P3, Network.ORDERED)
    stuck = made(Verdict.VIOLATED, P.P8, Network.ORDERED, Solution.PUSH)
    open_ = made(Verdict.INCOMPLETE, P.P8, Network.ORDERED)

    assert told(*apart).word == "Not always."
    assert texts(told(*apart))[:2] == [
        "After a re-authentication the AS can still use the old key, and messages cannot be decrypted.",
        "Asking again mends it.",
    ]
    assert texts(told(*apart, *stuck))[1] == "Asking again mends it only while the GUTI is the same in solution 12."
    assert texts(told(*apart, *open_))[1] == "Whether asking again always mends it is not known yet."
    collide = made(Verdict.VIOLATED, P.P3, Network.COLLIDE, Solution.PULL)
    assert texts(told(*collide))[0] == (
        "Where NAS procedures of UE and MME collide, they can use different keys in solution 11."
    )


def test_a_wrong_key_at_rest_is_told_and_then_no_fault_is_needed() -> None:
    answer = told(*made(Verdict.VIOLATED, P.P1, Network.COLLIDE, Solution.PULL))

    assert texts(answer)[1:] == [
        (
            "Even if every message comes once and in order, the network at rest can give out another key than the UE"
            " uses, or none in solution 11."
        )
    ]


def test_faults_are_told_by_solution_and_their_marks_say_which() -> None:
    faults = (
        *made(Verdict.VIOLATED, P.P1, Network.FAIL, Solution.PULL),
        *made(Verdict.VIOLATED, P.P1, Network.REORDER, Solution.PUSH),
        *made(Verdict.VIOLATED, P.P1, Network.REPEAT, Solution.PUSH),
        *made(Verdict.VIOLATED, P.P1, Network.LOSE, Solution.PUSH),
    )

    assert texts(told(*faults))[-1] == (
        "One fault spoils that: in solution 11 if a NAS message never arrives; in solution 12 if a message arrives"
        " late, one arrives twice or one has to be sent again."
    )
    assert marks(told(*faults))[-1] == ["P1 × 17 fail in 11", "P1 × 17 reorder in 12"]
    open_ = made(Verdict.INCOMPLETE, P.P1, Network.LOSE, Solution.PUSH)
    assert texts(told(*open_))[-1] == "Whether one fault spoils that is not known yet in solution 12."


SHIPPED = newest(shipped())
RESTING = [mark.name for claim in short_answer(SHIPPED).ends + short_answer(SHIPPED).network for mark in claim.marks]


@pytest.mark.parametrize("name", RESTING)
def test_each_shipped_sentence_changes_with_the_cells_of_its_mark(name: str) -> None:
    """Those of the same property, solution and kind of network: a mark stands for all of them."""
    record = SHIPPED[name]
    asked = record.question
    same = (
        each
        for each in SHIPPED.values()
        if each.question.property is asked.property and not each.question.repairs and each.verdict is record.verdict
    )
    turned = {
        each.name: replace(each, verdict=OPPOSITE[each.verdict], trace="", depth=17)
        for each in same
        if each.question.m_tmsi_reuse is asked.m_tmsi_reuse
    }

    before, after = short_answer(SHIPPED), short_answer(SHIPPED | turned)

    assert record.verdict in OPPOSITE
    assert texts(before) != texts(after)
    assert before != after
