"""nodes.evidence.findings: what records say of a property, and that they are not made to say more."""

from dataclasses import replace

import pytest

from nodes.evidence.findings import Assumption, Finding, Fix, Outcome, finding, is_usual
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.records import Record
from nodes.explorer.usual import usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.evidence import ask, by_name, cell, everywhere, repaired

P1, P4, P5 = PropertyID.P1, PropertyID.P4, PropertyID.P5
LATE, EARLY = ActiveWhen.SECURITY_MODE_COMPLETE, ActiveWhen.RES_VERIFIED
ORDER, WITHDRAW = ("ordered_push",), ("withdraw_guti",)


def found(*records: Record, property_id: PropertyID = P1) -> Finding:
    answer = finding(property_id, Solution.PUSH, by_name(records))
    assert answer is not None
    return answer


def on(answer: Finding, network: Network) -> Assumption:
    return next(each for each in answer.assumptions if each.network is network)


def test_nothing_is_known_without_records() -> None:
    answer = found()

    assert (answer.outcome, answer.is_explored) == (Outcome.UNKNOWN, False)
    assert {each.outcome for each in answer.assumptions} == {Outcome.UNKNOWN}
    assert (answer.broken, answer.longest, answer.fixes) == (None, None, ())


def test_a_property_that_does_not_apply_has_no_finding() -> None:
    assert finding(P5, Solution.PULL, {}) is None


def test_it_holds_when_every_network_and_choice_is_explored_and_holds() -> None:
    answer = found(*everywhere(P1))

    assert answer.outcome is Outcome.HOLDS
    assert answer.networks(Outcome.HOLDS) == tuple(Network)


@pytest.mark.parametrize("missing", everywhere(P1), ids=lambda record: record.name)
def test_one_cell_that_is_not_explored_keeps_it_from_holding(missing: Record) -> None:
    answer = found(*(each for each in everywhere(P1) if each != missing))

    assert answer.outcome is Outcome.UNKNOWN
    assert answer.is_explored
    other = EARLY if missing.question.active_when is LATE else LATE
    assert on(answer, missing.question.network) == Assumption(missing.question.network, Outcome.UNKNOWN, (other,))


@pytest.mark.parametrize("question", [each.question for each in everywhere(P1)], ids=str)
def test_one_incomplete_search_keeps_it_from_holding(question: Question) -> None:
    answer = found(*everywhere(P1), cell(question, Verdict.INCOMPLETE))

    assert answer.outcome is Outcome.OPEN
    assert answer.networks(Outcome.OPEN) == (question.network,)
    assert question.network not in answer.networks(Outcome.HOLDS)


def test_incomplete_searches_alone_hold_nowhere() -> None:
    answer = found(*everywhere(P1, Verdict.INCOMPLETE))

    assert (answer.outcome, answer.longest) == (Outcome.OPEN, None)
    assert on(answer, Network.LOSE) == Assumption(Network.LOSE, Outcome.OPEN)


def test_one_violated_cell_breaks_it_and_says_under_which_choice() -> None:
    answer = found(*everywhere(P1), cell(ask(P1, Network.FAIL, EARLY), Verdict.VIOLATED))

    assert answer.outcome is Outcome.VIOLATED
    assert on(answer, Network.FAIL) == Assumption(Network.FAIL, Outcome.VIOLATED, (EARLY,))
    assert len(answer.networks(Outcome.HOLDS)) == len(Network) - 1


@pytest.mark.parametrize(
    ("other", "only", "others"),
    [
        (Verdict.VIOLATED, (), Outcome.HOLDS),
        (Verdict.HOLDS, (EARLY,), Outcome.HOLDS),
        (Verdict.INCOMPLETE, (EARLY,), Outcome.OPEN),
        (None, (EARLY,), Outcome.UNKNOWN),
    ],
)
def test_what_is_known_of_the_other_choice_is_said(
    other: Verdict | None, only: tuple[ActiveWhen, ...], others: Outcome
) -> None:
    records = [cell(ask(P1, Network.FAIL, EARLY), Verdict.VIOLATED)]
    if other is not None:
        records.append(cell(ask(P1, Network.FAIL, LATE), other))

    assert on(found(*records), Network.FAIL) == Assumption(Network.FAIL, Outcome.VIOLATED, only, others=others)


def test_p4_is_asked_for_both_ways_of_choosing_an_m_tmsi() -> None:
    reused = [
        cell(replace(ask(P4, Network.ORDERED, moment), m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), Verdict.VIOLATED)
        for moment in ActiveWhen
    ]
    answer = found(*everywhere(P4), *reused, property_id=P4)

    assert on(answer, Network.ORDERED) == Assumption(Network.ORDERED, Outcome.VIOLATED, (MTMSIReuse.LOWEST_FREE,))


def test_the_shortest_counterexample_and_the_largest_search_are_shown() -> None:
    answer = found(
        *everywhere(P1),
        cell(ask(P1, Network.REORDER), Verdict.VIOLATED, depth=19),
        cell(ask(P1, Network.FAIL), Verdict.VIOLATED, depth=15),
        cell(ask(P1, Network.LOSE), states=9_000),
    )

    assert answer.broken is not None
    assert answer.longest is not None
    assert (answer.broken.question.network, answer.longest.question.network) == (Network.FAIL, Network.LOSE)


def test_a_property_whose_case_never_came_up_is_marked() -> None:
    answer = found(*everywhere(P1), cell(ask(P1, Network.LOSE), vacuous=True, states=9_000))

    assert [each.network for each in answer.assumptions if each.is_vacuous] == [Network.LOSE]
    assert answer.longest is not None
    assert not answer.longest.vacuous


def test_other_bounds_say_nothing_here() -> None:
    question = replace(ask(P1, Network.ORDERED), bounds=Bounds(reauthentications=1))

    assert not found(cell(question)).is_explored
    assert not is_usual(cell(question))
    assert is_usual(cell(replace(question, bounds=usual_bounds(P1, Network.ORDERED))))


# Older models


def test_results_of_an_older_model_are_marked() -> None:
    old = [replace(each, model=MODEL_VERSION - 1) for each in everywhere(P1)]

    assert (found(*old).has_stale, found(*old).is_all_stale) == (True, True)
    assert (found(*old, everywhere(P1)[0]).has_stale, found(*old, everywhere(P1)[0]).is_all_stale) == (True, False)
    assert not found(*everywhere(P1)).has_stale


def test_a_counterexample_of_this_model_goes_before_a_shorter_one_of_an_older_model() -> None:
    answer = found(
        cell(ask(P1, Network.FAIL), Verdict.VIOLATED, depth=9, model=MODEL_VERSION - 1),
        cell(ask(P1, Network.LOSE), Verdict.VIOLATED, depth=30),
    )

    assert answer.broken is not None
    assert answer.broken.depth == 30


def test_a_repair_that_was_tried_on_an_older_model_is_marked() -> None:
    violated = cell(ask(P1, Network.FAIL), Verdict.VIOLATED)
    repair = cell(replace(violated.question, repairs=WITHDRAW), model=MODEL_VERSION - 1)

    assert (found(violated, repair).has_stale, found(violated, repair).is_all_stale) == (True, False)


# Repairs


def test_nothing_is_said_of_repairs_that_were_not_explored() -> None:
    assert found(cell(ask(P1, Network.FAIL), Verdict.VIOLATED)).fixes == ()


def test_the_smallest_repairs_mend() -> None:
    violated = cell(ask(P1, Network.FAIL), Verdict.VIOLATED)
    answer = found(violated, *repaired(violated.question, [ORDER, WITHDRAW, ORDER + WITHDRAW]))

    assert answer.fixes == (Fix((ORDER, WITHDRAW), (Network.FAIL,)),)


def test_networks_are_mended_by_different_repairs() -> None:
    fail, reorder = ask(P1, Network.FAIL), ask(P1, Network.REORDER)
    records = [cell(each, Verdict.VIOLATED) for each in (fail, reorder)]
    answer = found(*records, *repaired(fail, [WITHDRAW]), *repaired(reorder, [ORDER + WITHDRAW]))

    assert set(answer.fixes) == {
        Fix((WITHDRAW,), (Network.FAIL,)),
        Fix((ORDER + WITHDRAW,), (Network.REORDER,)),
    }


def test_no_repair_mends_what_is_violated_with_each() -> None:
    violated = cell(ask(P1, Network.FAIL), Verdict.VIOLATED)

    assert found(violated, *repaired(violated.question, [])).fixes == (Fix((), (Network.FAIL,)),)


def both(early: list[tuple[str, ...]], late: list[tuple[str, ...]] | None) -> tuple[Fix, ...]:
    """What is said when it is violated under both choices; `None`: with the later one no repair was tried."""
    questions = [ask(P1, Network.FAIL, moment) for moment in (EARLY, LATE)]
    records = [*(cell(each, Verdict.VIOLATED) for each in questions), *repaired(questions[0], early)]
    return found(*records, *(repaired(questions[1], late) if late is not None else ())).fixes


def test_a_repair_that_mends_every_choice_mends_the_network() -> None:
    assert both([WITHDRAW], [WITHDRAW, ORDER]) == (Fix((WITHDRAW,), (Network.FAIL,)),)


def test_choices_that_need_other_repairs_are_said_apart() -> None:
    apart = {Fix((WITHDRAW,), (Network.FAIL,), (EARLY,)), Fix((ORDER,), (Network.FAIL,), (LATE,))}

    assert set(both([WITHDRAW], [ORDER])) == apart


@pytest.mark.parametrize("repairs", [[WITHDRAW], []])
def test_a_repair_that_was_not_tried_for_a_choice_is_not_said_to_mend_it(repairs: list[tuple[str, ...]]) -> None:
    assert both(repairs, None) == (Fix(tuple(repairs), (Network.FAIL,), (EARLY,)),)


def test_a_choice_that_no_repair_mends_is_said_apart() -> None:
    apart = {Fix((WITHDRAW,), (Network.FAIL,), (EARLY,)), Fix((), (Network.FAIL,), (LATE,))}

    assert set(both([WITHDRAW], [])) == apart
