"""What Django refuses before a view is asked, each kind by its cause."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware import csrf

from core import refusals
from core.refusals import refuse

TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105  Its name.

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_FIT_TO_REPEAT = re.compile(r"(?P<host>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?", re.IGNORECASE)
# Each with the address that it was given in place of %s.
_OF_THE_ADDRESS = tuple(
    reason.partition("%s")[0]
    for reason in (
        csrf.REASON_BAD_ORIGIN,
        csrf.REASON_BAD_REFERER,
        csrf.REASON_INSECURE_REFERER,
        csrf.REASON_MALFORMED_REFERER,
        csrf.REASON_NO_REFERER,
    )
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400; the status is the refusal's own."""
    if isinstance(exception, DisallowedHost):
        found = _FIT_TO_REPEAT.fullmatch(request.META.get("HTTP_HOST", ""))
        return refuse(request, refusals.unknown_host(found["host"] if found else ""))
    return refuse(request, refusals.TOO_LARGE if isinstance(exception, _TOO_LARGE) else refusals.UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return refuse(request, refusals.FORBIDDEN)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Django's handler404."""
    return refuse(request, refusals.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str) -> HttpResponse:
    """Say why a form was not taken. A script whose token was the cause gets one that will do."""
    if reason.startswith(_OF_THE_ADDRESS):
        return refuse(request, _origin_refusal(request))
    response = refuse(request, refusals.NO_COOKIE if reason == csrf.REASON_NO_CSRF_COOKIE else refusals.FORM_EXPIRED)
    if refusals.is_from_script(request):
        response.headers[TOKEN_HEADER] = csrf.get_token(request)
    return response


def _origin_refusal(request: HttpRequest) -> refusals.Refusal:
    server = f"{request.scheme}://{request.get_host()}"
    told = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    if told.scheme in {"http", "https"} and _FIT_TO_REPEAT.fullmatch(told.netloc):
        return refusals.other_origin(f"{told.scheme}://{told.netloc}", server)
    return refusals.hidden_origin(server)
