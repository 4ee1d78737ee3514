"""How many server processes there may be: without Redis one, for the channel layer in memory reaches no other."""

import multiprocessing
import sys
from typing import Any, Final

from django.conf import settings
from django.core.checks import Error

UNSAID: Final = (
    "REDIS_URL is not set. Server processes tell each other through Redis what has changed, and pages of a process "
    "that is not told show what is no longer so. Set REDIS_URL, or SYNCSCOPE_SINGLE_PROCESS=1 where one process serves "
    "all pages."
)
SEVERAL: Final = (
    "REDIS_URL is not set, and the server was told to run several processes (--processes, SYNCSCOPE_PROCESSES, "
    "--workers or WEB_CONCURRENCY), which could not tell each other what has changed. Set REDIS_URL, or "
    "run one process."
)
_STARTUP_FAILURE: Final = 3
"""The exit status after which uvicorn's supervisor does not start the process again."""


def why_unsafe(processes: int = 1) -> str:
    """Return why pages could be left untold by so many server processes; empty if they cannot."""
    if settings.REDIS_URL:
        return ""
    # The supervisor of several uvicorn processes starts each with multiprocessing.
    if processes > 1 or multiprocessing.parent_process() is not None:
        return SEVERAL
    return UNSAID if settings.IS_PRODUCTION and not settings.SYNCSCOPE_SINGLE_PROCESS else ""


def refuse_if_unsafe() -> None:
    """End a server process that could leave its pages untold, with one sentence."""
    if sentence := why_unsafe():
        sys.stderr.write(f"{sentence}\n")
        sys.exit(_STARTUP_FAILURE)


def processes_hear_of_each_other(**_: Any) -> list[Error]:
    """Say at `check --deploy` what the server would refuse at its start."""
    sentence = why_unsafe()
    return [Error(sentence, id="syncscope.E001")] if sentence else []
