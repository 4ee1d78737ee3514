"""What the server refuses before a view is asked: each by its cause, to a page and to a script."""

import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import reverse

from core.refusals import sentences as refusals
from core.refusals.views import TOKEN_HEADER, forbidden
from tests.support.labs import attached_lab
from tests.support.views import HTMX, PLAIN

BOTH = pytest.mark.parametrize("headers", [HTMX, PLAIN], ids=["script", "page"])
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
DISAGREE = "Browser and server disagree on the address"
FOR_ADMIN = "sets TRUST_PROXY_HEADERS=1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """A browser that has opened the first page, of which the server asks for tokens."""
    visitor = Client(enforce_csrf_checks=True)
    visitor.get("/")
    return visitor


def told(answer: object, headers: dict[str, str]) -> str:
    """The words of a refusal, which is a notice for a script and a page of its own for a person."""
    text = unescape(answer.text)  # type: ignore[attr-defined]
    assert text.startswith('<hx-partial hx-target="#notice"') is (headers is HTMX)
    assert ("<h1>" in text) is (headers is PLAIN)
    return text


@BOTH
@pytest.mark.parametrize("host", ["192.168.1.5", "lab.tunnel.example", "[2001:db8::7]"])
def test_a_host_that_is_not_set_up_is_named_as_the_setting_has_it(
    client: Client, host: str, headers: dict[str, str]
) -> None:
    answer = client.get("/", headers=headers, HTTP_HOST=f"{host}:8000")

    text = told(answer, headers)
    assert answer.status_code == 400
    assert f"{host} is none of them. Whoever runs the server adds it to the setting ALLOWED_HOSTS." in text


@BOTH
@pytest.mark.parametrize("host", ["<script>alert(1)</script>", 'a"onload=x', "a b", "evil/..//", "x" * 300, ""])
def test_a_host_that_is_none_is_not_repeated(client: Client, host: str, headers: dict[str, str]) -> None:
    answer = client.get("/", headers=headers, HTTP_HOST=host)

    assert answer.status_code == 400
    assert "the name in this address is none of them" in told(answer, headers)
    assert host == "" or host not in unescape(answer.text)


@BOTH
def test_what_is_too_large_is_said_to_be_so(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(reverse("traces"), {"text": "x" * 1_100_000}, headers=headers)

    assert answer.status_code == 413
    assert "This is too large" in told(answer, headers)


@BOTH
def test_too_many_fields_are_too_large(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(reverse("lab-new"), {f"field-{number}": "" for number in range(1001)}, headers=headers)

    assert (answer.status_code, "octets, fields or files" in told(answer, headers)) == (413, True)


@BOTH
def test_what_cannot_be_read_is_not_called_too_large(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(reverse("traces"), "no parts", content_type="multipart/form-data; boundary=", headers=headers)

    assert answer.status_code == 400
    assert "This could not be read" in told(answer, headers)
    assert "large" not in answer.text


@BOTH
def test_a_page_that_is_not_there(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/nowhere/", headers=headers)

    assert (answer.status_code, "There is no such page" in told(answer, headers)) == (404, True)


@BOTH
def test_what_needs_more_rights(headers: dict[str, str]) -> None:
    answer = forbidden(RequestFactory(headers=headers).get("/admin/"), Exception())

    assert (answer.status_code, "You may not do that here" in told(answer, headers)) == (403, True)


# Tokens and origins


@BOTH
def test_a_form_without_its_token_has_expired(visitor: Client, headers: dict[str, str]) -> None:
    answer = visitor.post(reverse("lab-new"), {"solution": "12"}, headers=headers)

    assert answer.status_code == 403
    assert "The form has expired" in told(answer, headers)
    assert (TOKEN_HEADER in answer.headers) is (headers is HTMX)


def test_a_token_that_a_login_has_changed_is_replaced_for_a_script(visitor: Client) -> None:
    new = attached_lab()
    drive = reverse("lab-drive", args=[new.lab.key])
    found = TOKEN.search(visitor.get(drive).text)
    assert found
    visitor.post(drive, {"drive_key": new.drive_key, "csrfmiddlewaretoken": found[1]})
    get_user_model().objects.create_user("somebody", password="secret")
    visitor.login(username="somebody", password="secret")
    visitor.cookies["csrftoken"] = "0" * 32
    posted = {"seen": "", "pace": "300", "csrfmiddlewaretoken": found[1]}

    refused = visitor.post(reverse("lab-pace", args=[new.lab.key]), posted, headers=HTMX)
    again = posted | {"csrfmiddlewaretoken": refused.headers[TOKEN_HEADER]}

    assert refused.status_code == 403
    assert visitor.post(reverse("lab-pace", args=[new.lab.key]), again, headers=HTMX).status_code == 204


@BOTH
def test_a_browser_without_cookies_is_told_so(headers: dict[str, str]) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("lab-new"), {"solution": "12"}, headers=headers)

    assert answer.status_code == 403
    assert "allow cookies for this address" in told(answer, headers)
    assert "csrftoken" in answer.cookies or headers is PLAIN


@BOTH
@pytest.mark.parametrize("origin", ["https://testserver", "http://testserver:8443"])
def test_another_origin_is_shown_beside_the_servers_own_with_the_settings(
    visitor: Client, origin: str, headers: dict[str, str]
) -> None:
    """A TLS tunnel that keeps Host; a proxy that drops the port."""
    answer = visitor.post(reverse("lab-new"), {"solution": "12"}, headers=headers | {"Origin": origin})

    text = told(answer, headers)
    assert answer.status_code == 403
    assert DISAGREE in text
    assert f"The browser says that the page is at {origin}, the server that it is at http://testserver." in text
    assert FOR_ADMIN in text
    assert TOKEN_HEADER not in answer.headers


@BOTH
@pytest.mark.parametrize("origin", ["null", "http://<b>x</b>", "file://", "http://[", "http://[::1"])
def test_an_origin_that_is_hidden_is_told_with_its_cause(visitor: Client, origin: str, headers: dict[str, str]) -> None:
    answer = visitor.post(reverse("lab-new"), {"solution": "12"}, headers=headers | {"Origin": origin})

    text = told(answer, headers)
    assert (answer.status_code, DISAGREE in text, "Referrer-Policy: no-referrer" in text) == (403, True, True)
    assert "<b>x" not in text


@pytest.mark.parametrize("referer", [None, "", "http://testserver/", "https://elsewhere.example/x", "nothing"])
def test_over_https_a_referrer_stands_for_a_missing_origin(visitor: Client, referer: str | None) -> None:
    headers = {} if referer is None else {"Referer": referer}
    answer = visitor.post(reverse("lab-new"), {"solution": "12"}, headers=headers, secure=True)

    assert (answer.status_code, DISAGREE in answer.text) == (403, True)


def test_every_refusal_says_that_nothing_was_changed() -> None:
    """All but those of what is not there, a page or the database."""
    every = [each for each in vars(refusals).values() if isinstance(each, refusals.Refusal)]
    every += [refusals.other_origin("a", "b"), refusals.hidden_origin("b")]

    assert [each.title for each in every if refusals.NOTHING not in each.sentence] == [
        "The database does not answer",
        "There is no such page",
    ]
