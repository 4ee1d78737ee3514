"""Middleware that answers what is refused before or behind the views: bodies out of bounds, and spent budgets."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from core import refusals
from core.budgets import OverBudget
from core.middleware import AsyncHandler, Handler
from core.serving.bodies import REFUSED

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
