"""What is proved for any number of runs, in words, and the files that anyone can have a solver check."""

from dataclasses import dataclass
from typing import Final

from core.words.options import repairs_words
from nodes.evidence import proved
from nodes.proofs.model import Statement
from nodes.proofs.results import Proof
from nodes.protocol.properties.catalogue import PROPERTIES

WHAT_IT_MEANS: Final = (
    "Proved for an abstract model: a sentence that is true at first, that no step of the model can make false, and that"
    " implies the property. Every transition of the nodes that was explored within bounds is a step of that model."
)


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A file that can be downloaded, by its name without `.smt2`, and what it is about."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A property of a solution that is proved. `command` has a solver check the file."""

    title: str
    needs: str
    assumptions: tuple[str, ...]
    checked: str
    file: ProofFile
    command: str
    variants: tuple[ProofFile, ...]


@dataclass(frozen=True, slots=True)
class ProofPanel:
    """Everything that is proved; empty where the shipped results are of another model than runs here."""

    reading: str
    solved: str
    rows: tuple[ProofRow, ...]


def proof_panel() -> ProofPanel:
    results = proved.shipped()
    solvers = " and ".join(f"{name} {version}" for name, version in results.solvers.items())
    solved = f"Solved by {solvers}, {results.date}, model version {results.model}."
    return ProofPanel(WHAT_IT_MEANS, solved, tuple(_row(statement, proof) for statement, proof in proved.proved()))


def _row(statement: Statement, proof: Proof) -> ProofRow:
    title = PROPERTIES[statement.property_id].title
    variants = (ProofFile(f"{statement.name}-{each.name}", each.words) for each in statement.variants)
    return ProofRow(
        title=f"{statement.property_id.value} {title}, solution {int(statement.solution)}",
        needs=f"with {repairs_words((statement.repairs,))}" if statement.repairs else "without repairs",
        assumptions=statement.assumptions,
        checked=_checked(proof),
        file=ProofFile(statement.name, f"{proof.obligations} obligations"),
        command=f"z3 {statement.name}.smt2",
        variants=tuple(variants),
    )


def _checked(proof: Proof) -> str:
    if proof.tie is None:
        return "not held against the nodes"
    return f"{proof.tie.transitions:,} transitions of the nodes, in {proof.tie.labs} labs, are steps of the model"
