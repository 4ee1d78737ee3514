"""Without a pointer: Tab and Enter reach everything, single keys are quicker, and focus stays where it was."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import answered, button, drive, expect_live, lab_of, open_new_lab, press, verdict
from tests.support.labs import attached_lab, new_lab

MOST_TABS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} times Tab did not reach {target}")


def enter(page: Page, name: str) -> None:
    tab_to(page, button(page, name))
    answered(page, lambda: page.keyboard.press("Enter"))


def test_all_is_done_by_tab_and_enter(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.get_by_role("button", name="Attach a UE"))
    page.keyboard.press("Enter")
    expect_live(page)

    enter(page, "Open session")
    enter(page, "Re-authenticate")
    expect(verdict(page)).to_have_text("OUT OF SYNC")
    enter(page, "AS asks for key")
    expect(verdict(page)).to_have_text("IN SYNC")

    tab_to(page, page.get_by_role("link", name="Back"))
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_class(re.compile("is-past"))
    tab_to(page, page.get_by_role("link", name="Return to live"))
    page.keyboard.press("Enter")
    expect_live(page)


def test_letters_start_procedures_and_space_delivers(page: Page) -> None:
    open_new_lab(page, pace=None)

    answered(page, lambda: page.keyboard.press("a"))
    assert lab_of(page).step == 1
    for key in ("Space", ".", "ArrowRight", "PageDown", "n"):
        before = lab_of(page).step
        answered(page, lambda pressed=key: page.keyboard.press(pressed))
        assert lab_of(page).step == before + 1
    answered(page, lambda: page.keyboard.press("e"))
    expect(page.locator("#inflight .queued")).to_have_count(0)

    at = lab_of(page).step
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".topbar-step")).to_have_text(f"Step {at - 1} of {at}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".topbar-step")).to_have_text(f"Step {at} of {at}")


def test_letters_do_nothing_in_a_field_and_act_from_a_link(page: Page) -> None:
    """Only what takes letters itself keeps them; they can be turned off (WCAG 2.1.4)."""
    lab = attached_lab()
    drive(page, lab)

    page.get_by_label("Step to show").focus()
    page.keyboard.press("r")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert lab_of(page).step == lab.lab.step

    page.get_by_role("link", name="Share").focus()
    answered(page, lambda: page.keyboard.press("r"))
    assert lab_of(page).step > lab.lab.step


def test_the_question_mark_opens_help_where_keys_can_be_turned_off(page: Page) -> None:
    """WCAG 2.1.4."""
    lab = attached_lab()
    drive(page, lab)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Keys are on").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    expect_live(page)
    page.keyboard.press("r")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert lab_of(page).step == lab.lab.step


def test_focus_stays_on_the_button_whose_fragment_is_replaced(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    button(page, "Deliver").focus()

    for _ in range(3):
        answered(page, lambda: page.keyboard.press("Enter"))
        focused = page.locator("#inflight .is-next button:focus")
        expect(focused).to_contain_text("Deliver")


def test_focus_stays_near_a_button_that_is_gone_or_disabled(page: Page) -> None:
    drive(page, new_lab(pace=None))
    button(page, "Attach").focus()
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#procedures").locator(":focus")).to_have_count(1)

    button(page, "Run to the end").focus()
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#delivery").locator(":focus")).to_have_count(1)


def test_what_the_viewer_opened_or_folded_stays_so(page: Page) -> None:
    drive(page, attached_lab())
    page.locator("#options summary").click()
    page.locator("#ladder details summary").first.click()
    expect(page.locator("#options")).to_have_attribute("open", "")
    first = page.locator("#ladder details").first
    is_open = first.get_attribute("open")

    press(page, "Send reading")

    expect(page.locator("#options")).to_have_attribute("open", "")
    assert first.get_attribute("open") == is_open
