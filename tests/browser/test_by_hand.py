"""Everything that can be done to a message, a link, a timer and lab time, and to the lab as a whole."""

from playwright.sync_api import Locator, Page, expect

from nodes import models
from tests.browser.driving import answered, button, card, fates, lab_of, open_new_lab, press

SENT = ("AttachRequest", "in flight")


def queue(page: Page) -> Locator:
    return page.locator("#inflight .queued")


def attaching(page: Page) -> str:
    """A lab by hand in which the UE has sent its first message; the lab's key."""
    key = open_new_lab(page, pace=None)
    press(page, "Attach")
    assert fates(key) == [SENT]
    expect(queue(page)).to_have_count(1)
    return key


def test_deliver_brings_one_message_to_its_node(page: Page) -> None:
    key = attaching(page)

    press(page, "Deliver")

    assert fates(key) == [("AttachRequest", "delivered"), ("AuthenticationInformationRequest", "in flight")]
    expect(queue(page)).to_have_count(1)
    expect(queue(page).locator("h3")).to_contain_text("#2 Auth. Info Request")
    expect(card(page, "mme")).to_contain_text("waits for AVs")


def test_a_held_link_waits_until_it_is_released_or_delivered_by_hand(page: Page) -> None:
    key = attaching(page)

    press(page, "Hold")
    expect(queue(page).locator(".held")).to_have_text("held")
    expect(button(page, "Next message")).to_be_disabled()
    expect(button(page, "Next message")).to_contain_text("all held")
    assert lab_of(page).held == [["ue-1", "mme-1"]]
    assert fates(key) == [SENT]

    press(page, "Release")
    expect(button(page, "Next message")).to_be_enabled()
    assert lab_of(page).held == []

    press(page, "Hold")
    press(page, "Deliver")
    assert fates(key)[0] == ("AttachRequest", "delivered")


def test_a_dropped_message_is_lost_and_its_timer_sends_it_again(page: Page) -> None:
    key = attaching(page)

    press(page, "Drop")
    assert fates(key) == [("AttachRequest", "lost")]
    expect(page.locator("#ladder")).to_contain_text("lost")
    expect(page.locator("#timers .timer-list")).to_contain_text("T3410")

    press(page, "Expire now")
    expect(page.locator("#timers .timer-list")).to_contain_text("T3411")
    press(page, "Expire now")
    assert fates(key) == [("AttachRequest", "lost"), SENT]
    expect(queue(page).locator("h3")).to_contain_text("#2 Attach Request")


def test_a_duplicate_is_a_copy_of_the_same_number(page: Page) -> None:
    key = attaching(page)

    press(page, "Duplicate")

    expect(queue(page)).to_have_count(2)
    expect(queue(page).nth(1)).to_contain_text("copy 2 of #1")
    expect(queue(page).nth(1).get_by_role("button", name="Overtake")).to_be_visible()
    copies = models.Message.objects.filter(lab__key=key).values_list("number", "copy")
    assert list(copies) == [(1, 1), (1, 2)]


def test_an_altered_challenge_is_not_accepted_by_the_ue(page: Page) -> None:
    """TS 24.301 5.4.2.6 c: MAC code failure."""
    key = attaching(page)
    press(page, "Deliver")
    press(page, "Deliver")
    answer = queue(page).filter(has_text="Auth. Info Answer")
    answered(page, answer.get_by_role("button", name="Deliver").click)
    expect(queue(page).filter(has_text="Authentication Request")).to_have_count(1)

    press(page, "Alter MAC-A")
    press(page, "Run to the end")

    expect(page.locator("#ladder")).to_contain_text("MAC-A in AUTN")
    assert ("AuthenticationFailure", "delivered") in fates(key)


def test_lab_time_passes_on_command_and_timers_with_it(page: Page) -> None:
    attaching(page)
    timer = page.locator("#timers .timer-list li")
    expect(timer).to_contain_text("15 s")

    press(page, "+10 s")

    expect(timer).to_contain_text("5 s")
    expect(page.locator("#timers .lab-time")).to_have_text("lab time 10 s")
    assert lab_of(page).lab_seconds == 10
    assert lab_of(page).timer_rows.get().remaining == 5


def test_reset_begins_anew(page: Page) -> None:
    key = attaching(page)
    press(page, "Run to the end")
    expect(card(page, "ue")).to_contain_text("uses")

    press(page, "Reset the lab")
    expect(page.locator("#notice")).to_contain_text("“Undo the reset” brings it back here.")
    press(page, "Undo the reset")
    expect(card(page, "ue")).to_contain_text("uses")
    press(page, "Reset the lab")

    expect(card(page, "ue")).to_contain_text("no key")
    expect(page.locator(".topbar-step")).to_have_text("Step 0 of 0")
    expect(queue(page)).to_have_count(0)
    assert (lab_of(page).step, lab_of(page).resets, fates(key)) == (0, 2, [])
    press(page, "Attach")
    assert fates(key) == [SENT]
