"""The share page: links that work, and a picture of the one that is for the room."""

from collections.abc import Callable

import segno
from playwright.sync_api import Page, expect

from tests.browser.driving import drive, expect_live, verdict
from tests.helpers_labs import attached_lab


def test_the_watch_link_is_right_and_so_is_its_picture(
    page: Page, open_browser: Callable[..., Page], base_url: str
) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.get_by_role("link", name="Share").click()
    link = page.locator(".share-link a").first

    expect(link).to_have_text(f"{base_url}/labs/{lab.lab.key}/")
    expect(page.get_by_role("button", name="Copy the watch link")).to_have_attribute(
        "data-copy", f"{base_url}/labs/{lab.lab.key}/"
    )
    drawn = page.locator(".share-qr svg path").get_attribute("d")
    assert drawn
    assert drawn in segno.make(f"{base_url}/labs/{lab.lab.key}/", error="m").svg_inline(border=4)

    viewer = open_browser()
    viewer.goto(link.get_attribute("href") or "")
    expect_live(viewer)
    expect(verdict(viewer)).to_have_text("IN SYNC")
    viewer.get_by_role("link", name="Share").click()
    expect(viewer.get_by_role("heading", name="Watch only")).to_be_visible()
    expect(viewer.get_by_role("heading", name="Drive", exact=True)).to_have_count(0)
