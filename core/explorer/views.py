"""The explorer: what is known, what somebody wants to know, runs while they are done, and cells to read and open."""

from functools import wraps
from typing import Protocol

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.explorer.cell import cell_page
from core.explorer.form import ExploreForm, first_values
from core.explorer.page import explorer_page, run_page
from core.live.snapshot import Element, as_message
from core.visitors.access import leave_notice
from core.visitors.addresses import hashed_address
from core.visitors.browsers import browser_of, known_browser
from core.visitors.budgets import RUNS, OverBudget, costly, spending
from core.visitors.making import make
from core.words.explored import explanation
from nodes.evidence.known import find, known
from nodes.explorations import opening
from nodes.explorations import services as runs
from nodes.explorations.models import Run
from nodes.explorer.records import Record
from nodes.labs import forks, labs, services
from nodes.protocol.runs.trace import TraceError, from_text, to_text

WAIT_FOR_SEARCHES = 60
"""Seconds after which a browser may ask again that has too many searches waiting."""


class _View(Protocol):
    def __call__(self, request: HttpRequest, key: str) -> HttpResponse: ...


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    return render(request, "explorer.html", {"page": explorer_page(ExploreForm(initial=first_values()))})


@require_POST
def explorer_start(request: HttpRequest) -> HttpResponse:
    """Start what the form asks for, or with matrix=1 the whole matrix."""
    is_matrix = "matrix" in request.POST
    form = ExploreForm(request.POST)
    if not is_matrix and not form.is_valid():
        return _refused(request, form, form.sentences(), 422)
    wanted, with_repairs = form.wanted(is_matrix=is_matrix), "with_repairs" in request.POST
    try:
        with spending(request, RUNS):
            run = runs.start(wanted, with_repairs=with_repairs, asker=_asker(request))
    except OverBudget as error:
        return error.told_in(_refused(request, form, (str(error),), 429))
    except runs.TooManyWait as error:
        response = _refused(request, form, (str(error),), 429)
        response.headers["Retry-After"] = str(WAIT_FOR_SEARCHES)
        return response
    except runs.CannotExplore as error:
        return _refused(request, form, (str(error),), 422)
    return redirect("explorer-run", run.key)


def _asker(request: HttpRequest) -> runs.Asker:
    of_browser, of_address = settings.SYNCSCOPE_BUDGETS["waiting"]
    return runs.Asker(browser_of(request).id, hashed_address(request), of_browser, of_address)


def _refused(request: HttpRequest, form: ExploreForm, errors: tuple[str, ...], status: int) -> HttpResponse:
    return render(request, "explorer.html", {"page": explorer_page(form, errors)}, status=status)


# Runs


def _of_a_run(view: _View) -> _View:
    @wraps(view)
    def wrapped(request: HttpRequest, key: str) -> HttpResponse:
        try:
            return view(request, key)
        except runs.RunNotFound as error:
            raise Http404("There is no such run; it may have been deleted.") from error

    return wrapped


def _may_end(request: HttpRequest, run: Run) -> bool:
    """Whoever started a run may end it, and so may staff."""
    browser = known_browser(request)
    is_mine = browser is not None and browser.id == run.browser
    return is_mine or bool(getattr(request.user, "is_staff", False))


@never_cache
@require_safe
@_of_a_run
def explorer_run(request: HttpRequest, key: str) -> HttpResponse:
    run = runs.get(key)
    shown = run_page(run, may_end=_may_end(request, run))
    return render(request, "explorer/run.html", {"page": shown})


@never_cache
@require_safe
def explorer_run_live(request: HttpRequest, key: str) -> HttpResponse:
    """The part of a run's page that asks for itself again while the run is open, and no more when there is none."""
    try:
        run = runs.get(key)
    except runs.RunNotFound:
        notice = render_to_string("lab/fragments/notice.html", {"notice": "This run has been forgotten."})
        return HttpResponse(as_message(Element("notice", notice), Element("run", '<div id="run"></div>')), status=404)
    shown = run_page(run, may_end=_may_end(request, run))
    html = render_to_string("explorer/live.html", {"page": shown}, request)
    return HttpResponse(as_message(Element("run", html)))


@require_POST
@_of_a_run
def explorer_run_end(request: HttpRequest, key: str) -> HttpResponse:
    """Cancel a run, or with forget=1 remove it with its answers."""
    if not _may_end(request, runs.get(key)):
        return HttpResponse("Only the browser that started a run may end it.", status=403, content_type="text/plain")
    if "forget" in request.POST:
        runs.delete(key)
        return redirect("explorer")
    runs.cancel(key)
    return redirect("explorer-run", key)


# Cells


def _record(name: str) -> Record:
    record = find(name)
    if record is None:
        raise Http404("This cell is not explored yet.")
    return record


@require_safe
def explorer_cell(request: HttpRequest, name: str) -> HttpResponse:
    return _cell(request, _record(name))


def _cell(request: HttpRequest, record: Record, error: str = "", status: int = 200) -> HttpResponse:
    page = cell_page(record, known(), error)
    return render(request, "explorer/cell.html", {"page": page}, status=status)


@require_POST
@costly
def explorer_cell_open(request: HttpRequest, name: str) -> HttpResponse:
    """Make a lab of the counterexample; with=named_key ordered_push: of the same actions with these repairs on."""
    record = _record(name)
    repairs = request.POST.get("with", "").split()
    try:
        opened = make(request, lambda: _opened(record, repairs))
    except opening.CannotOpen as error:
        return _cell(request, record, str(error), 422)
    except OverBudget as error:
        return error.told_in(_cell(request, record, str(error), 429))
    except labs.ServiceError as error:
        return _cell(request, record, str(error), 503)
    ues = labs.setup_of(opened.lab).ue_names
    if len(ues) > 1:
        services.show(opened.lab.key, ues=ues[: services.MOST_SHOWN])
    leave_notice(request, opened.lab, _notice(record, opened, repairs))
    return redirect("lab", opened.lab.key)


def _opened(record: Record, repairs: list[str]) -> forks.Imported:
    return opening.open_repaired(record, repairs) if repairs else opening.open_counterexample(record)


def _notice(record: Record, opened: forks.Imported, repairs: list[str]) -> str:
    """What is told once on the lab's page."""
    if opened.refusal is not None:
        return f"The counterexample ends early: {opened.refusal}."
    name = record.question.property.value
    if repairs:
        return (
            f"The steps of the counterexample to {name} with {' and '.join(repairs)} on, replayed as far as they apply."
        )
    step = "the last step" if opened.left else "this step"
    return f"{name} is violated at {step}: {explanation(record)}"


@require_safe
def explorer_cell_trace(_request: HttpRequest, name: str) -> HttpResponse:
    """The counterexample as a trace file."""
    record = _record(name)
    if not record.trace:
        raise Http404("There is no counterexample.")
    try:
        text = to_text(from_text(record.trace))
    except TraceError:
        text = record.trace  # Of an older version: given as it was stored.
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.syncscope.json"'
    return response
