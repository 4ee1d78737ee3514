"""What everybody can use: axe finds nothing serious, nothing scrolls sideways, nothing moves that should not."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from nodes.labs import forks, services
from nodes.protocol.messages.commands import Reauthenticate, SendReading
from nodes.protocol.options import SCEF
from nodes.protocol.world.actions import Arm, Command, Deliver, Duplicate, Hold, LinkFault, Restart
from nodes.protocol.world.genesis import imsi_of
from tests.browser.driving import drive, press
from tests.support.labs import attached_lab, setup_of, take

DESKTOP: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATHS = {
    "start": "/",
    "about": "/about/",
    "cite": "/cite/",
    "scenarios": "/scenarios/",
    "scenario": "/scenarios/late-push/",
    "traces": "/traces/",
    "explorer": "/explorer/",
    "cell": "/explorer/cells/P4-12-ordered-security-mode-complete-lowest-free/",
    "evidence": "/evidence/",
    "lab": "",
    "past": "?at=3",
    "share": "share/",
    "events": "events/",
    "in flight": "in-flight/",
    "compare": "compare/",
}
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
TO_UE = ("mme-1", "ue-1")
TROUBLE = (REAUTHENTICATE, Command("ue-1", SendReading("as-1")), Restart(SCEF))
"""Ends with harm, properties violated and nothing to ask."""
AT_HAND = (REAUTHENTICATE, Duplicate(*TO_UE), Deliver(*TO_UE, 1), Arm(*TO_UE, LinkFault.LOSE), Hold(SCEF, "mme-1"))

UNFOLD = "found => found.forEach(details => { details.open = true })"
SMALLER = """(elements, least) => elements.filter(each => each.checkVisibility())
  .map(each => [each.getBoundingClientRect().height, each.textContent]).filter(([height]) => height < least)"""

MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element);
  return style.animationName !== 'none' || style.transitionDuration.split(', ').some(each => parseFloat(each) > 0);
}).length + document.getAnimations().length"""


def show(page: Page, name: str) -> None:
    """Open one of PATHS; a path that is not absolute is one of a lab where much went wrong, driven by this browser."""
    path = PATHS[name]
    if path.startswith("/"):
        page.goto(path)
        return
    lab = attached_lab()
    take(lab.lab.key, *TROUBLE)
    services.set_pace(lab.lab.key, None)
    forks.fork(lab.lab.key, 9)
    take(lab.lab.key, *AT_HAND)
    drive(page, lab)
    if path:
        page.goto(page.url + path)


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that axe finds broken, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (rule["id"], [node["html"][:200] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(page: Page, name: str) -> None:
    show(page, name)
    page.locator("details").evaluate_all(UNFOLD)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert serious(page) == [], (scheme, size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_buttons_are_large_enough_to_touch(open_page_on_phone: Page) -> None:
    page = open_page_on_phone
    page.locator("details").evaluate_all(UNFOLD)
    expect(page.locator("#inflight .queued")).to_have_count(2)
    small = page.locator("button.button, a.button, .guide-buttons > *").evaluate_all(SMALLER, 44)
    assert small == []


@pytest.fixture
def open_page_on_phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    show(page, "lab")
    return page


def test_nothing_moves_for_who_wants_that(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    show(page, "lab")
    press(page, "Run to the end")
    assert page.evaluate(MOVING) == 0


def test_two_ues_fit_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    drive(page, attached_lab(setup_of(ues=2, mmes=2, servers=2)))
    press(page, "UE A and UE B")
    expect(page.locator("#cards .card.is-ue")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert serious(page) == []
