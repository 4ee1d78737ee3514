"""core.serving.connections: the other end of a connection may be slow, but not for ever."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
import websockets

from core.serving import connections
from core.serving.connections import TimedHTTPProtocol
from core.serving.types import Receive, Scope, Send

SHORT = 0.2
NEVER = 600.0
LARGE = 40 * 1024 * 1024


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer before a body is read; at /large more than buffers hold; a socket repeats what it hears."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        return
    body = bytes(LARGE) if scope["path"] == "/large" else b"hello"
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Serve the pages; the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        pages, http=TimedHTTPProtocol, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  uvicorn tells it in no other way.
        await asyncio.sleep(0.01)
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        await task


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test shortens what it is about."""
    for name in ("HEADERS_WITHIN", "BODY_AFTER_ANSWER_WITHIN", "READS_WITHIN"):
        monkeypatch.setattr(connections, name, NEVER)


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """What is still received; a reset is a close."""
    try:
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTT"],
    ids=["nothing", "half of the headers", "half of the second request"],
)
async def test_headers_that_do_not_come_close_the_connection(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", SHORT)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        received = await until_closed(reader)

        assert received.count(b"hello") == sent.count(b"\r\n\r\n")
        writer.close()


async def test_a_slow_client_that_gets_there_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is that of one request's headers, not that of the connection."""
    monkeypatch.setattr(connections, "HEADERS_WITHIN", SHORT)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 OK")
        writer.close()


async def test_an_answer_reaches_a_client_that_still_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a browser sends on is read, so that nothing resets the connection before the answer is seen."""
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGE}\r\n\r\n".encode())
        await reader.readuntil(b"hello")
        writer.write(bytes(LARGE))
        await writer.drain()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"hello")
        writer.close()


async def test_the_rest_of_an_answered_body_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BODY_AFTER_ANSWER_WITHIN", SHORT)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab")

        assert (await until_closed(reader)).endswith(b"hello")
        writer.close()


async def test_an_answer_that_is_not_taken_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = asyncio.Event()
    lost = TimedHTTPProtocol.connection_lost

    def connection_lost(protocol: TimedHTTPProtocol, exc: Exception | None) -> None:
        lost(protocol, exc)
        gone.set()

    monkeypatch.setattr(TimedHTTPProtocol, "connection_lost", connection_lost)
    monkeypatch.setattr(connections, "READS_WITHIN", SHORT)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        # Beyond its limit the reader stops reading; the server gives up meanwhile.
        await asyncio.wait_for(gone.wait(), 30)

        assert len(await until_closed(reader)) < LARGE
        writer.close()


async def test_a_slow_reader_that_reads_has_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READS_WITHIN", SHORT)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")

        left = LARGE
        while left:
            left -= len(await reader.read(LARGE // 20))
            await asyncio.sleep(SHORT / 100)
        writer.close()


async def test_a_socket_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", SHORT)
    async with served() as port, websockets.connect(f"ws://127.0.0.1:{port}/") as page:
        await asyncio.sleep(2 * SHORT)
        await page.send("still there")
        assert await page.recv() == "still there"
