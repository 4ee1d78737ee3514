"""core.serving: what is answered before the pages are asked, and what surrounds every answer."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Coroutine, Iterable
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from core.logs import request_id
from core.refusals.views import server_error
from core.serving import health
from core.serving.bodies import REFUSED, Bounds, bounded
from core.serving.health import with_health
from core.serving.requests import logged
from core.serving.types import Application, Message, Receive, Scope, Send
from nodes.protocol.runs.trace import MOST_OCTETS

BOUNDS = Bounds(octets=10, idle_seconds=0.05, seconds=0.2)


def reduction_of(path: str = "/", method: str = "POST", **headers: str) -> Scope:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), *named],
        "client": ("192.0.2.7", 5),
        "server": ("testserver", 80),
        "scheme": "http",
    }


def parts(*bodies: bytes, more: bool = False) -> list[Message]:
    """The messages of a body; with `more` it does not end."""
    last = len(bodies) - 1
    return [
        {"type": "http.request", "body": body, "more_body": more or number < last} for number, body in enumerate(bodies)
    ]


async def ask(application: Application, scope: Scope, messages: Iterable[Message] = ()) -> list[Message]:
    """What the application sends; when the messages are at an end, the connection stays silent."""
    waiting = list(messages)
    sent: list[Message] = []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(application(scope, receive, send), 10)
    return sent


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body as Django does, and answer it, or the status of its refusal."""
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    said = str(int(scope[REFUSED])).encode() if REFUSED in scope else body
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


@pytest.mark.parametrize(
    ("length", "messages", "said"),
    [
        (None, parts(b"01234", b"56789"), b"0123456789"),
        ("10", parts(b"0123456789"), b"0123456789"),
        ("11", [], b"413"),
        ("9" * 30, [], b"413"),
        ("9" * 5000, [], b"413"),
        (None, parts(b"01234", b"567890", more=True), b"413"),
        ("5", parts(b"0123", more=True), b"408"),
        (None, [], b"408"),
    ],
    ids=[
        "in bounds",
        "told, in bounds",
        "told",
        "told, absurd",
        "told, of more digits than Python reads",
        "not told",
        "too slow",
        "silent",
    ],
)
async def test_a_body_is_bounded(length: str | None, messages: list[Message], said: bytes) -> None:
    scope = reduction_of(**({"content_length": length} if length else {}))

    sent = await ask(bounded(reader, BOUNDS), scope, messages)

    assert sent[-1]["body"] == said


async def test_a_body_that_comes_drop_by_drop_is_refused() -> None:
    """Each part comes in time, all of them do not."""

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"", "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(bounded(reader, BOUNDS)(reduction_of(), receive, send), 10)

    assert sent[-1]["body"] == b"408"


async def test_the_rest_of_a_refused_body_is_discarded() -> None:
    """Django takes anything but the end of the connection for an error."""
    heard: list[str] = []

    async def application(_scope: Scope, receive: Receive, _send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    rest = [*parts(b"more", b"and more"), {"type": "http.disconnect"}]
    await ask(bounded(application, BOUNDS), reduction_of(content_length="8"), rest)
    await ask(bounded(application, BOUNDS), reduction_of(content_length="80"), rest)

    assert heard == ["http.request", "http.request", "http.request", "http.disconnect"]


def test_the_longest_trace_may_be_sent() -> None:
    assert MOST_OCTETS < settings.SYNCSCOPE_MOST_SENT <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert settings.SYNCSCOPE_MOST_SENT // 1024**2 == MOST_OCTETS // 1024**2


@pytest.fixture
def pages() -> Application:
    """The pages behind the bounds, as they are served."""
    return bounded(ASGIHandler(), BOUNDS)


@pytest.mark.parametrize(
    ("length", "status", "sentence"),
    [
        ("11", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "At most 4 MB can be sent at once. Nothing was changed."),
        (
            "5",
            HTTPStatus.REQUEST_TIMEOUT,
            "stopped waiting for the rest of what was sent. Nothing was changed. Try again.",
        ),
    ],
)
async def test_a_refused_body_is_answered_in_a_sentence(
    pages: Application, length: str, status: HTTPStatus, sentence: str
) -> None:
    """As a page, or as the notice of the page that htmx asked from; with the headers of every answer."""
    whole = await ask(pages, reduction_of(reverse("lab-new"), content_length=length))
    part = await ask(pages, reduction_of(reverse("lab-new"), content_length=length, hx_request="true"))

    for sent in (whole, part):
        assert sent[0]["status"] == status
        assert sentence in sent[1]["body"].decode()
        assert b"Content-Security-Policy" in dict(sent[0]["headers"])
    assert b"<h1>" in whole[1]["body"]
    assert part[1]["body"].startswith(b'<hx-partial hx-target="#notice"')


async def echo(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with the id of the request."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": request_id.get().encode()})


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[logging.LogRecord]]:
    caplog.set_level(logging.INFO, "syncscope.access")
    return lambda: [record for record in caplog.records if record.name == "syncscope.access"]


Lines = Callable[[], list[logging.LogRecord]]


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [("0123abcd-request.1", True), ("short", False), ("x" * 65, False), ('a"b\ncdefghijk', False), ("", False)],
)
async def test_a_well_formed_request_id_is_kept(sent: str, *, is_kept: bool) -> None:
    start, body = await ask(logged(echo), reduction_of(x_request_id=sent))

    name = body["body"].decode()
    assert start["headers"] == [(b"a", b"b"), (b"x-request-id", body["body"])]
    assert (name == sent) if is_kept else re.fullmatch("[0-9a-f]{16}", name)


async def test_each_request_is_a_line_without_its_query(lines: Lines) -> None:
    await ask(logged(echo), {**reduction_of("/labs/abc/", "GET"), "query_string": b"at=3"})

    fields: dict[str, Any] = vars(lines()[0])["fields"]
    assert fields.pop("ms") >= 0
    assert fields == {"method": "GET", "path": "/labs/abc/", "status": 200, "client": "192.0.2.7"}
    assert lines()[0].getMessage() == "GET /labs/abc/ 200"


async def test_a_socket_is_a_line_when_it_ends(lines: Lines) -> None:
    scope = {**reduction_of("/ws/labs/abc/"), "type": "websocket"}
    del scope["method"]
    accepted = await ask(logged(echo), scope)

    async def refuse(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.close"})

    await ask(logged(refuse), scope)

    assert accepted[0]["headers"][0][0] == b"x-request-id"
    assert [line.getMessage() for line in lines()] == ["GET /ws/labs/abc/ 101", "GET /ws/labs/abc/ 403"]


async def test_a_client_that_went_and_a_page_that_failed_are_told_apart(lines: Lines) -> None:
    async def went(_scope: Scope, _receive: Receive, _send: Send) -> None:
        """Say nothing."""

    async def failed(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError

    await ask(logged(went), reduction_of())
    with pytest.raises(ValueError, match=r"^$"):
        await ask(logged(failed), reduction_of())

    assert [vars(line)["fields"]["status"] for line in lines()] == [499, 500]


async def test_a_request_that_the_stop_cuts_off_is_answered(lines: Lines) -> None:
    """What the page would still send after that is too late."""
    began, sent = asyncio.Event(), list[Message]()
    late: list[Send] = []

    async def computes(_scope: Scope, receive: Receive, send: Send) -> None:
        late.append(send)
        began.set()
        await receive()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    task = asyncio.ensure_future(logged(computes)(reduction_of(), receive, send))
    await began.wait()
    task.cancel()
    await task
    await late[0]({"type": "http.response.start", "status": 200, "headers": []})

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == HTTPStatus.SERVICE_UNAVAILABLE
    assert b"The server is stopping" in sent[1]["body"]
    assert vars(lines()[0])["fields"]["status"] == HTTPStatus.SERVICE_UNAVAILABLE


async def said_by(application: Application, path: str, method: str = "GET") -> tuple[int, Any]:
    start, body = await ask(application, reduction_of(path, method))
    assert (b"cache-control", b"no-store") in start["headers"]
    return start["status"], json.loads(body["body"] or b"null")


def checks(**others: Callable[[], Coroutine[Any, Any, None]]) -> Application:
    return with_health(echo, {**health.CHECKS, **others})


@pytest.mark.django_db(transaction=True)
async def test_a_ready_server_says_so(lines: Lines) -> None:
    """To any host, before the pages, which would refuse this one; and nothing is written in the log."""
    everything = {"ready": True, "database": "ok", "channel_layer": "ok", "queue": "ok"}

    assert await said_by(checks(), "/healthz") == (200, {"alive": True})
    assert await said_by(checks(), "/readyz") == (200, everything)
    assert await said_by(checks(), "/readyz", "HEAD") == (200, None)
    assert await said_by(checks(), "/readyz", "POST") == (405, {"error": "GET and HEAD only"})
    assert (await ask(checks(), reduction_of("/readyz/", "GET")))[0]["headers"][0] == (b"a", b"b")
    assert lines() == []


async def test_below_a_path_the_addresses_are_below_it() -> None:
    scope = {**reduction_of("/lab/healthz", "GET"), "root_path": "/lab"}

    assert json.loads((await ask(checks(), scope))[1]["body"]) == {"alive": True}


async def test_a_part_that_fails_or_is_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ANSWER_WITHIN", 0.05)
    asked = 0

    async def fails() -> None:
        raise OperationalError("where it is, and as whom")

    async def is_silent() -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    ready = with_health(echo, {"database": fails, "queue": is_silent})
    parts = {"ready": False, "database": "fails", "queue": "does not answer"}

    assert await said_by(ready, "/readyz") == (503, parts)
    assert await said_by(ready, "/readyz") == (503, parts)
    # Probes do not pile up behind a silent part.
    assert asked == 1


def test_every_page_answers_head_as_it_answers_get() -> None:
    """All views that are decorated with the methods they answer; RedirectView and the admin are Django's."""
    views = [pattern.callback for pattern in get_resolver().url_patterns if hasattr(pattern, "callback")]
    closures = [getattr(view, "__closure__", None) or () for view in views]
    allowed = [cell.cell_contents for cells in closures for cell in cells if isinstance(cell.cell_contents, list)]

    assert len(allowed) > 20
    for methods in allowed:
        assert ("GET" in methods) == ("HEAD" in methods)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["start", "about", "scenarios", "explorer", "evidence", "traces"])
def test_a_page_answers_head_without_its_text(name: str, client: Client) -> None:
    response = client.head(reverse(name))

    assert (response.status_code, response.content) == (200, b"")


def test_a_failure_is_told_to_htmx_as_a_notice_with_the_request(rf: RequestFactory) -> None:
    token = request_id.set("request-1")
    try:
        part = server_error(rf.post("/", headers={"HX-Request": "true"}))
        whole = server_error(rf.get("/"))
    finally:
        request_id.reset(token)

    assert (part.status_code, whole.status_code) == (500, 500)
    assert "<p>Something went wrong on the server: request request-1. What was acknowledged" in part.text
    assert "This was request <code>request-1</code>." in whole.text


def test_without_the_server_no_body_is_refused(client: Client) -> None:
    """The middleware takes its word; the other handler has none."""
    assert client.get(reverse("about")).status_code == 200
