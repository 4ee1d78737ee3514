"""The ways to share a lab: its links, and the page that a drive link opens."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
from django.conf import settings
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

    @property
    def is_for_room(self) -> bool:
        """Whether other machines reach the address."""
        return self.watch_qr is not None


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
    watch_url = _address(request, reverse("lab", args=[key], query=None if at is None else {"at": at}))
    share = Share(
        lab_key=key,
        title=row.title,
        watch_url=watch_url,
        step=at,
        drive_url=_address(request, drive_path(key, drive_key)) if drive_key else "",
        watch_qr=_qr(watch_url) if _is_reachable(request) else None,
    )
    return render(request, "lab/share.html", {"share": share})


def drive_path(lab_key: str, drive_key: str) -> str:
    """The path of a lab's drive link."""
    return reverse("lab-drive", args=[lab_key], fragment=drive_key)


def _address(request: HttpRequest, path: str) -> str:
    """The whole address of a path, by the host under which the room reaches this machine, if this one's own is used."""
    url = request.build_absolute_uri(path)
    if not settings.SYNCSCOPE_ROOM_HOST or not _is_this_machine(request):
        return url
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{settings.SYNCSCOPE_ROOM_HOST}{port}").geturl()


def _is_reachable(request: HttpRequest) -> bool:
    return bool(settings.SYNCSCOPE_ROOM_HOST) or not _is_this_machine(request)


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether the host of the page's address is known by this machine alone (RFC 1122 §3.2.1.3, RFC 6761 §6.3)."""
    name = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _qr(url: str) -> SafeString:
    """Draw a QR code as an inline <svg> that its surroundings size."""
    svg: str = segno.make(url, error="m").svg_inline(omitsize=True, border=4, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - segno's own SVG, of squares only.
