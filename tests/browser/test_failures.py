"""Whatever goes wrong between page and server is said in a sentence, and the page goes on when it is over."""

import re
import signal
import socket

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, Route, expect

from core.lab import fragments, views
from core.lab.sharing import drive_path
from core.refusals import sentences as refusals
from nodes.explorations.models import Run
from nodes.labs import labs, services
from tests.browser.driving import (
    answered,
    button,
    complain_of_the_server_only,
    drive,
    expect_caught_up,
    expect_live,
    lab_of,
    press,
    verdict,
)
from tests.browser.proxy import proxying
from tests.browser.server import serving
from tests.browser.test_explorer import choose_small
from tests.support.labs import OPEN_SESSION, attached_lab, new_lab, take
from tests.support.serving import server_process

ACT = "**/act/"
NEXT_DUE = "**/next/due/"
FRAGMENTS = "**/fragments/*"
UNKNOWN = "It may have been done: while the page is live, it shows whether."
LAST_HEARD = "The page shows what it last heard."
TOO_MUCH = "Too much was asked of the server in a short while"
NOBODY = "The server behind this address does not answer"
ELSE = "Something else than the server answered, perhaps the log-in page of a network"
PORTAL = "<!doctype html><title>Hotel</title><h1>Welcome to the hotel’s network</h1><form><input name=room></form>"


@pytest.fixture
def lab(page: Page) -> labs.NewLab:
    """A lab in which a UE is attached; the page drives it."""
    lab = attached_lab()
    drive(page, lab)
    return lab


def answer_with(page: Page, where: str, status: int, body: str = PORTAL) -> None:
    page.route(where, lambda route: route.fulfill(status=status, body=body, content_type="text/html"))


def expect_notice(page: Page, sentence: str, *, within: int = 8) -> None:
    expect(page.locator("#notice")).to_have_text(sentence, timeout=within * 1000)


def expect_no_notice(page: Page) -> None:
    expect(page.locator("#notice")).to_be_empty()


# A click


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (200, f"{ELSE}. {UNKNOWN}"),
        (403, "Something on the way to the server refused this (403). Nothing was done."),
        (404, "Something on the way to the server refused this (404). Nothing was done."),
        (413, "This is larger than the way to the server allows (413). Nothing was done."),
        (429, f"{TOO_MUCH} (429). Nothing was done: wait a moment, then press again."),
        (500, f"Something went wrong on the server (500). {UNKNOWN}"),
        (502, f"{NOBODY} (502). {UNKNOWN}"),
        (503, f"{NOBODY} (503). {UNKNOWN}"),
        (504, f"{NOBODY} (504). {UNKNOWN}"),
        (511, f"{NOBODY} (511). {UNKNOWN}"),
    ],
)
def test_what_answers_a_click_in_place_of_the_server_is_told(
    page: Page, lab: labs.NewLab, status: int, sentence: str, complaints: list[str]
) -> None:
    answer_with(page, ACT, status)
    button(page, "Open session").click()

    expect_notice(page, sentence)
    expect(page.locator(".topbar-step")).to_have_text(f"Step {lab_of(page).step} of {lab_of(page).step}")
    page.unroute(ACT)
    press(page, "Open session")
    expect_no_notice(page)
    expect(verdict(page)).to_have_text("IN SYNC")
    complain_of_the_server_only(complaints)


@pytest.mark.parametrize("status", [403, 413, 429, 500, 503])
def test_the_servers_own_sentence_is_shown_whatever_its_status(
    page: Page, lab: labs.NewLab, status: int, complaints: list[str]
) -> None:
    answer_with(page, ACT, status, refusals.notice("Wait <10> s & press again.", status).text)
    button(page, "Open session").click()

    expect_notice(page, "Wait <10> s & press again.")
    complain_of_the_server_only(complaints)


def test_a_click_that_is_cut_off_is_told(page: Page, lab: labs.NewLab, complaints: list[str]) -> None:
    page.route(ACT, lambda route: route.abort())
    button(page, "Open session").click()

    expect_notice(page, f"The server cannot be reached. {UNKNOWN}")
    complain_of_the_server_only(complaints)


def test_a_click_counts_though_the_answer_to_the_last_one_is_still_on_its_way(page: Page, lab: labs.NewLab) -> None:
    """What the last click did came over the socket already: whoever presses the next button has seen it."""
    services.set_pace(lab.lab.key, None)
    page.reload()
    expect_live(page)
    withheld: list[Route] = []

    def withhold_the_first(route: Route) -> None:
        if withheld:
            route.continue_()
        else:
            withheld.append(route)

    page.route(ACT, withhold_the_first)
    button(page, "Re-authenticate").dblclick()
    expect(page.get_by_text("Waiting for the server’s answer to the last click …")).to_be_visible()
    answer = withheld[0].fetch()
    expect_caught_up(page)
    button(page, "Deliver").dblclick()
    withheld[0].fulfill(response=answer)

    expect(page.locator(".topbar-step")).to_have_text(re.compile(f"Step {lab.lab.step + 2} of"))
    expect_caught_up(page)
    expect_no_notice(page)
    assert lab_of(page).step == lab.lab.step + 2


def test_an_act_whose_answer_is_lost_is_shown_all_the_same(page: Page, lab: labs.NewLab, complaints: list[str]) -> None:
    def carry_out_and_lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(ACT, carry_out_and_lose)
    button(page, "Open session").click()

    expect_notice(page, f"The server cannot be reached. {UNKNOWN}")
    expect_caught_up(page)
    expect(verdict(page)).to_have_text("IN SYNC")
    complain_of_the_server_only(complaints)


def test_a_refusal_is_said_in_the_servers_own_words(page: Page, lab: labs.NewLab, complaints: list[str]) -> None:
    def overtake(route: Route) -> None:
        take(lab.lab.key, OPEN_SESSION)
        route.continue_()

    step = lab_of(page).step
    page.route(ACT, overtake)
    button(page, "Re-authenticate").click()

    expect(page.locator("#notice")).to_contain_text(f"This page showed step {step}; the lab is at step")
    expect_caught_up(page)
    complain_of_the_server_only(complaints)


def test_a_login_in_another_tab_costs_no_click(page: Page, lab: labs.NewLab, complaints: list[str]) -> None:
    """Django rotates the CSRF token at a login; the page has the old one."""
    get_user_model().objects.create_superuser("admin", password="secret")
    tab = page.context.new_page()
    tab.goto("/admin/")
    tab.get_by_label("Username").fill("admin")
    tab.get_by_label("Password").fill("secret")
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("heading", name="Rows of every lab")).to_be_visible()

    # The refusal is answered too: what comes next waits for the answer that counts.
    with page.expect_response(lambda response: response.url.endswith("/act/") and response.status == 204):
        button(page, "Open session").click()

    expect(verdict(page)).to_have_text("IN SYNC")
    expect_no_notice(page)
    # All forms have the new token now.
    assert answered(page, lambda: button(page, "Re-authenticate").click()).status == 204
    page.goto(f"{page.url}?at=2")
    page.get_by_role("button", name="Fork here", exact=True).click()
    expect_live(page)
    complain_of_the_server_only(complaints)


def test_without_its_cookies_a_page_may_only_watch_and_says_so(
    page: Page, lab: labs.NewLab, complaints: list[str]
) -> None:
    page.context.clear_cookies()
    button(page, "Open session").click()

    expect(page.locator("#notice")).to_contain_text("You may watch this lab.")
    complain_of_the_server_only(complaints)


def test_a_click_on_a_lab_that_has_ended_says_so(page: Page, lab: labs.NewLab, complaints: list[str]) -> None:
    lab.lab.delete()
    button(page, "Open session").click()

    expect(page.locator("#notice")).to_contain_text("the lab has expired")
    expect(page.locator("#connection")).to_have_text("Ended")
    complain_of_the_server_only(complaints)


# What the page asks by itself


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(200, ELSE), (429, f"{TOO_MUCH} (429)"), (502, f"{NOBODY} (502)")],
)
def test_a_page_that_polls_tells_what_answers_in_place_of_the_server(
    page: Page, status: int, sentence: str, complaints: list[str]
) -> None:
    lab = attached_lab()
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening, ws="none"):
        page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/labs/{lab.lab.key}/")
        expect(page.locator("#connection")).to_have_text("Polling")

        answer_with(page, FRAGMENTS, status)
        expect(page.locator("#connection")).to_have_text("Reconnecting")
        expect_notice(page, f"{sentence}. {LAST_HEARD}")

        page.unroute(FRAGMENTS)
        take(lab.lab.key, OPEN_SESSION)
        expect(page.locator("#connection")).to_have_text("Polling")
        expect_no_notice(page)
        expect_caught_up(page)
        page.goto("about:blank")
    complain_of_the_server_only(complaints)


def test_auto_run_that_fails_is_told_until_it_goes_on(page: Page, complaints: list[str]) -> None:
    drive(page, new_lab(pace=300))

    def fail(route: Route) -> None:
        route.fulfill(status=500)

    page.route(NEXT_DUE, fail)
    press(page, "Attach")

    expect_notice(page, f"Something went wrong on the server (500). {UNKNOWN}")
    expect(page.locator("#connection")).to_have_text("Live")
    page.unroute(NEXT_DUE)
    expect_no_notice(page)
    expect(page.locator("#inflight .queued")).to_have_count(0, timeout=20_000)
    complain_of_the_server_only(complaints)


def test_a_step_that_cannot_be_fetched_while_scrubbing_is_told(
    page: Page, lab: labs.NewLab, complaints: list[str]
) -> None:
    answer_with(page, FRAGMENTS, 504)
    page.locator("#scrubber-at").evaluate(
        "range => { range.value = 3; range.dispatchEvent(new Event('input', {bubbles: true})); }"
    )

    expect_notice(page, f"{NOBODY} (504). {LAST_HEARD}")
    complain_of_the_server_only(complaints)


@pytest.mark.parametrize(("status", "sentence"), [(200, ELSE), (500, "Something went wrong on the server (500)")])
def test_a_run_of_the_explorer_tells_what_answers_in_place_of_the_server(
    page: Page, status: int, sentence: str, complaints: list[str]
) -> None:
    choose_small(page, "P1")
    # Requests are taken over only once the page asks by itself: while it loads, it has been seen to ask none.
    with page.expect_response("**/live/"):
        page.get_by_role("button", name="Explore", exact=True).click()
    answer_with(page, "**/live/", status)

    # A request that was under way before has as long as the page's patience is.
    expect_notice(page, f"{sentence}. {LAST_HEARD}", within=15)
    expect(page.get_by_role("status")).to_contain_text("waiting")
    page.unroute("**/live/")
    expect_no_notice(page)

    Run.objects.all().delete()
    expect_notice(page, "This run has been forgotten.")
    expect(page.locator("#run[hx-get]")).to_have_count(0)
    complain_of_the_server_only(complaints)


def test_a_lab_that_cannot_be_shown_is_not_said_to_be_live(
    page: Page, lab: labs.NewLab, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("this cannot be shown")

    with monkeypatch.context() as patch:
        patch.setattr(fragments, "page_of", fail)
        patch.setattr(views, "page_of", fail)
        button(page, "Re-authenticate").click()
        expect(page.locator("#connection")).to_have_text("Reconnecting")
        expect(page.locator("#notice")).to_contain_text("Something went wrong on the server")
    expect_live(page)
    expect_caught_up(page)
    expect_no_notice(page)
    complain_of_the_server_only(complaints)


# Nothing comes at all


def test_a_connection_that_swallows_everything_is_noticed_and_recovers(
    page: Page, base_url: str, complaints: list[str]
) -> None:
    """Sleep, another Wi-Fi, a router that forgets: no side is told that the connection is dead."""
    lab = attached_lab()
    with proxying(int(base_url.rpartition(":")[2])) as proxy:
        page.goto(proxy.url + drive_path(lab.lab.key, lab.drive_key))
        expect_live(page)

        proxy.is_swallowing = True
        expect(page.locator("#connection")).to_have_text("Reconnecting", timeout=15_000)
        button(page, "Open session").click()
        expect_notice(page, "Waiting for the server’s answer to the last click …")
        button(page, "Re-authenticate").click()
        expect_notice(page, f"The server has not answered for 12 seconds. {UNKNOWN}", within=15)

        proxy.is_swallowing = False
        take(lab.lab.key, OPEN_SESSION)
        expect(page.locator("#connection")).to_have_text("Live", timeout=40_000)
        expect_caught_up(page)
        press(page, "Re-authenticate")
        expect_no_notice(page)
        expect(verdict(page)).to_have_text("OUT OF SYNC")
        page.goto("about:blank")
    complain_of_the_server_only(complaints)


@pytest.mark.parametrize("ws", ["websockets-sansio", "none"], ids=["live", "polling"])
def test_a_server_that_is_frozen_is_noticed_and_goes_on(page: Page, ws: str, complaints: list[str]) -> None:
    lab = attached_lab()
    with server_process("--ws", ws) as process:
        page.goto(process.url + drive_path(lab.lab.key, lab.drive_key))
        word = "Polling" if ws == "none" else "Live"
        expect(page.locator("#connection")).to_have_text(word)

        process.popen.send_signal(signal.SIGSTOP)
        expect(page.locator("#connection")).to_have_text("Reconnecting", timeout=15_000)

        process.popen.send_signal(signal.SIGCONT)
        expect(page.locator("#connection")).to_have_text(word, timeout=30_000)
        press(page, "Open session")
        expect(verdict(page)).to_have_text("IN SYNC")
        page.goto("about:blank")
    complain_of_the_server_only(complaints)
