"""Scrubbing in a browser: how many distinct steps of a lab of 1,000 a page shows per second.

The slider is moved as fast as the page takes it, one event in each frame, over the whole lab, on and back. A step is
shown when the page's "Step 7 of 1,000" says it; what a frame leaves out is not counted. Needs an installed Chromium.

Run: python -m tests.benchmarks.bench_scrub [sweeps, by default 4]
"""

import re
import statistics
import sys
from typing import Final

from playwright.sync_api import Page

from tests.benchmarks.served import Served, machine, make_lab, open_page, served

STEPS: Final = 1000
SWEEPS: Final = 4
SECONDS: Final = 5
TARGET: Final = 20
# The steps that frames showed, and how long the sweep took.
SWEEP: Final = """([from, to, seconds]) => new Promise(resolve => {
  const slider = document.getElementById("scrubber-at");
  const shown = [];
  const started = performance.now();
  let word = "";
  const frame = now => {
    const seen = document.querySelector(".topbar-step").textContent;
    if (seen !== word) shown.push(word = seen);
    const part = (now - started) / 1000 / seconds;
    if (part >= 1) return resolve([shown, (now - started) / 1000]);
    slider.value = Math.round(from + (to - from) * Math.max(part, 0));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def sweep(page: Page, start: int, end: int) -> float:
    """Steps per second that the page shows while its slider goes from one step to another."""
    shown, took = page.evaluate(SWEEP, [start, end, SECONDS])
    page.wait_for_timeout(500)
    # The first is what the page showed before.
    steps = len({re.sub(r"\D+", " ", each) for each in shown}) - 1
    return float(steps / took)


def measure(product: Served, sweeps: int) -> dict[str, list[float]]:
    page = open_page(product.browser)
    page.goto(product.url + make_lab(steps=STEPS))
    page.locator("body.is-live").wait_for()
    ways = {"on": (0, STEPS), "back": (STEPS, 0)}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(sweeps):
        for name, way in ways.items():
            rates[name].append(sweep(page, *way))
    return rates


def main(sweeps: int) -> None:
    with served() as product:
        rates = measure(product, sweeps)
        print(machine(product.browser))
        print(f"steps shown per second over {STEPS} steps in {SECONDS} s (at least {TARGET})")
        for name, each in rates.items():
            print(f"scrub {name}: median {statistics.median(each):.1f}, worst {min(each):.1f}, best {max(each):.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SWEEPS)
