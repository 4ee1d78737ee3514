"""A step is seen happening, where nobody has asked for less motion and the lab does not run at once."""

import pytest
from playwright.sync_api import Page, expect

from nodes.labs import services
from tests.browser.driving import button, drive, open_new_lab, press
from tests.support.labs import attached_lab

# What has run since: an animation that is over is no longer among those of the document.
RECORD = """() => {
  window.animated = [];
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...given) {
    const animation = animate.apply(this, given);
    window.animated.push([this.id || this.getAttribute("class"), document.getAnimations().includes(animation)]);
    return animation;
  };
}"""


def record(page: Page) -> None:
    page.evaluate(RECORD)


def animated(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate("window.animated")
    return found


def test_by_hand_the_envelope_travels_and_the_next_one_sets_out(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    record(page)
    press(page, "Next message")
    moved = animated(page)
    assert all(is_running for _, is_running in moved)
    names = [str(name) for name, _ in moved]
    assert "in-motion" in names
    assert "envelope" in names
    expect(page.locator(".in-motion")).to_have_count(0)


def test_a_badge_slides_into_the_line_that_a_message_changes(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    for _ in range(2):
        press(page, "Next message")
    record(page)
    press(page, "Next message")
    assert [name for name, _ in animated(page) if str(name).endswith("in-motion")] == ["in-motion", "av av-1 in-motion"]


def test_of_two_changed_lines_the_badge_slides_into_that_of_its_own_av(page: Page) -> None:
    """The push of AV 2 takes ACTIVE from AV 1."""
    lab = attached_lab()
    services.set_pace(lab.lab.key, None)
    drive(page, lab)
    press(page, "Re-authenticate")
    for _ in range(4):
        press(page, "Next message")
    record(page)
    press(page, "Next message")
    assert "av av-2 in-motion" in [name for name, _ in animated(page)]
    assert "av av-1 in-motion" not in [name for name, _ in animated(page)]


def test_the_next_step_ends_what_still_moves(page: Page) -> None:
    open_new_lab(page, pace=None)
    press(page, "Attach")
    for _ in range(3):
        press(page, "Next message")
    assert page.locator(".in-motion").count() <= 2


@pytest.mark.parametrize("why", ["reduced motion", "at once", "a page of the past"])
def test_nothing_moves_where_it_should_not(page: Page, why: str) -> None:
    if why == "reduced motion":
        page.emulate_media(reduced_motion="reduce")
    open_new_lab(page, pace=0 if why == "at once" else None)
    record(page)
    press(page, "Attach")
    if why == "a page of the past":
        press(page, "Next message")
        page.locator("#step-back").click()
        expect(page.locator("body.is-past")).to_be_attached()
        record(page)
        page.locator("#step-back").click()
        record(page)
    elif why == "reduced motion":
        press(page, "Next message")
        expect(button(page, "Next message")).to_be_enabled()
    assert animated(page) == []
    assert page.evaluate("document.getAnimations().filter(each => !(each instanceof CSSTransition)).length") == 0
