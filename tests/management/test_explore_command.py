"""`manage.py explore`: what it prints, what it writes, and its exit status."""

import json
from dataclasses import replace
from pathlib import Path
from queue import Queue
from unittest.mock import patch

import pytest
from django.core.management import call_command

from nodes.explorer.answers import Progress
from nodes.explorer.matrix import Search
from nodes.explorer.questions import Bounds, Question
from nodes.management.commands import explore
from nodes.management.searching import explore_and_tell
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

SMALL = (
    "--reauthentications",
    "1",
    "--reallocations",
    "0",
    "--key-requests",
    "0",
    "--readings",
    "0",
    "--commands",
    "0",
)


def explored(*arguments: str) -> int:
    """The exit status."""
    try:
        call_command("explore", *arguments, "--quiet", "--jobs", "1")
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_all_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert explored("--property", "P1", "P1a", "--solution", "11", *SMALL) == 0
    out = capsys.readouterr().out
    assert "P1a" in out
    assert "holds" in out
    assert "Model version" in out
    assert "1 reauthentications" in out


def test_a_violation_is_told_as_json_and_as_a_trace_that_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "traces"
    status = explored("--property", "P2", "--solution", "12", "--json", "--trace-out", str(folder), *SMALL)
    assert status == 1
    (cell,) = json.loads(capsys.readouterr().out)
    expected = {
        "property": "P2",
        "solution": 12,
        "network": "ordered",
        "active_when": "security-mode-complete",
        "repairs": [],
        "verdict": "violated",
    }
    assert {name: cell[name] for name in expected} == expected
    assert cell["depth"] == len(cell["trace"]["actions"])
    assert {"states", "bounds", "model", "explanation"} <= set(cell)
    (file,) = folder.iterdir()
    assert file.name.startswith("P2-12-ordered-security-mode-complete-")
    call_command("replay", str(file))


def test_incomplete_has_its_own_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert explored("--property", "P1", "--solution", "12", "--most-states", "200") == 3
    assert "incomplete" in capsys.readouterr().out


def test_wider_bounds_are_explored_besides_and_not_mended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone they are all that is explored, though nothing else was said not to be."""
    small = Bounds(reauthentications=1, reallocations=0, key_requests=0, readings=0, commands=0)
    wider = Question(PropertyID.P2, Solution.PUSH, bounds=replace(small, accesses=1, releases=1))
    monkeypatch.setattr(explore, "wider_questions", lambda: (wider,))
    assert explored("--wider", "--mend", "--json") == 1
    (cell,) = json.loads(capsys.readouterr().out)
    assert (cell["verdict"], cell["repairs"], cell["bounds"]["accesses"]) == ("violated", [], 1)
    monkeypatch.setattr(explore, "questions_of", lambda _wanted: (replace(wider, bounds=small),))
    assert explored("--matrix", "--wider", "--json") == 1
    assert [each["bounds"]["accesses"] for each in json.loads(capsys.readouterr().out)] == [0, 1]


def test_several_processes_answer_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explore", "--property", "P1", "--jobs", "2", "--json", *SMALL)
    printed = capsys.readouterr()
    assert [cell["solution"] for cell in json.loads(printed.out)] == [11, 12]
    assert "2 of 2 searches done" in printed.err


def test_the_network_options_and_repairs_are_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--network", "fail", "--repair", "withdraw_guti", "ordered_push", "--m-tmsi-reuse", "lowest-free")
    explored("--property", "P1", "--solution", "12", *options, *SMALL)
    out = capsys.readouterr().out
    assert "ordered_push, withdraw_guti" in out
    assert "lowest free M-TMSI" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--property", "P9"), "P9"),
        (("--reauthentications", "99"), "reauthentications is 0 to 6, got 99"),
        (("--property", "P5", "--solution", "11"), "P5 is about records at the SCEF"),
    ],
)
def test_wrong_arguments_get_one_sentence(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explored(*arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert explored("--property", "P2", "--solution", "11", "--trace-out", str(file), *SMALL) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_terminal_is_shown_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    for jobs in ("1", "2"):
        call_command("explore", "--property", "P1", "--network", "lose", "--jobs", jobs, "--json")
        told = capsys.readouterr().err
        assert "2 of 2 searches" in told
        assert "a second, depth" in told


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explore", "--property", "P1", "--solution", "11", "--quiet", *SMALL)
    assert capsys.readouterr().err == ""


def test_an_interruption_ends_it_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with patch("nodes.management.searching.explore", side_effect=KeyboardInterrupt):
        assert explored("--property", "P1", "--solution", "11", *SMALL) == 130
    assert capsys.readouterr().err.endswith("Stopped.\n")


def test_a_process_of_the_pool_tells_how_far_it_is() -> None:
    told: Queue[tuple[int, Progress]] = Queue()
    question = Question(PropertyID.P1, Solution.PULL)

    (answer,) = explore_and_tell(7, Search((question,)), told)

    numbers, progresses = zip(*(told.get_nowait() for _ in range(told.qsize())), strict=True)
    assert set(numbers) == {7}
    assert progresses[-1].states == answer.states
