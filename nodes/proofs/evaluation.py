"""Formulas and actions on states that are given: the same values that solvers get as text, here computed.

A state is a set of tuples for each relation of a model, in the model's order. So it can be held against worlds of the
real nodes (`tie`), and runs of broken variants can be gone through step by step.

To find what satisfies a formula, relations are looked up rather than every thing tried: of "a push was sent, and its
number is later" the pushes that were sent are gone through. Sets are small here; that is all the art that is needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nodes.proofs.logic import (
    And,
    Applied,
    Atom,
    ForAll,
    Formula,
    Not,
    Or,
    Same,
    Term,
    Variable,
    variable_of,
)
from nodes.proofs.model import Action, Model

Values = Mapping[Variable, Any]
"""A value for each of some variables."""
Tuples = frozenset[tuple[Any, ...]]
State = tuple[Tuples, ...]
"""What each relation holds of, in the order of `Model.state`."""
Meanings = Mapping[str, Callable[..., Any]]
"""What functions and fixed relations are, by their names."""


def initial(model: Model) -> State:
    """The state in which nothing has happened."""
    return (frozenset(),) * len(model.state)


def state_of(model: Model, told: Mapping[str, Iterable[tuple[Any, ...]]]) -> State:
    """The state in which relations hold of these things, by their names; one that is not named, of nothing."""
    return tuple(frozenset(told.get(relation.name, ())) for relation in model.state)


@dataclass(frozen=True)
class View:
    """A state with what it does not say itself: what there is of each sort, by its name, and the functions."""

    model: Model
    state: State
    things: Mapping[str, frozenset[Any]]
    meanings: Meanings

    @cached_property
    def _held(self) -> dict[str, Tuples]:
        return {relation.name: held for relation, held in zip(self.model.state, self.state, strict=True)}

    def is_true(self, formula: Formula, values: Values) -> bool:
        """Whether a formula is true, all of whose free variables have a value."""
        match formula:
            case Atom(relation, terms):
                arguments = tuple(self._value(term, values) for term in terms)
                if relation.is_fixed:
                    return bool(self.meanings[relation.name](*arguments))
                return arguments in self._held[relation.name]
            case Same(left, right):
                return bool(self._value(left, values) == self._value(right, values))
            case Not(body):
                return not self.is_true(body, values)
            case And(parts):
                return all(self.is_true(part, values) for part in parts)
            case Or(parts):
                return any(self.is_true(part, values) for part in parts)
            case ForAll(variables, body):
                return next(self.ways(variables, body.negation, _without(values, variables)), None) is None
            case _:
                inner = _without(values, formula.variables)
                return next(self.ways(formula.variables, formula.body.positive, inner), None) is not None

    def _value(self, term: Term, values: Values) -> object:
        if isinstance(term, Applied):
            return self.meanings[term.function.name](self._value(term.argument, values))
        return values[term]

    def ways(self, variables: tuple[Variable, ...], formula: Formula, values: Values) -> Iterator[Values]:
        """Every way to give values to these variables too, so that a formula is true; one way may come twice.

        In the formula "not" is only before atoms and equations, as in `Formula.positive`.
        """
        return self._ways(variables, [formula], values)

    def _ways(self, variables: tuple[Variable, ...], formulas: list[Formula], values: Values) -> Iterator[Values]:
        """The same for several formulas that are to be true together."""
        left = []
        for each in _parts_of(formulas):
            if not each.free_variables <= values.keys():
                left.append(each)
            elif not self.is_true(each, values):
                return
        unknown = [each for each in variables if each not in values]
        if not unknown:
            yield values
            return
        for formula, more in self._next_steps(left, unknown, values):
            formulas = left if formula is None else [formula, *left]
            yield from self._ways(variables, formulas, {**values, **more})

    def _next_steps(
        self, formulas: list[Formula], unknown: list[Variable], values: Values
    ) -> Iterator[tuple[Formula | None, Values]]:
        """Ways to know more: of one formula that says what a variable can be, or else every thing of a sort."""
        for each in formulas:
            match each:
                case Atom(relation, terms) if not relation.is_fixed and not set(unknown).isdisjoint(terms):
                    for told in self._held[relation.name]:
                        more = dict(zip(terms, told, strict=True))
                        known = {term: value for term, value in more.items() if isinstance(term, Variable)}
                        if all(values.get(term, value) == value for term, value in known.items()):
                            yield None, known
                    return
                case Same(left, right) if left in unknown and variable_of(right) in values:
                    yield None, {left: self._value(right, values)}
                    return
        for each in formulas:
            if isinstance(each, Or):
                formulas.remove(each)
                for alternative in each.parts:
                    yield alternative, {}
                return
        for thing in self.things[unknown[0].sort.name]:
            yield None, {unknown[0]: thing}

    def instances(self, action: Action) -> Iterator[Values]:
        """Every choice of an action's parameters of which its guard is true here."""
        return self.ways(action.parameters, action.guard.positive, {})

    def after(self, action: Action, values: Values) -> State:
        """The state after an action with these parameters."""
        changed = {update.relation.name: update for update in action.updates}
        return tuple(
            held
            if (update := changed.get(relation.name)) is None
            else frozenset(
                tuple(way[each] for each in update.variables)
                for way in self.ways(update.variables, update.formula.positive, values)
            )
            for relation, held in zip(self.model.state, self.state, strict=True)
        )

    def at(self, state: State) -> "View":
        return replace(self, state=state)


def _without(values: Values, variables: tuple[Variable, ...]) -> Values:
    return {each: value for each, value in values.items() if each not in variables}


def _parts_of(formulas: Iterable[Formula]) -> Iterator[Formula]:
    for each in formulas:
        if isinstance(each, And):
            yield from _parts_of(each.parts)
        else:
            yield each


def things_in(model: Model, *states: State) -> dict[str, frozenset[Any]]:
    """What occurs in some states, by the names of the sorts."""
    found: dict[str, set[Any]] = {sort.name: set() for sort in model.sorts}
    for state in states:
        for relation, held in zip(model.state, state, strict=True):
            for told in held:
                for sort, thing in zip(relation.sorts, told, strict=True):
                    found[sort.name].add(thing)
    return {name: frozenset(things) for name, things in found.items()}
