"""Which browser asks: a cookie of its own, apart from Django's session, which a logout of the admin empties.

Every page names the browser that has no name yet, so that whatever it posts later, however much of it at once, comes
from one browser. The database knows the name by its hash; whoever reads it cannot become that browser.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from asgiref.sync import iscoroutinefunction
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

COOKIE: Final = "syncscope-browser"
MOST_DAYS: Final = 400
"""No browser keeps a cookie longer (RFC 6265bis §5.5)."""

_FORM: Final = re.compile(r"[\w-]{43}", re.ASCII)
_NAMED: Final = "SYNCSCOPE_BROWSER"

Handler: TypeAlias = Callable[[HttpRequest], HttpResponseBase]
AsyncHandler: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser, by the secret in its cookie."""

    secret: str

    @property
    def id(self) -> str:
        """What rows know the browser by."""
        return hashlib.sha256(f"browser {self.secret}".encode()).hexdigest()

    def seal(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """What this browser sealed; empty if another did, or none."""
        try:
            return self._fernet().decrypt(sealed).decode()
        except InvalidToken:
            return ""

    def _fernet(self) -> Fernet:
        key = hashlib.sha256(f"seal {self.secret}".encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))


def known_browser(request: HttpRequest) -> Browser | None:
    """The browser that asks, if it has a name. Its cookie is then renewed with the answer."""
    named: Browser | None = request.META.get(_NAMED)
    if named is not None:
        return named
    secret = request.COOKIES.get(COOKIE, "")
    return _name(request, secret) if _FORM.fullmatch(secret) else None


def browser_of(request: HttpRequest) -> Browser:
    """The browser that asks, which is given a name with the answer if it has none."""
    return known_browser(request) or _name(request, secrets.token_urlsafe(32))


def _name(request: HttpRequest, secret: str) -> Browser:
    request.META[_NAMED] = browser = Browser(secret)
    return browser


@sync_and_async_middleware
def browsers(get_response: Handler | AsyncHandler) -> Handler | AsyncHandler:
    """Send the cookie with every page to a browser that has none, and wherever it was asked for."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _with_cookie(request, await cast("AsyncHandler", get_response)(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _with_cookie(request, cast("Handler", get_response)(request))

    return answer


def _with_cookie(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if _is_page(request, response):
        browser_of(request)
    if (named := request.META.get(_NAMED)) is not None:
        response.set_cookie(
            COOKIE,
            named.secret,
            max_age=86_400 * min(max(settings.SYNCSCOPE_IDLE_DAYS, 1), MOST_DAYS),
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        patch_vary_headers(response, ("Cookie",))
    return response


def _is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return request.method == "GET" and response.status_code == 200 and is_html  # noqa: PLR2004 - HTTP's own number.
