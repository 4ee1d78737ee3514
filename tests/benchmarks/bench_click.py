"""Click to painted in a browser: one step of a lab by hand, against a bare Channels page of the same bytes.

Also a lab with 500 messages in its log, and one of 1,000 attached UEs of which one is shown, against a lab of one UE
that has just attached. All pages are clicked in turn in one run, so that a slow moment of the machine meets all.
Needs an installed Chromium.

Run: python -m tests.benchmarks.bench_click [clicks, by default 64]
"""

import json
import re
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, Page

from core.live.feed import HEARTBEAT
from tests.benchmarks.served import ROOT, Served, machine, make_lab, open_page, running, served

CLICKS: Final = 64
WARM_UP: Final = 8
MANY: Final = 1000
LOGGED: Final = 500
MOST_COMPRESSED: Final = 100_000
MOST_SCRIPT: Final = 10_000
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

    def click(self) -> None:
        """Deliver what is on its way; when nothing is, begin anew."""
        self.page.bring_to_front()
        is_empty = self.page.locator("#inflight .queued").count() == 0
        name = "Re-authenticate" if is_empty else "Next message"
        button = self.page.get_by_role("button", name=re.compile(f"^{name}")).first
        button.scroll_into_view_if_needed()
        self.page.evaluate(MEASURE)
        button.click()
        swapped, painted = self.page.evaluate("() => window.measured")
        self.swapped.append(swapped)
        self.painted.append(painted)


def opened(browser: Browser, url: str) -> Clicked:
    """Open a page in a browser of its own, and wait for its socket."""
    page = open_page(browser)
    clicked = Clicked(page)
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: clicked.frames.append(str(frame))))
    page.goto(url)
    page.locator("body.is-live").wait_for()
    time.sleep(1)
    return clicked


def record(browser: Browser, url: str, clicks: int) -> tuple[str, list[str]]:
    """Click through a lab; the page as it was at first, and what each click brought."""
    recorded = opened(browser, url)
    html = recorded.page.request.get(recorded.page.url).text()
    messages = []
    for _ in range(clicks):
        recorded.frames.clear()
        recorded.click()
        messages.append("".join(frame for frame in recorded.frames if frame != HEARTBEAT))
    recorded.page.context.close()
    return html, messages


def measure(product: Served, clicks: int) -> tuple[dict[str, Clicked], list[int]]:
    """Click the lab, the bare page, the lab with a long log and the large lab in turn."""
    browser = product.browser
    html, messages = record(browser, product.url + make_lab(), clicks + WARM_UP)
    recording = product.folder / "recording.json"
    recording.write_text(json.dumps({"page": html, "messages": messages}), encoding="utf-8")
    with running("-m", "tests.benchmarks.bare_page", str(recording), str(product.folder / "static")) as bare:
        pages = {
            "bare page": opened(browser, bare),
            "lab of 1 UE": opened(browser, product.url + make_lab()),
            f"lab of {LOGGED} messages": opened(browser, product.url + make_lab(messages=LOGGED)),
            f"lab of {MANY} UEs": opened(browser, product.url + make_lab(ues=MANY)),
        }
        for _ in messages:
            for each in pages.values():
                each.click()
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
    bare, lab, logged, many = pages.values()
    bases = ((bare, None), (lab, bare), (logged, lab), (many, lab))
    print(f"{len(sizes)} clicks, {statistics.median(sizes):.0f} octets pushed for each")
    print("milliseconds; ratio: the lab of 1 UE to the bare page, the others to the lab of 1 UE")
    print(f"{'':34}{'median':>9}{'p95':>9}{'ratio':>9}{'ratio95':>9}")
    for (name, each), (_, base) in zip(pages.items(), bases, strict=True):
        for what in ("painted", "swapped"):
            times = getattr(each, what)[WARM_UP:]
            print(row(f"{name}, click to {what}", times, None if base is None else getattr(base, what)[WARM_UP:]))


def main(clicks: int) -> None:
    with served() as product:
        pages, sizes = measure(product, clicks)
        print(machine(product.browser))
        report(pages, sizes)
        for name, path in (("start", ""), ("lab", make_lab())):
            size = first_page_bytes(product.browser, product.url + path)
            print(f"first {name} page and all it loads: {size} octets on the wire (at most {MOST_COMPRESSED})")
        script = sum(path.stat().st_size for path in (ROOT / "static/js").glob("*.js"))
        print(f"our own scripts: {script} octets before compression (at most {MOST_SCRIPT})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CLICKS)
