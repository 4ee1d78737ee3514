"""The explorer in a browser: choose, watch, read, open the counterexample, and the same with a repair."""

import pytest
from playwright.sync_api import Page, expect

from core.words.explored import explanation
from nodes.evidence import known
from nodes.explorations.models import Run
from nodes.explorer.questions import LIMITS
from nodes.protocol.runs.trace import from_text
from tests.browser.driving import expect_live, lab_of, verdict
from tests.support.runs import work_off

SMALL = {"reauthentications": 1, "reallocations": 0, "key_requests": 0, "readings": 0, "commands": 0}


def choose_small(page: Page, *properties: str) -> None:
    """Ask these properties of solution 12, on the smallest bounds that a counterexample needs."""
    page.goto("/explorer/")
    group = page.get_by_role("group", name="Properties")
    for box in group.get_by_role("checkbox").all():
        box.set_checked(checked=(box.get_attribute("value") or "") in properties)
    page.get_by_role("checkbox", name="11, pull").uncheck()
    page.get_by_text("Bounds", exact=True).click()
    for name, value in SMALL.items():
        page.locator(f"input[name={name}]").fill(str(value))


def test_from_a_question_to_a_lab_of_the_counterexample_and_its_repair(page: Page) -> None:
    choose_small(page, "P1", "P2")
    page.get_by_role("button", name="Explore", exact=True).click()

    state = page.get_by_role("status")
    expect(state).to_contain_text("waiting")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel the run").focus()
    with page.expect_response("**/live/"):
        pass
    expect(page.get_by_role("button", name="Cancel the run")).to_be_focused()
    work_off()
    expect(state).to_contain_text("done, 2 of 2 searches done; 1 holds, 1 is violated.")
    expect(page.get_by_role("button", name="Cancel the run")).to_have_count(0)

    page.get_by_role("link", name="× ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("P2 agreement on delivery: violated")
    (record,) = (each for each in known.known().values() if each.trace and page.url.endswith(f"/{each.name}/"))
    address = page.url
    page.get_by_role("button", name="Open at the first bad step").click()
    expect_live(page)
    assert lab_of(page).step == len(from_text(record.trace).actions)
    expect(page.get_by_text(f"P2 is violated at this step: {explanation(record)}")).to_be_visible()

    page.goto(address)
    page.get_by_role("button", name="Open with ordered push").click()
    expect_live(page)
    assert lab_of(page).setup["options"]["ordered_push"] is True
    expect(verdict(page)).to_be_visible()


def test_a_run_is_cancelled_and_forgotten(page: Page) -> None:
    choose_small(page, "P1")
    page.get_by_role("button", name="Explore", exact=True).click()

    page.get_by_role("button", name="Cancel the run").click()
    expect(page.get_by_role("status")).to_contain_text("cancelled, 0 of 1 searches done")
    page.get_by_role("button", name="Delete run and answers").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    assert Run.objects.count() == 0


def test_what_is_not_accepted_is_said_and_stays(page: Page, complaints: list[str]) -> None:
    choose_small(page)
    page.get_by_role("button", name="Explore", exact=True).click()

    expect(page.get_by_role("alert")).to_have_text("Properties: This field is required.")
    expect(page.locator("input[name=reauthentications]")).to_have_value("1")
    complaints.clear()


@pytest.mark.parametrize("path", ["/explorer/", "/explorer/cells/P1-12-reorder-security-mode-complete/"])
def test_pages_fit_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_every_bound_can_be_chosen(page: Page) -> None:
    page.goto("/explorer/")
    page.get_by_text("Bounds", exact=True).click()

    assert page.locator(".explore-bounds input").count() == len(LIMITS)
