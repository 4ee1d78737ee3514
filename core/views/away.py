"""What is answered while the database does not answer."""

import logging
import sys
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from nodes.away import AWAY

RETRY_SECONDS: Final = 2

logger = logging.getLogger(__name__)


def database_away(error: Exception) -> HttpResponse:
    logger.error("The database does not answer: %s", " ".join(str(error).split()))
    page = render_to_string("503.html")
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS, "Cache-Control": "no-store"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's page of what nothing else caught. What middleware asks the database for comes here."""
    error = sys.exception()
    return database_away(error) if isinstance(error, AWAY) else defaults.server_error(request)
