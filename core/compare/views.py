"""A lab beside the same procedures and faults under other options."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from core.compare.page import ComparePage, Comparison, comparison
from core.lab.forms import ShortOptionsForm, values_of
from core.lab.traces import opened
from core.lab.views import lab_or_404, of_this_model, step_asked
from core.visitors.budgets import OverBudget, costly
from core.visitors.making import make
from nodes import models
from nodes.labs import forks, labs
from nodes.labs.allowance import Budget, TooMuchWork
from nodes.labs.replay import actions_of
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.runs.compare import compare
from nodes.protocol.runs.rerun import follow
from nodes.protocol.runs.trace import Trace, result_of
from nodes.protocol.world.genesis import first_world

MOST_STEPS = 600
_MOST_KEPT = 16
_CANNOT_REPLAY = (CommandRefused, NoSuchAction, PlainError)
"""What a log of an older model may raise."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for: `at` is None for the last step, `other` None where the form was not accepted.

    `form` is as the page shows it.
    """

    lab: models.Lab
    setup: Setup
    at: int | None
    form: ShortOptionsForm
    chosen: Mapping[str, str]
    other: Options | None
    errors: tuple[str, ...]

    @property
    def wanted(self) -> int:
        return self.lab.step if self.at is None else min(self.at, self.lab.step)

    @property
    def step(self) -> int:
        return min(self.wanted, MOST_STEPS)


def _asked(request: HttpRequest, key: str) -> _Asked:
    lab, sent = lab_or_404(key), request.GET if request.method == "GET" else request.POST
    setup, at = labs.setup_of(lab), step_asked(sent)
    form = ShortOptionsForm(sent)
    if not form.is_valid():
        form = ShortOptionsForm({**values_of(setup.options), **sent.dict()})
        return _Asked(lab, setup, at, form, {}, None, form.sentences())
    # Without a wish the other solution is compared.
    base = setup.options if set(form.fields) & set(sent) else _other_solution(setup.options)
    other = form.options(base)
    chosen = values_of(other)
    return _Asked(lab, setup, at, ShortOptionsForm(initial=chosen), chosen, other, ())


def _other_solution(options: Options) -> Options:
    other = Solution.PULL if options.solution is Solution.PUSH else Solution.PUSH
    return replace(options, solution=other)


@require_safe
@of_this_model
@costly
def lab_compare(request: HttpRequest, key: str) -> HttpResponse:
    """Compare the lab up to ?at=n, or all of it, with the same under the options in the query."""
    asked = _asked(request, key)
    if asked.other is None:
        return _page(request, asked)
    lab = asked.lab
    shown = tuple(lab.shown_ues), lab.shown_as
    try:
        compared = _compared(lab.key, lab.resets, asked.step, asked.setup, asked.other, *shown)
    except _CANNOT_REPLAY as error:
        return _page(request, replace(asked, errors=(_cannot(error),)))
    except TooMuchWork as error:
        return _page(request, replace(asked, errors=(f"{error}. Compare at an earlier step of the lab.",)))
    return _page(request, asked, compared)


def _cannot(error: Exception) -> str:
    return f"A comparison takes the lab’s steps again, and this version of the model cannot: {error}"


def _page(request: HttpRequest, asked: _Asked, compared: Comparison | None = None, status: int = 422) -> HttpResponse:
    page = ComparePage(
        lab_key=asked.lab.key,
        title=asked.lab.title,
        at=asked.at,
        step=asked.step,
        last_step=asked.lab.step,
        form=asked.form,
        chosen=tuple(asked.chosen.items()),
        comparison=compared,
        errors=asked.errors,
        note=f"Only the first {MOST_STEPS} steps are compared." if asked.wanted > MOST_STEPS else "",
    )
    return render(request, "compare.html", {"page": page}, status=status if asked.errors else 200)


@lru_cache(_MOST_KEPT)
def _compared(  # noqa: PLR0917 - what a comparison depends on.
    key: str, resets: int, step: int, setup: Setup, other: Options, shown_ues: tuple[str, ...], shown_as: str
) -> Comparison:
    """A comparison of a log's first steps; the same arguments always mean the same log."""
    actions = tuple(actions_of(labs.get_lab(key), until=step))
    return comparison(compare(setup, actions, other, shown_as, Budget().check), shown_ues, shown_as)


@require_POST
@of_this_model
@costly
def lab_compare_open(request: HttpRequest, key: str) -> HttpResponse:
    """Make a lab of the other side, with all that it did."""
    asked = _asked(request, key)
    if asked.other is None:
        return _page(request, asked)
    try:
        budget = Budget()
        other = _other_side(asked, replace(asked.setup, options=asked.other), budget)
        imported = make(request, lambda: forks.import_trace(other, budget=budget))
    except OverBudget as error:
        return error.told_in(_page(request, replace(asked, errors=(str(error),)), status=429))
    except labs.LimitReached as error:
        return _page(request, replace(asked, errors=(str(error),)), status=503)
    except _CANNOT_REPLAY as error:
        return _page(request, replace(asked, errors=(_cannot(error),)))
    return opened(request, imported)


def _other_side(asked: _Asked, other: Setup, budget: Budget) -> Trace:
    followed = follow(asked.setup, tuple(actions_of(asked.lab, until=asked.step)), other, budget.check)
    world = followed.transitions[-1].world if followed.transitions else first_world(other)
    return Trace(f"{asked.lab.title}, other options", other, followed.actions, result_of(world))
