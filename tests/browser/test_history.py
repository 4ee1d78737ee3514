"""Looking back: every step has an address, and what is past can be looked at, not acted on."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from nodes.labs import services
from nodes.protocol.messages.commands import Reauthenticate, SendReading
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import imsi_of
from tests.browser.driving import (
    badge,
    drive,
    expect_caught_up,
    expect_live,
    press,
    start_from_first_page,
    verdict,
)
from tests.browser.test_keyboard import tab_to
from tests.support.labs import attached_lab, take

DRAG = "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input', { bubbles: true })) }"


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
    expect(verdict(page)).to_have_text("NO KEY")
    expect(page.locator("#ladder")).to_contain_text("No message has been sent yet.")


def test_dragging_shows_each_step_and_letting_go_makes_it_the_page(page: Page) -> None:
    lab = attached_lab()
    last = take(lab.lab.key, Command("mme-1", Reauthenticate(imsi_of("ue-1")))).step
    drive(page, lab)
    slider, address = page.get_by_label("Step to show"), page.url
    shown = page.locator(".topbar-step")

    for at, word, holder in (
        (14, "NO KEY", "(AV 1)"),
        (lab.lab.step, "IN SYNC", "(AV 1)"),
        (8, "NO KEY", None),
    ):
        slider.evaluate(DRAG, str(at))
        expect(shown).to_have_text(f"Step {at} of {last}")
        expect(verdict(page)).to_have_text(word)
        expect(badge(page, "ue")).to_have_text([holder] if holder else [])
        assert page.url == address
        assert slider.input_value() == str(at)
    slider.evaluate("slider => slider.dispatchEvent(new Event('change', { bubbles: true }))")

    expect(page).to_have_url(f"/labs/{lab.lab.key}/?at=8")
    expect(page.locator(".past")).to_contain_text("You are at step 8")
    expect(page.get_by_role("button", name="Copy link to step 8")).to_have_attribute(
        "data-copy", f"/labs/{lab.lab.key}/?at=8"
    )
    page.get_by_role("link", name="Return to live").click()
    expect_live(page)
    expect_caught_up(page)


def test_who_moves_the_scrubber_by_key_stays_on_it(page: Page) -> None:
    lab = attached_lab()
    last = lab.lab.step
    drive(page, lab)
    slider = page.get_by_label("Step to show")
    tab_to(page, slider)

    for step in (last - 2, last - 4):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile(rf"\?at={step}\b"))
        expect(page.locator(".topbar-step")).to_have_text(f"Step {step} of {last}")
        expect(slider).to_be_focused()


def test_a_step_has_a_link_that_shows_it_to_anybody(page: Page, open_browser: Callable[..., Page]) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=9")
    page.get_by_role("link", name="Link to step 9").click()
    link = page.locator(".share-link a").first.get_attribute("href") or ""
    expect(page.get_by_role("heading", name="Step 9", exact=True)).to_be_visible()

    other = open_browser()
    other.goto(link)

    expect(other.locator(".topbar-step")).to_have_text(f"Step 9 of {lab.lab.step}")
    other.get_by_role("link", name="Return to live").click()
    expect_live(other)
    expect_caught_up(other)


def test_the_past_hears_of_the_present_and_stays(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=4")
    expect(page.locator("#live-step")).to_have_text(str(lab.lab.step))

    services.set_pace(lab.lab.key, None)
    take(lab.lab.key, Command("ue-1", SendReading("as-1")))

    expect(page.locator("#live-step")).to_have_text(str(lab.lab.step + 1))
    expect(page.locator(".topbar-step")).to_have_text(f"Step 4 of {lab.lab.step}")
