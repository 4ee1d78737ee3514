"""The socket of a page: it hands on what the lab's feed has to tell, and takes no commands."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from enum import IntEnum
from typing import Any
from urllib.parse import parse_qs

from core.live.feed import CannotShow, Feed
from core.live.hub import Hub, TooManySockets
from core.live.snapshot import LabNotFound

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class CloseCode(IntEnum):
    """Why the server closes (RFC 6455 §7.4); htmx connects again after an internal error, and none of the others."""

    UNSUPPORTED_DATA = 1003
    INTERNAL_ERROR = 1011
    LAB_NOT_FOUND = 4404
    TOO_MANY_SOCKETS = 4429


class LabSocket:
    """ASGI application at an address with `lab_key`. With `?at=n` the page is told only the live step.

    Plain ASGI: a consumer of Channels listens to the channel layer for each socket; the hub does so once.
    """

    def __init__(self, hub: Callable[[], Hub]) -> None:
        self._hub = hub

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        page = _Page(send)
        lab_key = scope["url_route"]["kwargs"]["lab_key"]
        is_past = "at" in parse_qs(scope["query_string"].decode("latin-1"))
        try:
            async with self._hub().feed(lab_key) as feed:
                code = await _first(_tell(feed, page, is_past=is_past), _hear(receive))
        except TooManySockets:
            code = CloseCode.TOO_MANY_SOCKETS
        except LabNotFound:
            code = CloseCode.LAB_NOT_FOUND
        except CannotShow:
            code = CloseCode.INTERNAL_ERROR
        if code is not None:
            await page.close(code)


class _Page:
    """The page's end of a socket. It opens when there is something to tell: an open socket is taken for a live lab."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_open = False

    async def tell(self, message: str) -> None:
        await self._open()
        await self._send({"type": "websocket.send", "text": message})

    async def close(self, code: CloseCode) -> None:
        if code is not CloseCode.INTERNAL_ERROR:
            # A refused handshake would hide the code from the page.
            await self._open()
        # What is not open yet is refused, and tried again later.
        await self._send({"type": "websocket.close", "code": code})

    async def _open(self) -> None:
        if not self._is_open:
            self._is_open = True
            await self._send({"type": "websocket.accept"})


async def refuse(_scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Refuse the handshake at an address that no socket has; without it each would be logged as an error."""
    await receive()
    await send({"type": "websocket.close"})


async def _tell(feed: Feed, page: _Page, *, is_past: bool) -> CloseCode | None:
    position = 0
    try:
        while True:
            message, position = await feed.news(position, is_past=is_past)
            await page.tell(message)
    except OSError:
        # The page has gone while it was being told.
        return None


async def _hear(receive: Receive) -> CloseCode | None:
    message = await receive()
    return CloseCode.UNSUPPORTED_DATA if message["type"] == "websocket.receive" else None


async def _first(*jobs: Awaitable[CloseCode | None]) -> CloseCode | None:
    """Return what the first of the jobs returns, and end the others."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
