"""The panel of properties: what holds now, and where what does not was first broken."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import drive, lab_of, press, start_from_first_page, verdict
from tests.support.labs import attached_lab


def row(page: Page, name: str) -> Locator:
    return page.locator("#properties .property").filter(has_text=name)


def test_harm_violates_agreement_in_use_and_leads_to_its_step(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    use = row(page, "P3 agreement in use")
    expect(use.locator(".property-word")).to_have_text("not tried")
    press(page, "Send reading")
    expect(use.locator(".property-word")).to_have_text("holds")
    quiet = lab_of(page).step
    press(page, "Re-authenticate")
    expect(use.locator(".property-word")).to_have_text("holds")

    press(page, "Send reading")

    expect(page.locator("#verdict .verdict-harm")).to_contain_text("HARM")
    expect(use.locator(".property-word")).to_have_text("violated")
    link = use.get_by_role("link")
    expect(link).to_have_count(1)
    expect(page.locator("#history .scale-tag").filter(has_text="HARM")).to_have_count(1)
    link.click()
    at = int(page.url.rpartition("=")[2])
    assert at > quiet
    expect(page.locator("#events .event.is-current").filter(has_text="HARM 1")).to_have_count(1)
    expect(use.locator(".property-word")).to_have_text("violated")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(use.locator(".property-word")).to_have_text("holds")
    expect(verdict(page)).to_have_text("IN TRANSIT")


@pytest.mark.parametrize("solution", [11, 12])
def test_an_as_that_knows_only_an_old_guti_cannot_catch_up(page: Page, solution: int) -> None:
    """The strip says what asking gives, and it is what asking gives; it counts what is violated and leads there."""
    start_from_first_page(page, solution)
    for procedure in ("AS asks for key", "Reallocate GUTI", "Re-authenticate"):
        press(page, procedure)
    told = "asking gives 404 (GUTI unknown). Only a new session of the UE mends it."
    expect(page.locator("#verdict .verdict-why")).to_contain_text(told)
    since = page.locator("#verdict .verdict-block p").inner_text()

    press(page, "AS asks for key")

    expect(verdict(page)).to_have_text("OUT OF SYNC")
    expect(page.locator("#verdict .verdict-why")).to_contain_text(told)
    expect(page.locator("#verdict .verdict-block p")).to_have_text(since)
    expect(row(page, "P8 the AS can catch up by itself").locator(".property-word")).to_have_text("violated")
    violated = page.locator("#verdict .verdict-violated a")
    expect(violated).to_contain_text("P8")
    expect(violated).to_have_attribute("href", re.compile(r"/labs/[\w-]+/\?at=\d+$"))

    press(page, "Open session")
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(violated).to_contain_text("P8")


def test_the_strip_counts_violations_in_sync_and_the_card_says_detached(page: Page) -> None:
    """Solution 12 after a detach: UE, network and AS have one key, and the last GUTI still yields it."""
    drive(page, attached_lab())
    press(page, "Detach")
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(page.locator("#verdict .verdict-violated")).to_contain_text("violated")
    expect(page.locator("#cards .card.is-ue")).to_contain_text("detached")
