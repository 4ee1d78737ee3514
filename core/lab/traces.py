"""Runs as files: a lab's trace to keep, and a trace that becomes a lab."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.lab.views import lab_or_404, of_this_model, step_asked
from core.visitors.access import leave_notice
from core.visitors.budgets import OverBudget, costly
from core.visitors.making import make
from nodes.labs import following, forks, labs
from nodes.labs.allowance import Budget
from nodes.protocol.runs.trace import MODEL_VERSION, MOST_OCTETS, TraceError, from_text, text_in, to_text


@dataclass(frozen=True, slots=True)
class TracesPage:
    """The form that takes a trace: what was pasted, and why it was not accepted."""

    text: str = ""
    error: str = ""


@require_safe
@of_this_model
def lab_trace(request: HttpRequest, key: str) -> HttpResponse:
    """The trace of a lab, with ?at=n of its first steps, as a file."""
    row = lab_or_404(key)
    try:
        trace = forks.export_trace(key, step_asked(request.GET))
    except labs.LimitReached as error:
        raise Http404(str(error)) from error
    response = HttpResponse(to_text(trace), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slugify(row.title) or "lab"}.syncscope.json"'
    response["Cache-Control"] = "no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@costly
def traces(request: HttpRequest) -> HttpResponse:
    """Take a trace, uploaded or pasted, and lead to the lab that it becomes."""
    if request.method != "POST":
        return render(request, "traces.html", {"page": TracesPage()})
    # Reading a long trace is work, too.
    budget = Budget()
    text = request.POST.get("text", "")
    try:
        trace = from_text(_sent(request))
        imported = make(request, lambda: forks.import_trace(trace, budget=budget))
    except OverBudget as error:
        return error.told_in(_refused(request, text, error, 429))
    except (TraceError, labs.ServiceError) as error:
        return _refused(request, text, error, 422)
    return opened(request, imported)


def _refused(request: HttpRequest, text: str, error: Exception, status: int) -> HttpResponse:
    return render(request, "traces.html", {"page": TracesPage(text, str(error))}, status=status)


def _sent(request: HttpRequest) -> str:
    """The text of the file that was uploaded, or the one that was pasted.

    Raises:
        TraceError: there is none, or the file is too large or no text.
    """
    file = request.FILES.get("file")
    text: str = request.POST.get("text", "")
    if not file and not text.strip():
        raise TraceError("Choose a trace file, or paste its text.")
    if not file:
        return text
    if (file.size or 0) > MOST_OCTETS:
        raise TraceError(f"This trace is too long: {MOST_OCTETS // 1024**2} MB are allowed.")
    return text_in(file.read())


def ending_words(followed: following.Followed) -> str:
    """What is told once of how a trace ended: what a viewer must know of a lab that is not what its trace says.

    Empty if it is, and while steps are left.
    """
    if followed.left:
        return ""
    return _log_words(followed) if followed.is_log else _trace_words(followed)


def _trace_words(followed: following.Followed) -> str:
    parts = []
    if not followed.same_model:
        parts.append(
            f"This trace was made with version {followed.model} of the protocol model; this server has version "
            f"{MODEL_VERSION}, with which its actions were taken again."
        )
    if followed.refusal is not None:
        parts.append(f"The lab ends where the trace could not be followed, at {followed.refusal}.")
    elif not followed.matches:
        parts.append("Every action was taken, but the final state differs from the one recorded.")
    elif parts:
        parts.append("The final state is the one recorded.")
    return " ".join(parts)


def _log_words(followed: following.Followed) -> str:
    ending = "All were taken" if followed.refusal is None else f"They end at {followed.refusal}"
    return (
        f"These are the steps of a lab of version {followed.model} of the protocol model, taken again with version "
        f"{MODEL_VERSION}; what they lead to may differ. {ending}."
    )


@require_POST
@costly
def lab_replay(request: HttpRequest, key: str) -> HttpResponse:
    """Take the steps of a lab of an older model again, in a new lab."""
    try:
        old = labs.get_lab(key)
    except labs.LabNotFound as error:
        raise Http404(str(error)) from error
    try:
        imported = make(request, lambda: forks.replay_old(key))
    except labs.ServiceError as error:
        return render(request, "lab/old.html", {"lab": old, "sentence": str(error)}, status=422)
    return opened(request, imported)


def opened(request: HttpRequest, imported: forks.Imported) -> HttpResponse:
    """Lead to a lab that was made of a trace, whose page says how that ended."""
    if notice := ending_words(imported):
        leave_notice(request, imported.lab, notice)
    return redirect("lab", imported.lab.key)
