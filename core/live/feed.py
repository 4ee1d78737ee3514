"""One watched lab in this process: its fragments, rendered once, and what a page that lags behind is missing.

A page is a position in the room's history. When its socket can take more, it is handed whatever has changed
since, in one message that all pages at that position share. So a slow page is only further behind: it skips
what is outdated, and no other page waits for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string

from core.live.snapshot import LabNotFound, Snapshot, as_message

LIVE_STEP: Final = "live-step"
"""The only fragment of a page that shows a past step; a page that shows the present does without it."""

RETRY_SECONDS: Final = 2.0

HEARTBEAT: Final = "{}"
"""What a socket is sent when there is no news: JSON without content, of which htmx changes nothing."""

logger = logging.getLogger(__name__)

AsyncRender = Callable[[str], Awaitable[Snapshot]]


@dataclass(frozen=True, slots=True)
class _Version:
    """A fragment, its HTML without the revision, and the position at which that last changed."""

    html: str
    content: str
    changed: int


class CannotShow(Exception):
    """The lab cannot be rendered as it is now."""


class Room:
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
        self._versions: dict[str, _Version] = {}
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
        self._publish({"viewers": render_to_string("lab/fragments/viewers.html", {"viewers": count})}, "")

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
        live_step = render_to_string(
            "lab/fragments/live-step.html", {"revision": snapshot.revision, "step": snapshot.step}
        )
        self._publish({**snapshot.fragments, LIVE_STEP: live_step}, f'data-revision="{snapshot.revision}"')

    def _publish(self, fragments: Mapping[str, str], revision: str) -> None:
        position = self._position + 1
        for name, html in fragments.items():
            # A fragment that differs by its revision alone has not changed.
            content = html.replace(revision, "", 1)
            known = self._versions.get(name)
            is_same = known is not None and known.content == content
            changed = known.changed if known is not None and is_same else position
            # Text around the root would pile up in the page, for a morph keeps what stands beside its target.
            self._versions[name] = _Version(html.strip(), content, changed)
        self._messages.clear()
        if any(version.changed == position for version in self._versions.values()):
            self._position = position
            self._wake()

    def _since(self, position: int, *, is_past: bool) -> str:
        key = (position, is_past)
        if key not in self._messages:
            self._messages[key] = as_message(
                {
                    name: version.html
                    for name, version in self._versions.items()
                    if version.changed > position and (name == LIVE_STEP) == is_past
                },
            )
        return self._messages[key]

    def _wake(self) -> None:
        self._news.set()
        self._news.clear()
