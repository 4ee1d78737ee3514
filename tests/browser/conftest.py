"""A real browser on a real server, which serves the test database from a thread."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.server import serving

# Playwright keeps an event loop running in the thread that also prepares the rows.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# A machine that is busy with other things is slow, not wrong.
expect.set_options(timeout=8_000)


@pytest.fixture(scope="session")
def browser_executable() -> str:
    """The installed Chromium; without one the tests are skipped, or fail where they must not be."""
    try:
        return find_chromium()
    except FileNotFoundError as error:
        if os.environ.get("SYNCSCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
    browser_executable: str,
) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": browser_executable, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def base_url(django_db_setup: None) -> Iterator[str]:
    """The address of the server; `page.goto` takes paths relative to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(autouse=True)
def rows(transactional_db: None) -> None:
    """What a test writes is committed, for the server to see, and removed after it."""


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has complained of so far; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(page: Page, complaints: list[str]) -> Iterator[Page]:
    """A page of a fresh browser context; errors and CSP violations in its console fail the test."""
    _listen(page, complaints)
    yield page
    assert complaints == []


@pytest.fixture
def open_browser(new_context: CreateContextCallback, page: Page, complaints: list[str]) -> Callable[..., Page]:
    """Opens a page of one more browser, which has nothing in common with the others."""

    def open_page(**settings: Any) -> Page:
        other = new_context(**settings).new_page()
        _listen(other, complaints)
        return other

    return open_page


def _listen(page: Page, complaints: list[str]) -> None:
    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
