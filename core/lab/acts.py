"""What is clicked on a lab's page, an address for each. On a page of the past it is done in a fork."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from core.lab.guide import actions_to_next_caption
from core.lab.loading import live_moment
from core.lab.traces import ending_words
from core.lab.views import LabView, lab_or_404, lab_page, of_this_model, step_asked
from core.refusals.sentences import notice
from core.visitors.access import drive_key_of, leave_notice, take_notice
from core.visitors.budgets import OverBudget, costly
from core.visitors.making import make
from nodes.labs import following, forks, labs, resetting, services
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world.actions import Action

_PACES = {"hand": None, "0": 0, "300": 300, "1000": 1000}
_NOT_NOW = (labs.StaleStep, labs.TraceUnfinished, labs.TooEarly)

RESET = "The lab begins anew. What it was is kept among its forks; “Undo the reset” brings it back here."

Act = Callable[[HttpRequest, str, str], object]
"""Does something to the lab of a key, at a request; then comes what the page had seen."""
InFork = Callable[[HttpRequest], Mapping[str, Any]]
"""What `forks.fork` is told to go on with, at a request."""


class HtmxHttpRequest(HttpRequest):
    """A request as django-htmx's middleware leaves it."""

    htmx: HtmxDetails


class BadRequest(Exception):
    """What was posted is not of the form that a button sends."""


def _live_only(_request: HttpRequest) -> Mapping[str, Any]:
    raise BadRequest("On a page of the past, an action or a delivery makes a new lab; nothing else can be done")


def _view(act: Act, in_fork: InFork = _live_only, *, is_of_page: bool = False) -> LabView:
    """Make a view that acts. It answers 204 to htmx, 303 to the page for others; an error is said on the page.

    With `at` the page shows an earlier step: whoever watches gets a lab of their own in which it is done. Only what
    `is_of_page`, such as which nodes it shows, is the lab's own matter at any of its steps.
    """

    @require_POST
    @of_this_model
    @costly
    def view(request: HtmxHttpRequest, key: str) -> HttpResponse:
        row = lab_or_404(key)
        at = step_asked(request.POST)
        if at is not None and not is_of_page:
            fork = partial(forks.fork, key, at, seen=_seen(request))
            return _answer(request, key, at, lambda: _forked(request, lambda: fork(**in_fork(request))))
        if not drive_key_of(request, row):
            sentence = "You may watch this lab. Whoever made it can give you its drive link."
            return _refused(request, key, at, sentence, 403)
        return _answer(request, key, at, lambda: _acted(request, key, at, act))

    return view


def _acted(request: HttpRequest, key: str, at: int | None, act: Act) -> str:
    act(request, key, request.POST.get("seen", ""))
    # The socket of a page of the past does not tell what is shown.
    return "" if at is None else f"{reverse('lab', args=[key])}?at={at}"


@require_POST
@of_this_model
@costly
def lab_fork(request: HtmxHttpRequest, key: str) -> HttpResponse:
    """Make a lab of this one's steps up to the one shown; whoever asks drives it."""
    row = lab_or_404(key)
    # The guide's way back names another step than the one shown.
    at = step_asked({"at": request.POST.get("back") or request.POST.get("at", "")})
    step = row.step if at is None else at
    return _answer(request, key, at, lambda: _forked(request, lambda: forks.fork(key, step, seen=_seen(request))))


def _answer(request: HtmxHttpRequest, key: str, at: int | None, act: Callable[[], str]) -> HttpResponse:
    """Act, and lead to the page that this gives; empty: the page that asked is told by its socket."""
    try:
        location = act()
    except (*_NOT_NOW, CommandRefused, NoSuchAction) as error:
        return _refused(request, key, at, str(error), 409)
    except (labs.ServiceError, BadRequest, PlainError) as error:
        return _refused(request, key, at, str(error), 422)
    except OverBudget as error:
        return error.told_in(_refused(request, key, at, str(error), 429))
    location = _presented(request, location)
    if request.htmx and location:
        return HttpResponse(status=204, headers={"HX-Redirect": location})
    if request.htmx:
        sentence = take_notice(request, key)
        return notice(sentence, 200) if sentence else HttpResponse(status=204)
    return HttpResponse(status=303, headers={"Location": location or reverse("lab", args=[key])})


def _presented(request: HttpRequest, location: str) -> str:
    """Where a presenter's page leads is a presenter's page."""
    if not location or request.POST.get("present") != "1":
        return location
    return f"{location}{'&' if '?' in location else '?'}present=1"


def _refused(request: HtmxHttpRequest, key: str, at: int | None, sentence: str, status: int) -> HttpResponse:
    return notice(sentence, status) if request.htmx else lab_page(request, key, at, sentence, status)


def _forked(request: HttpRequest, fork: Callable[[], labs.NewLab]) -> str:
    return reverse("lab", args=[make(request, fork).lab.key])


def _seen(request: HttpRequest) -> str | None:
    return request.POST.get("seen") or None


# What is posted


def _action(request: HttpRequest) -> Action:
    try:
        data = json.loads(request.POST.get("action", ""))
    except (ValueError, RecursionError) as error:
        raise BadRequest("action is the JSON of an action, as the buttons send it") from error
    return from_plain(Action, data)


def _pace(request: HttpRequest) -> int | None:
    pace = request.POST.get("pace", "")
    if pace not in _PACES:
        raise BadRequest(f"pace is {', '.join(_PACES)}, got {pace[:20]!r}")
    return _PACES[pace]


def _shown(request: HttpRequest) -> dict[str, Any]:
    ues, mme, server = (request.POST.get(name) for name in ("ues", "mme", "as"))
    if ues is mme is server is None:
        raise BadRequest("What can be shown are ues, mme or as")
    return {"ues": None if ues is None else tuple(ues.split(",")), "mme": mme, "application_server": server}


def _go_on_with_trace(request: HttpRequest, key: str, seen: str) -> None:
    followed = following.go_on(key, seen)
    if sentence := ending_words(followed):
        leave_notice(request, followed.lab, sentence)


def _reset(request: HttpRequest, key: str, seen: str) -> None:
    kept = resetting.reset_keeping(key, seen, lambda fork: make(request, fork))
    if kept is not None:
        leave_notice(request, lab_or_404(key), RESET)


# The views

lab_act = _view(
    lambda request, key, seen: services.take(key, _action(request), seen), lambda request: {"action": _action(request)}
)
lab_next = _view(lambda _, key, seen: services.take_next(key, seen), lambda _: {"go": forks.Go.NEXT})
lab_next_due = _view(lambda _, key, seen: services.take_next(key, seen, paced=True))
lab_run = _view(lambda _, key, seen: services.run(key, seen), lambda _: {"go": forks.Go.RUN})
lab_pace = _view(lambda request, key, _: services.set_pace(key, _pace(request)))
lab_show = _view(lambda request, key, _: services.show(key, **_shown(request)), is_of_page=True)
lab_reset = _view(_reset)
lab_undo = _view(lambda _, key, seen: resetting.undo_reset(key, seen))
lab_guide_next = _view(lambda _, key, seen: services.take_all(key, actions_to_next_caption(live_moment(key)), seen))
lab_guide_leave = _view(lambda _request, key, _seen: services.leave_scenario(key))
lab_guide_take_up = _view(lambda _request, key, _seen: services.take_up_scenario(key))
lab_trace_on = _view(_go_on_with_trace)
lab_trace_leave = _view(lambda _request, key, _seen: following.leave_trace(key))
