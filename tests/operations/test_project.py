"""The project's own form: its commands, its runner, what is locked and vendored."""

import hashlib
import re
import tomllib
from argparse import ArgumentParser, Namespace
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.test_runner import PytestRunner, node_id

ROOT: Path = settings.BASE_DIR


LOCKS = ("requirements.lock", "requirements-dev.lock")
LOCKED = re.compile(r"^([a-z0-9.-]+)(?:\[([a-z0-9, -]+)\])?==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    """Return name and version of every package in the lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {package: version for package, _extras, version in LOCKED.findall(text)}


def locked_extras(name: str) -> dict[str, frozenset[str]]:
    """Return the extras with which the lock file names each package."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {package: frozenset(re.findall(r"[a-z0-9-]+", extras)) for package, extras, _version in LOCKED.findall(text)}


def extras_asked_for(name: str) -> set[tuple[str, str]]:
    """Return the (package, extra) pairs that the packages of a lock file ask for, here and now."""
    extras = locked_extras(name)
    return {
        (canonicalize_name(wanted.name), canonicalize_name(extra))
        for package in extras
        for wanted in map(Requirement, requires_of(package))
        for extra in wanted.extras
        if applies(wanted, extras[package])
    }


def requires_of(package: str) -> list[str]:
    """What an installed package asks for; nothing if the lock has it for another platform only."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def applies(wanted: Requirement, extras: frozenset[str]) -> bool:
    return wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras})


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert len(re.findall(r"^[a-z0-9., \[\]-]+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(
        LOCKED.findall(text)
    )
    assert "://" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_carry_the_extras_that_are_asked_for(name: str) -> None:
    """The pip of Python 3.11 does not see that coverage==… serves coverage[toml]: it looks for the newest release."""
    extras = locked_extras(name)

    assert {(package, extra) for package, extra in extras_asked_for(name) if extra not in extras[package]} == set()


def test_the_check_of_extras_sees_those_there_are() -> None:
    assert ("coverage", "toml") in extras_asked_for("requirements-dev.lock")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")

    for text in project["project"]["dependencies"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(runtime[wanted.name])
    for text in project["dependency-groups"]["dev"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(dev[wanted.name])
    assert {name: dev.get(name) for name in runtime} == runtime


def test_vendored_htmx_is_the_published_one() -> None:
    folder = ROOT / "static" / "vendor" / "htmx"
    wanted, name = (folder / "SHA256SUMS").read_text(encoding="ascii").split()

    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("tests", "tests"),
        ("tests.browser", "tests/browser"),
        ("tests/operations/test_project.py", "tests/operations/test_project.py"),
        ("tests.operations.test_project", "tests/operations/test_project.py"),
        ("tests.operations.test_project.test_x", "tests/operations/test_project.py::test_x"),
        ("tests/operations/test_project.py::test_x", "tests/operations/test_project.py::test_x"),
        ("tests.no_such_test", "tests.no_such_test"),
    ],
)
def test_labels_of_django_are_names_of_pytest(label: str, name: str) -> None:
    assert node_id(label) == name


def test_options_of_django_are_options_of_pytest() -> None:
    assert PytestRunner().options == []
    assert PytestRunner(verbosity=3, failfast=True, keepdb=True, keyword="ladder").options == [
        "-v", "-v", "--exitfirst", "--reuse-db", "-k", "ladder",
    ]  # fmt: skip
    assert PytestRunner(verbosity=0, interactive=False).options == ["-q"]


def test_the_runner_adds_its_options_to_those_of_django() -> None:
    parser = ArgumentParser()
    PytestRunner.add_arguments(parser)

    assert parser.parse_args([]) == Namespace(keyword=None, keepdb=False)
    assert parser.parse_args(["-k", "ladder", "--keepdb"]) == Namespace(keyword="ladder", keepdb=True)


def test_the_runner_gives_the_exit_code_of_pytest() -> None:
    labels = ["tests.operations.test_project.test_vendored_htmx_is_the_published_one"]

    assert PytestRunner(verbosity=0).run_tests(labels) == 0
    assert PytestRunner(verbosity=0, keyword="nothing").run_tests(labels) == pytest.ExitCode.NO_TESTS_COLLECTED


DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "OPERATIONS.md")
NAMED_PATH = re.compile(r"`([a-z][\w-]*(?:/[\w.-]+)+/?)`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_a_document_names_is_there(name: str) -> None:
    """From the top, or from the room that the text is about."""
    named = NAMED_PATH.findall((ROOT / name).read_text(encoding="utf-8"))
    rooms = [ROOT, ROOT / "nodes", ROOT / "nodes/protocol", ROOT / "nodes/protocol/properties"]
    assert [path for path in named if not any((room / path).exists() for room in rooms)] == []
