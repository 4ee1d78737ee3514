"""Bounds on what is sent to us: refused before the pages, which would write a large body to disk, have it whole.

A refused request reaches the pages without its body; `core.refusals.middleware` answers it as every page is answered.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from core.serving.types import Application, Message, Receive, Scope, Send, header

REFUSED: Final = "syncscope.refused"
"""The key of a scope under which the status of the refusal is found."""


_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a body may be, and how long it may take."""

    octets: int
    # From one part to the next, and for all of them.
    idle_seconds: float = 10.0
    seconds: float = 60.0


def bounded(application: Application, bounds: Bounds) -> Application:
    """Give the application no body beyond the bounds, whether its length is told before or not."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        length = header(scope, b"content-length")
        # A number of so many digits that Python would not read it is too large, too.
        if length.isascii() and length.isdigit() and (len(length) > _MOST_DIGITS or int(length) > bounds.octets):
            scope[REFUSED] = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        await application(scope, _Body(scope, receive, bounds), send)

    return answer


class _Body:
    """The receiving side of a request."""

    def __init__(self, scope: Scope, receive: Receive, bounds: Bounds) -> None:
        self._scope = scope
        self._receive = receive
        self._bounds = bounds
        self._octets = 0
        self._until = asyncio.get_running_loop().time() + bounds.seconds
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._end_of_connection()
        if REFUSED in self._scope:
            return self._end()
        try:
            message = await self._next()
        except TimeoutError:
            return self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        self._octets += len(message.get("body", b""))
        if self._octets > self._bounds.octets:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self._is_whole = not message.get("more_body", False)
        return message

    async def _end_of_connection(self) -> Message:
        """Wait for what comes last. The rest of a refused body comes before and is discarded."""
        while (message := await self._receive())["type"] == "http.request":
            pass
        return message

    async def _next(self) -> Message:
        idle_until = asyncio.get_running_loop().time() + self._bounds.idle_seconds
        async with asyncio.timeout_at(min(idle_until, self._until)):
            return await self._receive()

    def _refuse(self, status: HTTPStatus) -> Message:
        self._scope[REFUSED] = status
        return self._end()

    def _end(self) -> Message:
        self._is_whole = True
        return {"type": "http.request", "body": b"", "more_body": False}
