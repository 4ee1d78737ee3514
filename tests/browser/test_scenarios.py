"""A scenario done by hand, with the page's own buttons, ends as its trace says, and the guide follows."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.lab.buttons import action_value
from nodes.labs import forks
from nodes.protocol.runs.trace import result_of
from nodes.protocol.world.actions import Action
from nodes.scenarios import all_scenarios, trace_of
from tests.browser.driving import answered, button, expect_caught_up, expect_live, lab_of, verdict
from tests.browser.test_keyboard import tab_to
from tests.support.labs import loaded

TOUR = all_scenarios()[0].name


def kinds_in(name: str) -> set[tuple[str, str]]:
    """The kinds of controls that a scenario has pressed, as actions and commands."""
    return {(type(each).__name__, type(getattr(each, "command", each)).__name__) for each in trace_of(name).actions}


def with_every_control() -> Iterator[str]:
    """Scenarios, each of which has a control pressed that none before has.

    That all captions lead along their paths is tested without a browser, in `test_captions_followed`.
    """
    seen: set[tuple[str, str]] = set()
    for scenario in all_scenarios():
        if kinds_in(scenario.name) - seen:
            seen |= kinds_in(scenario.name)
            yield scenario.name


def open_scenario(page: Page, name: str) -> None:
    page.goto(f"/scenarios/{name}/")
    page.get_by_role("button", name="Open", exact=True).click()
    expect_live(page)


def press_action(page: Page, action: Action) -> None:
    """Click the button of an action, wherever on the page it is."""
    control = page.locator(f"button[name=action][value={json.dumps(action_value(action))}]").first
    control.evaluate(
        "e => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"
    )
    answered(page, control.click)


@pytest.mark.parametrize("name", tuple(with_every_control()))
def test_scenario_done_by_hand_ends_as_its_trace(page: Page, name: str) -> None:
    trace = trace_of(name)
    open_scenario(page, name)

    for action in trace.actions:
        press_action(page, action)

    assert result_of(loaded(lab_of(page))) == trace.result
    assert forks.export_trace(lab_of(page).key).actions == trace.actions
    expect(page.locator("#guide")).to_contain_text(trace.captions[-1].text)


def test_guide_waits_for_what_it_asks_and_does_it_on_request(page: Page) -> None:
    trace = trace_of(TOUR)
    open_scenario(page, TOUR)
    guide = page.locator("#guide")
    expect(guide).to_contain_text(trace.captions[0].text)

    for action in trace.actions[: trace.captions[1].step - 1]:
        press_action(page, action)
    expect(guide).to_contain_text(trace.captions[0].text)
    press_action(page, trace.actions[trace.captions[1].step - 1])
    expect(guide).to_contain_text(trace.captions[1].text)

    for caption in trace.captions[2:]:
        answered(page, lambda: button(page, "Play to the next step").click())
        expect(guide).to_contain_text(caption.text)
    assert result_of(loaded(lab_of(page))) == trace.result


def test_tour_is_taken_by_tab_and_enter_and_can_be_left(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.get_by_role("button", name="Take the two-minute tour"))
    page.keyboard.press("Enter")
    expect_live(page)

    for _ in trace_of(TOUR).captions[1:]:
        if not button(page, "Play to the next step").evaluate("element => element === document.activeElement"):
            tab_to(page, button(page, "Play to the next step"))
        answered(page, lambda: page.keyboard.press("Enter"))
    expect(verdict(page)).to_have_text("IN SYNC")

    open_scenario(page, TOUR)
    tab_to(page, button(page, "Leave the tour"))
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator("#guide")).to_be_hidden()
    expect_caught_up(page)

    answered(page, lambda: button(page, "Take up the scenario").click())
    expect(page.locator("#guide")).to_contain_text(trace_of(TOUR).captions[0].text)


def test_who_leaves_the_path_can_go_back_to_it(page: Page) -> None:
    open_scenario(page, TOUR)
    answered(page, lambda: button(page, "Play to the next step").click())
    left = lab_of(page).step
    answered(page, lambda: button(page, "Power cycle").click())
    expect(page.locator("#guide")).to_contain_text(f"You left the path at step {left}")

    before = page.url
    button(page, "Back to the path").click()

    expect(page).not_to_have_url(before)
    expect_live(page)
    expect(page.locator("#guide")).to_contain_text(trace_of(TOUR).captions[1].text)
