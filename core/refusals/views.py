"""What is answered where no view answers: what Django refuses, each kind by its cause, and what failed."""

import logging
import re
import sys
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware import csrf

from core.logs import request_id
from core.refusals import sentences as refusals
from core.refusals.sentences import refuse
from nodes.away import AWAY

RETRY_SECONDS: Final = 2

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

logger = logging.getLogger(__name__)


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


def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer while the database does not."""
    logger.error("The database does not answer: %s", " ".join(str(error).split()))
    response = refuse(request, refusals.DATABASE_AWAY)
    response["Retry-After"] = RETRY_SECONDS
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, of what nothing else caught. What middleware asks the database for comes here."""
    error = sys.exception()
    return (
        database_away(request, error) if isinstance(error, AWAY) else refuse(request, refusals.failed(request_id.get()))
    )


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
    try:
        origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    except ValueError:
        # Half an IPv6 address.
        return refusals.hidden_origin(server)
    if origin.scheme in {"http", "https"} and _FIT_TO_REPEAT.fullmatch(origin.netloc):
        return refusals.other_origin(f"{origin.scheme}://{origin.netloc}", server)
    return refusals.hidden_origin(server)
