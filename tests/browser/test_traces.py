"""A run as a file: downloaded from one lab, taken in as another, which ends the same."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from nodes.protocol.runs.trace import from_text, result_of
from nodes.scenarios import trace_of
from tests.browser.driving import button, drive, expect_live, key_in, lab_of, press, verdict
from tests.support.labs import attached_lab, loaded


def downloaded(page: Page) -> Path:
    """The trace that the lab's page gives, at the name it gives it."""
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download trace").click()
    return caught.value.path()


def test_a_downloaded_trace_becomes_a_lab_that_ends_the_same(page: Page, tmp_path: Path) -> None:
    drive(page, attached_lab())
    press(page, "By hand")
    press(page, "Re-authenticate")
    press(page, "Duplicate")
    press(page, "Overtake")
    press(page, "Drop")
    press(page, "Run to the end")
    first, word, harm = key_in(page), verdict(page).inner_text(), page.locator("#verdict").inner_text()
    trace = downloaded(page).read_text(encoding="utf-8")
    assert from_text(trace).result == result_of(loaded(lab_of(page)))
    file = tmp_path / "run.syncscope.json"
    file.write_text(trace, encoding="utf-8")

    page.goto("/")
    page.get_by_role("link", name="Import a trace").click()
    page.get_by_label("Trace file").set_input_files(file)
    page.get_by_role("button", name="Import").click()

    expect_live(page)
    assert key_in(page) != first
    expect(verdict(page)).to_have_text(word)
    assert page.locator("#verdict").inner_text() == harm
    expect(page.locator("#notice p")).to_have_count(0)
    assert result_of(loaded(lab_of(page))) == json.loads(trace)["result"]
    expect(button(page, "Re-authenticate")).to_be_enabled()


def test_the_trace_of_a_step_ends_there(page: Page) -> None:
    lab = attached_lab()
    drive(page, lab)
    page.goto(f"/labs/{lab.lab.key}/?at=6")

    trace = from_text(downloaded(page).read_text(encoding="utf-8"))

    assert len(trace.actions) == 6


def test_a_broken_trace_is_a_sentence_and_its_text_is_kept(page: Page, complaints: list[str]) -> None:
    page.goto("/traces/")
    page.get_by_label("or paste it here").fill('{"format": "nothing of ours"}')
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("alert")).to_contain_text("trace")
    expect(page.get_by_label("or paste it here")).to_have_value('{"format": "nothing of ours"}')
    assert "422" in complaints.pop()
    assert "/traces/" in page.url


def test_a_trace_whose_end_is_another_says_so_on_the_lab(page: Page) -> None:
    page.goto("/scenarios/")
    trace = trace_of("late-push")
    text = json.dumps({**json.loads(_text_of(page, "late-push")), "result": "0" * 64})

    page.goto("/traces/")
    page.get_by_label("or paste it here").fill(text)
    page.get_by_role("button", name="Import").click()

    expect_live(page)
    expect(page.get_by_role("alert")).to_contain_text("the final state differs from the one recorded")
    assert result_of(loaded(lab_of(page))) == trace.result


def _text_of(page: Page, name: str) -> str:
    return page.request.get(f"/scenarios/{name}/trace/").text()
