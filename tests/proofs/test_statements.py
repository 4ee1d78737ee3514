"""What is proved: not for want of a case, decidable, and false where something is taken away."""

from itertools import product

import pytest

from nodes.proofs.explain import asks_no_history
from nodes.proofs.logic import And, Exists, ForAll, Formula, Or, Sort, Variable
from nodes.proofs.model import Model, Statement, Variant
from nodes.proofs.runs import comes_up, is_violated, last_of
from nodes.proofs.statements import STATEMENTS, files_of, statement_of
from nodes.protocol.options import Solution

VARIANTS = [(statement, variant) for statement in STATEMENTS for variant in statement.variants]


def by_name(statement: Statement) -> str:
    return statement.name


def test_names_are_of_property_and_solution() -> None:
    names = [each.name for each in STATEMENTS]

    assert names == ["P1-11", "P1-12", "P1a-11", "P1a-12", "P4-11", "P4-12", "P5-12", "P6-12"]
    assert statement_of("P4-11") is STATEMENTS[4]
    assert statement_of("P9-11") is None
    assert STATEMENTS[4].solution is Solution.PULL
    assert "never gets the key of another UE" in STATEMENTS[4].words


@pytest.mark.parametrize("statement", STATEMENTS, ids=by_name)
def test_its_case_comes_up(statement: Statement) -> None:
    assert comes_up(statement)


@pytest.mark.parametrize("statement", STATEMENTS, ids=by_name)
def test_every_state_of_its_run_satisfies_the_invariant(statement: Statement) -> None:
    for length in range(len(statement.run) + 1):
        view = last_of(statement.model, statement.run[:length], statement.belongs)
        broken = [each.name for each in statement.model.invariant if not view.is_true(each.formula, {})]
        assert (length, broken) == (length, [])


@pytest.mark.parametrize(("statement", "variant"), VARIANTS, ids=lambda each: each.name)
def test_a_broken_variant_has_a_run_to_a_violation(statement: Statement, variant: Variant) -> None:
    assert is_violated(statement.goal, variant)


@pytest.mark.parametrize(("statement", "variant"), VARIANTS, ids=lambda each: each.name)
def test_a_broken_variant_differs_in_some_actions_only(statement: Statement, variant: Variant) -> None:
    others = [each for each in variant.model.actions if each not in statement.model.actions]

    assert len(others) in (1, 2)
    assert variant.model.invariant == statement.model.invariant
    assert variant.model.relations == statement.model.relations


@pytest.mark.parametrize("statement", STATEMENTS, ids=by_name)
def test_no_guard_asks_what_is_not_in_a_history(statement: Statement) -> None:
    assert asks_no_history(statement.model)


def test_each_file_is_named_for_its_statement_and_says_what_it_is() -> None:
    statement = STATEMENTS[5]

    files = files_of(statement)

    assert list(files) == [
        "P4-12.smt2",
        "P4-12-m-tmsi-used-again.smt2",
        "P4-12-ue-names-another.smt2",
        "P4-12-push-names-any-guti.smt2",
    ]
    head = files["P4-12.smt2"].splitlines()
    assert head[:2] == [
        "; P4, right UE, solution 12: any number of runs.",
        "; For a session that one UE opened, the AS never gets the key of another UE.",
    ]
    assert [each for each in statement.assumptions if f"; - {each}" not in head] == []
    assert (
        "; Broken on purpose: A UE may name itself by any GUTI, be it another UE's."
        in files["P4-12-ue-names-another.smt2"].splitlines()
    )


# Why no answer is "unknown": see the theory


def _is_quantifier_free(formula: Formula) -> bool:
    match formula:
        case ForAll() | Exists():
            return False
        case And(parts) | Or(parts):
            return all(map(_is_quantifier_free, parts))
        case _:
            return True


def _edges(formula: Formula, above: frozenset[Variable] = frozenset()) -> set[tuple[Sort, Sort]]:
    """From the sort of each "for all" to that of each "there is" that depends on it."""
    match formula:
        case ForAll(variables, body):
            return _edges(body, above.union(variables))
        case Exists(variables, body):
            on = (each.sort for each in above & formula.free_variables)
            return set(product(on, (each.sort for each in variables))) | _edges(body, above)
        case And(parts) | Or(parts):
            return set().union(*(_edges(part, above) for part in parts))
        case _:
            return set()


def _all_edges(model: Model) -> set[tuple[Sort, Sort]]:
    edges = {(each.domain, each.range) for each in model.functions}
    for conjunct in (*model.invariant, *model.axioms):
        edges |= _edges(conjunct.formula.positive) | _edges(conjunct.formula.negation)
    for action in model.actions:
        edges |= _edges(action.guard.positive)
    return edges


def _has_cycle(edges: set[tuple[Sort, Sort]]) -> bool:
    while edges:
        ends = {end for _, end in edges}
        kept = {(start, end) for start, end in edges if start in ends}
        if kept == edges:
            return True
        edges = kept
    return False


@pytest.mark.parametrize("statement", STATEMENTS, ids=by_name)
def test_what_is_to_be_refuted_has_a_small_model_if_it_has_one(statement: Statement) -> None:
    """Effectively propositional: no function, and no "there is" within a "for all", leads back to a sort."""
    models = [statement.model, *(each.model for each in statement.variants)]

    assert all(_is_quantifier_free(update.formula) for model in models for a in model.actions for update in a.updates)
    assert [model for model in models if _has_cycle(_all_edges(model))] == []
