"""Runs of a model, gone through action by action: of a broken variant to its violation, of a statement to its case."""

from collections.abc import Mapping
from typing import Any

from nodes.proofs.evaluation import View, initial
from nodes.proofs.logic import Formula
from nodes.proofs.model import Model, Run, Statement, Variant


class NoRun(Exception):
    """An action of a run cannot happen where it stands."""


def last_of(model: Model, run: Run, belongs: Mapping[str, Any]) -> View:
    """Return the state that a run leads to.

    Raises:
        NoRun: the guard of an action is false.
        LookupError: the model has no action of such a name.
    """
    view = View(model, initial(model), _things(model, run, belongs), _meanings(belongs))
    for place, (name, *values) in enumerate(run, 1):
        action = model.action(name)
        given = dict(zip(action.parameters, values, strict=True))
        if not view.is_true(action.guard, given):
            raise NoRun(f"action {place} of the run, {name}, cannot happen there")
        view = view.at(view.after(action, given))
    return view


def _things(model: Model, run: Run, belongs: Mapping[str, Any]) -> dict[str, frozenset[Any]]:
    found: dict[str, set[Any]] = {sort.name: set() for sort in model.sorts}
    for name, *values in run:
        for parameter, value in zip(model.action(name).parameters, values, strict=True):
            found[parameter.sort.name].add(value)
    for function in model.functions:
        found[function.range.name].update(belongs.values())
    return {name: frozenset(things) for name, things in found.items()}


def _meanings(belongs: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"owner": belongs.get, "opener": belongs.get, "before": lambda one, other: one < other}


def is_violated(goal: Formula, variant: Variant) -> bool:
    """Whether the run of a variant leads to where a goal is false."""
    return not last_of(variant.model, variant.run, variant.belongs).is_true(goal, {})


def comes_up(statement: Statement) -> bool:
    """Whether the run of a statement leads to its case, and its goal is true there."""
    view = last_of(statement.model, statement.run, statement.belongs)
    return view.is_true(statement.case, {}) and view.is_true(statement.goal, {})
