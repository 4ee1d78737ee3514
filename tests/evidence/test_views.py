"""core.evidence.views: the page that ties statements to results, and the same as one file."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.evidence import views as evidence
from nodes.evidence.limits import CHOSEN, NOT_SHOWN
from nodes.evidence.statements import STATEMENTS
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.evidence import ask, by_name, cell, everywhere

BROKEN = cell(ask(PropertyID.P1, Network.FAIL), Verdict.VIOLATED, depth=19)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> dict[str, Record]:
    """What is known in a test."""
    records: dict[str, Record] = {}
    monkeypatch.setattr(evidence, "known", lambda: records)
    return records


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(html)).split())


@pytest.mark.parametrize("view", ["evidence", "evidence-file"])
def test_page_has_every_statement_and_what_is_not_shown(view: str, client: Client, recorded: dict[str, Record]) -> None:
    recorded.update(by_name([BROKEN]))
    answer = client.get(reverse(view))

    page = words(answer.text)
    assert answer.status_code == 200
    assert all(f"{each.id} {each.text}" in page for each in STATEMENTS)
    assert all(each.title in page and each.text in page for each in (*NOT_SHOWN, *CHOSEN))
    assert "× 19 steps" in page
    assert "tests/protocol/entities/test_hss.py::test_push_has_one_pair_per_av" in page
    assert f"Model version {MODEL_VERSION}, explored 2026-01-02." in page


def test_page_leads_to_the_counterexample_and_the_file(client: Client, recorded: dict[str, Record]) -> None:
    recorded.update(by_name([BROKEN]))
    page = client.get(reverse("evidence")).text

    assert f'href="{reverse("explorer-cell", args=[BROKEN.name])}"' in page
    assert f'href="{reverse("evidence-file")}" download' in page
    assert 'aria-current="page">Evidence</a>' in page
    assert " style=" not in page


def test_page_says_what_is_old_and_what_is_missing(client: Client, recorded: dict[str, Record]) -> None:
    assert "Nothing is explored yet" in words(client.get(reverse("evidence")).text)

    recorded.update(by_name([replace(BROKEN, model=MODEL_VERSION - 1)]))
    page = words(client.get(reverse("evidence")).text)
    assert "Nothing is explored yet" not in page
    assert "× 19 steps of an older model" in page
    assert "Some results are of an older version of the model." in page


@pytest.mark.django_db
def test_page_shows_what_is_shipped_and_stored(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        answer = client.get(reverse("evidence"))

    assert answer.status_code == 200


# As a file


def test_file_is_an_attachment_that_needs_nothing_else(client: Client, recorded: dict[str, Record]) -> None:
    recorded.update(by_name([BROKEN, *everywhere(PropertyID.P6, solution=Solution.PULL)]))
    answer = client.get(reverse("evidence-file"))
    page = answer.text

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="syncscope-evidence.html"'
    assert page.count("<style>") == 1
    assert not re.search(r"<(?:script|link|img|iframe|object|use)\b|\bsrc=|url\(|@import", page)


def test_links_of_the_file_lead_into_it(client: Client, recorded: dict[str, Record]) -> None:
    recorded.update(by_name([BROKEN]))
    page = client.get(reverse("evidence-file")).text

    links = set(re.findall(r'href="#([^"]*)"', page))
    assert links == {BROKEN.name, "bounds"}
    assert links <= set(re.findall(r'id="([^"]*)"', page))
    assert "testserver" not in page


def test_styles_of_paper_are_for_paper_in_the_file(client: Client, recorded: dict[str, Record]) -> None:
    """The page links them with media="print"; in one <style> a rule says so."""
    styles = re.findall(r"<style>(.*)</style>", client.get(reverse("evidence-file")).text, re.DOTALL)[0]

    assert recorded == {}
    assert styles.index("@media print {\n/* Paper") < styles.index("@page")
    assert styles.count("{") == styles.count("}")


@pytest.mark.parametrize("view", ["evidence", "evidence-file"])
def test_nothing_is_posted(view: str, client: Client) -> None:
    assert client.post(reverse(view)).status_code == 405
