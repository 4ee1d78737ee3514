"""Faults by mouse and by key: what is done to messages, links and nodes is told on ladder and list, and stays told."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from nodes.protocol.options import Solution
from tests.browser.driving import answered, button, card, drive, fates, key_in, lab_of, open_new_lab, press, verdict
from tests.browser.test_by_hand import queue
from tests.browser.test_keyboard import tab_to
from tests.support.labs import attached_lab, setup_of

TO_UE = "S1-MME MME → UE"
PUSH = "T6a MME → SCEF"
CHALLENGE = "AuthenticationRequest"


def reauthenticating(page: Page, solution: Solution = Solution.PUSH) -> str:
    """A lab by hand, the ends in step, in which the MME has just sent a challenge to the UE; the lab's key."""
    drive(page, attached_lab(setup_of(solution)))
    press(page, "By hand")
    press(page, "Re-authenticate")
    expect(queue(page)).to_have_count(1)
    return key_in(page)


def chip(page: Page, link: str, words: str) -> Locator:
    return page.get_by_role("group", name=link, exact=True).get_by_role("button", name=words)


def newest(page: Page) -> Locator:
    """The events of the last step, as the list tells them."""
    return page.locator("#events .event.is-current")


def ladder(page: Page) -> Locator:
    return page.locator("#ladder")


def tags(page: Page) -> Locator:
    """The marks over the scrubber."""
    return page.locator("#history .scale-tag")


def test_a_message_that_overtakes_is_told_as_a_fault(page: Page) -> None:
    key = reauthenticating(page)
    press(page, "Duplicate")
    expect(queue(page).nth(1)).to_contain_text("delivering this one first is a reordering fault")

    press(page, "Overtake")

    expect(newest(page).filter(has_text="out of order")).to_contain_text("UE gets copy 2 of Authentication Request")
    expect(ladder(page)).to_contain_text("out of order")
    expect(page.locator("#status")).to_contain_text("from MME out of order")
    assert fates(key)[-3:] == [
        (CHALLENGE, "in flight"),
        (CHALLENGE, "delivered"),
        ("AuthenticationResponse", "in flight"),
    ]


def test_a_lower_layer_failure_loses_the_message_and_ends_the_procedure(page: Page) -> None:
    """TS 24.301 5.4.2.7 b: the challenge could not be delivered; the MME gives up the authentication."""
    key = reauthenticating(page)

    press(page, "Fail")

    expect(newest(page).filter(has_text="lower layer failure")).to_contain_text("Authentication Request")
    expect(newest(page).filter(has_text="authentication abandoned")).to_have_count(1)
    expect(queue(page)).to_have_count(0)
    expect(page.locator("#timers .timer-list")).to_have_count(0)
    assert fates(key)[-1] == (CHALLENGE, "lost")
    expect(button(page, "Re-authenticate")).to_be_enabled()


def test_a_dropped_message_stays_on_the_ladder_as_lost(page: Page) -> None:
    reauthenticating(page)
    press(page, "Drop")
    expect(tags(page)).to_have_text(["lost"])
    press(page, "Expire now")
    press(page, "Run to the end")

    expect(verdict(page)).to_have_text("OUT OF SYNC")
    lost = page.locator("#events .event").filter(has_text="is lost")
    expect(lost).to_contain_text("Authentication Request #17")
    expect(lost.locator("strong")).to_have_text("lost")
    expect(ladder(page).get_by_text("lost", exact=True)).to_be_visible()


def test_a_held_link_stays_held_until_its_chip_is_pressed_again(page: Page) -> None:
    reauthenticating(page)

    answered(page, chip(page, TO_UE, "hold").click)
    expect(chip(page, TO_UE, "hold")).to_have_attribute("aria-pressed", "true")
    expect(queue(page).locator(".held")).to_have_text("held")
    expect(button(page, "Run to the end")).to_be_disabled()
    expect(newest(page)).to_contain_text("S1-MME, MME → UE: held")

    page.locator("body").click(position={"x": 1, "y": 1})
    tab_to(page, chip(page, TO_UE, "hold"))
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(chip(page, TO_UE, "hold")).to_be_focused()
    expect(chip(page, TO_UE, "hold")).to_have_attribute("aria-pressed", "false")
    expect(queue(page).locator(".held")).to_have_count(0)
    expect(button(page, "Run to the end")).to_be_enabled()


@pytest.mark.parametrize(
    ("words", "fate", "told", "after"),
    [
        ("lose", "will be lost", "is lost: lose next", [(CHALLENGE, "lost"), (CHALLENGE, "in flight")]),
        (
            "repeat",
            "will be repeated",
            "The network copies Authentication Request #17",
            [
                (CHALLENGE, "delivered"),
                (CHALLENGE, "in flight"),
                (CHALLENGE, "in flight"),
                ("AuthenticationResponse", "in flight"),
            ],
        ),
        (
            "reorder",
            "will overtake #17",
            "UE gets copy 2 of Authentication Request #17",
            [(CHALLENGE, "in flight"), (CHALLENGE, "delivered"), ("AuthenticationResponse", "in flight")],
        ),
    ],
)
def test_an_armed_link_does_its_fault_once(
    page: Page, words: str, fate: str, told: str, after: list[tuple[str, str]]
) -> None:
    key = reauthenticating(page)
    before = len(fates(key)) - 1
    press(page, "Duplicate")
    armed = chip(page, TO_UE, words)

    answered(page, armed.click)
    expect(armed).to_have_attribute("aria-pressed", "true")
    expect(queue(page).filter(has_text=fate)).to_have_count(1)
    page.locator("body").click(position={"x": 1, "y": 1})
    tab_to(page, armed)
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(newest(page)).to_contain_text(re.compile(rf"{words}( next)?, taken back"))
    expect(queue(page).filter(has_text=fate)).to_have_count(0)
    expect(armed).to_be_focused()
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(armed).to_have_attribute("aria-pressed", "true")

    press(page, "Next message")

    expect(newest(page).filter(has_text=told)).to_have_count(1)
    expect(armed).to_have_attribute("aria-pressed", "false")
    assert fates(key)[before:] == after


def test_a_lost_push_leaves_the_network_with_the_old_key_until_it_is_repeated(page: Page) -> None:
    """Contribution 2.2 step 5."""
    drive(page, attached_lab())
    answered(page, chip(page, PUSH, "lose").click)

    press(page, "Re-authenticate")
    expect(page.locator("#events")).to_contain_text("from MME to SCEF is lost: lose next")
    expect(verdict(page)).to_have_text("IN TRANSIT")
    press(page, "AS asks for key")
    expect(card(page, "as").locator(".card-head")).to_contain_text("AV 1")

    press(page, "Expire now")
    press(page, "AS asks for key")
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(card(page, "as").locator(".card-head")).to_contain_text("AV 2")


def test_a_restart_says_what_was_lost_and_the_verdict_follows(page: Page) -> None:
    drive(page, attached_lab())
    expect(verdict(page)).to_have_text("IN SYNC")
    expect(button(page, "Restart SCEF")).to_contain_text("loses 1 record with 3 pairs, ACTIVE and GUTIs")

    press(page, "Restart SCEF")

    expect(newest(page)).to_contain_text("SCEF restarts: loses 1 record with 3 pairs, ACTIVE and GUTIs")
    expect(ladder(page).locator(".restart")).to_have_count(1)
    expect(button(page, "Restart SCEF")).to_contain_text("nothing to lose")
    expect(verdict(page)).to_have_text("OUT OF SYNC")
    expect(page.locator("#verdict .verdict-network")).to_have_text("none")
    expect(tags(page)).to_have_text(["≠"])
    assert lab_of(page).scefrecord_rows.count() == 0

    press(page, "AS asks for key")
    expect(page.locator("#events")).to_contain_text("no key: GUTI unknown")


@pytest.mark.parametrize(("solution", "word"), [(Solution.PULL, "IN SYNC"), (Solution.PUSH, "OUT OF SYNC")])
def test_a_ue_moves_to_the_other_mme(page: Page, solution: Solution, word: str) -> None:
    """TS 23.401 5.3.3.1: the new MME asks the old one over S10; it gets no RAND that it could push."""
    open_new_lab(page, setup_of(solution, mmes=2))
    press(page, "Attach at MME 1")
    press(page, "Open session")
    old = lab_of(page).ue_rows.get().guti
    expect(card(page, "mme")).to_have_count(1)

    press(page, "Move to MME 2")

    expect(card(page, "mme")).to_have_count(2)
    expect(card(page, "mme").filter(has_text="MME 2").locator(".card-head .av .visually-hidden")).to_have_text("(AV 1)")
    expect(page.locator("#events")).to_contain_text("MME 2 sends Context Request")
    expect(page.locator("#events")).to_contain_text("Move to MME 2")
    expect(ladder(page).locator("summary").filter(has_text="Move to MME 2")).to_be_visible()
    moved = lab_of(page).ue_rows.get()
    assert moved.guti != old
    expect(verdict(page)).to_have_text(word)
