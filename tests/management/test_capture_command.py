"""`manage.py capture`."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from nodes.capture.capture import of_trace
from nodes.labs.forks import export_trace
from nodes.labs.labs import create_lab, seen_of
from nodes.labs.services import take_all
from nodes.management.commands import capture
from nodes.management.commands.capture import Command
from nodes.protocol.options import Setup
from nodes.protocol.runs.trace import Trace, to_text
from nodes.protocol.world import actions
from tests.support import golden
from tests.support.golden import RUN, SESSION
from tests.support.protocol import ATTACH, TO_MME

TRACE = golden.trace_of("A session", Setup("golden"), *SESSION, RUN)
Captured = pytest.CaptureFixture[bytes]


def captured(*arguments: str) -> None:
    Command().run_from_argv(["manage.py", "capture", *arguments])


def refused(output: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        captured(*arguments)
    found = output.readouterr()
    assert (ended.value.code, found.out, found.err.count(b"\n")) == (2, b"", 1)
    return found.err.decode().rstrip("\n")


def written(directory: Path, trace: Trace) -> str:
    path = directory / "trace.json"
    path.write_text(to_text(trace), encoding="utf-8")
    return str(path)


def test_trace_file_becomes_a_capture(tmp_path: Path, capsysbinary: Captured) -> None:
    captured(written(tmp_path, TRACE))
    assert capsysbinary.readouterr() == (of_trace(TRACE), b"")


@pytest.mark.django_db
def test_lab_becomes_a_capture(capsysbinary: Captured) -> None:
    lab = create_lab(Setup("golden"), title="Mine").lab
    take_all(lab.key, (ATTACH, actions.Deliver(*TO_MME)), seen_of(lab))
    call_command("capture", lab.key)
    assert capsysbinary.readouterr().out == of_trace(export_trace(lab.key))


@pytest.mark.django_db
def test_key_of_no_lab_is_refused(capsysbinary: Captured) -> None:
    gone = "No lab has this address; it may have ended after a long time without use"
    assert refused(capsysbinary, "nolab") == f"'nolab' is no trace file, and no lab to be captured: {gone}."


def test_database_that_does_not_answer_is_said(capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_key: str) -> Trace:
        raise OperationalError("no such table")

    monkeypatch.setattr(capture, "export_trace", away)
    sentence = "'nolab' is no trace file, and no database says whether it is a lab: no such table."
    assert refused(capsysbinary, "nolab") == sentence


def test_file_that_is_no_trace_is_refused(tmp_path: Path, capsysbinary: Captured) -> None:
    path = tmp_path / "no.json"
    path.write_text("{}", encoding="utf-8")
    assert refused(capsysbinary, str(path)) == "This is no trace: expected a JSON object with the key 'format'."


def test_run_that_cannot_be_taken_again_is_refused(tmp_path: Path, capsysbinary: Captured) -> None:
    wrong = replace(TRACE, actions=(actions.Deliver(*TO_MME),), captions=())
    sentence = "This run cannot be taken again, so there is nothing to capture: "
    why = "No message at position 0 from ue-1 to mme-1"
    assert refused(capsysbinary, written(tmp_path, wrong)) == f"{sentence}{why}."
    older = written(tmp_path, replace(wrong, model=1))
    assert refused(capsysbinary, older) == f"{sentence}{why}; it was made by model version 1."


def test_terminal_gets_no_octets(tmp_path: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    sentence = "A capture is octets and not text: write it to a file, with > file.pcapng."
    assert refused(capsysbinary, written(tmp_path, TRACE)) == sentence
