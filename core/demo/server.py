"""The server of the demo; production runs the same application with uvicorn's own command (README)."""

import signal
import socket

import uvicorn


def serve(listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then let open requests end for at most 3 seconds.

    Raises:
        KeyboardInterrupt: the server was asked to stop and has stopped.
    """
    # uvicorn repeats the signal that stopped it, so that both end as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = uvicorn.Config(
        "core.asgi:application",
        ws="websockets-sansio",
        # On one machine or in one room compressing costs more than it saves.
        ws_per_message_deflate=False,
        # The socket takes no commands; uvicorn would buffer 16 MB before it is closed for one.
        ws_max_size=1024,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])
