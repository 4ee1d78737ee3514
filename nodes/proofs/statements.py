"""All that is proved for any number of runs, in the order of the properties."""

from typing import Final

from nodes.proofs.agreement_statements import P1_OF_PULL, P1_OF_PUSHING, P1A_OF_PULL, P1A_OF_PUSHING
from nodes.proofs.model import Statement
from nodes.proofs.old_guti_statements import P6_OF_PUSHING
from nodes.proofs.right_ue_statements import P4_PULL, P4_PUSHING, P5_PUSHING
from nodes.proofs.smtlib import script
from nodes.protocol.properties.catalogue import PROPERTIES

STATEMENTS: Final[tuple[Statement, ...]] = (
    P1_OF_PULL,
    P1_OF_PUSHING,
    P1A_OF_PULL,
    P1A_OF_PUSHING,
    P4_PULL,
    P4_PUSHING,
    P5_PUSHING,
    P6_OF_PUSHING,
)


def files_of(statement: Statement) -> dict[str, str]:
    """The files of a statement by their names: the proof, and of each variant what shows that it is broken."""
    property_name = statement.property.value
    name = f"{statement.name}.smt2"
    files = {name: script(statement.model, property_name, statement.goal, _head(statement, name, _PROOF))}
    for each in statement.variants:
        name = f"{statement.name}-{each.name}.smt2"
        head = _head(statement, name, (f"Broken on purpose: {each.words}", *_BROKEN))
        files[name] = script(each.model, property_name, statement.goal, head)
    return files


_PROOF: Final = ("Every answer must be unsat: then the property holds in every state that the model can reach.",)
_BROKEN: Final = ("At least one answer must be sat, or the proof would not need what was taken away here.",)


def _head(statement: Statement, name: str, says: tuple[str, ...]) -> tuple[str, ...]:
    """What stands at the top of a file, as comments."""
    title = PROPERTIES[statement.property].title
    repairs = f" with {' and '.join(statement.repairs)}" if statement.repairs else ""
    return (
        f"{statement.property.value}, {title}, solution {int(statement.solution)}{repairs}: any number of runs.",
        statement.words,
        "",
        *says,
        f"Run: z3 {name}, or: cvc5 --incremental --finite-model-find {name}",
        "",
        "The model takes for granted:",
        *(f"- {each}" for each in statement.assumptions),
        "",
    )


def statement_of(name: str) -> Statement | None:
    return next((each for each in STATEMENTS if each.name == name), None)

