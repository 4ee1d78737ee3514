"""The installed Chromium, and how it is started."""

import os
import shutil
from typing import Final

# The first is Chromium without its windows: the same engine for a fifth less of the machine.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# No traffic but the tests' own. Chromium's sandbox refuses to be root's.
ARGUMENTS: Final = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


def find_chromium() -> str:
    """Return the path of the browser.

    Raises:
        FileNotFoundError: none is installed.
    """
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"no browser: none of {', '.join(NAMES)} is installed")
