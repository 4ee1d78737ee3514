"""Controls stay where they are, so that a hand that clicks the same spot does the same thing."""

from playwright.sync_api import Page, expect

from tests.browser.driving import answered, button, expect_caught_up, lab_of, open_new_lab, press
from tests.browser.test_scenarios import open_scenario

WIDTH = 311
"""Of the side, without its edge."""
PLACES = """() => [...document.querySelectorAll('#delivery button, #procedures button, .panel-head')]
  .filter(each => each.closest('.side') && !each.closest('#properties, #settings, #forks'))
  .map(each => [each.textContent.trim().split(' ')[0], Math.round(each.getBoundingClientRect().top)])
  .filter(([word]) => !/^(In|none)/.test(word))"""


def test_nothing_moves_under_the_pointer_while_messages_come_and_go(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_new_lab(page, pace=None)
    before = page.evaluate(PLACES)
    spot = button(page, "Next message").bounding_box()
    assert spot is not None

    press(page, "Attach")
    for _ in range(12):
        answered(page, lambda: page.mouse.click(spot["x"] + 20, spot["y"] + 10))
        assert page.evaluate(PLACES) == before
        assert page.evaluate("document.querySelector('.side').scrollWidth") == WIDTH
    press(page, "Power cycle")
    assert page.evaluate(PLACES) == before
    assert button(page, "Next message").bounding_box() == spot


def test_the_second_of_a_double_click_is_not_scolded(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")

    with page.expect_response(lambda response: response.request.method == "POST"):
        button(page, "Next message").dblclick()
    page.wait_for_timeout(500)
    expect_caught_up(page)

    expect(page.locator("#notice")).to_be_empty()
    assert lab_of(page).step in {2, 3}


def test_an_empty_queue_names_the_timer_that_waits(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    press(page, "Drop")
    queue = page.locator("#inflight")
    expect(queue).to_contain_text("UE waits: T3410, 15 s")

    answered(page, queue.get_by_role("button", name="Expire now").click)

    expect(queue).to_contain_text("UE waits: T3411, 10 s")


def test_what_is_released_goes_on_at_once(page: Page) -> None:
    open_new_lab(page)
    hold = page.get_by_role("group", name="T6a MME → SCEF").get_by_role("button", name="hold")
    answered(page, hold.click)
    press(page, "Attach")
    expect(page.locator("#inflight .queued")).to_have_count(1)

    press(page, "Release")

    expect(page.locator("#inflight .queued")).to_have_count(0)


def test_the_button_that_a_caption_means_is_ringed_and_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_scenario(page, "several-avs-one-guti")
    for name in ("Attach", "Run to the end", "Open session", "Run to the end", "Send reading", "Run to the end"):
        meant = page.locator(".button.is-meant")
        expect(meant).to_have_count(1)
        expect(meant).to_contain_text(name)
        expect(meant).to_be_in_viewport(ratio=1)
        answered(page, meant.click)
