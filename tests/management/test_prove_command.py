"""`manage.py prove`: what it prints, what it writes, and its exit status."""

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command

from nodes.management.commands import prove
from nodes.management.solving import Solver
from nodes.proofs.results import from_plain
from nodes.proofs.statements import STATEMENTS, files_of

P4 = STATEMENTS[4]


def proved(*arguments: str) -> int:
    """The exit status."""
    try:
        call_command("prove", *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_a_property_is_proved_with_both_solvers(capsys: pytest.CaptureFixture[str]) -> None:
    assert proved("--property", "P4", "--solution", "11") == 0
    out, err = capsys.readouterr()
    heading, row, _, by = out.splitlines()
    assert heading.split()[:4] == ["property", "solution", "repairs", "verdict"]
    assert row.split()[:5] == ["P4", "11", "none", "proved", "65"]
    assert by.startswith("Solved by z3 ")
    assert " and cvc5 " in by
    assert "P4-11 solved in" in err


def test_the_files_that_are_solved_can_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "files"
    assert proved("--property", "P4", "--solution", "11", "--out", str(folder), "--quiet") == 0
    assert {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()} == files_of(P4)
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert proved("--property", "P4", "--out", str(file)) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_tie_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert proved("--property", "P5", "--tie", "--most-transitions", "2000", "--json") == 0
    out, err = capsys.readouterr()
    (proof,) = from_plain(json.loads(out)).proofs
    assert (proof.name, proof.open, proof.comes_up) == ("P5-12", (), True)
    assert proof.tie is not None
    assert proof.tie.transitions >= 2000
    assert "P5-12 tied on collide: " in err


def test_without_a_solver_files_are_written_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with patch.object(prove, "installed", return_value=()):
        assert proved("--property", "P4", "--solution", "11", "--out", str(tmp_path)) == 2
    assert len(list(tmp_path.iterdir())) == len(files_of(P4))
    assert "No solver is installed" in capsys.readouterr().err


@pytest.mark.parametrize("says", ["sat", "unsat", "unknown"])
def test_what_is_not_as_expected_has_exit_status_1(says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A solver that says the same to everything: either nothing is proved or nothing is refuted."""

    def run(text: str) -> str:
        names = [line.removeprefix('(echo "').removesuffix('")') for line in text.splitlines() if "(echo " in line]
        return "".join(f'"{name}"\n{says}\n' for name in names)

    with patch.object(prove, "installed", return_value=(Solver("yes-man", "1", run),)):
        assert proved("--property", "P4", "--solution", "11", "--quiet") == 1
    out = capsys.readouterr().out
    assert "NOT as expected" in out
    assert ("is not proved" in out) is (says != "unsat")
    assert ("is not broken by ue-names-another" in out) is (says != "sat")


def test_a_finding_of_the_tie_is_told_with_its_actions(capsys: pytest.CaptureFixture[str]) -> None:
    lame = replace(P4, model=replace(P4.model, actions=tuple(a for a in P4.model.actions if a.name != "activate")))
    with patch.object(prove, "STATEMENTS", (replace(lame, run=(), case=P4.goal, variants=()),)):
        assert proved("--tie", "--most-transitions", "2000", "--quiet") == 1
    assert "is not tied to the nodes: no way of the model leads there, on ordered, after: " in capsys.readouterr().out


def test_wrong_arguments_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert proved("--property", "P5", "--solution", "11") == 2
    assert proved("--property", "P5", "--tie", "--most-transitions", "0") == 2
    assert capsys.readouterr().err.splitlines() == [
        "Nothing to prove: there is no such property of that solution.",
        "Wrong arguments: --most-transitions is 1 or more.",
    ]


def test_it_can_be_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    with patch.object(prove, "prove", side_effect=KeyboardInterrupt):
        assert proved("--property", "P5") == 130
    assert capsys.readouterr().err.endswith("\nStopped.\n")
