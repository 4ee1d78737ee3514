"""All messages in flight of a lab, where there are more than its page lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.lab.drive_state import drive_state
from core.lab.inflight import all_in_flight
from core.lab.loading import live_moment, past_moment
from core.lab.scene import Scene
from core.lab.views import lab_or_404, of_this_model, step_asked
from core.visitors.access import drive_key_of


@require_safe
@of_this_model
def lab_inflight(request: HttpRequest, key: str) -> HttpResponse:
    """Every message in flight, with ?at=n at an earlier step; what is clicked leads back to the lab."""
    row = lab_or_404(key)
    at = step_asked(request.GET)
    moment = live_moment(key) if at is None else past_moment(key, at)
    scene = Scene(moment)
    context = {
        "title": row.title,
        "panel": all_in_flight(scene),
        "state": drive_state(scene),
        "may_drive": bool(drive_key_of(request, row)) or moment.at != moment.last_step,
    }
    response = render(request, "lab/inflight.html", context)
    response["Cache-Control"] = "no-store"
    return response
