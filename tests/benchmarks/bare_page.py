"""What a click costs without us: a Channels application that pushes recorded fragments to a recorded page.

Same server, same page, same htmx, same bytes after each click; no Django, no database, nothing rendered.
Run by bench_click: python -m tests.benchmarks.bare_page <recording> <static files>
"""

import json
import mimetypes
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

GROUP = "page"
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Page:
    """Plain ASGI: the page, its static files, and POST → 204 after telling the group what comes next."""

    def __init__(self, recording: Path, static: Path) -> None:
        recorded = json.loads(recording.read_text(encoding="utf-8"))
        self.html: bytes = recorded["page"].encode()
        self.messages: Iterator[str] = iter(recorded["messages"])
        self.static = static

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
            layer: Any = get_channel_layer()
            await layer.group_send(GROUP, {"type": "fragments", "html": next(self.messages)})
            await _answer(send, 204, "text/plain", b"")
        elif scope["path"].startswith("/static/"):
            name = scope["path"].removeprefix("/static/")
            await _answer(send, 200, mimetypes.guess_type(name)[0] or "text/plain", _read(self.static / name))
        else:
            await _answer(send, 200, "text/html; charset=utf-8", self.html)


async def _answer(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers if body else []})
    await send({"type": "http.response.body", "body": body})


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


class Socket(AsyncWebsocketConsumer):
    """A consumer as the documentation of Channels writes it."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def fragments(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["html"])


def main(recording: str, static: str) -> None:
    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})
    django.setup()
    pages: Any = Page(Path(recording), Path(static))
    sockets: Any = Socket.as_asgi()
    application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        config = uvicorn.Config(
            application,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
