"""Each abbreviation is explained where it comes first on a page: by hover, focus and tap, and without a click lost."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_first_use_of_an_abbreviation_says_what_it_stands_for(page: Page) -> None:
    page.goto("/")
    term = page.get_by_role("button", name="UE", exact=True)
    note = page.locator("#term")
    expect(term).to_have_count(1)
    expect(note).to_be_hidden()

    term.hover()
    expect(note).to_have_text("UE, user equipment. The device with its subscription.")
    page.mouse.move(0, 0)
    expect(note).to_be_hidden()

    term.focus()
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()

    term.click()
    expect(note).to_be_visible()


def test_text_is_the_same_with_its_terms(page: Page, open_browser: Callable[..., Page]) -> None:
    plain = open_browser(java_script_enabled=False)
    for each in (page, plain):
        each.goto("/about/")

    assert page.locator("main .term").count() > 8
    assert plain.locator("main .term").count() == 0
    assert page.locator("main").inner_text() == plain.locator("main").inner_text()
