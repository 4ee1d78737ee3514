"""From the nudge after a step until the last viewer has what changed, beside a bare loop that sends the same.

Server and viewers are processes of their own; both ways go through the same server stack. The hub's time has one
rendering of all panels in it, the bare loop's none. Reading 500 messages keeps the viewers' process busy for
most of the time, in both.

Run: python -m tests.benchmarks.bench_fanout
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final
from urllib.request import Request, urlopen

VIEWERS: Final = (1, 100, 500)
ROUNDS: Final = 15
SETTLE_SECONDS: Final = 0.4  # How many watch has been told by then.


@dataclass(frozen=True, slots=True)
class Server:
    host: str

    def post(self, job: str, text: str = "") -> str:
        request = Request(f"http://{self.host}/bench/{job}", data=text.encode(), method="POST")
        with urlopen(request, timeout=30) as response:
            return str(response.read().decode())


@contextmanager
def running(*command: str, environment: dict[str, str] | None = None) -> Iterator[IO[str]]:
    """Run a module of Python and give what it prints; end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | (environment or {}),
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextmanager
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
        free.close()
        environment = {"SYNCSCOPE_ENV": "test", "SYNCSCOPE_DATA_DIR": folder}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"], env=os.environ | environment, check=True
        )
        options = ("--ws=websockets-sansio", "--ws-per-message-deflate=false", "--lifespan=off")
        quiet = ("--log-level=warning", "--no-access-log")
        application = "tests.benchmarks.fanout_server:application"
        with running("uvicorn", application, "--port", port, *options, *quiet, environment=environment):
            wait_for(port)
            yield Server(f"127.0.0.1:{port}")


def wait_for(port: str) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", int(port))).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def median_ms(url: str, viewers: int, begin: Callable[[], float], *, has_greeting: bool) -> tuple[float, str]:
    """Return the median over all rounds, and the last message; `begin` answers when the sockets' turn began."""
    with running("tests.benchmarks.fanout_viewers", url, str(viewers)) as lines:
        assert lines.readline() == "ready\n"
        if has_greeting:
            lines.readline()
        time.sleep(SETTLE_SECONDS)
        times, message = [], ""
        for _ in range(ROUNDS + 1):
            start = begin()
            last, message = json.loads(lines.readline())
            times.append((last - start) * 1000)
    # The first round warms up.
    return statistics.median(times[1:]), message


def main() -> None:
    with server() as its:
        lab = its.post("lab")
        rendering = statistics.median(float(its.post("render", lab)) * 1000 for _ in range(ROUNDS))
        print(f"Medians of {ROUNDS} rounds, in ms. One rendering of all panels takes {rendering:.1f}.")
        print("viewers   octets     bare      hub    ratio")
        for viewers in VIEWERS:
            hub, message = median_ms(
                f"ws://{its.host}/ws/labs/{lab}/",
                viewers,
                lambda: float(its.post("step", lab)),
                has_greeting=True,
            )

            def send(text: str = message) -> float:
                return float(its.post("send", text))

            bare, _ = median_ms(f"ws://{its.host}/bench/bare", viewers, send, has_greeting=False)
            print(f"{viewers:7}{len(message.encode()):9}{bare:9.1f}{hub:9.1f}{hub / bare:9.2f}")


if __name__ == "__main__":
    main()
