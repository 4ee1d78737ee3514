"""`manage.py serve` as the process that it is, and the loads under which it is told to stop."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

PRODUCTION = {
    "SYNCSCOPE_ENV": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECURE_SSL_REDIRECT": "0",
    "SYNCSCOPE_SINGLE_PROCESS": "1",
}
_ADDRESS = re.compile(r"Serving http://127\.0\.0\.1:(\d+)/")


def environment(folder: Path, **others: str) -> Mapping[str, str]:
    """That of a clean account, but for what measures coverage."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or name.startswith("COV")}
    return kept | {"SYNCSCOPE_DATA_DIR": str(folder)} | PRODUCTION | others


def manage(folder: Path, *arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(folder, **others),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


class Server:
    """A running server and its log, which is its stderr."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log
        self.port = self._wait_for_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def _wait_for_port(self) -> int:
        deadline = time.monotonic() + 60
        while not (found := _ADDRESS.search(self.log())):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server did not start: {self.log()}")
            time.sleep(0.05)
        return int(found[1])

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of a page; the address listens before the server answers, so this waits."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, dict(response.headers), response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    def connect(self, sent: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(sent)
        return connection


@contextmanager
def running(folder: Path, *command: str, **others: str) -> Iterator[Server]:
    """Run a command that serves, in this Python."""
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment(folder, **others),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        yield Server(process, log)
    finally:
        process.kill()
        process.wait()
