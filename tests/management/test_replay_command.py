"""`manage.py replay`."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from nodes.management.commands.replay import Command
from nodes.protocol.messages import commands
from nodes.protocol.options import SCEF, ActiveWhen, MTMSIReuse, Options, Setup, Solution
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.properties.verdict import judge
from nodes.protocol.runs.trace import MODEL_VERSION, MOST_OCTETS, Trace, replay, to_text
from nodes.protocol.world import actions
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from tests.support import golden
from tests.support.golden import RUN, SESSION, TO_SCEF
from tests.support.protocol import ASK, ATTACH, DETACH, REAUTHENTICATE, SEND_READING, TO_MME, TO_UE, command, take

Captured = pytest.CaptureFixture[str]

LATE = golden.trace_of(
    "A late push",
    Setup("test"),
    *(*SESSION, actions.Hold(*TO_SCEF), REAUTHENTICATE, RUN, ASK, RUN, SEND_READING, RUN),
)


def _run_command(*arguments: str) -> int:
    """The exit status of the command."""
    try:
        Command().run_from_argv(["manage.py", "replay", *arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _file(directory: Path, trace: Trace) -> str:
    path = directory / "trace.json"
    path.write_text(to_text(trace), encoding="utf-8")
    return str(path)


def _lines(tmp_path: Path, capsys: Captured, trace: Trace) -> tuple[int, list[str]]:
    status = _run_command(_file(tmp_path, trace))
    captured = capsys.readouterr()
    assert captured.err == ""
    return status, captured.out.splitlines()


def test_a_replay_is_told_in_lines(tmp_path: Path, capsys: Captured) -> None:
    status, lines = _lines(tmp_path, capsys, LATE)
    guti = next(line for line in lines if line.startswith("  ue-1: ")).split()[3].rstrip(",")
    broken = [
        f"  {each.property.value} at step {each.step} for ue-1: {each.reason}"
        for each in replay(LATE).observation.broken
    ]
    assert status == 0
    assert lines == [
        "A late push",
        "Set-up: solution 12; 1 UE, 1 MME, 1 AS, seed 'test'",
        f"Actions: {len(LATE.actions)} of {len(LATE.actions)} taken",
        f"Model version: {MODEL_VERSION}, this one's",
        "State:",
        "  hss: 999990000000001: AVs made: 3, SQN 000000000063",
        f"  scef: 999990000000001: pairs: 3, ACTIVE: AV 1, GUTI {guti}",
        "  third-party: nothing",
        f"  mme-1: 999990000000001: registered, GUTI {guti}, active: AV 2",
        "  as-1: session 1 of ue-1: Ks of AV 1, GUTIs learned: 1",
        f"  ue-1: EMM-REGISTERED, GUTI {guti}, Ks of AV 2",
        "  in flight mme-1 > scef: 1",
        "  push answer at mme-1 for 999990000000001: 10 s remain",
        "  held: mme-1 > scef",
        "Verdicts:",
        "  ue-1, as-1: IN TRANSIT (UE AV 2, network AV 1, AS AV 1, harm 1): " + _reason(LATE),
        "Properties broken:",
        *broken,
        f"Result: {LATE.result}, equal to the file's",
    ]
    assert [line.split()[0] for line in broken] == ["P2", "P2q", "P3"]


def _reason(trace: Trace) -> str:
    return judge(replay(trace).world, "ue-1", "as-1").reason


def test_an_empty_trace_is_told(tmp_path: Path, capsys: Captured) -> None:
    options = Options(Solution.PULL, ActiveWhen.RES_VERIFIED, named_key=True)
    status, lines = _lines(tmp_path, capsys, Trace("", Setup("test", options, ues=2), (), "00"))
    assert status == 1
    assert lines[:4] == [
        "Without a title",
        "Set-up: solution 11; active_when res-verified; named_key on; 2 UE, 1 MME, 1 AS, seed 'test'",
        "Actions: 0 of 0 taken",
        f"Model version: {MODEL_VERSION}, this one's",
    ]
    assert lines[-3:-1] == ["Verdicts: none", "Properties broken: none"]
    assert lines[-1].endswith(", the file has 00")


def test_nodes_of_every_kind_and_of_other_ues_are_told(tmp_path: Path, capsys: Captured) -> None:
    """Open transactions of solution 11, an errand of the third party, a UE without a GUTI, a procedure that runs."""
    setup = Setup("test", Options(Solution.PULL), ues=3)
    third = command("as-1", commands.AskForKey("ue-1", through_third_party=True))
    second = command("ue-2", commands.Attach("mme-1"))
    to_second = actions.Hold("mme-1", "ue-2")
    wanted = (to_second, actions.Hold(*TO_SCEF), *SESSION, third, second, RUN, actions.Arm(*TO_MME, LinkFault.LOSE))
    status, lines = _lines(tmp_path, capsys, golden.trace_of("", setup, *wanted))
    assert status == 0
    assert lines[5:9] == [
        "  hss: 999990000000001: AVs made: 3, SQN 000000000063",
        "  hss: 999990000000002: AVs made: 3, SQN 000000000063",
        "  scef: open request as-1/ue-1.1",
        "  scef: open request as-1/ue-1.2",
    ]
    assert "  third-party: open errand as-1/ue-1.2" in lines
    assert [line.rpartition(", ")[2] for line in lines if "not registered" in line] == ["authentication"]
    assert "  ue-2: EMM-REGISTERED-INITIATED, GUTI none, Ks of no AV" in lines
    assert "  armed: ue-1 > mme-1 lose-next" in lines
    assert not [line for line in lines if "ue-3" in line]


def test_an_av_that_came_without_its_rand_and_a_parked_push_are_told(tmp_path: Path, capsys: Captured) -> None:
    move = command("ue-1", commands.UpdateTrackingArea("mme-2"))
    _, lines = _lines(tmp_path, capsys, golden.trace_of("", Setup("test", mmes=2), *SESSION, move, RUN))
    assert [line.rpartition(", ")[2] for line in lines if line.startswith("  mme-2: ")] == [
        "active: an AV without its RAND"
    ]
    parked = golden.trace_of("", Setup("test"), actions.Hold("hss", SCEF), ATTACH, RUN)
    _, lines = _lines(tmp_path, capsys, parked)
    assert [line.rpartition(", ")[2] for line in lines if line.startswith("  scef: ")] == ["a push is parked"]


def test_the_key_of_another_ue_is_told_by_its_imsi(tmp_path: Path, capsys: Captured) -> None:
    _, lines = _lines(tmp_path, capsys, _reused_m_tmsi())
    assert "  as-1: session 1 of ue-1: Ks of AV 1 of 999990000000002, GUTIs learned: 1" in lines


def _reused_m_tmsi() -> Trace:
    setup = Setup("test", Options(m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), ues=2)
    return golden.trace_of("", setup, *SESSION, DETACH, RUN, command("ue-2", commands.Attach("mme-1")), RUN, ASK, RUN)


def test_a_refused_action_and_another_model_are_told(tmp_path: Path, capsys: Captured) -> None:
    trace = Trace("Old", Setup("test"), (ATTACH, actions.Drop(*TO_UE)), "00", model=MODEL_VERSION - 1)
    status, lines = _lines(tmp_path, capsys, trace)
    assert status == 1
    assert lines[2:4] == [
        "Actions: 1 of 2 taken; refused was action 2: Drop mme-1 > ue-1: No message at position 0 from mme-1 to ue-1",
        f"Model version: {MODEL_VERSION - 1}, this one's is {MODEL_VERSION}: the same actions may lead elsewhere",
    ]


def test_texts_of_a_file_do_not_speak_to_the_terminal(tmp_path: Path, capsys: Captured) -> None:
    _, lines = _lines(tmp_path, capsys, replace(LATE, title="One\nline\x1b[2J"))
    assert lines[0] == "One\ufffdline\ufffd[2J"


def test_json_is_one_object(tmp_path: Path, capsys: Captured) -> None:
    assert _run_command(_file(tmp_path, LATE), "--json") == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    world = take(first_world(LATE.setup), *LATE.actions)
    assert (from_plain(World, told.pop("state")), captured.out.count("\n"), captured.err) == (world, 1, "")
    (verdict,) = told.pop("verdicts")
    av_1, av_2 = ({"imsi": "999990000000001", "number": number} for number in (1, 2))
    assert verdict == {
        "ue": "ue-1",
        "application_server": "as-1",
        "word": "IN TRANSIT",
        "vectors": {"ue": av_2, "network": av_1, "application_server": av_1},
        "mends": False,
        "harm": 1,
        "reason": _reason(LATE),
    }
    assert [(each["property"], each["ue"], sorted(each)) for each in told.pop("broken")] == [
        (name, "ue-1", ["property", "reason", "step", "ue"]) for name in ("P2", "P2q", "P3")
    ]
    assert told == {
        "title": "A late push",
        "model": MODEL_VERSION,
        "same_model": True,
        "actions": len(LATE.actions),
        "taken": len(LATE.actions),
        "refusal": None,
        "result": LATE.result,
        "expected": LATE.result,
        "matches": True,
    }


def test_a_dash_reads_standard_input(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(to_text(LATE).encode())))
    assert _run_command("-") == 0
    assert capsys.readouterr().out.startswith("A late push\n")


def test_a_closed_standard_input_is_said(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert _run_command("-") == 2
    assert capsys.readouterr() == ("", "Standard input cannot be read: it is closed.\n")


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"{", "This is not JSON: Expecting property name enclosed in double quotes in line 1, column 2.\n"),
        (b"\xff", "This file is no trace: it is not UTF-8 text.\n"),
        (to_text(LATE).encode("utf-16-le"), "This file is no trace: it is not UTF-8 text.\n"),
        (b" " * (MOST_OCTETS + 2), "This trace is too long: 4 MB are allowed.\n"),
    ],
    ids=["no JSON", "no text", "UTF-16 without a byte order mark", "too long"],
)
def test_a_file_that_is_no_trace_is_refused(tmp_path: Path, capsys: Captured, octets: bytes, sentence: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(octets)
    assert _run_command(str(path)) == 2
    assert capsys.readouterr() == ("", sentence.format(path))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, capsys: Captured) -> None:
    assert _run_command(str(tmp_path / "none")) == 2
    assert capsys.readouterr() == ("", f"'{tmp_path}/none' cannot be read: No such file or directory.\n")
    assert _run_command(str(tmp_path)) == 2
    assert capsys.readouterr() == ("", f"'{tmp_path}' cannot be read: Is a directory.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Wrong arguments: the following arguments are required: file.\n"),
        (("one", "two"), "Wrong arguments: unrecognized arguments: two.\n"),
        (("one", "--js"), "Wrong arguments: unrecognized arguments: --js.\n"),
    ],
    ids=["none", "two", "abbreviated"],
)
def test_bad_arguments_are_refused_in_one_sentence(capsys: Captured, arguments: tuple[str, ...], sentence: str) -> None:
    assert _run_command(*arguments) == 2
    assert capsys.readouterr() == ("", sentence)


def test_it_needs_no_database(tmp_path: Path) -> None:
    """Not even one that could be opened, nor migrations."""
    told = subprocess.run(
        [sys.executable, "manage.py", "replay", _file(tmp_path, LATE)],
        cwd=settings.BASE_DIR,
        env={"DATABASE_URL": "sqlite:////nowhere/db.sqlite3", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
