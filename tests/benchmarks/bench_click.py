"""Click to painted in a browser: one step of a lab by hand, against a bare Channels page of the same bytes.

Also a lab of 1,000 attached UEs of which one is shown, against a lab of one. All pages are clicked in turn in one
run, so that a slow moment of the machine meets all. Needs an installed Chromium.

Run: python -m tests.benchmarks.bench_click [clicks, by default 64]
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import django
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium

CLICKS: Final = 64
WARM_UP: Final = 8
MANY: Final = 1000
MOST_COMPRESSED: Final = 100_000
MOST_SCRIPT: Final = 10_000
ROOT: Final = Path(__file__).resolve().parents[2]
# #drive-state comes last in a message; a task that a frame callback queues runs once that frame is drawn.
MEASURE: Final = """() => { window.measured = new Promise(resolve => {
  let clicked;
  addEventListener("click", event => { clicked = event.timeStamp }, { capture: true, once: true });
  const observer = new MutationObserver(() => {
    observer.disconnect();
    const swapped = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve([swapped - clicked, performance.now() - clicked]);
      port2.postMessage(0);
    });
  });
  observer.observe(document.getElementById("drive-state"), { attributes: true, childList: true, subtree: true });
}) }"""


@dataclass(slots=True)
class Clicked:
    """A page that is clicked, what its socket got, and its times in milliseconds: to the swap, and to the paint."""

    page: Page
    frames: list[str] = field(default_factory=list)
    swapped: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)

    def click(self, name: str) -> None:
        self.page.bring_to_front()
        button = self.page.get_by_role("button", name=re.compile(f"^{name}")).first
        button.scroll_into_view_if_needed()
        self.page.evaluate(MEASURE)
        button.click()
        swapped, painted = self.page.evaluate("() => window.measured")
        self.swapped.append(swapped)
        self.painted.append(painted)

    def next_button(self) -> str:
        """Deliver what is on its way; when nothing is, begin anew."""
        is_empty = self.page.locator("#inflight .queued").count() == 0
        return "Re-authenticate" if is_empty else "Next message"


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


def make_lab(ues: int) -> str:
    """Make a lab by hand of attached UEs, the first of which has a session; the path of its drive link."""
    from nodes import services  # noqa: PLC0415 - Django is set up by now.
    from nodes.protocol.actions import Command  # noqa: PLC0415
    from nodes.protocol.messages.commands import Attach, OpenApplicationSession  # noqa: PLC0415
    from nodes.protocol.options import Setup  # noqa: PLC0415

    new = services.create_lab(Setup("benchmark", ues=ues), title="Benchmark")
    key = new.lab.key
    actions = [Command(f"ue-{number}", Attach("mme-1")) for number in range(ues, 0, -1)]
    for action in (*actions, Command("ue-1", OpenApplicationSession("as-1"))):
        services.take(key, action, services.seen_of(services.get_lab(key)))
    services.set_pace(key, None)
    return f"labs/{key}/drive/{new.drive_key}/"


def opened(browser: Browser, url: str) -> Clicked:
    """Open a page in a browser of its own, and wait for its socket."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    clicked = Clicked(page)
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: clicked.frames.append(str(frame))))
    page.goto(url)
    page.locator("body.is-live").wait_for()
    time.sleep(1)
    return clicked


def record(browser: Browser, url: str, clicks: int) -> tuple[str, list[str], list[str]]:
    """Click through a lab; the page as it was at first, the buttons, and what each click brought."""
    recorded = opened(browser, url)
    html = recorded.page.request.get(recorded.page.url).text()
    names, messages = [], []
    for _ in range(clicks):
        names.append(recorded.next_button())
        recorded.frames.clear()
        recorded.click(names[-1])
        messages.append("".join(recorded.frames))
    recorded.page.context.close()
    return html, names, messages


def measure(browser: Browser, product: str, folder: Path, clicks: int) -> tuple[dict[str, Clicked], list[int]]:
    """Click the lab, the bare page and the large lab in turn."""
    html, names, messages = record(browser, product + make_lab(1), clicks + WARM_UP)
    recording = folder / "recording.json"
    recording.write_text(json.dumps({"page": html, "messages": messages}), encoding="utf-8")
    with running("-m", "tests.benchmarks.bare_page", str(recording), str(folder / "static")) as bare:
        pages = {
            "bare page": opened(browser, bare),
            "lab of 1 UE": opened(browser, product + make_lab(1)),
            f"lab of {MANY} UEs": opened(browser, product + make_lab(MANY)),
        }
        for name in names:
            for each in pages.values():
                each.click(name)
    return pages, [len(message.encode()) for message in messages[WARM_UP:]]


def first_page_bytes(browser: Browser, url: str) -> int:
    """Octets on the wire of a page and all that it loads, in a browser that has nothing of it yet."""
    page = browser.new_context().new_page()
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    page.context.close()
    return round(sum(sizes))


def row(name: str, times: list[float], base: list[float] | None) -> str:
    median, p95 = statistics.median(times), percentile(times)
    ratios = "" if base is None else f"{median / statistics.median(base):9.2f}{p95 / percentile(base):9.2f}"
    return f"{name:34}{median:9.1f}{p95:9.1f}{ratios}"


def percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def report(pages: dict[str, Clicked], sizes: list[int]) -> None:
    bare, lab, many = pages.values()
    bases = ((bare, None), (lab, bare), (many, lab))
    print(f"{len(sizes)} clicks, {statistics.median(sizes):.0f} octets pushed for each")
    print("milliseconds; ratio: the lab of 1 UE to the bare page, the large lab to the lab of 1 UE")
    print(f"{'':34}{'median':>9}{'p95':>9}{'ratio':>9}{'ratio95':>9}")
    for (name, each), (_, base) in zip(pages.items(), bases, strict=True):
        for what in ("painted", "swapped"):
            times = getattr(each, what)[WARM_UP:]
            print(row(f"{name}, click to {what}", times, None if base is None else getattr(base, what)[WARM_UP:]))


def machine(browser: Browser) -> str:
    return (
        f"Chromium {browser.version}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    )


def main(clicks: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings: dict[str, Any] = {
            "DJANGO_SETTINGS_MODULE": "core.settings",
            "SYNCSCOPE_ENV": "demo",
            "SYNCSCOPE_DATA_DIR": str(folder),
            # Attaching every UE of the large lab takes 13 steps for each.
            "SYNCSCOPE_MOST_STEPS": "100000",
            # Playwright keeps an event loop running in the thread that also prepares the rows.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        os.environ.update(settings)
        product = stack.enter_context(running("manage.py", "demo", "--port", "0"))
        django.setup()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        pages, sizes = measure(browser, product, folder, clicks)
        print(machine(browser))
        report(pages, sizes)
        for name, path in (("start", ""), ("lab", make_lab(1))):
            size = first_page_bytes(browser, product + path)
            print(f"first {name} page and all it loads: {size} octets on the wire (at most {MOST_COMPRESSED})")
        script = sum(path.stat().st_size for path in (ROOT / "static/js").glob("*.js"))
        print(f"our own scripts: {script} octets before compression (at most {MOST_SCRIPT})")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS)
