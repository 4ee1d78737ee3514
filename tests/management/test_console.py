"""nodes.management.console, as every command has it from manage.py: consoles, pipes and disks that take less."""

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from nodes.management.console import console
from nodes.protocol.options import Setup
from nodes.protocol.runs.trace import to_text
from tests.protocol.aka.test_aka import MILENAGE
from tests.support import golden
from tests.support.golden import RUN, SESSION

TITLE = "Σ-lab → Prüfung"
TRACE = golden.trace_of(TITLE, Setup("test"), *SESSION, RUN)
AKA = ("aka", *(part for name, value in MILENAGE.items() for part in (f"--{name}", value)))
EXPLORE = ("explore", "--property", "P2", "--solution", "12", "--quiet", "--jobs", "1")


def _manage(*arguments: str, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": "", "SYNCSCOPE_ENV": "test", **environment},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


@pytest.fixture
def unread() -> Any:  # noqa: ANN401 - the generator of a fixture.
    """The end of a pipe at whose other end nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.fixture
def trace(tmp_path: Path) -> str:
    path = tmp_path / "trace.json"
    path.write_text(to_text(TRACE), encoding="utf-8")
    return str(path)


@pytest.fixture
def another(tmp_path: Path) -> str:
    """A trace whose result is another one."""
    path = tmp_path / "another.json"
    path.write_text(to_text(replace(TRACE, result="00")), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("cp1252", "?-lab ? Prüfung"), ("ascii", "?-lab ? Pr?fung"), ("utf-8", TITLE), ("ascii:backslashreplace", None)],
)
def test_a_title_is_printed_as_far_as_the_console_can(encoding: str, title: str | None, trace: str) -> None:
    told = _manage("replay", trace, PYTHONIOENCODING=encoding)
    name, _, _ = encoding.partition(":")
    first = told.stdout.decode(name).splitlines()[0]
    assert (told.returncode, told.stderr) == (0, b"")
    # Whoever has chosen what becomes of other characters keeps it.
    assert first == title or (title, first) == (None, r"\u03a3-lab \u2192 Pr\xfcfung")


def test_another_result_keeps_its_status_on_any_console(another: str) -> None:
    assert _manage("replay", another, PYTHONIOENCODING="ascii").returncode == 1


def test_a_file_that_the_console_cannot_name_is_refused_in_a_sentence(tmp_path: Path) -> None:
    told = _manage("replay", str(tmp_path / "Σ.json"), PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stdout, told.stderr.count(b"\n")) == (2, b"", 1)
    assert told.stderr.endswith(b"cannot be read: No such file or directory.\n")


@pytest.mark.parametrize("command", ["aka", "replay", "explore", "demo", "worker"])
def test_help_is_printed_on_an_ascii_console(command: str) -> None:
    told = _manage(command, "--help", PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stderr) == (0, b"")
    assert told.stdout.startswith(b"usage: ")


def test_a_reader_that_goes_away_changes_no_status(unread: int, trace: str, another: str) -> None:
    for arguments, status in (
        (AKA, 0),
        (("aka", "--help"), 0),
        (("replay", trace), 0),
        (("replay", trace, "--json"), 0),
        (("replay", another), 1),
        (EXPLORE, 1),
        (("help",), 0),
    ):
        told = _manage(*arguments, stdout=unread)
        assert (arguments[0], told.returncode, told.stderr) == (arguments[0], status, b"")


def test_unbuffered_output_is_the_same(unread: int) -> None:
    assert _manage(*AKA, PYTHONUNBUFFERED="1").stdout == _manage(*AKA).stdout
    told = _manage(*AKA, stdout=unread, PYTHONUNBUFFERED="1")
    assert (told.returncode, told.stderr) == (0, b"")


def test_an_answer_that_is_lost_is_no_success(trace: str) -> None:
    for arguments in (AKA, ("replay", trace)):
        with Path("/dev/full").open("wb") as full:
            told = _manage(*arguments, stdout=full.fileno())
        assert (told.returncode, told.stderr) == (74, b"The output cannot be written: No space left on device.\n")


def test_closed_outputs_make_no_traceback() -> None:
    script = '"$0" -W error manage.py "$@" >&- 2>&-'
    for arguments, status in ((AKA, 0), (("aka",), 2)):
        told = subprocess.run(
            ["/bin/sh", "-c", script, sys.executable, *arguments], cwd=settings.BASE_DIR, env={"PATH": ""}, check=False
        )
        assert told.returncode == status


def test_an_interruption_is_said() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _WAITING],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
    assert (process.returncode, error) == (130, b"\nStopped.\n")


_WAITING = """
import time
from nodes.management.console import console
with console():
    print("waiting", flush=True)
    time.sleep(60)
"""


class _Raw(io.RawIOBase):
    """A stream that fails from a certain write on."""

    def __init__(self, error: OSError, good: int) -> None:
        self.error, self.good, self.written = error, good, b""

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:  # noqa: ANN401 - any buffer.
        self.good -= 1
        if self.good < 0:
            raise self.error
        self.written += bytes(octets)
        return len(octets)


def _patched(patch: pytest.MonkeyPatch, error: OSError, good: int) -> _Raw:
    raw = _Raw(error, good)
    patch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(raw), "ascii", line_buffering=True))
    patch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), "ascii"))
    return raw


def test_what_comes_before_a_failure_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = _patched(monkeypatch, BrokenPipeError(), good=1)
    with console():
        for line in ("one Σ", "two", "three"):
            sys.stdout.write(f"{line}\n")
    assert raw.written == b"one ?\n"


def test_an_interruption_ends_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    _patched(monkeypatch, BrokenPipeError(), good=1)
    with pytest.raises(SystemExit) as ended, console():
        raise KeyboardInterrupt
    assert ended.value.code == 130


def test_a_failure_that_loses_the_answer_replaces_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    _patched(monkeypatch, OSError(28, "No space left on device"), good=0)
    with pytest.raises(SystemExit) as ended, console():
        sys.stdout.write("one\n")
    assert ended.value.code == 74


def test_streams_of_another_kind_go_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of a program that has no console, which are None."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with console():
        sys.stdout.write(json.dumps("lost"))
        assert not sys.stdout.isatty()
        assert sys.stdout.fileno() > 2
