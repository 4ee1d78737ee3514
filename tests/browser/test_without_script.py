"""Without JavaScript: links and forms."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from nodes.protocol.runs.trace import result_of
from nodes.scenarios import trace_of
from tests.browser.driving import badge, button, drive_without_script, key_in, lab_of, verdict
from tests.support.labs import attached_lab, loaded


def click(page: Page, name: str) -> None:
    """Click a button and see the page that comes back show the lab as it is then."""
    button(page, name).click()
    step = lab_of(page).step
    expect(page.locator(".topbar-step")).to_have_text(f"Step {step} of {step}")


def test_everything_can_be_driven(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Attach a UE").click()
    click(page, "Open session")
    expect(verdict(page)).to_have_text("IN SYNC")

    click(page, "By hand")
    click(page, "Re-authenticate")
    click(page, "Hold")
    click(page, "Release")
    click(page, "Duplicate")
    click(page, "Drop")
    click(page, "Deliver")
    click(page, "+10 s")
    click(page, "Run to the end")
    expect(badge(page, "ue")).to_have_text("(AV 2)")
    click(page, "AS asks for key")
    click(page, "Run to the end")
    expect(verdict(page)).to_have_text("IN SYNC")

    click(page, "Reset the lab")
    expect(verdict(page)).to_have_text("NO KEY")


def test_the_past_is_a_link_and_a_form(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    lab = attached_lab()
    drive_without_script(page, lab)

    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Back").click()
    expect(page.locator(".topbar-step")).to_have_text(f"Step {lab.lab.step - 2} of {lab.lab.step}")
    page.get_by_role("link", name="Forward").click()
    expect(page.locator(".topbar-step")).to_have_text(f"Step {lab.lab.step - 1} of {lab.lab.step}")

    page.get_by_label("Step to show").fill("3")
    page.get_by_role("button", name="Go").click()
    expect(page.locator(".topbar-step")).to_have_text(f"Step 3 of {lab.lab.step}")
    page.get_by_role("link", name="Return to live").click()
    expect(verdict(page)).to_have_text("IN SYNC")


def test_a_stale_tab_is_told_so(open_browser: Callable[..., Page], complaints: list[str]) -> None:
    page = open_browser(java_script_enabled=False)
    lab = attached_lab()
    drive_without_script(page, lab)
    other = page.context.new_page()
    other.goto(f"/labs/{lab.lab.key}/")
    click(other, "Re-authenticate")
    step = lab_of(page).step

    button(page, "Re-authenticate").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    assert lab_of(page).step == step
    expect(page.locator(".topbar-step")).to_have_text(f"Step {step} of {step}")
    assert "409" in complaints.pop()


def test_a_scenario_is_opened_and_told_to_its_end(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    trace = trace_of("push-in-flight")
    page.goto("/scenarios/push-in-flight/")
    page.get_by_role("button", name="Open", exact=True).click()
    guide = page.locator("#guide")
    expect(guide).to_contain_text(trace.captions[0].text)

    for caption in trace.captions[1:]:
        click(page, "Play to the next step")
        expect(guide).to_contain_text(caption.text)

    assert result_of(loaded(lab_of(page))) == trace.result
    click(page, "Leave the scenario")
    expect(guide).to_be_hidden()


def test_links_are_armed_and_forks_are_made(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    lab = attached_lab()
    drive_without_script(page, lab)
    click(page, "By hand")
    click(page, "Re-authenticate")
    click(page, "lose S1-MME MME → UE")
    expect(button(page, "lose S1-MME MME → UE")).to_have_attribute("aria-pressed", "true")
    click(page, "Next message")
    expect(page.locator("#events .event.is-current")).to_contain_text("is lost: lose next")
    before = lab_of(page).step

    page.goto(f"/labs/{lab.lab.key}/?at={before - 2}")
    click(page, "Fork here")
    fork = key_in(page)
    assert fork != lab.lab.key
    click(page, "Restart SCEF")
    page.locator("#forks .origin").get_by_role("link").click()
    expect(page.locator(".topbar-step")).to_have_text(f"Step {before - 2} of {before}")
    click(page, "Run to the end")
    assert key_in(page) not in {lab.lab.key, fork}
    page.goto(f"/labs/{lab.lab.key}/")
    expect(page.locator("#forks li")).to_have_count(2)
    assert lab_of(page).step == before
