"""The panel of properties: what holds now, and where what does not was first broken."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import drive, lab_of, press, verdict
from tests.helpers_labs import attached_lab


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
