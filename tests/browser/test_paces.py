"""A lab that runs at a pace: the page asks, the server says when."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from nodes import models
from nodes.labs import labs
from tests.browser.driving import drive, lab_of, press
from tests.support.labs import attached_lab, new_lab

TIMERS_DIFFER = 0.06
"""Seconds that a page may be early (services.EARLY_ENOUGH)."""


def gaps(key: str) -> list[float]:
    """Seconds between the steps of a lab's log, the last of which followed the last command."""
    steps = list(models.Step.objects.filter(lab__key=key).order_by("number").values_list("taken", "procedure"))
    last = max(index for index, (_taken, procedure) in enumerate(steps) if procedure)
    return [(after[0] - before[0]).total_seconds() for before, after in pairwise(steps[last:])]


@pytest.mark.parametrize(
    ("name", "pace", "procedure"), [("0.3 s a step", 0.3, "Re-authenticate"), ("1 s a step", 1.0, "AS asks")]
)
def test_one_step_is_taken_per_pace(page: Page, name: str, pace: float, procedure: str) -> None:
    lab = attached_lab()
    drive(page, lab)
    press(page, name)

    press(page, procedure)

    expect(page.locator("#autorun")).to_have_count(0, timeout=15_000)
    expect(page.locator("#inflight .queued")).to_have_count(0)
    found = gaps(lab.lab.key)
    assert len(found) >= 2
    assert min(found) >= pace - TIMERS_DIFFER
    assert sum(found) / len(found) < pace + 1


def test_two_driving_pages_do_not_run_twice_as_fast(
    page: Page, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    lab = new_lab(pace=300)
    other = open_browser()
    for each in (page, other):
        drive(each, lab)

    press(page, "Attach")

    for each in (page, other):
        expect(each.locator("#inflight .queued")).to_have_count(0, timeout=20_000)
    assert labs.get_lab(lab.lab.key).step == lab_of(page).step >= 10
    assert min(gaps(lab.lab.key)) >= 0.3 - TIMERS_DIFFER
    # The browser itself notes each refusal.
    assert all("409" in complaint for complaint in complaints)
    complaints.clear()
