"""The share page: links that work, and a picture of the one that is for the room."""

import logging
import re
from collections.abc import Callable

import pytest
import segno
from playwright.sync_api import Page, expect
from pytest_django import Settings

from core.lab.sharing import drive_path
from tests.browser.driving import button, drive, expect_live, press, verdict
from tests.support.labs import attached_lab


def test_the_watch_link_is_right_and_so_is_its_picture(
    page: Page, open_browser: Callable[..., Page], base_url: str, settings: Settings
) -> None:
    settings.SYNCSCOPE_ROOM_HOST = "127.0.0.1"
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


def test_drive_link_lets_another_browser_drive_and_no_log_has_its_key(
    page: Page, open_browser: Callable[..., Page], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that a server or a proxy can write down: no address, no header, and no line of ours."""
    caplog.set_level(logging.INFO)
    lab = attached_lab()
    drive(page, lab)
    page.get_by_role("link", name="Share").click()
    link = page.locator(".share-link a").nth(1)
    expect(link).to_contain_text(f"#{lab.drive_key}")
    expect(page.get_by_role("button", name="Copy the drive link")).to_have_attribute("data-copy", link.inner_text())

    other = open_browser()
    sent: list[str] = []
    other.on("request", lambda request: sent.append(f"{request.url} {request.all_headers()}"))
    other.goto(link.inner_text())
    expect_live(other)
    press(other, "Re-authenticate")

    assert other.url.endswith(f"/labs/{lab.lab.key}/")
    assert any(f"/labs/{lab.lab.key}/drive/ " in each for each in sent)
    assert not any(lab.drive_key in each for each in sent)
    assert f"POST /labs/{lab.lab.key}/drive/" in caplog.text
    assert lab.drive_key not in caplog.text
    other.go_back()
    assert lab.drive_key not in other.url


def test_a_drive_link_is_pasted_where_one_was_wrong(page: Page, complaints: list[str]) -> None:
    lab = attached_lab()
    page.goto(f"{drive_path(lab.lab.key, lab.drive_key)[:-4]}")
    expect(page.get_by_role("alert")).to_contain_text("This is not the drive link of this lab.")
    assert "403" in complaints.pop()

    page.goto(drive_path(lab.lab.key, lab.drive_key))

    expect_live(page)
    expect(button(page, "Re-authenticate")).to_be_enabled()


def test_a_refusal_is_said_beside_what_was_clicked(page: Page, complaints: list[str], settings: Settings) -> None:
    """A browser that has made its labs is told so, and goes on watching."""
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"labs": (1, 0)}
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=3")
    button(page, "Fork here").click()
    expect(page).to_have_url(re.compile("/labs/(?!" + lab.lab.key + ")"))

    page.goto(f"/labs/{lab.lab.key}/?at=3")
    button(page, "Fork here").click()

    expect(page.locator("#notice")).to_contain_text("This browser may make 1 lab in an hour. Try again in")
    assert "429" in complaints.pop()
    expect(page.locator(".topbar-step")).to_have_text(f"Step 3 of {lab.lab.step}")
