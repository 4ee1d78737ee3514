"""Each request's id, its line in the log, and its end when the server stops."""

import asyncio
import logging
import re
import secrets
import time
from http import HTTPStatus
from typing import Final

from core.logs import request_id
from core.serving.types import Application, Message, Receive, Scope, Send, header, path_of

logger = logging.getLogger("syncscope.access")

CLIENT_WENT: Final = 499
"""What proxies log where the client has not waited for the answer."""

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_STOPPING: Final = b"The server is stopping. Try again in a moment.\n"


def logged(application: Application) -> Application:
    """Give each request an id, its own if a proxy sent a well-formed one, and log how it was answered."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        sent = header(scope, b"x-request-id")
        name = sent if _WELL_FORMED.fullmatch(sent) else secrets.token_hex(8)
        request_id.set(name)
        reply = _Reply(send, name)
        began = time.monotonic()
        try:
            await application(scope, receive, reply)
        except asyncio.CancelledError:
            # Only a stop of the server cancels a request; the task ends here.
            await reply.give_up(scope)
        except Exception:
            reply.status = reply.status or HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        finally:
            _log(scope, reply.status or CLIENT_WENT, time.monotonic() - began)

    return answer


def _log(scope: Scope, status: int, seconds: float) -> None:
    # A handshake is a GET. A query may hold anything, so it is not logged.
    method, path = scope.get("method", "GET"), path_of(scope)
    client = scope.get("client")
    fields = {
        "method": method,
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "client": client[0] if client else "",
    }
    logger.info("%s %s %d", method, path, status, extra={"fields": fields})


class _Reply:
    """The sending side of a request: it adds the id to the answer and keeps its status."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self._header = (b"x-request-id", name.encode("ascii"))
        self._is_over = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if self._is_over:
            return
        match message["type"]:
            case "http.response.start":
                self.status = message["status"]
                message = self._named(message)
            case "websocket.accept":
                self.status = HTTPStatus.SWITCHING_PROTOCOLS
                message = self._named(message)
            case "websocket.close" if not self.status:
                self.status = HTTPStatus.FORBIDDEN
        await self._send(message)

    def _named(self, message: Message) -> Message:
        return {**message, "headers": [*message.get("headers", ()), self._header]}

    async def give_up(self, scope: Scope) -> None:
        """Answer what is not answered yet; what the application still sends is too late."""
        if not self.status and scope["type"] == "http":
            await self._say_that_it_stops()
        self._is_over = True

    async def _say_that_it_stops(self) -> None:
        headers = [(b"content-type", b"text/plain"), (b"retry-after", b"5"), (b"connection", b"close")]
        await self({"type": "http.response.start", "status": int(HTTPStatus.SERVICE_UNAVAILABLE), "headers": headers})
        await self({"type": "http.response.body", "body": _STOPPING})
