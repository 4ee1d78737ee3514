"""The ways to share a lab: its links, and the drive link itself."""

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from core.access import drive_key_of, remember_drive_key
from core.panels import Share
from core.views.labs import lab_or_404, of_this_model, step_asked
from nodes import services


@require_safe
@of_this_model
def lab_drive(request: HttpRequest, key: str, drive_key: str) -> HttpResponse:
    """The drive link: this browser drives from now on."""
    row = lab_or_404(key)
    if not services.may_drive(row, drive_key):
        raise Http404("This is not the drive link of a lab")
    remember_drive_key(request, key, drive_key)
    return redirect("lab", key)


@require_safe
@of_this_model
def lab_share(request: HttpRequest, key: str) -> HttpResponse:
    """The links to a lab; with ?at=n to that step of it."""
    row = lab_or_404(key)
    at = step_asked(request.GET)
    drive_key = drive_key_of(request, row)
    watch_url = request.build_absolute_uri(reverse("lab", args=[key], query=None if at is None else {"at": at}))
    drive_path = reverse("lab-drive", args=[key, drive_key]) if drive_key else ""
    share = Share(
        lab_key=key,
        title=row.title,
        watch_url=watch_url,
        step=at,
        drive_url=request.build_absolute_uri(drive_path) if drive_path else "",
        watch_qr=mark_safe(_qr(watch_url)),  # noqa: S308 - segno's own SVG, of squares only.
    )
    return render(request, "lab/share.html", {"share": share})


def _qr(url: str) -> str:
    """Draw a QR code as an inline <svg> that its surroundings size."""
    svg: str = segno.make(url, error="m").svg_inline(omitsize=True, border=4, lineclass=None)
    return svg
