"""Proof obligations as SMT-LIB 2.6, the language that solvers share. The text that is solved is the text that is shown.

Every obligation asks for what must not be: a state, or a step, that breaks something. `unsat` says that there is none,
of any size; `sat`, that the solver has found one. For each obligation the file prints its name and then that answer:

    initially                    a state in which nothing has happened, and the invariant is false
    ACTION keeps CONJUNCT        a state of the invariant, a step from it, and then this part of the invariant is false
    the invariant implies P4     a state of the invariant, and the property is false

After a step a relation is another one, `NAME.next`, defined from what was before; what no update names is as before.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from nodes.proofs.logic import (
    And,
    Atom,
    ForAll,
    Formula,
    Not,
    Or,
    Relation,
    Same,
    Term,
    Variable,
    arguments_of,
    none_of,
)
from nodes.proofs.model import Action, Model, Update

AS_IS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Obligation:
    """What must have no model. `lines` declare and assert it, beside the model's own declarations."""

    name: str
    lines: tuple[str, ...]


def obligations(model: Model, property_name: str, goal: Formula, known: Container[Action] = ()) -> Iterator[Obligation]:
    """All that has to be shown for a property to hold in every state that a model can reach.

    Actions that are `known` are left out: elsewhere it was shown that they keep the same invariant.
    """
    invariant = tuple(f"(assert {_text(each.formula)}) ; {each.name}" for each in model.invariant)
    nothing = tuple(f"(assert {_text(none_of(each))})" for each in model.state)
    yield Obligation("initially", (*nothing, f"(assert (not {_all_of(model)}))"))
    for action in (each for each in model.actions if each not in known):
        step, names = _step(action)
        for conjunct in model.invariant:
            broken = f"(assert (not {_text(conjunct.formula, names)}))"
            yield Obligation(f"{action.name} keeps {conjunct.name}", (*invariant, *step, broken))
    yield Obligation(f"the invariant implies {property_name}", (*invariant, f"(assert (not {_text(goal)}))"))


def _all_of(model: Model) -> str:
    return _text(And(tuple(each.formula for each in model.invariant)))


def _step(action: Action) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The lines that say that an action happens, and what the relations that it changes are called after it."""
    names = {update.relation.name: f"{update.relation.name}.next" for update in action.updates}
    lines = (
        f"; {action.words}",
        *(f"(declare-const {each.name} {each.sort.name})" for each in action.parameters),
        f"(assert {_text(action.guard)})",
        *(_definition(update) for update in action.updates),
    )
    return lines, names


def _definition(update: Update) -> str:
    formula = _text(update.formula)
    return f"(define-fun {update.relation.name}.next ({_typed(update.variables)}) Bool {formula})"


def _typed(variables: tuple[Variable, ...]) -> str:
    return " ".join(f"({each.name} {each.sort.name})" for each in variables)


def _term(term: Term) -> str:
    return term.name if isinstance(term, Variable) else f"({term.function.name} {_term(term.argument)})"


def _text(formula: Formula, names: Mapping[str, str] = AS_IS) -> str:
    """A formula, about the relations by other names where these are given."""
    match formula:
        case Atom(relation, terms):
            name = names.get(relation.name, relation.name)
            return f"({name} {' '.join(map(_term, terms))})" if terms else name
        case Same(left, right):
            return f"(= {_term(left)} {_term(right)})"
        case Not(body):
            return f"(not {_text(body, names)})"
        case And(()):
            return "true"
        case Or(()):
            return "false"
        case And(parts) | Or(parts):
            word = "and" if isinstance(formula, And) else "or"
            return f"({word} {' '.join(_text(part, names) for part in parts)})"
        case ForAll(variables, body):
            return f"(forall ({_typed(variables)}) {_text(body, names)})"
        case _:
            return f"(exists ({_typed(formula.variables)}) {_text(formula.body, names)})"


def _declarations(model: Model) -> Iterator[str]:
    for sort in model.sorts:
        yield f"(declare-sort {sort.name} 0)"
    for function in model.functions:
        yield f"(declare-fun {function.name} ({function.domain.name}) {function.range.name})"
    for relation in model.relations:
        yield f"; {relation.name}({_meaning(relation)}"
        yield f"(declare-fun {relation.name} ({' '.join(sort.name for sort in relation.sorts)}) Bool)"
    for axiom in model.axioms:
        yield f"(assert {_text(axiom.formula)}) ; {axiom.name}"


def _meaning(relation: Relation) -> str:
    return f"{', '.join(each.name for each in arguments_of(relation))}): {relation.meaning}"


def script(
    model: Model, property_name: str, goal: Formula, head: tuple[str, ...], known: Container[Action] = ()
) -> str:
    """The whole file: `head` as comments, the model, and each obligation between `push` and `pop`."""
    lines = [*(f"; {line}".rstrip() for line in head), "(set-logic UF)", *_declarations(model)]
    for each in obligations(model, property_name, goal, known):
        lines += ["", "(push 1)", f'(echo "{each.name}")', *each.lines, "(check-sat)", "(pop 1)"]
    return "\n".join(lines) + "\n"
