"""What a person does with a lab page, and what the rows say meanwhile."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from core.lab.sharing import drive_path
from nodes import models
from nodes.labs import labs
from nodes.protocol.options import Setup
from tests.support.labs import new_lab


def key_in(page: Page) -> str:
    """The key of the lab whose page is shown."""
    found = re.search(r"/labs/([\w-]+)/", page.url)
    assert found, page.url
    return found[1]


def lab_of(page: Page) -> models.Lab:
    return labs.get_lab(key_in(page))


def start_from_first_page(page: Page, solution: int = 12) -> None:
    """Make a lab as a visitor does."""
    page.goto("/")
    page.get_by_role("radio", name=f"Solution {solution}").check()
    page.get_by_role("button", name="Attach a UE").click()
    expect_live(page)


def drive(page: Page, lab: labs.NewLab) -> None:
    """Open a lab by its drive link."""
    page.goto(drive_path(lab.lab.key, lab.drive_key))
    expect_live(page)


def drive_without_script(page: Page, lab: labs.NewLab) -> None:
    """Open the page of a drive link and paste the link there."""
    link = drive_path(lab.lab.key, lab.drive_key)
    page.goto(link)
    page.get_by_label("Drive link").fill(link)
    page.get_by_role("button", name="Drive this lab").click()


def open_new_lab(page: Page, setup: Setup | None = None, *, pace: int | None = 0) -> str:
    """Make a lab in which nothing has happened, and drive it; its key."""
    lab = new_lab(setup, pace=pace)
    drive(page, lab)
    return lab.lab.key


def expect_live(page: Page) -> None:
    expect(page.locator("#connection")).to_have_text("Live")


def button(page: Page, name: str) -> Locator:
    """The first button whose name begins so: what comes later in the name is a key hint or what it is about."""
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}")).first


def press(page: Page, name: str) -> Response:
    """Click a button, wait until the server has answered and the page shows the step that the lab is at then."""
    return answered(page, lambda: button(page, name).click())


def answered(page: Page, act: Any) -> Response:  # noqa: ANN401 - any callable.
    """Do what makes the page post, and wait until the page shows what came of it."""
    with page.expect_response(lambda response: response.request.method == "POST") as caught:
        act()
    expect_caught_up(page)
    return caught.value


def expect_caught_up(page: Page) -> None:
    """The page shows the step and revision that the lab's row has now."""
    lab = lab_of(page)
    expect(page.locator(".topbar-step")).to_have_text(f"Step {lab.step} of {lab.step}")
    expect(page.locator("[name=seen]")).to_have_value(labs.seen_of(lab))


def verdict(page: Page) -> Locator:
    return page.locator("#verdict h2").first


def card(page: Page, kind: str) -> Locator:
    return page.locator(f"#cards .card.is-{kind}")


def badge(page: Page, kind: str) -> Locator:
    """The words of the AV in a card's head, such as "(AV 2)"."""
    return card(page, kind).locator(".card-head .av .visually-hidden")


def copied(page: Page, kind: str, name: str) -> str:
    """The octets behind the copy button of a card's first value of that name, in hex."""
    found = card(page, kind).get_by_role("button", name=f"copy {name}").first.get_attribute("data-copy")
    assert found
    return found


def fates(key: str) -> list[tuple[str, str]]:
    """Type and fate of each message of a lab, the oldest first."""
    return list(models.Message.objects.filter(lab__key=key).values_list("type", "fate"))


def complain_of_the_server_only(complaints: list[str]) -> None:
    """The browser itself, and htmx, note each address that does not answer."""
    about_the_server = ("WebSocket connection", "htmx:ws:error", "Failed to load resource")
    assert [each for each in complaints if not any(words in each for words in about_the_server)] == []
    complaints.clear()
