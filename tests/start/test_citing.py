"""What a citation names is in one place, and the page, the file and the changelog have it from there."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from core.start.citing import COMMANDS, citing, version
from nodes.evidence.known import shipped
from nodes.protocol.runs.trace import MODEL_VERSION

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_project_everywhere() -> None:
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    assert version() == found[1]
    assert f"\nversion: {version()}\n" in (ROOT / "CITATION.cff").read_text()


def test_the_newest_heading_of_the_changelog_is_this_version_and_its_day() -> None:
    released = re.search(r"^date-released: (\S+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released is not None
    assert next(each for each in headings if each != "Unreleased") == f"{version()} ({released[1]})"


def test_the_page_names_versions_and_commands(client: Client) -> None:
    words = re.sub(r"<[^>]+>", " ", unescape(client.get(reverse("cite")).text))
    page = " ".join(words.split())
    assert f"Syncscope {version()}" in page
    assert f"Model version {MODEL_VERSION}, results of {max(each.date for each in shipped())}" in page
    assert [command for _, command in COMMANDS if command not in page] == []


def test_the_commands_are_those_that_made_what_is_shipped() -> None:
    made = re.findall(
        r"^python (manage.py (?:explore|prove) .+?) > ", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE
    )
    assert len(made) == 2
    assert set(made) <= {command for _, command in COMMANDS}


def test_the_title_is_that_of_the_file() -> None:
    title = re.search(r'^title: "(.+)"$', (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert title is not None
    assert title[1] in citing().bibtex.replace("{", "").replace("}", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "links"), [("scenarios", 1), ("about", 2), ("evidence", 2)])
def test_the_page_is_reached_from_every_page_and_from_what_rests_on_results(
    client: Client, name: str, links: int
) -> None:
    assert client.get(reverse(name)).text.count(f'href="{reverse("cite")}"') == links


def test_the_entry_has_its_braces_in_pairs() -> None:
    assert citing().bibtex.count("{") == citing().bibtex.count("}")
