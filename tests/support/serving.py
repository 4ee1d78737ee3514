"""Server processes of their own on the tests' database, for what a thread of the tests cannot show."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import redis
from django.conf import settings
from django.db import connection


@dataclass(frozen=True, slots=True)
class Process:
    """A running server process: its port, and what it has logged so far."""

    popen: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logged(self) -> list[str]:
        return self.log.read_text().splitlines()


@contextmanager
def server_process(*arguments: str, **environment: str) -> Iterator[Process]:
    """Run uvicorn's own command until it answers, and end it with the block."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=128) as listening,
        tempfile.TemporaryDirectory() as folder,
        (log := Path(folder) / "log").open("wb") as output,
    ):
        command = ("uvicorn", "core.asgi:application", "--fd", str(listening.fileno()), "--lifespan", "off")
        options = ("--ws", "websockets-sansio", "--log-level", "warning", *arguments)
        popen = subprocess.Popen(
            (sys.executable, "-m", *command, *options),
            cwd=settings.BASE_DIR,
            env=os.environ | {"SYNCSCOPE_ENV": "test", "DATABASE_URL": database_url()} | environment,
            pass_fds=(listening.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        process = Process(popen, listening.getsockname()[1], log)
        try:
            _wait_until_answered(process)
            yield process
        finally:
            popen.kill()
            popen.wait()


def _wait_until_answered(process: Process) -> None:
    try:
        # It is listened already, so this waits until the process answers.
        with urlopen(f"{process.url}/about/", timeout=60):
            pass
    except HTTPError:
        # Under a path it is another page that answers.
        pass
    except OSError as error:
        raise AssertionError(f"the server did not start: {process.logged()}") from error


def database_url() -> str:
    """The address of the tests' database, for another process."""
    described = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{described['NAME']}"
    user, password, host, port = (described[part] for part in ("USER", "PASSWORD", "HOST", "PORT"))
    return f"postgresql://{user}{f':{password}' if password else ''}@{host}:{port}/{described['NAME']}"


class Redis:
    """A Redis server on a port of its own, which can be stopped and started again there with nothing in it."""

    def __init__(self, program: str, folder: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", folder)
        self._program = program
        self.start()

    def start(self) -> None:
        self.popen = subprocess.Popen((self._program, *self._options), stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        with redis.Redis(port=self.port) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    assert time.monotonic() < end, "Redis did not start"
                    time.sleep(0.05)
                else:
                    return

    def stop(self) -> None:
        self.popen.kill()
        self.popen.wait()


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A Redis server of its own.

    Raises:
        FileNotFoundError: none is installed.
    """
    program = shutil.which("redis-server")
    if program is None:
        raise FileNotFoundError("no Redis: redis-server is not installed")
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(program, folder)
        try:
            yield server
        finally:
            server.stop()
