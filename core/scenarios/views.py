"""The list of scenarios, each scenario to read, and the labs that are made of them."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.scenarios.listing import listing
from core.scenarios.page import scenario_page
from core.visitors.budgets import OverBudget, costly
from core.visitors.making import make
from nodes.labs import forks, labs, services
from nodes.protocol.runs.trace import Trace, to_text
from nodes.scenarios import UnknownScenario, trace_of


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    return render(request, "scenarios.html", {"page": listing(request.GET.dict())})


@require_safe
def scenario(request: HttpRequest, name: str) -> HttpResponse:
    """A scenario, or with ?with=repair the variant of it, to read."""
    return _page(request, _full_name(name, request.GET.get("with", "")))


def _page(request: HttpRequest, full_name: str, error: str = "", status: int = 200) -> HttpResponse:
    _trace(full_name)
    page = replace(scenario_page(full_name), error=error)
    return render(request, "scenario.html", {"page": page}, status=status)


@require_safe
def scenario_trace(request: HttpRequest, name: str) -> HttpResponse:
    """The whole run as a trace file."""
    full_name = _full_name(name, request.GET.get("with", ""))
    response = HttpResponse(to_text(_trace(full_name)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{full_name}.syncscope.json"'
    return response


@require_POST
@costly
def scenario_open(request: HttpRequest, name: str) -> HttpResponse:
    """Make a lab of a scenario: at its first step, by hand, or with at=end after its last one."""
    full_name = _full_name(name, request.POST.get("with", ""))
    trace = _trace(full_name)
    try:
        new = make(request, lambda: _driven(trace) if request.POST.get("at") == "end" else _begun(trace))
    except OverBudget as error:
        return error.told_in(_page(request, full_name, str(error), status=429))
    except labs.LimitReached as error:
        return _page(request, full_name, str(error), status=503)
    if trace.setup.ues > 1:
        services.show(new.lab.key, ues=trace.setup.ue_names[: services.MOST_SHOWN])
    return redirect("lab", new.lab.key)


def _begun(trace: Trace) -> labs.NewLab:
    new = labs.create_lab(trace.setup, title=trace.title, scenario=trace.scenario)
    services.set_pace(new.lab.key, None)
    return new


def _driven(trace: Trace) -> labs.NewLab:
    imported = forks.import_trace(trace)
    return labs.NewLab(imported.lab, imported.drive_key)


def _full_name(name: str, repairs: str) -> str:
    return f"{name}+{repairs}" if repairs else name


def _trace(full_name: str) -> Trace:
    try:
        return trace_of(full_name)
    except UnknownScenario as error:
        raise Http404(str(error)) from error
