"""One watched lab in this process: its fragments, rendered once, and what a page that lags behind is missing.

A page is a position in the feed's history. When its socket can take more, it is handed whatever has changed
since, in one message that all pages at that position share. So a slow page is only further behind: it skips
what is outdated, and no other page waits for it.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from django.template.loader import render_to_string

from core.live import versions
from core.live.rendering import AsyncRender
from core.live.snapshot import Element, LabNotFound, Snapshot, revision_element, whole
from core.live.versions import Version

LIVE_STEP: Final = "live-step"
"""The only fragment of a page that shows a past step; a page that shows the present does without it."""

VIEWERS: Final = "viewers"
"""How many watch, which is of no revision: it comes before what is."""

RETRY_SECONDS: Final = 2.0

HEARTBEAT: Final = "{}"
"""What a socket is sent when there is no news: JSON without content, of which htmx changes nothing."""

logger = logging.getLogger(__name__)


class CannotShow(Exception):
    """The lab cannot be rendered as it is now."""


class Feed:
    """The lab of one key. Used on one event loop; `render` is never run twice at a time."""

    def __init__(self, lab_key: str, render: AsyncRender) -> None:
        self.lab_key = lab_key
        self.revision = -1
        self.is_gone = False
        self._is_failing = False
        self._render = render
        self._wanted = -1
        self._rendering: asyncio.Task[None] | None = None
        self._position = 0
        self._versions: dict[str, Version] = {}
        self._messages: dict[tuple[int, bool], str] = {}
        self._beats = 0
        self._news = asyncio.Event()

    def nudge(self, revision: int) -> None:
        """Catch up with this revision of the lab. While one rendering runs, at most one more is due."""
        if self.is_gone or revision <= self.revision:
            return
        self._wanted = max(self._wanted, revision)
        if self._rendering is None or self._rendering.done():
            self._rendering = asyncio.create_task(self._catch_up())

    def show_viewers(self, count: int) -> None:
        html = render_to_string("lab/fragments/viewers.html", {"viewers": count}).strip()
        self._publish((Element(VIEWERS, html),))

    def beat(self) -> None:
        """Let every page hear that the server lives, whatever there is to tell."""
        self._beats += 1
        self._wake()

    def close(self) -> None:
        """Stop rendering; nobody watches any more."""
        if self._rendering is not None:
            self._rendering.cancel()

    async def news(self, position: int, *, is_past: bool) -> tuple[str, int]:
        """Wait for what has changed since the position, all at 0; return it and the position it leads to.

        Callers at the same position get the same string object. With `is_past` only the live step is told. The
        heartbeat comes where nothing has changed.

        Raises:
            LabNotFound: the lab has ended.
            CannotShow: it cannot be rendered as it is now.
        """
        beats = self._beats
        while True:
            while position == self._position and beats == self._beats and not (self.is_gone or self._is_failing):
                await self._news.wait()
            if self.is_gone:
                raise LabNotFound(f"lab {self.lab_key} has ended")
            if self._is_failing:
                raise CannotShow(f"lab {self.lab_key} cannot be rendered")
            message, position = self._since(position, is_past=is_past), self._position
            if message or beats != self._beats:
                return message or HEARTBEAT, position

    async def _catch_up(self) -> None:
        while self._wanted > self.revision:
            wanted = self._wanted
            try:
                snapshot = await self._render(self.lab_key)
            except LabNotFound:
                self.is_gone = True
                self._wake()
                return
            except Exception:
                if not self._is_failing:
                    logger.exception("Lab %s could not be rendered", self.lab_key)
                # A page that is told nothing takes what it shows for the lab as it is.
                self._is_failing = True
                self._wake()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._is_failing = False
            self._show(snapshot)
            if self._wanted == wanted:
                # What was promised and is not there yet comes with its own nudge or with the next refresh.
                return

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot.revision < self.revision:
            return
        self.revision = snapshot.revision
        self._publish((*snapshot.fragments, live_step(snapshot.step)))

    def _publish(self, fragments: Iterable[Element]) -> None:
        position = self._position + 1
        has_news = False
        for element in fragments:
            known = self._versions.get(element.id)
            has_news |= known is None or known.element.html != element.html
            self._versions[element.id] = (
                versions.first(element, position) if known is None else versions.follow(known, element, position)
            )
        self._messages.clear()
        if has_news:
            self._position = position
            self._wake()

    def _since(self, position: int, *, is_past: bool) -> str:
        key = (position, is_past)
        if key not in self._messages:
            self._messages[key] = self._message(position, is_past=is_past)
        return self._messages[key]

    def _message(self, position: int, *, is_past: bool) -> str:
        viewers = "" if is_past else self._viewers(position)
        changed = "".join(
            versions.news(version, position)
            for name, version in self._versions.items()
            if name != VIEWERS and (name == LIVE_STEP) == is_past
        )
        return f"{viewers}{versions.morph(revision_element(self.revision))}{changed}" if changed else viewers

    def _viewers(self, position: int) -> str:
        version = self._versions.get(VIEWERS)
        return "" if version is None or version.since <= position else whole(version.element)

    def _wake(self) -> None:
        self._news.set()
        self._news.clear()


def live_step(step: int) -> Element:
    return Element(LIVE_STEP, render_to_string("lab/fragments/live-step.html", {"step": step}).strip())
