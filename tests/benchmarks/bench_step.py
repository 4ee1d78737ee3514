"""What a page is sent for a step by hand in a lab of 500 messages: octets, and time from the commit to the message.

Both in this process, with a database of its own. As for a socket, the feed has the lab read, made and printed, compares
it with what a page has, and writes the message; what a thread and a network take is not in it.

Run: python -m tests.benchmarks.bench_step [steps, by default 200]
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Final

# The feed's loop runs in the thread that also takes the steps, of which a lab may have fewer.
os.environ |= {"DJANGO_ALLOW_ASYNC_UNSAFE": "true", "SYNCSCOPE_MOST_STEPS": "100000"}

# Before anything that imports models.
import tests.benchmarks.database  # isort: skip
from core.lab.fragments import snapshot
from core.live.feed import Feed
from core.live.snapshot import Snapshot
from nodes import models
from nodes.labs import labs, services
from nodes.protocol.messages.commands import Reauthenticate
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import imsi_of
from tests.benchmarks.served import make_lab

LOGGED: Final = 500
STEPS: Final = 200
WARM_UP: Final = 20
MOST_OCTETS: Final = 12_000
MOST_MS: Final = 4.0


async def _render(lab_key: str) -> Snapshot:
    return snapshot(lab_key)


def take_step(key: str) -> None:
    """Deliver what is on its way; when nothing is, begin anew."""
    lab, (world, _watch) = labs.current(key)
    if engine.next_delivery(world) is None:
        services.take(key, Command("mme-1", Reauthenticate(imsi_of("ue-1"))), labs.seen_of(lab))
    else:
        services.take_next(key, labs.seen_of(lab))


async def measure(key: str, steps: int, step: Callable[[], None]) -> list[tuple[float, int]]:
    """Take steps; milliseconds from each commit to its message, and the octets of that."""
    feed, position = Feed(key, _render), 0
    found = []
    for _ in range(steps):
        step()
        began = time.perf_counter()
        feed.nudge(models.Lab.objects.get(key=key).revision)
        message, position = await feed.news(position, is_past=False)
        found.append(((time.perf_counter() - began) * 1e3, len(message.encode())))
    return found


def main(steps: int) -> None:
    key = make_lab(messages=LOGGED).split("/")[1]
    found = asyncio.run(measure(key, steps + WARM_UP, lambda: take_step(key)))[WARM_UP:]
    for what, values, most in zip(("ms", "octets"), zip(*found, strict=True), (MOST_MS, MOST_OCTETS), strict=True):
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{what}: median {statistics.median(values):.1f}, p95 {p95:.1f} (median at most {most:g})")
    tests.benchmarks.database.FOLDER.cleanup()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS)
