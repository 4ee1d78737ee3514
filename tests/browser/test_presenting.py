"""In front of a room: large, by clicker, and the address stays the presenter's."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from nodes.scenarios import trace_of
from tests.browser.driving import answered, button, drive, expect_live, lab_of, open_new_lab, press
from tests.browser.test_scenarios import open_scenario
from tests.support.labs import attached_lab

NAME = "late-push"
PRESENTING = re.compile("is-presenting")
PROJECTORS: tuple[ViewportSize, ...] = ({"width": 1024, "height": 768}, {"width": 1280, "height": 720})

ROWS = """() => {
  const pane = document.querySelector('.stage-scroll').getBoundingClientRect();
  const heads = document.querySelector('#cards').getBoundingClientRect();
  const rows = parseFloat(getComputedStyle(document.querySelector('#ladder')).fontSize) * 1.46;
  return Math.floor((Math.min(pane.bottom, innerHeight) - heads.bottom) / rows);
}"""


def test_keys_work_after_a_click_with_the_mouse(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    for key in ("Space", ".", "ArrowRight", "PageDown", "n"):
        before = lab_of(page).step
        answered(page, lambda: button(page, "By hand").click())
        answered(page, lambda pressed=key: page.keyboard.press(pressed))
        assert lab_of(page).step == before + 1


def test_space_is_the_buttons_for_who_came_by_keyboard(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    button(page, "Detach").focus()

    answered(page, lambda: page.keyboard.press("Space"))

    expect(page.locator("#ladder")).to_contain_text("Detach")


def test_a_clicker_leads_through_a_scenario_and_back(page: Page) -> None:
    trace = trace_of(NAME)
    open_scenario(page, NAME)
    page.get_by_role("link", name="Present", exact=True).click()
    expect(page.locator("body")).to_have_class(PRESENTING)
    expect_live(page)

    for _ in range(trace.captions[1].step):
        answered(page, lambda: page.keyboard.press("PageDown"))
    expect(page.locator("#guide")).to_contain_text(trace.captions[1].text)

    at = lab_of(page).step
    page.keyboard.press("PageUp")
    expect(page.locator(".topbar-step")).to_have_text(f"Step {at - 1} of {at}")
    expect(page.locator("body")).to_have_class(PRESENTING)
    assert "present=1" in page.url
    page.keyboard.press("PageDown")
    expect(page.locator(".topbar-step")).to_have_text(f"Step {at} of {at}")
    assert "present=1" in page.url


def test_presenting_is_kept_by_forks_the_scrubber_and_return_and_can_be_left(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=5&present=1")
    page.get_by_role("link", name="Return to live").click()
    expect_live(page)
    expect(page.locator("body")).to_have_class(PRESENTING)

    page.get_by_label("Step to show").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"\?(at=0&present=1|present=1&at=0)"))
    page.get_by_role("button", name="Fork here").click()
    expect(page).not_to_have_url(re.compile(lab.lab.key))
    expect(page.locator("body")).to_have_class(PRESENTING)

    page.get_by_role("link", name="Stop presenting").click()
    expect(page.locator("body")).not_to_have_class(PRESENTING)


@pytest.mark.parametrize("size", PROJECTORS, ids=lambda size: size["width"])
def test_a_scenario_leaves_the_ladder_its_rows(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    open_scenario(page, NAME)
    page.goto(f"{page.url}?present=1")
    expect_live(page)
    answered(page, lambda: button(page, "Play to the next step").click())

    assert page.evaluate(ROWS) >= 8
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        size["width"],
        size["height"],
    ]
    expect(button(page, "Next step")).to_be_in_viewport(ratio=1)
    expect(page.locator(".guide-caption")).to_be_in_viewport(ratio=1)
