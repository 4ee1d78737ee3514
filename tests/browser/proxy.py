"""A proxy between browser and server that can be made to swallow everything, or to take a path off each request."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MOST = 65_536


class Proxy:
    """Hands on what it receives. While `is_swallowing`, every connection stays open and nothing comes through.

    A connection that was open meanwhile is dead for good, as after a change of network.
    """

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
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
            if self._prefix:
                there_writer.write(self._without_prefix(await reader.readuntil(b"\r\n\r\n")))
            await asyncio.gather(self._pipe(reader, there_writer), self._pipe(there_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    def _without_prefix(self, head: bytes) -> bytes:
        """The head of a request with the path taken off; one that is no handshake is the last of its connection."""
        head = head.replace(b" " + self._prefix, b" ", 1)
        return head if b"pgrade: websocket" in head else head.replace(b"Connection: keep-alive", b"Connection: close")

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_dead = False
        while data := await reader.read(_MOST):
            is_dead |= self.is_swallowing
            if not is_dead:
                writer.write(data)
                await writer.drain()
        if not (is_dead or self.is_swallowing):
            writer.close()


@contextmanager
def proxying(target: int, *, prefix: str = "") -> Iterator[Proxy]:
    """Stand before the server at a port until the block ends."""
    proxy = Proxy(target, prefix)
    is_listening = threading.Event()
    loop = asyncio.new_event_loop()
    until = asyncio.Event()

    async def run() -> None:
        await proxy.serve(until, is_listening)
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
