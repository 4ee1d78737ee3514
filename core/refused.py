"""Refusals that are no view's: of a body beyond its bounds, and of what failed on the server."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.decorators import sync_and_async_middleware

from core.logs import request_id
from core.middleware import AsyncHandler, Handler
from core.serving.bodies import REFUSED
from core.snapshot import as_message

_BODIES: Final[Mapping[HTTPStatus, tuple[str, str]]] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "This is too large",
        f"At most {settings.SYNCSCOPE_MOST_SENT // 1024**2} MB can be sent at once. Nothing was changed.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "This came too slowly",
        "The server waited for the rest of what was sent, and has stopped waiting. Nothing was changed. Try again.",
    ),
}
_FAILED: Final = (
    "Something went wrong on the server",
    "What was acknowledged before is kept. Reload the page; if this comes again, tell the one who runs the server.",
)


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
    response = _answer(request, *_BODIES[status], status)
    if status == HTTPStatus.REQUEST_TIMEOUT:
        response["Connection"] = "close"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it failed, and the id under which the log says why."""
    return _answer(request, *_FAILED, HTTPStatus.INTERNAL_SERVER_ERROR)


def _answer(request: HttpRequest, title: str, sentence: str, status: HTTPStatus) -> HttpResponse:
    name = request_id.get() if status == HTTPStatus.INTERNAL_SERVER_ERROR else ""
    if "HX-Request" not in request.headers:
        # Without the request: what its context processors ask may be what failed.
        page = render_to_string("refused.html", {"title": title, "sentence": sentence, "name": name})
        return HttpResponse(page, status=status)
    words = f"{title}: request {name}. {sentence}" if name else f"{title}. {sentence}"
    notice = render_to_string("lab/fragments/notice.html", {"notice": words})
    return HttpResponse(as_message({"notice": notice}), status=status)
