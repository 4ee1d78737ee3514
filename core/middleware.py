"""Middleware of ours. All of it runs on the event loop: a synchronous one would cost every request a thread."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware

Handler: TypeAlias = Callable[[HttpRequest], HttpResponseBase]
AsyncHandler: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def content_security_policy(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """Send SECURE_CSP with every response, as Django 6.0's own middleware does, which replaces this one."""
    policy = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items())

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            response = await cast("AsyncHandler", get_response)(request)
            response.headers.setdefault("Content-Security-Policy", policy)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = cast("Handler", get_response)(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return answer


@sync_and_async_middleware
def plain_text(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """Read text as UTF-8, which is what browsers send whatever a request says of itself: some codecs are none of text.

    Leave out cookies with characters that no server ever set: PostgreSQL cannot even look for text with NUL.
    """

    def clean(request: HttpRequest) -> None:
        request.encoding = "utf-8"
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if value.isprintable()}

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            clean(request)
            return await cast("AsyncHandler", get_response)(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        clean(request)
        return cast("Handler", get_response)(request)

    return answer


@sync_and_async_middleware
def static_files(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """Serve the static files that WhiteNoise knows.

    WhiteNoise's own middleware is synchronous and streams; under ASGI Django warns of it and reads the file
    into memory all the same. Ours are small, so they are read at once.
    """
    files = WhiteNoiseMiddleware(get_response)

    def find(request: HttpRequest) -> HttpResponse | None:
        path = request.path_info
        file = files.find_file(path) if files.autorefresh else files.files.get(path)
        return None if file is None else _whole(file.get_response(request.method, request.META))

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return find(request) or await cast("AsyncHandler", get_response)(request)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return find(request) or cast("Handler", get_response)(request)

    return answer


def _whole(found: Any) -> HttpResponse:  # noqa: ANN401  WhiteNoise ships no types.
    """Turn WhiteNoise's response, an open file at most, into Django's."""
    content = b""
    if found.file is not None:
        with found.file:
            content = found.file.read()
    response = HttpResponse(content, status=int(found.status))
    del response.headers["Content-Type"]
    for name, value in found.headers:
        response.headers[name] = value
    return response
