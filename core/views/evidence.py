"""The evidence page, and the same as one file to keep."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.view.evidence import evidence_page
from nodes.evidence.known import known

STYLES = ("tokens", "base", "layout", "matrix", "evidence", "print")


@require_GET
def evidence(request: HttpRequest) -> HttpResponse:
    return render(request, "evidence.html", {"page": evidence_page(known())})


@require_GET
def evidence_file(request: HttpRequest) -> HttpResponse:
    """One HTML file that needs nothing else; its links lead back to this server."""
    folder = settings.BASE_DIR / "static" / "css"
    styles = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    page = evidence_page(known())
    root = request.build_absolute_uri("/").rstrip("/")
    response = render(request, "evidence/file.html", {"page": page, "styles": styles, "root": root})
    response["Content-Disposition"] = 'attachment; filename="syncscope-evidence.html"'
    return response
