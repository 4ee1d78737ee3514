"""First-order formulas over relations, as values: what the models are written in. Nothing is decided here.

A state is what its relations hold of, as in a database. That one thing at most is in a relation, such as the AV that a
UE uses, is nothing that the language knows: it is a part of an invariant, and proved like the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
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

    def __hash__(self) -> int:
        # They are looked up all the time; few have one name.
        return hash(self.name)


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
    """A formula, to be written with `&`, `|` and `~`. What is worked out of it is kept with it, as it never changes."""

    def __and__(self, other: "Formula") -> "And":
        return And((*_parts(self, And), *_parts(other, And)))

    def __or__(self, other: "Formula") -> "Or":
        return Or((*_parts(self, Or), *_parts(other, Or)))

    def __invert__(self) -> "Not":
        return Not(self._formula)

    @property
    def _formula(self) -> "Formula":
        return cast("Formula", self)

    @cached_property
    def negation(self) -> "Formula":
        """What is true exactly where this is not, with "not" only before atoms and equations."""
        return _negation(self._formula)

    @cached_property
    def positive(self) -> "Formula":
        """The same formula with "not" only before atoms and equations."""
        return _positive(self._formula)

    @cached_property
    def free_variables(self) -> frozenset[Variable]:
        return _free_variables(self._formula)


@dataclass(frozen=True)
class Atom(_Connected):
    relation: Relation
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Same(_Connected):
    left: Term
    right: Term


@dataclass(frozen=True)
class Not(_Connected):
    body: "Formula"


@dataclass(frozen=True)
class And(_Connected):
    """All of its parts; with no parts it is true."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class Or(_Connected):
    """At least one of its parts; with no parts it is false."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class ForAll(_Connected):
    variables: tuple[Variable, ...]
    body: "Formula"


@dataclass(frozen=True)
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


def _negation(formula: Formula) -> Formula:
    match formula:
        case Not(body):
            return body.positive
        case And(parts):
            return Or(tuple(part.negation for part in parts))
        case Or(parts):
            return And(tuple(part.negation for part in parts))
        case ForAll(variables, body):
            return Exists(variables, body.negation)
        case Exists(variables, body):
            return ForAll(variables, body.negation)
        case _:
            return Not(formula)


def _positive(formula: Formula) -> Formula:
    match formula:
        case Not(body):
            return body.negation
        case And(parts):
            return And(tuple(part.positive for part in parts))
        case Or(parts):
            return Or(tuple(part.positive for part in parts))
        case ForAll(variables, body):
            return ForAll(variables, body.positive)
        case Exists(variables, body):
            return Exists(variables, body.positive)
        case _:
            return formula


def _free_variables(formula: Formula) -> frozenset[Variable]:
    match formula:
        case Atom(_, terms):
            return frozenset(map(variable_of, terms))
        case Same(left, right):
            return frozenset({variable_of(left), variable_of(right)})
        case Not(body):
            return body.free_variables
        case And(parts) | Or(parts):
            return frozenset().union(*(part.free_variables for part in parts))
        case _:
            return formula.body.free_variables - set(formula.variables)


def variable_of(term: Term) -> Variable:
    return term if isinstance(term, Variable) else variable_of(term.argument)


def relations_asked(formula: Formula, *, is_asked_for: bool = True) -> frozenset[Relation]:
    """Return the relations that a formula asks something to be in, or, without `is_asked_for`, not to be in."""
    match formula.positive:
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
