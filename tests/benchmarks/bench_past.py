"""The past and large labs: opening a step, scrubbing, importing a trace, and a click among 480 messages in flight.

Server time, through the views, in one process without a network. Cold: nothing of the lab is in this process.
Run: python -m tests.benchmarks.bench_past
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Final

import tests.benchmarks.database  # isort: skip - before any model.
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.lab import printing
from nodes import models
from nodes.labs import forks, labs, services
from nodes.protocol.messages.commands import Access, OpenApplicationSession, Reauthenticate, SendReading
from nodes.protocol.runs.trace import from_text
from nodes.protocol.world.actions import Command, Duplicate
from nodes.protocol.world.genesis import imsi_of
from tests.support.labs import ATTACH, forget_worlds, new_lab, take
from tests.support.views import HTMX, posted

STEPS: Final = 1000
OPENED: Final = (1, 100, 250, 333, 500, 511, 640, 703, 895, 999)
IN_FLIGHT: Final = 480  # the clicks add some more, and a lab has at most 500
CLICKS: Final = 20
ROUND: Final = (
    Command("mme-1", Reauthenticate(imsi_of("ue-1"))),
    Command("ue-1", SendReading("as-1")),
    Command("ue-1", Access()),
)


def milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1e3


def long_lab() -> models.Lab:
    """A lab of one UE that has re-authenticated, sent readings and asked for service until step STEPS."""
    lab = take(new_lab().lab.key, ATTACH, Command("ue-1", OpenApplicationSession("as-1")))
    actions = cycle(ROUND)
    while lab.step < STEPS:
        lab = services.take(lab.key, next(actions), labs.seen_of(lab))
    return lab


def opened(browser: Client, lab: models.Lab, step: int) -> float:
    """Open the page of a step that nobody has looked at."""
    forget_worlds()
    printing.panel.cache_clear()
    printing.part.cache_clear()
    return milliseconds(lambda: browser.get(reverse("lab", args=[lab.key]), {"at": str(step)}))


def scrubbed(browser: Client, lab: models.Lab, steps: range) -> float:
    """Steps per second when a viewer moves along them."""
    forget_worlds()
    url = reverse("lab-fragments", args=[lab.key])
    return len(steps) * 1e3 / milliseconds(lambda: [browser.get(url, {"at": str(step)}) for step in steps])


def imported(browser: Client, lab: models.Lab) -> tuple[int, float]:
    """Actions of a lab's trace, and the time in which it becomes another lab."""
    text = browser.get(reverse("lab-trace", args=[lab.key])).text
    trace = from_text(text)
    return len(trace.actions), milliseconds(lambda: forks.import_trace(from_text(text)))


def clicked(browser: Client) -> tuple[list[float], list[float]]:
    """Actions on a lab with IN_FLIGHT messages in flight, and the fragments that each brings."""
    new = new_lab(pace=None)
    browser.post(reverse("lab-drive", args=[new.lab.key]), {"drive_key": new.drive_key})
    lab = take(new.lab.key, ATTACH)
    copy = Duplicate("ue-1", "mme-1")
    lab = services.take_all(lab.key, [copy] * (IN_FLIGHT - 1), labs.seen_of(lab))
    act, shown = reverse("lab-act", args=[lab.key]), reverse("lab-fragments", args=[lab.key])
    clicks, fragments_of = [], []
    for _ in range(CLICKS):
        what = {"seen": labs.seen_of(labs.get_lab(lab.key)), "action": posted(copy)}
        clicks.append(milliseconds(partial(browser.post, act, what, headers=HTMX)))
        fragments_of.append(milliseconds(lambda: browser.get(shown)))
    return clicks, fragments_of


def main() -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    browser = Client(headers={"host": "localhost"})
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    lab = long_lab()
    browser.get(reverse("lab", args=[lab.key]))
    times = [opened(browser, lab, step) for step in OPENED]
    print(f"open a step of {lab.step}, cold: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")
    print(f"scrub on: {scrubbed(browser, lab, range(400, 600)):.0f} steps/s")
    print(f"scrub back: {scrubbed(browser, lab, range(600, 400, -1)):.0f} steps/s")
    actions, took = imported(browser, lab)
    print(f"import {actions} actions: {took:.0f} ms")
    clicks, shown = clicked(browser)
    print(f"click among {IN_FLIGHT} messages in flight: {statistics.median(clicks):.1f} ms")
    print(f"fragments among {IN_FLIGHT} messages in flight: {statistics.median(shown):.1f} ms")
    tests.benchmarks.database.FOLDER.cleanup()


if __name__ == "__main__":
    main()
