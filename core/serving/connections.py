"""Connections whose other end is slow: uvicorn has a time-out only between two requests."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_WITHIN: Final = 10.0
"""Seconds from the opening, or from a request's first octet, to the end of its headers."""

BODY_AFTER_ANSWER_WITHIN: Final = 30.0
"""Seconds in which the rest of a refused body is read and discarded.

A browser reads no answer before it has sent everything, and loses the answer when the connection is closed on it.
"""

READS_WITHIN: Final = 30.0
"""Seconds in which the other end takes something of what waits for it."""


class TimedHTTPProtocol(HttpToolsProtocol):
    """Closes a connection that does not get to a whole request, or does not take its answer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._waiting: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As uvicorn's own.
        super().connection_made(transport)
        self._wait(HEADERS_WITHIN)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # After a handshake the connection is the socket's.
        if self.transport.get_protocol() is not self:
            return
        if self._is_answering():
            self._stop_waiting()
        else:
            self._wait(HEADERS_WITHIN)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.more_body:
            self._wait(BODY_AFTER_ANSWER_WITHIN)

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        self._stop_writing()
        super().resume_writing()

    def _is_answering(self) -> bool:
        # uvicorn has none before the first request, and types it as if it had.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _wait(self, seconds: float) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _watch_writing(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._writing = self.loop.call_later(READS_WITHIN, self._check_writing, left)

    def _check_writing(self, left: int) -> None:
        if self.transport.get_write_buffer_size() < left:
            self._watch_writing()
        else:
            self.transport.abort()

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
