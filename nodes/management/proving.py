"""Proofs as a table: statements that are proved with the solvers at hand, tied to the nodes, and in words."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from nodes.management.solving import Solved, Solver, solve
from nodes.proofs.model import Statement
from nodes.proofs.results import Proof, Refuted, Results, TieCount, digest_of
from nodes.proofs.runs import comes_up, is_violated
from nodes.proofs.statements import files_of, statement_of
from nodes.proofs.tie import Tied
from nodes.proofs.ties import tie_all
from nodes.protocol.runs.trace import MODEL_VERSION
from nodes.protocol.world.action_words import words_of

Tell = Callable[[str], None]


def write_files(statements: Iterable[Statement], folder: Path) -> int:
    """Write every file of statements, and return how many there are.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for statement in statements:
        for name, text in files_of(statement).items():
            (folder / name).write_text(text, encoding="utf-8")
            number += 1
    return number


def prove(statement: Statement, solvers: tuple[Solver, ...]) -> Proof:
    """Have each solver run every file of a statement."""
    main, *broken = files_of(statement).values()
    proved = [solve(solver, main) for solver in solvers]
    refuted = [[solve(solver, text) for solver in solvers] for text in broken]
    seconds = {solver.name: sum(each.seconds for each in _of(solver, (proved, *refuted))) for solver in solvers}
    left = {name: None for each in proved for name, answer in each.answers.items() if answer != "unsat"}
    return Proof(
        name=statement.name,
        digest=digest_of(statement),
        obligations=len(proved[0].answers),
        seconds=seconds,
        open=tuple(left),
        comes_up=comes_up(statement),
        variants=tuple(
            Refuted(
                variant.name, {each.solver.name: each.refuted for each in solved}, is_violated(statement.goal, variant)
            )
            for variant, solved in zip(statement.variants, refuted, strict=True)
        ),
    )


def _of(solver: Solver, solved: Iterable[list[Solved]]) -> Iterator[Solved]:
    for some in solved:
        yield from (each for each in some if each.solver is solver)


def tied(statements: tuple[Statement, ...], proofs: Iterable[Proof], most: int, tell: Tell) -> tuple[Proof, ...]:
    """Proofs with what the tie check found of their models."""
    found: dict[str, list[Tied]] = defaultdict(list)
    for statement, each in tie_all(statements, most):
        found[statement.name].append(each)
        tell(f"{statement.name} tied on {each.question.network.value}: {each.transitions:,} transitions")
    models = {statement.name: statement.model for statement in statements}
    return tuple(
        replace(proof, tie=_count({action.name for action in models[proof.name].actions}, found[proof.name]))
        for proof in proofs
    )


def _count(actions: set[str], found: list[Tied]) -> TieCount:
    used: set[str] = set()
    return TieCount(
        labs=len(found),
        worlds=sum(each.worlds for each in found),
        transitions=sum(each.transitions for each in found),
        unused=tuple(sorted(actions - used.union(*(each.actions for each in found)))),
        finding=next((_finding(each) for each in found if each.finding is not None), ""),
    )


def _finding(found: Tied) -> str:
    """In one line what is not as the model has it, and how a lab gets there."""
    if found.finding is None:
        return ""
    steps = "; ".join(words_of(each) for each in found.finding.actions)
    return f"{found.finding.what}, on {found.question.network.value}, after: {steps}"


def table_of(results: Results) -> str:
    """Results as lines of text."""
    rows: list[tuple[str, ...]] = [
        ("property", "solution", "repairs", "verdict", "obligations", "variants refuted", "seconds", "transitions")
    ]
    rows += [_row(each) for each in results.proofs]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    solvers = " and ".join(f"{name} {version}" for name, version in results.solvers.items())
    wrong = [line for each in results.proofs for line in _what_is_wrong(each)]
    return "\n".join([*lines, "", *wrong, f"Solved by {solvers}. Model version {MODEL_VERSION}."])


def _row(proof: Proof) -> tuple[str, ...]:
    property_name, solution = proof.name.split("-")
    statement = statement_of(proof.name)
    repairs = () if statement is None else statement.repairs
    refuted = sum(each.is_as_expected for each in proof.variants)
    return (
        property_name,
        solution,
        ", ".join(repairs) or "none",
        "proved" if proof.is_as_expected else "NOT as expected",
        str(proof.obligations),
        f"{refuted} of {len(proof.variants)}",
        ", ".join(f"{name} {seconds:.2f}" for name, seconds in proof.seconds.items()),
        "not tied" if proof.tie is None else f"{proof.tie.transitions:,}",
    )


def _what_is_wrong(proof: Proof) -> Iterator[str]:
    if proof.open:
        yield f"{proof.name} is not proved: {', '.join(proof.open)}."
    if not proof.comes_up:
        yield f"{proof.name} holds for want of a case."
    for each in proof.variants:
        if not each.is_as_expected:
            yield f"{proof.name} is not broken by {each.name}."
    if proof.tie is not None and proof.tie.finding:
        yield f"{proof.name} is not tied to the nodes: {proof.tie.finding}."
