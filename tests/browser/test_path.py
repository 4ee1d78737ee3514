"""Under a path of its own, behind a proxy that takes it off or leaves it: everything works as at the root."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import answered, button, complain_of_the_server_only, expect_live, lab_of, verdict
from tests.browser.proxy import proxying
from tests.support.serving import server_process


@contextmanager
def root_path_and_a_proxy_that_strips() -> Iterator[str]:
    with server_process("--root-path", "/lab") as process, proxying(process.port, prefix="/lab") as proxy:
        yield proxy.url


@contextmanager
def script_name_and_the_path_left() -> Iterator[str]:
    with server_process(FORCE_SCRIPT_NAME="/lab/") as process:
        yield process.url


@pytest.mark.parametrize("served", [root_path_and_a_proxy_that_strips, script_name_and_the_path_left])
def test_style_script_socket_and_clicks_work_under_a_path(
    page: Page,
    served: Callable[[], AbstractContextManager[str]],
    complaints: list[str],
) -> None:
    with served() as url:
        page.goto(f"{url}/lab/")
        assert page.evaluate("getComputedStyle(document.body).fontFamily") != "serif"
        page.get_by_role("button", name="Attach a UE").click()
        expect_live(page)
        assert "/lab/labs/" in page.url

        answered(page, lambda: button(page, "Open session").click())
        expect(verdict(page)).to_have_text("IN SYNC")
        # What the socket brought has its links under the path too.
        assert {link.split("/")[1] for link in addresses(page)} == {"lab"}
        page.get_by_role("link", name="Share").click()
        expect(page.get_by_role("link", name=f"{url}/lab/labs/{lab_of(page).key}/", exact=True)).to_be_visible()
        page.goto(f"{url}/lab/favicon.ico")
        assert page.url == f"{url}/lab/static/icon.svg"
        page.goto("about:blank")
    complain_of_the_server_only(complaints)


def addresses(page: Page) -> list[str]:
    """Every path that the page leads to or posts to."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('[href], [action], [src], [data-copy], [data-url]')]
          .map((e) => e.getAttribute('href') ?? e.getAttribute('action') ?? e.getAttribute('src')
            ?? e.dataset.copy ?? e.dataset.url)
          .filter((path) => path.startsWith('/'))"""
    )
    return found
