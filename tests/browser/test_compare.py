"""Two option sets side by side: made from any lab by one click, and a lab again by another."""

from playwright.sync_api import Page, expect

from nodes.labs import labs
from tests.browser.driving import drive, expect_live, key_in, lab_of, press, verdict
from tests.support.labs import attached_lab, setup_of


def moved_lab(page: Page) -> str:
    """A lab of solution 12 whose UE has moved to an MME that has no RAND to push; its key."""
    drive(page, attached_lab(setup_of(mmes=2)))
    press(page, "Move to MME 2")
    expect(verdict(page)).to_have_text("OUT OF SYNC")
    return key_in(page)


def words(page: Page) -> list[str]:
    """The verdicts of both sides."""
    return page.locator(".compare-sides .verdict-tag").all_inner_texts()


def test_a_lab_is_compared_with_the_other_solution_by_one_click(page: Page) -> None:
    key = moved_lab(page)

    page.get_by_role("link", name="Compare with other options").click()

    assert words(page) == ["OUT OF SYNC", "IN SYNC"]
    row = page.locator(".pair-difference")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("First difference.")
    first = page.locator("tr.pair.is-first")
    link = page.get_by_role("link", name="First difference at step")
    expect(link).to_have_attribute("href", f"#{first.get_attribute('id')}")
    step = (first.get_attribute("id") or "").removeprefix("step-")
    first.get_by_role("link").press("Enter")
    expect(page).to_have_url(f"/labs/{key}/?at={step}")


def test_another_option_is_chosen_in_the_form_and_the_right_side_becomes_a_lab(page: Page) -> None:
    key = moved_lab(page)
    page.goto(f"/labs/{key}/compare/")
    form = page.locator(".compare-form")
    form.locator("[name=solution]").select_option("12")
    form.locator("[name=context_carries_rand]").select_option("on")
    form.get_by_role("button", name="Compare").click()
    assert words(page) == ["OUT OF SYNC", "IN SYNC"]
    expect(page.locator(".compare-side").nth(1)).to_contain_text("RAND over S10")
    expect(form.locator("[name=context_carries_rand]")).to_have_value("on")

    page.get_by_role("button", name="Open the right side as a lab").click()

    expect_live(page)
    assert key_in(page) != key
    expect(verdict(page)).to_have_text("IN SYNC")
    assert labs.setup_of(lab_of(page)).options.context_carries_rand
    press(page, "Re-authenticate")
