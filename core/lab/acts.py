"""What is clicked on a lab's page. On a page of the past it is done in a fork."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from core.lab import following as trace_panel
from core.lab.guide import actions_to_next_caption
from core.lab.loading import live_moment
from core.lab.traces import ending_words
from core.lab.views import lab_or_404, lab_page, of_this_model, step_asked
from core.refusals.sentences import notice
from core.visitors.access import drive_key_of, leave_notice, take_notice
from core.visitors.budgets import OverBudget, costly
from core.visitors.making import make
from nodes.labs import following, forks, labs, services
from nodes.protocol.errors import CommandRefused, NoSuchAction, PlainError
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world.actions import Action

_PACES = {"hand": None, "0": 0, "300": 300, "1000": 1000}
_NOT_NOW = (labs.StaleStep, labs.TraceUnfinished, labs.TooEarly)
_ONWARDS = {go.value: go for go in forks.Go}


class HtmxHttpRequest(HttpRequest):
    """A request as django-htmx's middleware leaves it."""

    htmx: HtmxDetails


class BadRequest(Exception):
    """What was posted is not of the form that a button sends."""


@require_POST
@of_this_model
@costly
def lab_act(request: HtmxHttpRequest, key: str) -> HttpResponse:
    """Carry out what a button says. 204 to htmx, 303 to the page for others; an error is said on the page.

    With `at` the page shows an earlier step: whoever watches gets a lab of their own in which it is done.
    """
    row = lab_or_404(key)
    at = step_asked(request.POST)
    # What is shown is the lab's own matter at any of its steps.
    if at is not None and not request.POST.get("do", "").startswith("show"):
        step = at
        return _answer(request, key, at, lambda: _act_in_fork(request, key, step))
    if not drive_key_of(request, row):
        sentence = "You may watch this lab. Whoever made it can give you its drive link."
        return _refused(request, key, at, sentence, 403)
    return _answer(request, key, at, lambda: _act(request, key, at))


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
    if request.htmx and location:
        return HttpResponse(status=204, headers={"HX-Redirect": location})
    if request.htmx:
        sentence = take_notice(request, key)
        return notice(sentence, 200) if sentence else HttpResponse(status=204)
    return HttpResponse(status=303, headers={"Location": location or reverse("lab", args=[key])})


def _refused(request: HtmxHttpRequest, key: str, at: int | None, sentence: str, status: int) -> HttpResponse:
    return notice(sentence, status) if request.htmx else lab_page(request, key, at, sentence, status)


def _act_in_fork(request: HttpRequest, key: str, at: int) -> str:
    """Do in a fork what is asked; the address of the fork."""
    seen = _seen(request)
    if "action" in request.POST:
        action = _action(request.POST["action"])
        return _forked(request, lambda: forks.fork(key, at, action=action, seen=seen))
    what = request.POST.get("do", "")
    if what not in _ONWARDS:
        raise BadRequest("On a page of the past, an action or a delivery makes a new lab; nothing else can be done")
    return _forked(request, lambda: forks.fork(key, at, go=_ONWARDS[what], seen=seen))


def _forked(request: HttpRequest, fork: Callable[[], labs.NewLab]) -> str:
    return reverse("lab", args=[make(request, fork).lab.key])


def _seen(request: HttpRequest) -> str | None:
    return request.POST.get("seen") or None


def _act(request: HttpRequest, key: str, at: int | None) -> str:
    seen, what = request.POST.get("seen", ""), request.POST.get("do", "")
    if "action" in request.POST:
        services.take(key, _action(request.POST["action"]), seen)
    elif what.startswith("trace:"):
        _do_of_trace(request, key, what, seen)
    else:
        _do(key, what, seen)
    # The socket of a page of the past does not tell what is shown.
    return "" if at is None else f"{reverse('lab', args=[key])}?at={at}"


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
        case "guide":
            _do_of_guide(key, value, seen)
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


def _do_of_guide(key: str, what: str, seen: str) -> None:
    match what:
        case "next":
            services.take_all(key, actions_to_next_caption(live_moment(key)), seen)
        case "leave":
            services.leave_scenario(key)
        case _:
            raise BadRequest(f"The guide does nothing that is called {what[:40]!r}")


def _do_of_trace(request: HttpRequest, key: str, what: str, seen: str) -> None:
    match what:
        case trace_panel.GO_ON:
            followed = following.go_on(key, seen)
            if sentence := ending_words(followed):
                leave_notice(request, followed.lab, sentence)
        case trace_panel.LEAVE:
            following.leave_trace(key)
        case _:
            raise BadRequest(f"Nothing of a trace is called {what[:40]!r}")
