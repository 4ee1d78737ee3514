"""Processes of the product that tests start, and how they wait for what these do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import IO

import pytest
from django.conf import settings

WORKER = ("manage.py", "worker", "--attached", "--verbosity", "0")
STAYING_WORKER = ("-m", "tests.support.staying_worker")
Output = int | IO[str] | None
_TOO_LONG = 120
"""Seconds after which a test gives up what will not come any more."""


def environment(database_url: str) -> dict[str, str]:
    named = {"SYNCSCOPE_ENV": "test", "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "core.settings"}
    return os.environ | named


def python(database_url: str, *arguments: str) -> str:
    """Run Python to its end, and give what it printed."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment(database_url),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_TOO_LONG,
    )
    return ran.stdout


def started(
    database_url: str, arguments: Sequence[str], *, stdout: Output = None, stderr: Output = None
) -> subprocess.Popen[bytes]:
    """A process of this Python that goes on until it is ended, or its input is."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment(database_url),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
    )


def end(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + _TOO_LONG
    while not condition():
        if time.monotonic() > give_up:
            pytest.fail(f"waited for {what}")
        time.sleep(0.05)
