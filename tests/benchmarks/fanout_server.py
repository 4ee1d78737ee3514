"""The server of bench_fanout: the product's application, and beside it the barest broadcast of the same bytes.

POST /bench/lab makes a lab and answers its key; /bench/step takes one step of the lab in the body; /bench/render
renders it; /bench/send sends the body to all sockets of /bench/bare. The answer is a time, in seconds: for a
rendering how long it took, else when the sockets' turn began, by the clock that all processes share.
"""

import os
import time
from collections.abc import MutableMapping
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

# Before anything that imports models.
from core.asgi import application as product

from asgiref.sync import ThreadSensitiveContext  # isort: skip
from channels.db import database_sync_to_async  # isort: skip

from core.live.sockets import Receive, Send  # isort: skip
from core.lab.fragments import snapshot  # isort: skip
from nodes.labs import labs, services  # isort: skip
from nodes.protocol.world.actions import Advance  # isort: skip
from nodes.labs.signals import lab_changed  # isort: skip
from tests.support.labs import attached_lab  # isort: skip

Reduction = MutableMapping[str, Any]

sockets: Final[set[Send]] = set()
changed_at = 0.0


def note_change(**_signal: object) -> None:
    global changed_at  # noqa: PLW0603  The signal has no other way to the answer.
    changed_at = time.monotonic()


lab_changed.connect(note_change)


async def application(scope: Reduction, receive: Receive, send: Send) -> None:
    if scope["path"] == "/bench/bare":
        await hold(receive, send)
    elif scope["path"].startswith("/bench/"):
        text = await body(receive)
        await answer(send, await JOBS[scope["path"].removeprefix("/bench/")](text))
    else:
        await product(scope, receive, send)  # type: ignore[arg-type]


async def hold(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    sockets.add(send)
    await receive()
    sockets.remove(send)


async def make_lab(_text: str) -> str:
    return (await database_sync_to_async(attached_lab)()).lab.key


async def take_step(lab_key: str) -> float:
    def take() -> None:
        services.take(lab_key, Advance(1), labs.seen_of(labs.get_lab(lab_key)))

    # As Django has it around a request: without, what the step sets off in this loop would be refused a thread.
    async with ThreadSensitiveContext():
        await database_sync_to_async(take)()
    return changed_at


async def render(lab_key: str) -> float:
    start = time.monotonic()
    await database_sync_to_async(snapshot)(lab_key)
    return time.monotonic() - start


async def send_bare(text: str) -> float:
    start = time.monotonic()
    for send in sockets:
        await send({"type": "websocket.send", "text": text})
    return start


JOBS: Final[dict[str, Any]] = {"lab": make_lab, "step": take_step, "render": render, "send": send_bare}


async def body(receive: Receive) -> str:
    parts = []
    while True:
        message = await receive()
        parts.append(message["body"])
        if not message.get("more_body"):
            return b"".join(parts).decode()


async def answer(send: Send, value: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(value).encode()})
