"""A proxy between browser and server that can be made to swallow everything, or to take a path off each request."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

_MOST = 65_536


class Proxy:
    """Hands on what it receives. While `is_swallowing`, every connection stays open and nothing comes through."""

    def __init__(self, target: int, prefix: str) -> None:
        self.port = 0
        self.is_swallowing = False
        self._target = target
        self._prefix = prefix.encode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, until: asyncio.Event, is_listening: threading.Event) -> None:
        server = await asyncio.start_server(self._hand_on, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        is_listening.set()
        await until.wait()
        server.close()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            # The proxy ends, a connection was opened in vain, or the server is not there.
            async with _closing(writer):
                there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
                async with _closing(there_writer):
                    if self._prefix:
                        there_writer.write(self._without_prefix(await reader.readuntil(b"\r\n\r\n")))
                    await _first_of(self._pipe(reader, there_writer), self._pipe(there_reader, writer))

    def _without_prefix(self, head: bytes) -> bytes:
        """The head of a request with the path taken off; one that is no handshake is the last of its connection."""
        head = head.replace(b" " + self._prefix, b" ", 1)
        return head if b"pgrade: websocket" in head else head.replace(b"Connection: keep-alive", b"Connection: close")

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand on until one side closes. What was lost is noticed when more comes after it: the connection is reset."""
        has_lost = False
        while True:
            data = await reader.read(_MOST)
            if self.is_swallowing:
                has_lost = True
                if not data:
                    await self._until_it_lets_through()
                    return
            elif has_lost or not data:
                return
            else:
                writer.write(data)
                await writer.drain()

    async def _until_it_lets_through(self) -> None:
        while self.is_swallowing:  # noqa: ASYNC110  The test sets it from its own thread.
            await asyncio.sleep(0.05)


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Run until one of them ends, and end the others."""
    pipes = {asyncio.create_task(way) for way in ways}
    try:
        await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pipe in pipes:
            pipe.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Leave no socket behind for the garbage collector to complain of."""
    try:
        yield
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@contextmanager
def proxying(target: int, *, prefix: str = "") -> Iterator[Proxy]:
    """Stand before the server at a port until the block ends."""
    proxy = Proxy(target, prefix)
    is_listening = threading.Event()
    loop = asyncio.new_event_loop()
    until = asyncio.Event()

    async def run() -> None:
        await proxy.serve(until, is_listening)
        # A task that is cancelled before its first step runs not even its `finally`, and whoever the browser opened a
        # connection with at this moment would leave it open: let each of them begin.
        await asyncio.sleep(0.1)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="proxy")
    thread.start()
    try:
        assert is_listening.wait(10)
        yield proxy
    finally:
        loop.call_soon_threadsafe(until.set)
        thread.join(timeout=10)
        loop.close()
