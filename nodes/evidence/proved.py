"""What is proved for any number of runs: the results that are shipped, as far as they are of the models of today."""

import json
from functools import cache
from pathlib import Path

from nodes import proofs
from nodes.proofs.model import Statement
from nodes.proofs.results import Proof, Results, from_plain
from nodes.proofs.statements import STATEMENTS, files_of

SHIPPED = Path(proofs.__file__).with_name("results.json")
"""The output of `manage.py prove --tie --json`."""


@cache
def shipped() -> Results:
    """The results that this version came with."""
    return from_plain(json.loads(SHIPPED.read_text(encoding="utf-8")))


def proved() -> tuple[tuple[Statement, Proof], ...]:
    """Every statement that is proved, of the model and the nodes as they are now, with its proof."""
    found = ((statement, shipped().proof_of(statement)) for statement in STATEMENTS)
    return tuple((statement, proof) for statement, proof in found if proof is not None and proof.is_as_expected)


@cache
def files() -> dict[str, str]:
    """Every file of SMT-LIB, proofs and broken variants, by its name."""
    return {name: text for statement in STATEMENTS for name, text in files_of(statement).items()}
