"""The lab page, its live fragments and its events."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.lab import fragments
from core.lab.events import log, pages_at
from core.lab.loading import live_moment, past_moment, steps_between
from core.lab.page import page as page_of
from core.live.snapshot import as_message, revision_element
from core.visitors.access import drive_key_of, take_notice
from nodes import models
from nodes.labs import labs

LabView = Callable[..., HttpResponse]


def lab_or_404(key: str) -> models.Lab:
    """Return the lab of an address.

    Raises:
        Http404: there is none.
        OldModel: its rows cannot be read; a view that is `of_this_model` then says so.
    """
    try:
        row = labs.get_lab(key)
    except labs.LabNotFound as error:
        raise Http404(str(error)) from error
    labs.check_model(row)
    return row


def of_this_model(view: LabView) -> LabView:
    """Answer for a lab of another version of the model with what it is and what can be done."""

    @wraps(view)
    def guarded(request: HttpRequest, key: str, *rest: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, key, *rest, **named)
        except labs.OldModel as error:
            row = labs.get_lab(key)
            return render(request, "lab/old.html", {"lab": row, "sentence": str(error)}, status=409)

    return guarded


def step_asked(sent: Mapping[str, str]) -> int | None:
    """The number of the step that a page shows or asks for; None is the last one."""
    at = sent.get("at", "")
    if not at:
        return None
    if not (at.isascii() and at.isdigit() and len(at) < 9):  # noqa: PLR2004 - no lab has so many steps.
        raise Http404(f"at is the number of a step, got {at[:20]!r}")
    return int(at)


@require_safe
@of_this_model
def lab(request: HttpRequest, key: str) -> HttpResponse:
    return lab_page(request, key, step_asked(request.GET), take_notice(request, key))


def lab_page(request: HttpRequest, key: str, at: int | None, notice: str = "", status: int = 200) -> HttpResponse:
    """The page of a lab, live or at an earlier step, where everybody may act: in a fork."""
    row = lab_or_404(key)
    moment = live_moment(key) if at is None else past_moment(key, at)
    may_drive = bool(drive_key_of(request, row)) or moment.at != moment.last_step
    is_presenting = request.GET.get("present") == "1"
    page = page_of(moment, may_drive=may_drive, is_presenting=is_presenting, viewers=0, notice=notice)
    response = render(request, "lab/page.html", {"page": page}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@of_this_model
def lab_fragments(request: HttpRequest, key: str) -> HttpResponse:
    """The live fragments for a page without a socket, or those of an earlier step; 304 while nothing has changed."""
    row = lab_or_404(key)
    at = step_asked(request.GET)
    is_past = at is not None and at < row.step
    # Weak, as compression makes it. What of a lab is shown, and its last step, are on pages of the past as well.
    tag = f'W/"{row.resets}-{row.revision}{f"-{at}" if is_past else ""}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    shown = fragments.past_snapshot(key, at) if at is not None and is_past else fragments.snapshot(key)
    response = HttpResponse(as_message(revision_element(shown.revision), *shown.fragments))
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@of_this_model
def lab_events(request: HttpRequest, key: str) -> HttpResponse:
    """Every event of a lab, to read and to print; of a long one a page of them, with ?at=n that of a step."""
    row = lab_or_404(key)
    moment = live_moment(key)
    at = step_asked(request.GET)
    pages = pages_at(moment.last_step if at is None else at, moment.last_step)
    ladder, events = log(moment, steps_between(row, pages.first, pages.last))
    shown = {"title": row.title, "panel": ladder, "events": events, "pages": pages}
    return render(request, "lab/events.html", shown)
