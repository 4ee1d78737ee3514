"""A trace that one request cannot follow: the page asks for the rest, or whoever drives does by a button."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from nodes.labs import forks
from nodes.protocol.runs.trace import Trace, result_of, to_text
from tests.browser.driving import button, expect_live, key_in, lab_of, press, verdict
from tests.support.labs import attached_lab, loaded


@pytest.fixture
def trace(settings: Settings) -> Trace:
    """A trace, on a server that takes one step a request."""
    trace = forks.export_trace(attached_lab().lab.key)
    settings.SYNCSCOPE_MOST_WORK = 0
    return trace


def open_trace(page: Page, text: str) -> None:
    page.goto("/traces/")
    page.get_by_label("or paste it here").fill(text)
    page.get_by_role("button", name="Import").click()


def test_page_goes_on_by_itself_until_the_trace_is_followed(page: Page, trace: Trace, settings: Settings) -> None:
    total = len(trace.actions)
    open_trace(page, json.dumps({**json.loads(to_text(trace)), "result": "00"}))

    expect(page.locator(".topbar-step")).to_have_text(f"Step {total} of {total}", timeout=30_000)
    expect(page.locator("#following")).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("the final state differs from the one recorded")
    expect(verdict(page)).to_have_text("IN SYNC")
    assert result_of(loaded(lab_of(page))) == trace.result
    settings.SYNCSCOPE_MOST_WORK = 60_000
    press(page, "Re-authenticate")
    assert lab_of(page).step > total


def test_trace_is_followed_without_script_and_watched(
    page: Page, open_browser: Callable[..., Page], trace: Trace
) -> None:
    total = len(trace.actions)
    driver = open_browser(java_script_enabled=False)
    open_trace(driver, to_text(trace))
    expect(driver.locator("#following")).to_contain_text(f"Replaying the trace: 1 of {total}")
    page.goto(f"/labs/{key_in(driver)}/")
    expect_live(page)
    for step in range(1, total):
        expect(page.locator("#following")).to_contain_text(f"Replaying the trace: {step} of {total}")
        expect(page.locator("#following button")).to_have_count(2)
        expect(page.locator("#following button:visible")).to_have_count(0)
        button(driver, "Go on").click()
        expect(driver.locator(".topbar-step")).to_have_text(f"Step {step + 1} of {step + 1}")

    for each in (driver, page):
        expect(each.locator("#following")).to_be_hidden()
        expect(each.locator(".topbar-step")).to_have_text(f"Step {total} of {total}")
    assert result_of(loaded(lab_of(driver))) == trace.result


def test_trace_is_left_by_a_button(open_browser: Callable[..., Page], trace: Trace, complaints: list[str]) -> None:
    driver = open_browser(java_script_enabled=False)
    open_trace(driver, to_text(trace))
    button(driver, "Next message").click()
    expect(driver.get_by_role("alert")).to_contain_text("The steps of the trace are still being taken, so far 1 of")
    assert "409" in complaints.pop()

    button(driver, "Stop here").click()

    expect(driver.locator("#following")).to_be_hidden()
    row = lab_of(driver)
    assert (row.step, row.trace_steps) == (1, None)
