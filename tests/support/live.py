"""A lab that is rendered on demand, what its feeds then say, and how tests listen to them."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

from channels.db import database_sync_to_async
from channels.layers import BaseChannelLayer, get_channel_layer

from core.live.feed import Feed
from core.live.snapshot import Element, LabNotFound, Snapshot


class Lab:
    """A lab that is rendered on demand: its step, and how often and with what it was asked for."""

    def __init__(self) -> None:
        self.step = 1
        self.renderings: list[int] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.errors: list[Exception] = []

    def render(self, lab_key: str) -> Snapshot:
        step = self.step
        assert self.may_go_on.wait(5)
        self.renderings.append(step)
        if self.errors:
            raise self.errors.pop()
        if lab_key == "unknown":
            raise LabNotFound(lab_key)
        return snapshot(step)

    async def render_async(self, lab_key: str) -> Snapshot:
        return await database_sync_to_async(self.render)(lab_key)


def snapshot(step: int) -> Snapshot:
    """Two panels: the cards change with each step, the options never."""
    options = Element("options", '<div id="options">solution 12</div>')
    return Snapshot(step, step, (Element("cards", f'<div id="cards">step {step}</div>'), options))


def revision(number: int) -> str:
    return f'<hx-partial id="revision"><data id="revision" value="{number}" hidden></data></hx-partial>'


def cards(step: int) -> str:
    return f'<hx-partial id="cards"><div id="cards">step {step}</div></hx-partial>'


OPTIONS: Final = '<hx-partial id="options"><div id="options">solution 12</div></hx-partial>'


def live_step(step: int) -> str:
    return f'<hx-partial id="live-step"><b id="live-step" class="live-step">{step}</b></hx-partial>'


def viewers(words: str) -> str:
    return (
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML">'
        f'<p id="viewers" class="topbar-viewers" hx-morph-skip>{words}</p></hx-partial>'
    )


async def news(feed: Feed, position: int = 0, *, is_past: bool = False) -> tuple[str, int]:
    return await asyncio.wait_for(feed.news(position, is_past=is_past), 5)


async def until(said: str, feed: Feed, position: int) -> int:
    """Read on until a message says it; return the position after it."""
    message = ""
    while said not in message:
        message, position = await news(feed, position)
    return position


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  What it waits for sets no event.
            await asyncio.sleep(0.01)


def layer() -> BaseChannelLayer:
    found = get_channel_layer()
    assert found is not None
    return found
