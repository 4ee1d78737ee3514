"""A proxy between browser and server that can be made to swallow everything, or to take a path off each request."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            if self._prefix:
                there_writer.write(self._without_prefix(await reader.readuntil(b"\r\n\r\n")))
            ways = (self._pipe(reader, there_writer), self._pipe(there_reader, writer))
            pipes = {asyncio.create_task(way) for way in ways}
            await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
            for pipe in pipes:
                pipe.cancel()
        except (asyncio.CancelledError, asyncio.IncompleteReadError):
            # The proxy ends, or a connection was opened in vain.
            pass
        finally:
            writer.close()
            there_writer.close()
            await asyncio.gather(writer.wait_closed(), there_writer.wait_closed(), return_exceptions=True)

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
