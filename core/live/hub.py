"""The hub: the one listener of a process for changes of the labs that its sockets watch.

It hears of a change once per lab, however many sockets it has. How many sockets each of them has, hubs tell
each other through the same channel layer. Sockets themselves are `core.live.sockets`.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

from channels.layers import BaseChannelLayer, get_channel_layer

from core.live.feed import RETRY_SECONDS, Feed
from core.live.rendering import Render, Renderer
from core.live.snapshot import LabNotFound

REFRESH_SECONDS: Final = 60.0
COUNT_SECONDS: Final = 0.25
HEARTBEAT_SECONDS: Final = 6.0
"""Between two heartbeats. A page that hears nothing for 14 s (static/js/live.js) has missed two."""

LONGEST_KEY: Final = 64
"""Characters. Keys of labs have fewer, and the name of a channel layer's group may have 99."""

LAYER_SECONDS: Final = 2.0
"""How long anything waits for the channel layer to do something."""

logger = logging.getLogger(__name__)


class TooManySockets(Exception):
    """The lab or this process has as many sockets as it may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sockets per lab and in all, each in one process."""

    per_lab: int
    per_process: int


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """The viewers of a lab that another process has told of, and until when that counts."""

    viewers: int
    until: float


class Hub:
    """The watched labs of one process. It subscribes for a lab's first socket and leaves with its last."""

    def __init__(self, render: Render, limits: Limits) -> None:
        self._render = Renderer(render)
        self._limits = limits
        self._layer = cast("BaseChannelLayer", get_channel_layer())
        self._process = secrets.token_hex(8)
        self._channel = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._feeds: dict[str, Feed] = {}
        self._sockets: Counter[str] = Counter()
        self._elsewhere: dict[str, dict[str, _Elsewhere]] = {}
        self._uncounted: set[str] = set()
        self._is_uncounted = asyncio.Event()
        self._is_layer_away = asyncio.Event()
        self._is_layer_back = asyncio.Event()
        # Subscribing and leaving wait for the channel layer; in between, neither may overtake the other.
        self._gate = asyncio.Lock()

    @property
    def is_watching(self) -> bool:
        return bool(self._feeds)

    @asynccontextmanager
    async def feed(self, lab_key: str) -> AsyncIterator[Feed]:
        """Count one socket in and give the lab's feed.

        Raises:
            LabNotFound: no lab has so long a key.
            TooManySockets: the lab or this process has no place left.
        """
        if len(lab_key) > LONGEST_KEY:
            raise LabNotFound(f"keys of labs have at most {LONGEST_KEY} characters")
        here, in_all = self._sockets[lab_key], self._sockets.total()
        if here >= self._limits.per_lab or in_all >= self._limits.per_process:
            raise TooManySockets(f"{in_all} sockets are open, {here} of them on lab {lab_key}")
        self._sockets[lab_key] += 1
        try:
            async with self._gate:
                feed = self._feeds.get(lab_key) or await self._open(lab_key)
            self._recount(lab_key)
            yield feed
        finally:
            self._sockets[lab_key] -= 1
            async with self._gate:
                await self._leave(lab_key)

    def viewers(self, lab_key: str) -> int:
        """Sockets on the lab, here and in the processes heard of; pages that poll are not counted."""
        elsewhere = self._elsewhere.get(lab_key, {})
        return self._sockets[lab_key] + sum(others.viewers for others in elsewhere.values())

    async def _open(self, lab_key: str) -> Feed:
        if not self._tasks:
            self._channel = await self._layer.new_channel()
            jobs = (self._listen(), self._mend(), self._refresh(), self._count(), self._beat())
            self._tasks = [asyncio.create_task(job) for job in jobs]
        feed = self._feeds[lab_key] = Feed(lab_key, self._render)
        if not self._is_layer_away.is_set():
            await self._subscribe((lab_key,))
        feed.nudge(0)
        return feed

    async def _leave(self, lab_key: str) -> None:
        if self._sockets[lab_key]:
            self._recount(lab_key)
            return
        del self._sockets[lab_key]
        self._uncounted.discard(lab_key)
        self._elsewhere.pop(lab_key, None)
        feed = self._feeds.pop(lab_key, None)
        if not self._feeds:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._render.rest()
        if feed is not None:
            feed.close()
            # What still arrives finds no feed; the layer forgets a silent member by itself.
            if not self._is_layer_away.is_set():
                await self._is_done(self._layer.group_discard(group(lab_key), self._channel))
                await self._tell_viewers(lab_key)

    async def tell(self, lab_key: str, message: dict[str, Any]) -> None:
        """Send to every hub that watches the lab. Never raises."""
        # This one hears of it even while the layer is away.
        self._hear({**message, "lab_key": lab_key})
        await self._is_done(_send(self._layer, lab_key, message))

    async def _subscribe(self, lab_keys: Iterable[str]) -> bool:
        """Hear of the labs' changes from now on; return whether the layer answers."""
        for lab_key in lab_keys:
            if not await self._is_done(self._layer.group_add(group(lab_key), self._channel)):
                return False
        return True

    async def _is_done(self, job: Awaitable[None]) -> bool:
        """Have the layer do something, if it does it soon; return whether it has."""
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                await job
        except Exception as error:  # noqa: BLE001  The layer's backends have no exception in common.
            self._note_away(error)
            return False
        return True

    def _note_away(self, error: Exception) -> None:
        if not self._is_layer_away.is_set():
            logger.warning("The channel layer does not answer, so labs are looked at instead: %r", error)
            self._is_layer_away.set()
            self._is_layer_back.clear()

    async def _mend(self) -> None:
        """While the layer is away look at the labs themselves, so that pages stay right; then subscribe again."""
        while True:
            await self._is_layer_away.wait()
            while not await self._subscribe(list(self._feeds)):
                self._look_at_all()
                await asyncio.sleep(RETRY_SECONDS)
            logger.warning("The channel layer answers again")
            self._is_layer_away.clear()
            self._is_layer_back.set()
            self._look_at_all()

    def _look_at_all(self) -> None:
        for feed in self._feeds.values():
            feed.nudge(feed.revision + 1)
            self._recount(feed.lab_key)

    async def _listen(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception as error:  # noqa: BLE001  As in _is_done.
                self._note_away(error)
                await asyncio.sleep(RETRY_SECONDS)
                # One asks whether it is back: who asks too would hear "no" just after the other heard "yes".
                await self._is_layer_back.wait()
                continue
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        feed = self._feeds.get(message["lab_key"])
        if feed is None:
            return
        if message["type"] == "lab.changed":
            feed.nudge(message["revision"])
        elif message["process"] != self._process:
            self._hear_viewers(feed, message["process"], message["viewers"])

    def _hear_viewers(self, feed: Feed, process: str, viewers: int) -> None:
        elsewhere = self._elsewhere.setdefault(feed.lab_key, {})
        if process not in elsewhere:
            # It is new to us, so we are new to it.
            self._recount(feed.lab_key)
        elsewhere[process] = _Elsewhere(viewers, time.monotonic() + 2.5 * REFRESH_SECONDS)
        if not viewers:
            del elsewhere[process]
        feed.show_viewers(self.viewers(feed.lab_key))

    async def _refresh(self) -> None:
        """Mend what a lost message, a restart of the channel layer or a killed process has left behind."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self._subscribe(list(self._feeds))
            for lab_key in self._feeds:
                self._forget_silent(lab_key)
            self._look_at_all()

    async def _beat(self) -> None:
        """Let pages hear from the server, which a browser's own socket does not tell: one timer for all of them."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for feed in self._feeds.values():
                feed.beat()

    def _forget_silent(self, lab_key: str) -> None:
        elsewhere = self._elsewhere.get(lab_key, {})
        for process in [process for process, others in elsewhere.items() if others.until < time.monotonic()]:
            del elsewhere[process]

    def _recount(self, lab_key: str) -> None:
        self._uncounted.add(lab_key)
        self._is_uncounted.set()

    async def _count(self) -> None:
        """Show and tell how many watch, not more often than every COUNT_SECONDS."""
        while True:
            await self._is_uncounted.wait()
            await asyncio.sleep(COUNT_SECONDS)
            self._is_uncounted.clear()
            uncounted, self._uncounted = self._uncounted, set()
            for lab_key in uncounted & self._feeds.keys():
                self._feeds[lab_key].show_viewers(self.viewers(lab_key))
                if not self._is_layer_away.is_set():
                    await self._tell_viewers(lab_key)

    async def _tell_viewers(self, lab_key: str) -> None:
        viewers = self._sockets[lab_key]
        await self.tell(lab_key, {"type": "lab.viewers", "process": self._process, "viewers": viewers})


def group(lab_key: str) -> str:
    """Return the name of the channel layer's group of the hubs that watch the lab."""
    return f"lab.{lab_key}"


async def tell_hubs(lab_key: str, message: dict[str, Any]) -> None:
    """Send to every hub that watches the lab, from a process that has none. Never raises."""
    try:
        async with asyncio.timeout(LAYER_SECONDS):
            await _send(cast("BaseChannelLayer", get_channel_layer()), lab_key, message)
    except Exception as error:  # noqa: BLE001  The layer's backends have no exception in common.
        # What has been committed stays so; the hubs look by themselves after a while.
        logger.warning("Hubs could not be told of lab %s: %r", lab_key, error)


async def _send(layer: BaseChannelLayer, lab_key: str, message: dict[str, Any]) -> None:
    await layer.group_send(group(lab_key), {**message, "lab_key": lab_key})
