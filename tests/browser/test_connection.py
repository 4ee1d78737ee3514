"""With a socket, with one that breaks, and with none: the page shows the lab as it is."""

import socket
from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from core.lab.sharing import drive_path
from core.live.feed import HEARTBEAT
from nodes.protocol.messages.commands import Reauthenticate
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import imsi_of
from tests.browser.driving import complain_of_the_server_only, drive, expect_caught_up, expect_live, press, verdict
from tests.browser.server import serving
from tests.support.labs import OPEN_SESSION, attached_lab, forget_worlds, new_lab, take


def test_a_page_reconnects_after_a_restart_and_has_missed_nothing(page: Page, complaints: list[str]) -> None:
    lab = attached_lab()
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening):
        address = listening.getsockname()
        page.goto(f"http://127.0.0.1:{address[1]}{drive_path(lab.lab.key, lab.drive_key)}")
        expect_live(page)
    expect(page.locator("#connection")).to_have_text("Reconnecting")
    expect(page.locator("body")).to_have_class("is-lab is-offline")
    # Another process goes on with the lab meanwhile; the one that starts knows nothing of the past.
    take(lab.lab.key, OPEN_SESSION)
    forget_worlds()

    with socket.create_server(address) as listening, serving(listening):
        expect(page.locator("#connection")).to_have_text("Live", timeout=15_000)
        expect_caught_up(page)
        press(page, "Re-authenticate")
        expect(verdict(page)).to_have_text("OUT OF SYNC")
        page.goto("about:blank")
    complain_of_the_server_only(complaints)


def test_a_page_on_which_nothing_happens_stays_live_by_the_heartbeat(page: Page) -> None:
    """For longer than it waits for a sign of life."""
    opened: list[WebSocket] = []
    page.on("websocket", lambda socket: opened.append(socket))  # noqa: PLW0108  Playwright marks what it calls.
    drive(page, attached_lab())

    for _ in range(3):
        opened[0].wait_for_event("framereceived", predicate=lambda frame: frame == HEARTBEAT)

    expect_live(page)
    assert len(opened) == 1


def test_a_page_without_a_socket_polls_and_stays_right(
    page: Page, open_browser: Callable[..., Page], complaints: list[str]
) -> None:
    lab = new_lab()
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening, ws="none"):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/labs/{lab.lab.key}/"
        watcher = open_browser()
        page.goto(f"{url}drive/#{lab.drive_key}")
        watcher.goto(url)
        for each in (page, watcher):
            expect(each.locator("#connection")).to_have_text("Polling")

        press(page, "Attach")
        press(page, "Open session")
        expect(verdict(page)).to_have_text("IN SYNC")

        expect_caught_up(watcher)
        expect(verdict(watcher)).to_have_text("IN SYNC")
        for each in (page, watcher):
            each.goto("about:blank")
    complain_of_the_server_only(complaints)


def test_a_page_of_the_past_stays_there_without_a_socket(page: Page, complaints: list[str]) -> None:
    lab = attached_lab()
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening, ws="none"):
        page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/labs/{lab.lab.key}/?at=4")
        expect(page.locator("body")).to_have_class("is-lab is-past is-polling")

        step = take(lab.lab.key, Command("mme-1", Reauthenticate(imsi_of("ue-1")))).step

        expect(page.locator("#live-step")).to_have_text(str(step))
        expect(page.locator(".topbar-step")).to_have_text(f"Step 4 of {step}")
        page.goto("about:blank")
    complain_of_the_server_only(complaints)


def test_the_address_of_a_lab_that_has_ended_says_so(page: Page, complaints: list[str]) -> None:
    lab = attached_lab()
    lab.lab.delete()

    page.goto(f"/labs/{lab.lab.key}/")

    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    complain_of_the_server_only(complaints)
