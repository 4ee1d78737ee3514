"""What a model may be made of, and what is refused in taking it apart."""

import pytest

from nodes.proofs.evaluation import View
from nodes.proofs.logic import TRUE, And, Same, exists, for_all, implies, relations_asked
from nodes.proofs.model import becomes
from nodes.proofs.runs import NoRun, last_of
from tests.proofs.small import LOSE, MAKE, MODEL, SEND, K, N, before, made, n, number_of, open_, sent, x

RUN = (("open",), ("make", "a"), ("send", "a", 1))
BELONGS = {"a": 1}


def test_a_guard_is_taken_away_by_its_conjuncts() -> None:
    assert SEND.without_guard(made(K)).guard == And((Same(number_of(K), N),))
    assert MAKE.without_guard(open_()).guard == TRUE


def test_what_a_guard_does_not_have_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="the guard of 'make' has no"):
        MAKE.without_guard(made(K))


def test_another_update_takes_the_place_of_that_of_its_relation() -> None:
    kept = LOSE.with_updates(becomes(made, K))

    assert [each.relation for each in kept.updates] == [made]
    assert kept.updates[0] == becomes(made, K)


def test_another_action_takes_the_place_of_that_of_its_name() -> None:
    model = MODEL.instead(MAKE.without_guard(open_()))

    assert [each.name for each in model.actions] == [each.name for each in MODEL.actions]
    assert model.action("make").guard != MODEL.action("make").guard
    assert MODEL.with_action(LOSE).actions[-1] == LOSE


def test_there_must_be_an_action_of_the_name() -> None:
    with pytest.raises(LookupError, match="no action 'melt'"):
        MODEL.action("melt")


def test_the_relations_of_a_state_are_those_that_change() -> None:
    assert before not in MODEL.state
    assert (made, sent, open_) == MODEL.state


def _end() -> View:
    model = MODEL
    return last_of(model, (("open",), ("make", "a")), {})


def test_a_run_leads_to_its_last_state() -> None:
    assert _end().is_true(made(K), {K: "a"})


def test_a_run_whose_guard_is_false_is_none() -> None:
    with pytest.raises(NoRun, match="action 1 of the run, make, cannot happen there"):
        last_of(MODEL, (("make", "a"),), {})


def test_relations_that_are_asked_for_and_those_that_are_asked_not_to_be_so() -> None:
    formula = for_all((x,), implies(made(x), exists((n,), sent(x, n) & ~before(n, n)))) & Same(n, n)

    assert relations_asked(formula) == {sent}
    assert relations_asked(formula, is_asked_for=False) == {made, before}
    assert formula.free_variables == {n}
