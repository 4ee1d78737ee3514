"""Rendering in a thread, beside the event loop, with a connection to the database that stays open."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import Error, close_old_connections, connection

from core.live.snapshot import Snapshot

Render = Callable[[str], Snapshot]
AsyncRender = Callable[[str], Awaitable[Snapshot]]


class Renderer:
    """Renders labs for the sockets of one process.

    SQLite is opened anew for a third of the time that a step takes to reach the pages, and whoever closes the last
    connection to it also writes its log into the file. So there is one thread for it, whose connection is open while
    anybody watches. Connections to PostgreSQL stay open in their pool.
    """

    def __init__(self, render: Render) -> None:
        self._thread = ThreadPoolExecutor(1, "render") if connection.vendor == "sqlite" else None
        self._render: AsyncRender = (
            sync_to_async(_kept_open(render), thread_sensitive=False, executor=self._thread)
            if self._thread
            else database_sync_to_async(render)
        )

    async def __call__(self, lab_key: str) -> Snapshot:
        return await self._render(lab_key)

    def rest(self) -> None:
        """Close the connection: nobody watches any more."""
        if self._thread is not None:
            self._thread.submit(close_old_connections)


def _kept_open(render: Render) -> Render:
    """Close the connection only if it may be at fault for what went wrong."""

    def rendered(lab_key: str) -> Snapshot:
        try:
            return render(lab_key)
        except Error:
            close_old_connections()
            raise

    return rendered
