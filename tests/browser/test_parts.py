"""Step by step a page is sent what changed: it then is what a page is that is opened now."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from nodes.labs import labs, services
from nodes.protocol.messages.commands import Reauthenticate
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import imsi_of
from tests.browser.driving import button, drive, expect_caught_up, expect_live, key_in, open_new_lab, press
from tests.support.labs import attached_lab, new_lab, take

PANELS = (
    "topbar verdict cards ladder history inflight procedures timers network settings properties forks options events"
    " status revision drive-state"
)
# But for what a viewer has opened, what htmx notes, the order of attributes, and space between elements.
CONTENT = """names => Object.fromEntries(names.split(" ").map(name => {
  const panel = document.getElementById(name).cloneNode(true);
  panel.querySelectorAll("#connection, #viewers").forEach(each => each.replaceChildren());
  for (const each of [panel, ...panel.querySelectorAll("*")]) {
    for (const noted of ["hx-morph-skip-children", "data-htmx-powered", "open"]) each.removeAttribute(noted);
    const attributes = [...each.attributes].map(({ name, value }) => [name, value]).sort();
    for (const [name, value] of attributes) {
      each.removeAttribute(name);
      if (value || name !== "class") each.setAttribute(name, value);
    }
  }
  return [name, panel.outerHTML.replace(/\\s+/g, " ").replace(/ ?([<>]) ?/g, "$1")];
}))"""


NEXT = "Next message"
SWAP = "text => htmx.swap({ sourceElement: document.body, target: 'body', swap: 'innerHTML swapEmpty:false', text })"


def content(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(CONTENT, PANELS)
    return found


@pytest.mark.parametrize("solution", Solution)
def test_a_page_that_was_sent_each_step_is_what_a_new_one_is(
    page: Page, open_browser: Callable[..., Page], solution: Solution
) -> None:
    """Through procedures by hand, faults, timers, more events than are shown, and a reset."""
    open_new_lab(page, Setup("parts", Options(solution=solution), ues=2, mmes=2), pace=None)
    other = open_browser()
    clicks = (
        *("Attach", *[NEXT] * 5, "Duplicate", NEXT, "Drop", "Expire now", "Run to the end"),
        *("Open session", *[NEXT] * 4, "lose", "hold", "Run to the end"),
        *("Re-authenticate", *[NEXT] * 9, "Run to the end", "+10 s", "Reset the lab", "Attach"),
    )
    for name in clicks:
        if button(page, name).is_disabled():
            continue
        press(page, name)
        other.goto(f"/labs/{key_in(page)}/")
        expect_live(other)
        expect_caught_up(other)
        mine, theirs = content(page), content(other)
        assert {panel for panel in mine if mine[panel] != theirs[panel]} == set(), name


def test_what_a_page_has_asked_for_already_is_not_put_in_again(page: Page) -> None:
    """It may have polled while the message was on its way."""
    messages: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: messages.append(str(text))))
    open_new_lab(page, pace=None)
    for name in ("Attach", *[NEXT] * 3):
        before = len(messages)
        press(page, name)
        expected = content(page)
        for message in messages[before:]:
            page.evaluate(SWAP, message)
        assert content(page) == expected, name
    assert any('hx-swap="afterend"' in message or 'hx-swap="beforebegin"' in message for message in messages)


def test_an_older_message_changes_nothing_of_a_newer_page(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    before = content(page)
    older = (
        '<hx-partial id="revision"><data id="revision" value="1" hidden></data></hx-partial>'
        '<hx-partial id="topbar-step"><p id="topbar-step">Step 1 of 1</p></hx-partial>'
        '<hx-partial hx-target="#queue, #status" hx-swap="delete"></hx-partial>'
    )
    page.evaluate(SWAP, older)
    assert content(page) == before

    take(lab.lab.key, Command("mme-1", Reauthenticate(imsi_of("ue-1"))))
    expect_caught_up(page)
    assert content(page) != before


def test_what_is_of_no_revision_is_taken_from_any_message(page: Page) -> None:
    drive(page, attached_lab())
    said = '<hx-partial id="notice" hx-swap="outerMorph"><div id="notice" role="alert"><p>Look.</p></div></hx-partial>'
    page.evaluate(SWAP, said)
    expect(page.get_by_role("alert")).to_have_text("Look.")


def test_a_band_that_a_viewer_folded_stays_so(page: Page) -> None:
    lab = new_lab(pace=None)
    drive(page, lab)
    press(page, "Attach")
    band = page.locator("#ladder details").first
    band.locator("summary").click()
    expect(band).not_to_have_attribute("open", "")

    for _ in range(4):
        services.take_next(lab.lab.key, labs.seen_of(labs.get_lab(lab.lab.key)))
    expect_caught_up(page)

    expect(band).not_to_have_attribute("open", "")
