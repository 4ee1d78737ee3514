"""The product served as `manage.py demo` does, a browser that opens it, and labs made in its database."""

import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import IO, Any, Final

import django
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Served:
    """A running product: its address, its folder of data, and a browser."""

    url: str
    folder: Path
    browser: Browser


@contextmanager
def running(*command: str, **environment: str) -> Iterator[str]:
    """Run a Python module that prints the address it serves; the address."""
    process = subprocess.Popen(
        (sys.executable, *command),
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(process.stdout)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _address(output: IO[str] | None) -> str:
    for line in output or ():
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise RuntimeError("the server did not start")


@contextmanager
def served() -> Iterator[Served]:
    """Serve the product from a new folder, and set Django up in this process to make labs in the same database."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "core.settings",
            "SYNCSCOPE_ENV": "demo",
            "SYNCSCOPE_DATA_DIR": folder,
            # Attaching every UE of a large lab takes 13 steps for each.
            "SYNCSCOPE_MOST_STEPS": "100000",
            # Playwright keeps an event loop running in the thread that also prepares the rows.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        with running("manage.py", "demo", "--port", "0") as url, sync_playwright() as playwright:
            django.setup()
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
            yield Served(url, Path(folder), browser)
            browser.close()


def open_page(browser: Browser) -> Page:
    """Make an empty page in a window of its own."""
    return browser.new_context(viewport={"width": 1280, "height": 720}).new_page()


def machine(browser: Browser) -> str:
    """What the times were measured on, and how busy it was."""
    return (
        f"Chromium {browser.version}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{platform.system()}, load {os.getloadavg()[0]:.1f}"
    )


# Labs. Django is set up when these run, not when this module is imported.


def make_lab(*, ues: int = 1, messages: int = 0, steps: int = 0) -> str:
    """Make a lab by hand of attached UEs, the first of which has a session; the path of its drive link.

    It goes on until its log has so many messages and steps, and then rests.
    """
    from nodes.labs import labs, services  # noqa: PLC0415
    from nodes.protocol.messages.commands import Attach, OpenApplicationSession  # noqa: PLC0415
    from nodes.protocol.options import Setup  # noqa: PLC0415
    from nodes.protocol.world.actions import Command  # noqa: PLC0415

    new = labs.create_lab(Setup("benchmark", ues=ues), title="Benchmark")
    key = new.lab.key
    first = [Command(f"ue-{number}", Attach("mme-1")) for number in range(ues, 0, -1)]
    lab = labs.get_lab(key)
    for action in (*first, Command("ue-1", OpenApplicationSession("as-1"))):
        lab = services.take(key, action, labs.seen_of(lab))
    actions = cycle(_rounds())
    while lab.messages < messages or lab.step < steps:
        lab = services.take(key, next(actions), labs.seen_of(lab))
    services.set_pace(key, None)
    return f"labs/{key}/drive/#{new.drive_key}"


def _rounds() -> tuple[Any, ...]:
    """What a UE and its network do again and again."""
    from nodes.protocol.messages.commands import Access, Reauthenticate, ReleaseConnection, SendReading  # noqa: PLC0415
    from nodes.protocol.world.actions import Command  # noqa: PLC0415
    from nodes.protocol.world.genesis import imsi_of  # noqa: PLC0415

    return (
        Command("mme-1", Reauthenticate(imsi_of("ue-1"))),
        Command("ue-1", SendReading("as-1")),
        Command("mme-1", ReleaseConnection(imsi_of("ue-1"))),
        Command("ue-1", Access()),
    )
