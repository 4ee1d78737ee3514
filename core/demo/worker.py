"""The demo's own worker process, which explores while the server answers."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from django.conf import settings

END_WITHIN: Final = 3  # seconds
START_AGAIN_AFTER: Final = 1  # second


@contextmanager
def working() -> Iterator[None]:
    """Keep one worker running; one that dies, for example for want of memory, is replaced."""
    stop = Event()
    thread = Thread(target=_keep_one, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_one(stop: Event) -> None:
    while not stop.is_set():
        process = _start()
        while process.poll() is None and not stop.wait(0.1):
            pass
        _end(process)
        stop.wait(START_AGAIN_AFTER)


def _start() -> subprocess.Popen[bytes]:
    # Its input ends with this process, however that ends. It is no member of the terminal's group, so that Ctrl-C
    # reaches it through here only.
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--attached", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
