"""What the server says when it refuses a request as such: the sentences, and how a page or a script is told them.

What a lab, a form or a trace refuses is said by those.
"""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.live.snapshot import Element, as_message

NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a person is told: what it is, and why or what to do; `name` is that of the request in the log."""

    status: HTTPStatus
    title: str
    sentence: str
    name: str = ""

    @property
    def words(self) -> str:
        """All of it in one line."""
        return f"{self.title}{f': request {self.name}' if self.name else ''}. {self.sentence}"


UNREADABLE = Refusal(
    HTTPStatus.BAD_REQUEST,
    "This could not be read",
    f"The server could not make sense of what was sent. {NOTHING}",
)
TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "This is too large",
    f"It has more octets, fields or files than a form here may have. {NOTHING} A trace of more than 1 MB is uploaded "
    "as a file rather than pasted.",
)
BODY_TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "This is too large",
    f"At most {settings.SYNCSCOPE_MOST_SENT // 1024**2} MB can be sent at once. {NOTHING}",
)
TOO_SLOW = Refusal(
    HTTPStatus.REQUEST_TIMEOUT,
    "The request came too slowly",
    f"The server stopped waiting for the rest of what was sent. {NOTHING} Try again.",
)
DATABASE_AWAY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The database does not answer",
    "What was acknowledged before is kept. Reload the page in a few seconds: it shows whether what you just asked for "
    "was done. If this happens again, tell whoever runs the server.",
)
FORBIDDEN = Refusal(
    HTTPStatus.FORBIDDEN,
    "You may not do that here",
    f"It is for those who log in with more rights. {NOTHING}",
)
NOT_FOUND = Refusal(
    HTTPStatus.NOT_FOUND,
    "There is no such page",
    "The address may be misspelt, or the lab has expired: idle labs are removed after a while.",
)
FORM_EXPIRED = Refusal(
    HTTPStatus.FORBIDDEN,
    "Please send that again",
    f"The form has expired, for example by a login in another tab. {NOTHING} Go back, reload the page and try again.",
)
NO_COOKIE = Refusal(
    HTTPStatus.FORBIDDEN,
    "This browser sent no cookie",
    f"Without one nothing can be done here. {NOTHING} Reload the page and try again; if this happens again, allow "
    "cookies for this address.",
)


def failed(name: str) -> Refusal:
    """Say that the server failed, and under which name of the request its log says why."""
    return Refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on the server",
        "What was acknowledged before is kept. Reload the page; if this happens again, tell whoever runs the server.",
        name,
    )


def over_budget(sentence: str) -> Refusal:
    """Refuse what a browser or its address has asked for too often; the sentence says of which, and until when."""
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too much at once", f"{sentence} Watching a lab is never limited.")


def unknown_host(host: str) -> Refusal:
    """Refuse an address that the server is not set up for; `host` is fit to be repeated, or empty."""
    name = host or "the name in this address"
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "The server is not set up for this address",
        f"It answers to some host names only, and {name} is none of them. Whoever runs the server adds it to the "
        "setting ALLOWED_HOSTS.",
    )


def other_origin(browser: str, server: str) -> Refusal:
    """Refuse what comes from a page that the browser and the server place at different addresses."""
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "Browser and server disagree on the address",
        f"The browser says that the page is at {browser}, the server that it is at {server}. {NOTHING} Where that is "
        "one server behind a proxy or tunnel, whoever runs it sets TRUST_PROXY_HEADERS=1 if the proxy sets "
        "X-Forwarded-Proto and passes the host on, or else names the browser’s address in CSRF_TRUSTED_ORIGINS.",
    )


def hidden_origin(server: str) -> Refusal:
    """Refuse what comes from a page whose address the browser does not tell."""
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "Browser and server disagree on the address",
        f"The browser does not say at which address this page is; the server believes it is at {server}. {NOTHING} "
        "A proxy or an extension of the browser hides it (Referrer-Policy: no-referrer); with same-origin it would be "
        "sent. The settings CSRF_TRUSTED_ORIGINS and TRUST_PROXY_HEADERS do not help here.",
    )


def is_from_script(request: HttpRequest) -> bool:
    """Say whether the page's script asks, which shows a sentence where the page is."""
    return "HX-Request" in request.headers


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Tell a person by a page of its own, a script by the notice of the page that it is on."""
    if is_from_script(request):
        return notice(refusal.words, refusal.status)
    # Without the request: what its context processors ask may be what failed.
    page = render_to_string("refused.html", {"refusal": refusal})
    return HttpResponse(page, status=refusal.status)


def notice(sentence: str, status: int) -> HttpResponse:
    """The sentence in the form in which fragments travel to a page."""
    html = render_to_string("lab/fragments/notice.html", {"notice": sentence})
    return HttpResponse(as_message(Element("notice", html)), status=status)
