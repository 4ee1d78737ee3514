"""Several browsers on one lab: who drives, who watches, and what each of them sees."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.driving import (
    answered,
    badge,
    button,
    card,
    copied,
    drive,
    expect_caught_up,
    expect_live,
    key_in,
    lab_of,
    press,
    start_from_first_page,
    verdict,
)
from tests.support.labs import attached_lab

REFUSED = "You may watch this lab."


def watch(page: Page, driver: Page) -> None:
    page.goto(f"/labs/{key_in(driver)}/")
    expect_live(page)


def test_driver_and_watcher_see_the_same_step_live(page: Page, open_browser: Callable[..., Page]) -> None:
    start_from_first_page(page)
    watcher = open_browser()
    watch(watcher, page)

    press(page, "Open session")
    press(page, "Re-authenticate")

    expect_caught_up(watcher)
    expect(verdict(watcher)).to_have_text("OUT OF SYNC")
    expect(badge(watcher, "ue")).to_have_text("(AV 2)")
    assert copied(watcher, "as", "Ks") == copied(page, "as", "Ks")
    assert card(watcher, "mme").inner_text() == card(page, "mme").inner_text()
    assert watcher.locator("#status").inner_text() == page.locator("#status").inner_text()


def test_viewers_are_counted(page: Page, open_browser: Callable[..., Page]) -> None:
    start_from_first_page(page)
    expect(page.locator("#viewers")).to_have_text("1 viewer")
    watcher = open_browser()
    watch(watcher, page)
    for each in (page, watcher):
        expect(each.locator("#viewers")).to_have_text("2 viewers")

    watcher.goto("/about/")

    expect(page.locator("#viewers")).to_have_text("1 viewer")


def test_a_watcher_has_nothing_to_act_with_and_is_refused(page: Page, open_browser: Callable[..., Page]) -> None:
    start_from_first_page(page)
    watcher = open_browser()
    # The start page gives every browser a CSRF token, so it is not for lack of one that it is refused.
    watcher.goto("/")
    token = watcher.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    watch(watcher, page)
    expect(watcher.locator("form#drive")).to_have_count(0)
    expect(watcher.locator("button[form=drive]").filter(visible=True)).to_have_count(0)
    before = lab_of(page).step

    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token or "", "seen": f"0.{before}"}
    answer = watcher.request.post(f"/labs/{key_in(page)}/reset/", form=form, headers={"Referer": watcher.url})

    assert answer.status == 403
    assert REFUSED in answer.text()
    assert lab_of(page).step == before


def test_the_drive_link_makes_a_second_driver(page: Page, open_browser: Callable[..., Page]) -> None:
    start_from_first_page(page)
    page.get_by_role("link", name="Share").click()
    link = page.locator(".share-link a").nth(1).get_attribute("href") or ""
    page.get_by_role("link", name="Back to the lab").click()
    expect_live(page)
    other = open_browser()
    other.goto(link)
    expect_live(other)

    press(other, "Open session")

    expect_caught_up(page)
    expect(verdict(page)).to_have_text("IN SYNC")
    press(page, "Send reading")
    expect_caught_up(other)


def test_a_stale_tab_is_told_so_and_changes_nothing(page: Page, complaints: list[str]) -> None:
    drive(page, attached_lab())
    before = lab_of(page)

    # The tab is stale between the other tab's step and the moment at which it hears of it. In one go with the click:
    # what the socket brings in between would make it fresh again.
    with page.expect_response("**/act/") as answer:
        button(page, "Re-authenticate").evaluate(
            "button => { document.querySelector('[name=seen]').setAttribute('value', '0.1'); button.click(); }"
        )

    expect(page.get_by_role("alert")).to_contain_text("This page showed step 1; the lab is at step")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    assert answer.value.status == 409
    after = lab_of(page)
    assert (after.step, after.revision) == (before.step, before.revision)
    assert len(complaints) == 1
    assert "409" in complaints.pop()


def test_a_watcher_looks_back_alone_and_returns(page: Page, open_browser: Callable[..., Page]) -> None:
    start_from_first_page(page)
    watcher = open_browser()
    watch(watcher, page)

    watcher.get_by_role("link", name="Back").click()
    was = lab_of(page).step
    expect(watcher.locator(".past")).to_contain_text(f"You are at step {was - 1}, live is {was}")
    press(page, "Open session")

    now = lab_of(page).step
    assert now > was
    expect(watcher.locator("#live-step")).to_have_text(str(now))
    expect(watcher.locator(".topbar-step")).to_have_text(f"Step {was - 1} of {was}")
    expect(verdict(watcher)).to_have_text("NO KEY")
    watcher.get_by_role("link", name="Return to live").click()
    expect_live(watcher)
    expect_caught_up(watcher)
    expect(verdict(watcher)).to_have_text("IN SYNC")


def test_two_presenters_see_the_same_after_each_others_clicks(page: Page, open_browser: Callable[..., Page]) -> None:
    new = attached_lab()
    other = open_browser()
    for each in (page, other):
        drive(each, new)

    for driver, name in ((page, "By hand"), (other, "Re-authenticate"), (page, "Hold"), (other, "Duplicate")):
        press(driver, name)
        for each in (page, other):
            expect_caught_up(each)
    for panel in ("#verdict", "#cards", "#inflight", "#network", "#events", "#properties", "#status"):
        assert page.locator(panel).inner_text() == other.locator(panel).inner_text()
    answered(other, lambda: button(other, "Release").click())
    press(other, "Run to the end")
    expect_caught_up(page)
    expect(verdict(page)).to_have_text(verdict(other).inner_text())
