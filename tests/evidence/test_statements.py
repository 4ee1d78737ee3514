"""nodes.evidence.statements and limits: every statement stands there, and what it rests on exists."""

import ast
from functools import cache
from pathlib import Path

import pytest

from nodes.evidence import limits, statements
from nodes.evidence.statements import SECTIONS, STATEMENTS, Statement
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID

TESTS = Path(__file__).parents[1]
NAMED = sorted(
    {
        name
        for each in STATEMENTS
        for ground in each.grounds
        if isinstance(ground, statements.Tests | statements.Against)
        for name in ground.names
    }
)


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def properties(statement_id: str) -> set[PropertyID]:
    (statement,) = (each for each in STATEMENTS if each.id == statement_id)
    return {ground for ground in statement.grounds if isinstance(ground, PropertyID)}


def test_every_statement_stands_there_once_and_in_order() -> None:
    steps = [f"2.{section}-{step}" for section in (1, 2) for step in range(1, 8)]

    assert [each.id for each in STATEMENTS] == ["0-1", "1-a", "1-b", *steps, "3-a", "3-b", "3-c", "3-d", "4-1"]
    assert list(SECTIONS) == list(dict.fromkeys(each.id.rpartition("-")[0] for each in STATEMENTS))


def test_section_says_whose_solution_is_meant() -> None:
    solutions = {"2.1": Solution.PULL, "2.2": Solution.PUSH}

    assert all(each.solution is solutions.get(each.id.rpartition("-")[0]) for each in STATEMENTS)


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name: str) -> None:
    file, _, function = name.partition("::")

    assert function in functions(file)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.id)
def test_every_statement_rests_on_something(statement: Statement) -> None:
    assert statement.grounds
    assert statement.text.endswith(".")


def test_every_property_bears_on_a_statement() -> None:
    assert set().union(*(properties(each.id) for each in STATEMENTS)) == {
        each for each, stated in PROPERTIES.items() if not stated.by_name
    }


def test_properties_that_are_named_for_a_solution_apply_to_it() -> None:
    named = [
        (ground, each.solution) for each in STATEMENTS for ground in each.grounds if isinstance(ground, PropertyID)
    ]

    assert all(PROPERTIES[ground].applies(solution) for ground, solution in named if solution is not None)


def test_what_always_synchronised_means_is_asked_of_both_solutions_alike() -> None:
    """At rest, on delivery, in use, never for good out of step, and by the AS alone."""
    asked = {PropertyID(each) for each in ("P1", "P1a", "P1w", "P2", "P2q", "P3", "P7", "P8")}

    assert properties("2.1-7") == properties("2.2-7") == asked


def test_trust_in_the_application_server_is_not_shown() -> None:
    (exposure,) = (each for each in STATEMENTS if each.id == "3-b")
    (reason,) = (ground.reason for ground in exposure.grounds if isinstance(ground, statements.NotShown))

    assert "not modelled" in reason.replace("\n", " ")


def test_what_is_not_shown_is_listed() -> None:
    titles = [each.title for each in limits.NOT_SHOWN]

    assert titles[:3] == ["Cryptographic strength", "Faults of an implementation", "Longer runs"]
    assert all(each.text.endswith(".") for each in (*limits.NOT_SHOWN, *limits.CHOSEN))
