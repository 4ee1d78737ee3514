"""A worker process that never comes to the end of a search: `python -m tests.support.staying_worker`.

It is `manage.py worker` in all but the search itself, so that a test can do what it wants while one is under way,
however fast the machine is.
"""

import os
import time
from collections.abc import Callable
from typing import Never

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
django.setup()

from nodes.explorations import queue  # noqa: E402 - models want the settings first.
from nodes.explorer.answers import Progress  # noqa: E402
from nodes.explorer.explore import Cancelled  # noqa: E402
from nodes.explorer.matrix import Search  # noqa: E402

work = queue.work


def stay(_asked: Search, report: Callable[[Progress], bool]) -> Never:
    """Report until the search is taken away, or this process is."""
    while report(Progress(states=1, done=1, depth=1)):
        time.sleep(0.01)
    raise Cancelled


def staying(worker: str, task: str) -> None:
    work(worker, task, explorer=stay)


if __name__ == "__main__":
    vars(queue)["work"] = staying
    call_command("worker", attached=True, verbosity=0)
