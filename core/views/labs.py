"""The lab page, what is clicked on it, and the ways to share it."""

import json

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from core import fragments
from core.access import drive_key_of, remember_drive_key
from core.moments import all_steps, live_moment, past_moment
from core.panels import Share
from core.snapshot import as_message
from core.view.events import whole_log
from core.view.page import page as page_of
from nodes import models, services
from nodes.protocol.actions import Action
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.plain import from_plain

_PACES = {"hand": None, "0": 0, "300": 300, "1000": 1000}


class HtmxHttpRequest(HttpRequest):
    """A request as django-htmx's middleware leaves it."""

    htmx: HtmxDetails


class BadRequest(Exception):
    """What was posted is not of the form that a button sends."""


def _lab(key: str) -> models.Lab:
    try:
        return services.get_lab(key)
    except services.LabNotFound as error:
        raise Http404(str(error)) from error


def _step_asked(request: HttpRequest) -> int | None:
    at = request.GET.get("at", "")
    if not at:
        return None
    if not (at.isascii() and at.isdigit() and len(at) < 9):  # noqa: PLR2004 - no lab has so many steps.
        raise Http404(f"at is the number of a step, got {at[:20]!r}")
    return int(at)


@require_GET
def lab(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, key)


def _page(request: HttpRequest, key: str, notice: str = "", status: int = 200) -> HttpResponse:
    row = _lab(key)
    at = _step_asked(request)
    moment = live_moment(key) if at is None else past_moment(key, at)
    may_drive = bool(drive_key_of(request, row))
    is_presenting = request.GET.get("present") == "1"
    page = page_of(moment, may_drive=may_drive, is_presenting=is_presenting, viewers=0, notice=notice)
    response = render(request, "lab/page.html", {"page": page}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def lab_fragments(request: HttpRequest, key: str) -> HttpResponse:
    """The live fragments for a page without a socket; 304 while nothing has changed."""
    row = _lab(key)
    # Weak, as compression makes it.
    tag = f'W/"{row.resets}-{row.revision}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    response = HttpResponse(as_message(fragments.snapshot(key).fragments))
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


@require_POST
def lab_act(request: HtmxHttpRequest, key: str) -> HttpResponse:
    """Carry out what a button says. 204 to htmx, 303 to the page for others; an error is said on the page."""
    row = _lab(key)
    if not drive_key_of(request, row):
        return _refused(request, key, "You may watch this lab. Whoever made it can give you its drive link.", 403)
    try:
        _act(request, key)
    except (services.StaleStep, services.TooEarly, CommandRefused, NoSuchAction) as error:
        return _refused(request, key, str(error), 409)
    except (services.ServiceError, BadRequest, PlainError) as error:
        return _refused(request, key, str(error), 422)
    if request.htmx:
        return HttpResponse(status=204)
    return HttpResponse(status=303, headers={"Location": reverse("lab", args=[key])})


def _refused(request: HtmxHttpRequest, key: str, sentence: str, status: int) -> HttpResponse:
    if not request.htmx:
        return _page(request, key, sentence, status)
    notice = render_to_string("lab/fragments/notice.html", {"notice": sentence})
    return HttpResponse(as_message({"notice": notice}), status=status)


def _act(request: HttpRequest, key: str) -> None:
    seen = request.POST.get("seen", "")
    if "action" in request.POST:
        services.take(key, _action(request.POST["action"]), seen)
    else:
        _do(key, request.POST.get("do", ""), seen)


def _action(text: str) -> Action:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("action is the JSON of an action, as the buttons send it") from error
    return from_plain(Action, data)


def _do(key: str, what: str, seen: str) -> None:
    verb, _, value = what.partition(":")
    match verb:
        case "next":
            services.take_next(key, seen)
        case "paced":
            services.take_next(key, seen, paced=True)
        case "run":
            services.run(key, seen)
        case "reset":
            services.reset(key, seen)
        case "pace" if value in _PACES:
            services.set_pace(key, _PACES[value])
        case "show":
            services.show(key, ues=tuple(value.split(",")))
        case "show-mme":
            services.show(key, mme=value)
        case "show-as":
            services.show(key, application_server=value)
        case _:
            raise BadRequest(f"There is nothing to do that is called {what[:40]!r}")


@require_GET
def lab_drive(request: HttpRequest, key: str, drive_key: str) -> HttpResponse:
    """The drive link: this browser drives from now on."""
    row = _lab(key)
    if not services.may_drive(row, drive_key):
        raise Http404("This is not the drive link of a lab")
    remember_drive_key(request, key, drive_key)
    return redirect("lab", key)


@require_GET
def lab_share(request: HttpRequest, key: str) -> HttpResponse:
    row = _lab(key)
    drive_key = drive_key_of(request, row)
    watch_url = request.build_absolute_uri(reverse("lab", args=[key]))
    drive_path = reverse("lab-drive", args=[key, drive_key]) if drive_key else ""
    share = Share(
        lab_key=key,
        title=row.title,
        watch_url=watch_url,
        drive_url=request.build_absolute_uri(drive_path) if drive_path else "",
        watch_qr=mark_safe(_qr(watch_url)),  # noqa: S308 - segno's own SVG, of squares only.
    )
    return render(request, "lab/share.html", {"share": share})


def _qr(url: str) -> str:
    """Draw a QR code as an inline <svg> that its surroundings size."""
    svg: str = segno.make(url, error="m").svg_inline(omitsize=True, border=4, lineclass=None)
    return svg


@require_GET
def lab_events(request: HttpRequest, key: str) -> HttpResponse:
    """Every event of a lab, to read and to print."""
    row = _lab(key)
    moment = live_moment(key)
    ladder, events = whole_log(moment, all_steps(row))
    return render(request, "lab/events.html", {"title": row.title, "panel": ladder, "events": events})
