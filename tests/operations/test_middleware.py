"""What every response carries, over the synchronous and the asynchronous handler."""

import gzip
from http import HTTPStatus

import pytest
from django.test import AsyncClient, Client

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HTMX = "/static/vendor/htmx/htmx-ws.js"


def test_every_page_has_the_policy(client: Client) -> None:
    assert client.get("/admin/login/").headers["Content-Security-Policy"] == POLICY
    assert client.get("/no-such-page/").headers["Content-Security-Policy"] == POLICY


async def test_every_page_has_the_policy_under_asgi(async_client: AsyncClient) -> None:
    response = await async_client.get("/admin/login/")

    assert response.status_code == HTTPStatus.OK
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["zip", "idna", "base64", "undefined", "utf-16", "no-such"])
def test_text_is_utf_8_whatever_a_request_says(client: Client, charset: str) -> None:
    """Codecs that are none of text are those of Python, and a browser sends a form in the encoding of its page."""
    body = "--b\r\nContent-Disposition: form-data; name=text\r\n\r\nÄ\r\n--b--\r\n".encode()
    for kind in (f"multipart/form-data; boundary=b; charset={charset}", f"text/html; charset={charset}"):
        answer = client.generic("POST", "/traces/", body, content_type=kind)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_static_file_is_whole(client: Client) -> None:
    response = client.get(HTMX)

    assert response.headers["Content-Type"] == 'text/javascript; charset="utf-8"'
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert b"4.0.1" in response.content


async def test_a_static_file_is_whole_under_asgi(async_client: AsyncClient) -> None:
    response = await async_client.get(HTMX)

    assert not response.streaming
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_the_head_of_a_static_file_has_its_length_only(client: Client) -> None:
    response = client.head(HTMX)

    assert (response.status_code, response.content) == (HTTPStatus.OK, b"")
    assert int(response.headers["Content-Length"]) > len(gzip.compress(b""))


def test_an_unchanged_static_file_is_not_sent_again(client: Client) -> None:
    etag = client.get(HTMX).headers["ETag"]

    response = client.get(HTMX, headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_a_part_of_a_static_file(client: Client) -> None:
    response = client.get(HTMX, headers={"Range": "bytes=0-9"})

    assert response.status_code == HTTPStatus.PARTIAL_CONTENT
    assert response.content == client.get(HTMX).content[:10]


async def test_a_cookie_with_control_characters_is_left_out_under_asgi(async_client: AsyncClient) -> None:
    async_client.cookies.load({"csrftoken": "a\x00b"})

    assert (await async_client.get("/about/")).status_code == HTTPStatus.OK
