"""Middleware that answers what no view does: bodies out of bounds, spent budgets, a database that is away."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from core.middleware import AsyncHandler, Handler
from core.refusals import sentences as refusals
from core.refusals.views import database_away
from core.serving.bodies import REFUSED
from core.visitors.budgets import OverBudget
from nodes.away import AWAY

_BODIES: Final[Mapping[HTTPStatus, refusals.Refusal]] = {
    refusal.status: refusal for refusal in (refusals.BODY_TOO_LARGE, refusals.TOO_SLOW)
}


@sync_and_async_middleware
def refused_bodies(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """Answer what `core.serving.bodies` has refused."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _refusal(request) or await cast("AsyncHandler", get_response)(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _refusal(request) or cast("Handler", get_response)(request)

    return answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    status: HTTPStatus | None = getattr(request, "scope", {}).get(REFUSED)
    if status is None:
        return None
    response = refusals.refuse(request, _BODIES[status])
    if status == HTTPStatus.REQUEST_TIMEOUT:
        response["Connection"] = "close"
    return response


class SayOverBudget(MiddlewareMixin):
    """Answer a view that raised OverBudget. It has no other hook, so that it costs no request a thread."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OverBudget):
            return None
        response = refusals.refuse(request, refusals.over_budget(str(exception)))
        response.headers["Cache-Control"] = "no-store"
        return exception.told_in(response)


class DatabaseAway:
    """Say what is the matter where a view asks the database and that does not answer, without a traceback."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Handler | AsyncHandler) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - a response, or who awaits it gets one.
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return database_away(request, error) if isinstance(error, AWAY) else None
