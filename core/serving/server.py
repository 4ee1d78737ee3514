"""The server of demo and production: uvicorn, with time-outs of ours and an end that always comes."""

import logging
import os
import signal
import socket
from collections.abc import Callable
from threading import Timer
from types import FrameType
from typing import Final

import uvicorn
from django.conf import settings
from uvicorn.supervisors.multiprocess import Multiprocess

from core.serving.connections import TimedHTTPProtocol

OPEN_REQUESTS_END_WITHIN: Final = 3
"""Seconds after the signal to stop; then they are answered that the server stops."""

STOP_WITHIN: Final = 7.0
"""Seconds after the signal to stop; a request that still computes is then left, and its transaction undone."""

_ROOM_FOR_PAGES: Final = 500
"""Connections of a process beside its sockets."""


def serve(listening: socket.socket, *, processes: int = 1, root_path: str = "") -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        KeyboardInterrupt: the server was asked to stop and has stopped.
    """
    config = _config(processes, root_path)
    if processes > 1:
        _Processes(config, [listening]).run()
        raise KeyboardInterrupt
    # uvicorn repeats the signal that stopped it, so that both end as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _Server(config).run(sockets=[listening])


def _config(processes: int, root_path: str) -> uvicorn.Config:
    return uvicorn.Config(
        "core.asgi:application",
        http=TimedHTTPProtocol,
        ws="websockets-sansio",
        # On one machine or in one room compressing costs more than it saves; in production a proxy may.
        ws_per_message_deflate=False,
        # The socket takes no commands; uvicorn would buffer 16 MB before it is closed for one.
        ws_max_size=1024,
        lifespan="off",
        log_config=None,
        # core.serving.requests writes them, without what is secret.
        access_log=False,
        server_header=False,
        proxy_headers=settings.TRUST_PROXY_HEADERS or not settings.IS_PRODUCTION,
        workers=processes,
        root_path=root_path,
        limit_concurrency=settings.LIVE_SOCKETS_PER_PROCESS + _ROOM_FOR_PAGES,
        timeout_graceful_shutdown=OPEN_REQUESTS_END_WITHIN,
    )


class _Server(uvicorn.Server):
    """Ends when told to, even while a thread computes, which Python would wait for."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            end_after(STOP_WITHIN)
        super().handle_exit(sig, frame)


class _Processes(Multiprocess):
    """Several servers on one socket; one that dies or hangs is replaced."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._is_told = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        # What follows is for the loop that reads the queue, which may be busy with one that hangs.
        self.signal_queue.append(number)
        if not self._is_told:
            self._is_told = True
            end_after(STOP_WITHIN, self._kill_all)

    def _kill_all(self) -> None:
        for process in self.processes:
            process.process.kill()


def end_after(seconds: float, before: Callable[[], object] = lambda: None) -> None:
    """End this process with status 0, whatever it does then, unless it has ended by itself."""

    def end() -> None:
        before()
        logging.shutdown()
        os._exit(0)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
