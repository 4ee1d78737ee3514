"""First-order formulas over relations, as values: what the models are written in. Nothing is decided here.

A state is what its relations hold of, as in a database. That one thing at most is in a relation, such as the AV that a
UE uses, is nothing that the language knows: it is a part of an invariant, and proved like the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, cast


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of things, any number of them."""

    name: str

    def variables(self, names: str) -> tuple["Variable", ...]:
        """Return a variable for each of some names, which spaces separate."""
        return tuple(Variable(name, self) for name in names.split())


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Function:
    """What belongs to a thing for good, such as the UE that an AV was made for."""

    name: str
    domain: Sort
    range: Sort

    def __call__(self, argument: "Term") -> "Applied":
        return Applied(self, argument)


@dataclass(frozen=True, slots=True)
class Applied:
    function: Function
    argument: "Term"


Term: TypeAlias = Variable | Applied


@dataclass(frozen=True, slots=True)
class Relation:
    """What a state tells: of which things, in this order, `meaning` is true.

    One that `is_history` only grows, and no action asks whether something is *not* in it: "a message was sent", "a UE
    was authenticated". One that `is_fixed` is the same in all states.
    """

    name: str
    sorts: tuple[Sort, ...]
    meaning: str
    is_history: bool = False
    is_fixed: bool = False

    def __call__(self, *terms: Term) -> "Atom":
        return Atom(self, terms)


class _Connected:
    """A formula, to be written with `&`, `|` and `~`."""

    __slots__ = ()

    def __and__(self, other: "Formula") -> "And":
        return And((*_parts(self, And), *_parts(other, And)))

    def __or__(self, other: "Formula") -> "Or":
        return Or((*_parts(self, Or), *_parts(other, Or)))

    def __invert__(self) -> "Not":
        return Not(cast("Formula", self))


@dataclass(frozen=True, slots=True)
class Atom(_Connected):
    relation: Relation
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Same(_Connected):
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Not(_Connected):
    body: "Formula"


@dataclass(frozen=True, slots=True)
class And(_Connected):
    """All of its parts; with no parts it is true."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Or(_Connected):
    """At least one of its parts; with no parts it is false."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class ForAll(_Connected):
    variables: tuple[Variable, ...]
    body: "Formula"


@dataclass(frozen=True, slots=True)
class Exists(_Connected):
    variables: tuple[Variable, ...]
    body: "Formula"


Formula: TypeAlias = Atom | Same | Not | And | Or | ForAll | Exists

TRUE = And(())
FALSE = Or(())


def _parts(formula: _Connected, kind: type[And] | type[Or]) -> tuple[Formula, ...]:
    """The formulas that are connected in this way already, or the one."""
    return formula.parts if isinstance(formula, kind) else (cast("Formula", formula),)


def implies(premise: Formula, conclusion: Formula) -> Or:
    return ~premise | conclusion


def where(condition: Formula, then: Formula, otherwise: Formula) -> Or:
    """Return the first formula where the condition holds, the second elsewhere."""
    return (condition & then) | (~condition & otherwise)


def for_all(variables: Iterable[Variable], body: Formula) -> ForAll:
    return ForAll(tuple(variables), body)


def exists(variables: Iterable[Variable], body: Formula) -> Exists:
    return Exists(tuple(variables), body)


def differ(left: Term, right: Term) -> Not:
    return ~Same(left, right)


def any_of(relation: Relation) -> Exists | Atom:
    """Return that a relation holds of something."""
    variables = arguments_of(relation)
    return exists(variables, relation(*variables)) if variables else relation()


def none_of(relation: Relation) -> Not:
    """Return that a relation holds of nothing."""
    return ~any_of(relation)


def at_most_one(relation: Relation) -> ForAll:
    """Return that a relation of one argument holds of one thing at most."""
    (sort,) = relation.sorts
    one, other = sort.variables("one other")
    return for_all((one, other), implies(relation(one) & relation(other), Same(one, other)))


@cache
def arguments_of(relation: Relation) -> tuple[Variable, ...]:
    """Return a variable for each argument of a relation, in its order."""
    return tuple(Variable(f"x{number}", sort) for number, sort in enumerate(relation.sorts, 1))


@cache
def negation(formula: Formula) -> Formula:
    """Return what is true exactly where a formula is not, with "not" only before atoms and equations."""
    match formula:
        case Not(body):
            return positive(body)
        case And(parts):
            return Or(tuple(map(negation, parts)))
        case Or(parts):
            return And(tuple(map(negation, parts)))
        case ForAll(variables, body):
            return Exists(variables, negation(body))
        case Exists(variables, body):
            return ForAll(variables, negation(body))
        case _:
            return Not(formula)


@cache
def positive(formula: Formula) -> Formula:
    """Return the same formula with "not" only before atoms and equations."""
    match formula:
        case Not(body):
            return negation(body)
        case And(parts):
            return And(tuple(map(positive, parts)))
        case Or(parts):
            return Or(tuple(map(positive, parts)))
        case ForAll(variables, body):
            return ForAll(variables, positive(body))
        case Exists(variables, body):
            return Exists(variables, positive(body))
        case _:
            return formula


@cache
def free_variables(formula: Formula) -> frozenset[Variable]:
    match formula:
        case Atom(_, terms):
            return frozenset(map(_variable_of, terms))
        case Same(left, right):
            return frozenset({_variable_of(left), _variable_of(right)})
        case Not(body):
            return free_variables(body)
        case And(parts) | Or(parts):
            return frozenset().union(*map(free_variables, parts))
        case ForAll(variables, body) | Exists(variables, body):
            return free_variables(body) - set(variables)


def _variable_of(term: Term) -> Variable:
    return term if isinstance(term, Variable) else _variable_of(term.argument)


def relations_asked(formula: Formula, *, is_asked_for: bool = True) -> frozenset[Relation]:
    """Return the relations that a formula asks something to be in, or, without `is_asked_for`, not to be in."""
    match positive(formula):
        case Atom(relation, _):
            return frozenset({relation} if is_asked_for else ())
        case Not(Atom(relation, _)):
            return frozenset(() if is_asked_for else {relation})
        case And(parts) | Or(parts):
            return frozenset().union(*(relations_asked(part, is_asked_for=is_asked_for) for part in parts))
        case ForAll(_, body) | Exists(_, body):
            return relations_asked(body, is_asked_for=is_asked_for)
        case _:
            return frozenset()
