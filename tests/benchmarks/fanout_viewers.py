"""The viewers of bench_fanout, a process of their own: `python -m tests.benchmarks.fanout_viewers URL COUNT`.

It says "ready" when all are connected, and after each message that all have received one line of JSON: when the
last had it, in seconds of the clock that all processes share, and the message.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect

AT_ONCE = 50


@dataclass(slots=True)
class Rounds:
    """How many viewers have received each message; the first is the lab as they found it."""

    viewers: int
    received: list[int] = field(default_factory=list)

    def count(self, number: int, message: str) -> None:
        if number == len(self.received):
            self.received.append(0)
        self.received[number] += 1
        if self.received[number] == self.viewers:
            print(json.dumps([time.monotonic(), message]), flush=True)


async def watch(socket: ClientConnection, rounds: Rounds) -> None:
    number = 0
    async for message in socket:
        # How many watch is told in between, at leisure.
        if isinstance(message, str) and '<data id="revision"' in message:
            rounds.count(number, message)
            number += 1


async def main(url: str, viewers: int) -> None:
    rounds = Rounds(viewers)
    at_once = asyncio.Semaphore(AT_ONCE)
    origin = url.replace("ws", "http", 1).split("/", 3)

    async def join() -> ClientConnection:
        async with at_once:
            return await connect(url, origin="/".join(origin[:3]), compression=None, max_size=None)  # type: ignore[arg-type]

    sockets = await asyncio.gather(*(join() for _ in range(viewers)))
    print("ready", flush=True)
    await asyncio.gather(*(watch(socket, rounds) for socket in sockets))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
