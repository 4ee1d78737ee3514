"""Looking back: every step has an address, and what is past can be looked at, not acted on."""

from playwright.sync_api import Page, expect

from nodes import services
from nodes.protocol.actions import Command
from nodes.protocol.messages.commands import SendReading
from tests.browser.driving import badge, drive, expect_caught_up, expect_live, press, start_from_first_page, verdict
from tests.helpers_labs import attached_lab, take


def test_back_and_forward_go_one_step_and_the_live_page_is_one_link_away(page: Page) -> None:
    lab = attached_lab()
    last = lab.lab.step
    drive(page, lab)

    page.get_by_role("link", name="Back").click()
    expect(page).to_have_url(f"/labs/{lab.lab.key}/?at={last - 1}")
    expect(page.locator(".topbar-step")).to_have_text(f"Step {last - 1} of {last}")
    expect(page.locator("#connection")).to_have_text("Past")
    page.go_back()
    expect_live(page)
    page.go_forward()
    expect(page.locator("#connection")).to_have_text("Past")
    page.get_by_role("link", name="Forward").click()
    expect_caught_up(page)

    page.goto(f"/labs/{lab.lab.key}/?at=1")
    page.get_by_role("link", name="Return to live").click()
    expect_live(page)
    expect_caught_up(page)


def test_each_step_is_shown_as_it_was(page: Page) -> None:
    start_from_first_page(page)
    press(page, "Open session")
    in_sync = page.locator("#cards").inner_text()
    step = page.locator(".topbar-step").inner_text().split()[1]
    press(page, "Re-authenticate")
    expect(verdict(page)).to_have_text("OUT OF SYNC")

    page.goto(page.url + f"?at={step}")

    expect(verdict(page)).to_have_text("IN SYNC")
    expect(badge(page, "ue")).to_have_text("(AV 1)")
    assert page.locator("#cards").inner_text() == in_sync
    page.goto(page.url.replace(f"at={step}", "at=0"))
    expect(verdict(page)).to_have_text("NO KEY YET")
    expect(page.locator("#ladder")).to_contain_text("No message has been sent yet.")


def test_letting_go_of_the_scrubber_shows_that_step(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)

    page.get_by_label("Step to show").fill("4")

    expect(page).to_have_url(f"/labs/{lab.lab.key}/?at=4")
    expect(page.locator(".topbar-step")).to_have_text(f"Step 4 of {lab.lab.step}")


def test_the_past_hears_of_the_present_and_stays(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=4")
    expect(page.locator("#live-step")).to_have_text(str(lab.lab.step))

    services.set_pace(lab.lab.key, None)
    take(lab.lab.key, Command("ue-1", SendReading("as-1")))

    expect(page.locator("#live-step")).to_have_text(str(lab.lab.step + 1))
    expect(page.locator(".topbar-step")).to_have_text(f"Step 4 of {lab.lab.step}")
