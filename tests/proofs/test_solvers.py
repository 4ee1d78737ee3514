"""Both solvers prove every statement and refute every broken variant. Neither may be missing here."""

import json
from pathlib import Path

import pytest

from nodes import proofs
from nodes.management.proving import prove
from nodes.management.solving import Solver, installed, solve
from nodes.proofs.model import Statement
from nodes.proofs.results import Results, from_plain
from nodes.proofs.statements import STATEMENTS, files_of

SHIPPED = Path(proofs.__file__).with_name("results.json")


@pytest.fixture(scope="module")
def solvers() -> tuple[Solver, ...]:
    return installed()


@pytest.fixture(scope="module")
def shipped() -> Results:
    return from_plain(json.loads(SHIPPED.read_text(encoding="utf-8")))


def test_both_solvers_are_there(solvers: tuple[Solver, ...]) -> None:
    assert [each.name for each in solvers] == ["z3", "cvc5"]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)
def test_a_statement_is_proved_and_its_variants_are_refuted_as_shipped(
    statement: Statement, solvers: tuple[Solver, ...], shipped: Results
) -> None:
    proof = prove(statement, solvers)

    assert proof.open == ()
    assert [each.name for each in proof.variants if not each.is_as_expected] == []
    assert proof.is_as_expected
    kept = shipped.proof_of(statement)
    assert kept is not None, "another model than that of results.json: manage.py prove --tie --json"
    assert (kept.name, kept.obligations, kept.comes_up) == (proof.name, proof.obligations, proof.comes_up)
    assert [(each.name, each.by, each.is_violated) for each in kept.variants] == [
        (each.name, each.by, each.is_violated) for each in proof.variants
    ]


def test_what_is_shipped_was_tied_to_a_million_transitions(shipped: Results) -> None:
    ties = [each.tie for each in shipped.proofs if each.tie is not None]

    assert len(ties) == len(STATEMENTS)
    assert [each.finding for each in ties] == [""] * len(STATEMENTS)
    assert sum(each.transitions for each in ties) >= 1_000_000
    assert [each.unused for each in ties] == [()] * len(STATEMENTS)
    assert list(shipped.solvers) == ["z3", "cvc5"]


def test_solvers_agree_on_what_is_refuted(solvers: tuple[Solver, ...]) -> None:
    for statement in STATEMENTS:
        for text in list(files_of(statement).values())[1:]:
            one, other = (solve(each, text) for each in solvers)
            assert one.answers == other.answers
            assert one.is_refutation
            assert not one.is_proof


@pytest.mark.parametrize("name", ["z3", "cvc5"])
def test_a_file_that_is_none_is_told(name: str, solvers: tuple[Solver, ...]) -> None:
    solver = next(each for each in solvers if each.name == name)

    with pytest.raises(ValueError, match="does not understand the file"):
        solve(solver, '(echo "x")\n(echo "y")\n(check-sat)\n')
