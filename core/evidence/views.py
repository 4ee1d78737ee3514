"""The evidence page, and the same as one file to keep."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.evidence.kept import kept_cells
from core.evidence.page import evidence_page
from nodes.evidence.known import known

STYLES = ("tokens", "base", "layout", "matrix", "mark", "evidence")


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    return render(request, "evidence.html", {"page": evidence_page(known())})


@require_safe
def evidence_file(request: HttpRequest) -> HttpResponse:
    """One HTML file that needs nothing else: the cells that it rests on, and their counterexamples, are in it."""
    records = known()
    page = evidence_page(records)
    kept = {"page": page, "styles": _styles(), "kept": kept_cells(page, records)}
    response = render(request, "evidence/file.html", kept)
    response["Content-Disposition"] = 'attachment; filename="syncscope-evidence.html"'
    return response


def _styles() -> str:
    """The style sheets of the page, in the order in which it links them."""
    return "\n".join((*map(_style, STYLES), f"@media print {{\n{_style('print')}}}"))


def _style(name: str) -> str:
    path: Path = settings.BASE_DIR / "static" / "css" / f"{name}.css"
    return path.read_text(encoding="utf-8")
