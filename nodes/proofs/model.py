"""What a model, a statement and a broken variant are, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nodes.proofs.logic import (
    FALSE,
    TRUE,
    And,
    Formula,
    Function,
    Relation,
    Same,
    Sort,
    Term,
    Variable,
    arguments_of,
)
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID


@dataclass(frozen=True, slots=True)
class Update:
    """What a relation is after an action: it holds of `variables` exactly if `formula` was true of them before."""

    relation: Relation
    variables: tuple[Variable, ...]
    formula: Formula


def adds(relation: Relation, *terms: Term) -> Update:
    """The relation holds of these things too."""
    variables = arguments_of(relation)
    return Update(relation, variables, relation(*variables) | _are(variables, terms))


def removes(relation: Relation, *terms: Term) -> Update:
    """The relation holds of these things no more."""
    variables = arguments_of(relation)
    return Update(relation, variables, relation(*variables) & ~_are(variables, terms))


def becomes(relation: Relation, *terms: Term) -> Update:
    """The relation holds of these things only."""
    variables = arguments_of(relation)
    return Update(relation, variables, _are(variables, terms))


def clears(relation: Relation) -> Update:
    """The relation holds of nothing."""
    return Update(relation, arguments_of(relation), FALSE)


def _are(variables: tuple[Variable, ...], terms: tuple[Term, ...]) -> And:
    return And(tuple(Same(variable, term) for variable, term in zip(variables, terms, strict=True)))


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may happen, for any parameters of which the guard is true. What is not updated stays."""

    name: str
    words: str
    parameters: tuple[Variable, ...] = ()
    guard: Formula = TRUE
    updates: tuple[Update, ...] = ()

    def without_guard(self, *taken: Formula) -> "Action":
        """The same action with some conjuncts of its guard taken away.

        Raises:
            ValueError: the guard has no such conjunct, so that nothing would be broken.
        """
        parts = self.guard.parts if isinstance(self.guard, And) else (self.guard,)
        missing = [each for each in taken if each not in parts]
        if missing:
            raise ValueError(f"the guard of {self.name!r} has no {missing[0]}")
        return replace(self, guard=And(tuple(part for part in parts if part not in taken)))

    def with_updates(self, *updates: Update) -> "Action":
        """The same action, but these relations change in another way."""
        others = {update.relation for update in updates}
        return replace(self, updates=(*(each for each in self.updates if each.relation not in others), *updates))


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A part of an invariant."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Model:
    """A transition system. In its initial state nothing has happened: no relation holds of anything.

    `axioms` say what the fixed relations are like. `invariant` is the conjunction of its parts.
    """

    sorts: tuple[Sort, ...]
    functions: tuple[Function, ...]
    relations: tuple[Relation, ...]
    actions: tuple[Action, ...]
    invariant: tuple[Conjunct, ...]
    axioms: tuple[Conjunct, ...] = ()

    @property
    def state(self) -> tuple[Relation, ...]:
        """The relations that a state is made of, in the order in which states are written."""
        return tuple(each for each in self.relations if not each.is_fixed)

    def action(self, name: str) -> Action:
        """Return the action of a name.

        Raises:
            LookupError: there is none.
        """
        for each in self.actions:
            if each.name == name:
                return each
        raise LookupError(f"the model has no action {name!r}")

    def instead(self, *actions: Action) -> "Model":
        """The same model, with these actions in the place of those of their names.

        Raises:
            LookupError: it has no action of such a name.
        """
        others = {self.action(each.name).name: each for each in actions}
        return replace(self, actions=tuple(others.get(each.name, each) for each in self.actions))

    def with_action(self, action: Action) -> "Model":
        """The same model, in which something more may happen."""
        return replace(self, actions=(*self.actions, action))


Run = tuple[tuple[Any, ...], ...]
"""Actions from the initial state on: each its name, and then a value for each of its parameters."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A model from which something is taken away that the proof needs. `run` leads it to a violation.

    `belongs` says what the functions are in the run: the UE of an AV or of a session.
    """

    name: str
    words: str
    model: Model
    run: Run
    belongs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A property that is proved for any number of runs of a model.

    `case` is what it is about; `run` leads the model there, so that it does not hold for want of a case. `assumptions`
    say in words what the model takes for granted, and `repairs` which options of a lab it needs.
    """

    property_id: PropertyID
    solution: Solution
    model: Model
    goal: Formula
    case: Formula
    run: Run
    assumptions: tuple[str, ...]
    variants: tuple[Variant, ...]
    repairs: tuple[str, ...] = ()
    belongs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name for files and addresses."""
        return f"{self.property_id.value}-{int(self.solution)}"

    @property
    def words(self) -> str:
        return PROPERTIES[self.property_id].statement
