"""All that is proved for any number of runs, in the order of the properties."""

from typing import Final

from nodes.proofs.agreement_statements import P1_OF_PULL, P1_OF_PUSHING, P1A_OF_PULL, P1A_OF_PUSHING
from nodes.proofs.keys_statements import P4_PULL, P4_PUSHING, P5_PUSHING
from nodes.proofs.model import Statement
from nodes.proofs.old_guti_statements import P6_OF_PUSHING
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
    named, goal, proved = statement.property_id.value, statement.goal, f"{statement.name}.smt2"
    files = {proved: script(statement.model, named, goal, _head(statement, proved, _PROOF))}
    for each in statement.variants:
        name = f"{statement.name}-{each.name}.smt2"
        head = _head(statement, name, (f"Broken on purpose: {each.words}", *_BROKEN, _REST.format(proved)))
        files[name] = script(each.model, named, goal, head, known=statement.model.actions)
    return files


_PROOF: Final = ("Every answer must be unsat: then the property holds in every state that the model can reach.",)
_BROKEN: Final = ("At least one answer must be sat, or the proof would not need what was taken away here.",)
_REST: Final = "Here are the actions that differ from {}; the others are there."


def _head(statement: Statement, name: str, says: tuple[str, ...]) -> tuple[str, ...]:
    """What stands at the top of a file, as comments."""
    title = PROPERTIES[statement.property_id].title
    repairs = f" with {' and '.join(statement.repairs)}" if statement.repairs else ""
    return (
        f"{statement.property_id.value}, {title}, solution {int(statement.solution)}{repairs}: any number of runs.",
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
