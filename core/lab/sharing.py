"""The ways to share a lab: its links, and the page that a drive link opens."""

from dataclasses import dataclass

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.lab.views import lab_or_404, of_this_model, step_asked
from core.visitors.access import drive_key_of, remember_drive_key
from core.visitors.budgets import DRIVE_LINKS, spend
from nodes.labs import labs


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`watch_qr` is a whole inline <svg> made on the server; without it there is no picture.

    `drive_url` is empty for who may only watch.
    """

    lab_key: str
    title: str
    watch_url: str
    step: int | None = None
    """The step that `watch_url` shows; None: the live one."""
    drive_url: str = ""
    watch_qr: SafeString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivePage:
    """The page that a drive link opens; `error` says what was wrong with the link."""

    lab_key: str
    title: str
    error: str = ""


NO_DRIVE_LINK = "This is not the drive link of this lab. It may have been copied in part: after the # come 24 signs."


@sensitive_post_parameters("drive_key")
@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
@of_this_model
def lab_drive(request: HttpRequest, key: str) -> HttpResponse:
    """Where a drive link leads; with its key posted this browser drives from now on.

    The key stands after the #, which a browser keeps for itself: an address is in the logs of every server and proxy
    on the way. A script posts it, or who has none pastes the link.
    """
    row = lab_or_404(key)
    if request.method != "POST":
        return render(request, "lab/drive.html", {"page": DrivePage(lab_key=key, title=row.title)})
    spend(request, DRIVE_LINKS)
    drive_key = request.POST.get("drive_key", "").strip().rpartition("#")[2]
    if not labs.may_drive(row, drive_key):
        page = DrivePage(lab_key=key, title=row.title, error=NO_DRIVE_LINK)
        return render(request, "lab/drive.html", {"page": page}, status=403)
    remember_drive_key(request, row, drive_key)
    return redirect("lab", key)


@cache_control(no_store=True)
@require_safe
@of_this_model
def lab_share(request: HttpRequest, key: str) -> HttpResponse:
    """The links to a lab; with ?at=n to that step of it."""
    row = lab_or_404(key)
    at = step_asked(request.GET)
    drive_key = drive_key_of(request, row)
    watch_url = request.build_absolute_uri(reverse("lab", args=[key], query=None if at is None else {"at": at}))
    share = Share(
        lab_key=key,
        title=row.title,
        watch_url=watch_url,
        step=at,
        drive_url=request.build_absolute_uri(drive_path(key, drive_key)) if drive_key else "",
        watch_qr=mark_safe(_qr(watch_url)),  # noqa: S308 - segno's own SVG, of squares only.
    )
    return render(request, "lab/share.html", {"share": share})


def drive_path(lab_key: str, drive_key: str) -> str:
    """The path of a lab's drive link."""
    return reverse("lab-drive", args=[lab_key], fragment=drive_key)


def _qr(url: str) -> str:
    """Draw a QR code as an inline <svg> that its surroundings size."""
    svg: str = segno.make(url, error="m").svg_inline(omitsize=True, border=4, lineclass=None)
    return svg
