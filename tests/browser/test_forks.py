"""Acting in the past: the lab stays as it was, and what is done is done in a fork, which both labs tell of."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from nodes import models
from nodes.labs import labs
from tests.browser.driving import button, drive, expect_caught_up, expect_live, key_in, lab_of, press, verdict
from tests.browser.test_keyboard import tab_to
from tests.support.labs import attached_lab, rows_of

Opener = Callable[..., Page]


def forked(page: Page, act: Callable[[], object]) -> str:
    """Do what makes a fork, and wait until its page is shown and live; the fork's key."""
    before = key_in(page)
    act()
    page.wait_for_url(lambda url: f"/labs/{before}/" not in url)
    expect_live(page)
    expect_caught_up(page)
    return key_in(page)


def log_of(key: str) -> list[object]:
    return list(models.Step.objects.filter(lab__key=key).order_by("number").values_list("action", flat=True))


def rows_but_lab(new: labs.NewLab) -> dict[str, list[Any]]:
    """Every row of a lab; its own row counts what pages show, and a fork is shown."""
    return {name: list(rows) for name, rows in rows_of(new.lab).items() if name != "Lab"}


def expect_fork(page: Page, parent: labs.NewLab, at: int) -> None:
    """The lab shown left its parent at that step and has gone on."""
    fork = lab_of(page)
    assert fork.parent is not None
    assert (fork.parent.key, fork.forked_at) == (parent.lab.key, at)
    assert fork.step > at


def test_acting_in_the_past_forks_and_keeps_the_lab(page: Page) -> None:
    parent = attached_lab()
    at = parent.lab.step - 4
    drive(page, parent)
    before = rows_of(parent.lab)

    page.goto(f"/labs/{parent.lab.key}/?at={at}")
    expect(verdict(page)).to_have_text("NO KEY")
    expect(page.locator(".past")).to_contain_text("What you do here forks a new lab.")
    key = forked(page, button(page, "Re-authenticate").click)

    fork = lab_of(page)
    assert fork.parent is not None
    assert (fork.parent.key, fork.forked_at) == (parent.lab.key, at)
    assert fork.step > at
    assert log_of(key)[:at] == log_of(parent.lab.key)[:at]
    # The lab's own row counts what its page shows, and the page lists the fork.
    assert {name: rows for name, rows in rows_of(parent.lab).items() if name != "Lab"} == {
        name: rows for name, rows in before.items() if name != "Lab"
    }


def test_a_fork_and_its_origin_lead_to_each_other(page: Page, open_browser: Opener) -> None:
    parent = attached_lab()
    last, at = parent.lab.step, parent.lab.step - 4
    other = open_browser()
    other.goto(f"/labs/{parent.lab.key}/")
    expect_live(other)
    page.goto(f"/labs/{parent.lab.key}/?at={at}")

    key = forked(page, button(page, "Re-authenticate").click)

    listed = other.locator("#forks li")
    expect(listed).to_have_text(f"Test, from step {at} NO KEY")
    expect(verdict(other)).to_have_text("IN SYNC")
    expect(page.locator("#forks .origin")).to_have_text(f"Forked from Test at step {at}")
    press(page, "Open session")
    page.locator("#forks .origin").get_by_role("link").click()
    expect(page.locator(".topbar-step")).to_have_text(f"Step {at} of {last}")
    expect(page.locator("#forks li")).to_have_text(f"Test, from step {at} IN SYNC")
    listed.get_by_role("link").click()
    expect(verdict(other)).to_have_text("IN SYNC")
    assert key_in(other) == key


def test_a_watcher_forks_and_drives_what_he_made(page: Page, open_browser: Opener) -> None:
    parent = attached_lab()
    drive(page, parent)
    watcher = open_browser()
    watcher.goto(f"/labs/{parent.lab.key}/")
    expect_live(watcher)

    forked(watcher, button(watcher, "Fork here").click)

    press(watcher, "Re-authenticate")
    expect(verdict(watcher)).to_have_text("OUT OF SYNC")
    expect(page.locator("#forks li")).to_have_count(1)
    expect(verdict(page)).to_have_text("IN SYNC")
    assert lab_of(page).step == parent.lab.step
    assert lab_of(watcher).step > parent.lab.step


@pytest.mark.parametrize(("name", "steps"), [("Next message", 1), ("Run to the end", 8)])
def test_what_was_in_flight_goes_on_in_a_fork(page: Page, name: str, steps: int) -> None:
    parent = attached_lab()
    last = parent.lab.step
    drive(page, parent)
    page.goto(f"/labs/{parent.lab.key}/?at=6")

    tab_to(page, button(page, name))
    forked(page, lambda: page.keyboard.press("Enter"))

    assert lab_of(page).step == 6 + steps
    assert log_of(key_in(page)) == log_of(parent.lab.key)[: 6 + steps]
    assert models.Lab.objects.get(key=parent.lab.key).step == last


def test_a_fork_of_a_lab_that_was_reset_meanwhile_is_refused(page: Page, complaints: list[str]) -> None:
    parent = attached_lab()
    drive(page, parent)
    page.goto(f"/labs/{parent.lab.key}/?at=4")
    # The page is stale between the reset and the moment at which it hears of it: that moment is held.
    page.locator("[name=seen]").evaluate("seen => seen.setAttribute('value', '7.4')")

    with page.expect_response("**/next/") as answer:
        button(page, "Next message").click()

    assert answer.value.status == 409
    expect(page.get_by_role("alert")).to_contain_text("The lab was reset since this page was shown.")
    assert models.Lab.objects.count() == 1
    assert "409" in complaints.pop()
