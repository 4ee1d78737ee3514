"""A message is acted on where it is drawn: its envelope opens what the queue offers, by pointer and by keyboard."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import answered, button, expect_live, fates, key_in, open_new_lab, press


def attaching(page: Page) -> str:
    """A lab by hand in which the UE has sent its first message; the lab's key."""
    key = open_new_lab(page, pace=None)
    press(page, "Attach")
    expect(envelope(page)).to_have_count(1)
    return key


def envelope(page: Page) -> Locator:
    return page.locator("#ladder .envelope")


def menu(page: Page) -> Locator:
    return page.locator("#message-menu")


def focused(page: Page) -> str:
    words: str = page.evaluate("document.activeElement.firstChild?.textContent.trim() ?? ''")
    return words


def test_a_click_on_an_envelope_opens_its_menu_and_a_button_there_acts(page: Page) -> None:
    key = attaching(page)
    envelope(page).click()
    expect(menu(page)).to_be_visible()
    expect(menu(page)).to_contain_text("#1 Attach Request")

    answered(page, lambda: menu(page).get_by_role("button", name="Drop").click())

    expect(menu(page)).to_be_hidden()
    assert fates(key) == [("AttachRequest", "lost")]


def test_the_menu_is_used_by_keyboard_alone(page: Page) -> None:
    key = attaching(page)
    for opens in ("Enter", " "):
        envelope(page).focus()
        page.keyboard.press(opens)
        assert focused(page) == "Deliver"
        page.keyboard.press("ArrowRight")
        assert focused(page) == "Hold"
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert focused(page) == "Alter capability"
        page.keyboard.press("Escape")
        expect(menu(page)).to_be_hidden()
        expect(envelope(page)).to_be_focused()

    page.keyboard.press("Enter")
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(menu(page)).to_be_hidden()
    assert fates(key)[0] == ("AttachRequest", "delivered")


def test_tab_leaves_the_menu(page: Page) -> None:
    attaching(page)
    envelope(page).click()
    page.keyboard.press("Tab")
    expect(menu(page)).to_be_hidden()


def test_what_cannot_be_done_is_there_with_its_reason(page: Page) -> None:
    attaching(page)
    press(page, "Next message")
    envelope(page).click()
    expect(menu(page).locator("[aria-disabled]")).to_have_text(
        ["Fail #2 Auth. Info Request NAS only", "Alter #2 Auth. Info Request no field offered"]
    )
    expect(page.locator("#inflight [aria-disabled]").first).to_be_hidden()


def test_the_menu_closes_when_somebody_else_delivers_the_message(page: Page) -> None:
    attaching(page)
    envelope(page).click()
    expect(menu(page)).to_be_visible()
    answered(page, lambda: button(page, "Next message").evaluate("each => each.form.requestSubmit(each)"))
    expect(menu(page)).to_be_hidden()


def test_who_only_watches_is_led_to_the_queue(page: Page, open_browser: Callable[..., Page]) -> None:
    attaching(page)
    watcher = open_browser()
    watcher.goto(f"/labs/{key_in(page)}/")
    expect_live(watcher)
    envelope(watcher).click()
    expect(menu(watcher)).to_be_hidden()
    assert watcher.url.endswith("#inflight")
