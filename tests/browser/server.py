"""The server under test, in a thread of the tests, so that both use one database and one process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn


@contextmanager
def serving(
    listening: socket.socket, *, ws: Literal["websockets-sansio", "none"] = "websockets-sansio"
) -> Iterator[None]:
    """Serve on a listening socket until the block ends.

    Raises:
        TimeoutError: the server does not start within 10 seconds.
    """
    config = uvicorn.Config(
        "core.asgi:application",
        ws=ws,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server")
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 10
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise TimeoutError("the server did not start")
        time.sleep(0.01)
