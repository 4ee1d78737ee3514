"""/healthz: the process lives. /readyz: what it needs answers.

They are asked by whoever watches the installation, at any address and without HTTPS, and leave no line in the log.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final, cast

from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import connection
from django.db.models import Model
from django_tasks_db.models import DBTaskResult

from core.serving.types import Application, Receive, Scope, Send, path_of
from nodes.models import Lab

ANSWER_WITHIN: Final = 2.0  # seconds
OK: Final = "ok"
FAILED: Final = "fails"
SILENT: Final = "does not answer"

Check = Callable[[], Coroutine[Any, Any, None]]


def with_health(application: Application, checks: Mapping[str, Check]) -> Application:
    """Answer the two addresses before the application is asked."""
    probes = {name: _Probe(check) for name, check in checks.items()}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        match path_of(scope):
            case "/healthz":
                await _answer(scope, send, {"alive": True}, HTTPStatus.OK)
            case "/readyz":
                results = await asyncio.gather(*(probe.ask() for probe in probes.values()))
                is_ready = all(result == OK for result in results)
                parts = dict(zip(probes, results, strict=True))
                status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
                await _answer(scope, send, {"ready": is_ready, **parts}, status)
            case _:
                await application(scope, receive, send)

    return answer


async def _answer(scope: Scope, send: Send, said: Mapping[str, bool | str], status: HTTPStatus) -> None:
    if scope["method"] not in {"GET", "HEAD"}:
        said, status = {"error": "GET and HEAD only"}, HTTPStatus.METHOD_NOT_ALLOWED
    body = f"{json.dumps(said)}\n".encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *([(b"allow", b"GET, HEAD")] if status == HTTPStatus.METHOD_NOT_ALLOWED else []),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class _Probe:
    """One check, made once at a time: whoever asks while a slow one is under way waits for that one."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._running: asyncio.Task[None] | None = None

    async def ask(self) -> str:
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._check())
        done, _ = await asyncio.wait({self._running}, timeout=ANSWER_WITHIN)
        if not done:
            return SILENT
        return FAILED if self._running.exception() else OK


# A thread of its own: one that waits for a silent database must keep no page waiting.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")


async def database_answers() -> None:
    """Raise what the database raises, also when it has not the tables of an installation."""
    await asyncio.get_running_loop().run_in_executor(_thread, _look, Lab)


async def queue_answers() -> None:
    """As above, of where the searches wait for a worker."""
    await asyncio.get_running_loop().run_in_executor(_thread, _look, DBTaskResult)


def _look(model: type[Model]) -> None:
    try:
        model._default_manager.exists()
    finally:
        connection.close()


async def channel_layer_answers() -> None:
    """Raise what the channel layer raises when something is sent to nobody."""
    layer = cast("BaseChannelLayer", get_channel_layer())
    await layer.group_send("readyz", {"type": "readyz"})


CHECKS: Final[Mapping[str, Check]] = {
    "database": database_answers,
    "channel_layer": channel_layer_answers,
    "queue": queue_answers,
}
