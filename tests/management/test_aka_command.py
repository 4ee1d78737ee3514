"""`manage.py aka`: arguments, files and standard input, what it prints, what it needs and leaves."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import load_command_class
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nodes.management.aka import main
from nodes.management.aka_arguments import given_values
from nodes.protocol.aka.answer import answer
from nodes.protocol.aka.options import ALL_OPTIONS
from tests.protocol.aka.test_aka import CAPTURED, MILENAGE
from tests.protocol.aka.test_aka_refused import SECRET, mutated, repeats_secret

Captured = pytest.CaptureFixture[str]
ROOT: Path = settings.BASE_DIR


def _arguments(options: dict[str, str]) -> list[str]:
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def _process(
    *arguments: str, cwd: Path = ROOT, encoding: str = "utf-8", stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process, in an environment that has nothing else."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=cwd,
        env={"PATH": "", **environment},
        input=stdin,
        capture_output=True,
        encoding=encoding,
        check=False,
    )


def _refused(capsys: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert captured.err.endswith(".\n")
    return captured.err.rstrip("\n")


def test_one_json_object_in_a_line(capsys: Captured) -> None:
    main(_arguments(MILENAGE))
    captured = capsys.readouterr()
    assert (json.loads(captured.out), captured.err, captured.out.count("\n")) == (answer(MILENAGE), "", 1)
    assert captured.out.isascii()


def test_a_terminal_gets_a_line_for_each_value(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(_arguments({**MILENAGE, "amf": "0000", "plmn": "99999"}))
    out = capsys.readouterr().out
    assert out.startswith('{\n  "opc": "cd63cb71954a9f4e48a5994e37a02baf",\n')
    assert "(TS 33.401 §6.1.1)" in out
    assert json.loads(out)["amf"] == "0000"


def test_a_wrong_mac_ends_with_status_0() -> None:
    told = _process("aka", *_arguments({**CAPTURED, "autn": "00" * 16}))
    assert (told.returncode, told.stderr, json.loads(told.stdout)["mac_ok"]) == (0, "", False)


# Where values come from


def test_values_come_from_files(tmp_path: Path, capsys: Captured) -> None:
    files = {name: tmp_path / name for name in ("k", "op", "rand", "sqn")}
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        for name, file in files.items():
            file.write_text(f"{name}: {MILENAGE[name]}\r\n", encoding=encoding)
        main(_arguments({**MILENAGE, **{name: f"@{file}" for name, file in files.items()}}))
        assert json.loads(capsys.readouterr().out) == answer(MILENAGE)


def test_one_value_comes_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "op"
    file.write_text(MILENAGE["op"])
    told = _process("aka", *_arguments({**MILENAGE, "k": "-", "op": f"@{file}"}), stdin=f"{MILENAGE['k']}\n")
    assert (json.loads(told.stdout), told.stderr) == (answer(MILENAGE), "")


def test_a_terminal_ends_a_value_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO(f"{MILENAGE['k']}\nnot read".encode()))
    monkeypatch.setattr(text, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", text)
    assert given_values(["--k", "-"]) == {"k": f"{MILENAGE['k']}\n"}


def test_two_values_from_standard_input_are_refused(capsys: Captured) -> None:
    assert _refused(capsys, "--k", "-", "--op=-") == (
        "--k and --op: standard input holds one value; read the others from files, with @FILE."
    )


def test_a_closed_standard_input_is_said(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert _refused(capsys, "--k", "-") == "--k: standard input cannot be read: it is closed."


def test_what_is_no_value_in_a_file_is_refused(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / SECRET
    assert _refused(capsys, "--k", f"@{file}") == "--k: the file cannot be read: No such file or directory."
    assert _refused(capsys, "--k", f"@{tmp_path}") == "--k: the file cannot be read: Is a directory."
    assert _refused(capsys, "--k", "@a\0b") == "--k: the file cannot be read: it has no such name."
    file.write_bytes(b"\x8b\xaf\x47\x3f")
    sentence = "--k: what was read is no text: the digits are wanted, not the octets themselves."
    assert _refused(capsys, "--k", f"@{file}") == sentence
    file.write_bytes(b"0" * 65 * 1024)
    assert _refused(capsys, "--k", f"@{file}") == "--k: more than 64 kB are no value."
    assert _refused(capsys, "--k", "@/dev/zero") == "--k: more than 64 kB are no value."


def test_the_name_of_an_as_is_taken_as_it_is() -> None:
    for name in ("-", "--", "@home", "Prüfung"):
        assert given_values([f"--as-name={name}"]) == {"as-name": name}


def test_a_name_typed_in_utf_8_is_utf_8_on_an_ascii_console() -> None:
    options = _arguments({"k-asme": "00" * 32, "as-name": "Prüfung"})
    told = _process("aka", *options, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert json.loads(told.stdout) == answer({"k-asme": "00" * 32, "as-name": "Prüfung"})
    name = "Prüfung".encode().decode("ascii", "surrogateescape")
    assert given_values(["--as-name", os.fsdecode(os.fsencode(name))]) == {"as-name": "Prüfung"}
    assert given_values(["--as-name", name]) == {"as-name": "Prüfung"}


# What is refused

NO_OPTION = "is no option and no option's value: aka --help shows the options."
MISTYPED = {
    "a short name": (["--ki", SECRET], "--ki is no option of aka: did you mean --k? K is 16 or 32 octets"),
    "a long name": (["--key", SECRET], "--key is no option of aka: did you mean --k? K is 16 or 32 octets"),
    "a value in one": ([f"--ki={SECRET}"], "--ki is no option of aka: did you mean --k? K is 16"),
    "an underscore": (["--k_asme", SECRET], "--k_asme is no option of aka: did you mean --k-asme? K_ASME is 32"),
    "a capital": (["--RAND", SECRET], "--RAND is no option of aka: did you mean --rand? RAND is 16"),
    "an abbreviation": (["--ran", SECRET], "--ran is no option of aka: did you mean --rand? RAND is 16"),
    "an abbreviation with its value": ([f"--ran={SECRET}"], "--ran is no option of aka: did you mean --rand? RAND"),
    "one hyphen": (["-k", SECRET], "-k is no option of aka: did you mean --k? K is 16"),
    "nothing alike": (["--verbosity", "9"], "--verbosity is no option of aka: aka --help shows the options."),
    "no space": ([f"--k{SECRET}"], f"Argument 1 of aka {NO_OPTION}"),
    "no space, one hyphen": ([f"-k{SECRET}"], f"Argument 1 of aka {NO_OPTION}"),
    "a key as a name": (["--deadbeefcafe", "x"], f"Argument 1 of aka {NO_OPTION}"),
    "a key alone": ([SECRET], f"Argument 1 of aka {NO_OPTION}"),
    "a key behind a value": (["--k", "00", SECRET], f"Argument 3 of aka {NO_OPTION}"),
    "a key in two words": (["--k", SECRET[:16], SECRET[16:]], f"Argument 3 of aka {NO_OPTION}"),
    "behind two hyphens": (["--", SECRET], "Argument "),
    "a name with a line break": (["--k\n", SECRET], f"Argument 1 of aka {NO_OPTION}"),
    "hyphens alone": (["-----", SECRET], f"Argument 1 of aka {NO_OPTION}"),
    "a line break": (["a\nb"], f"Argument 1 of aka {NO_OPTION}"),
    "nothing": ([""], f"Argument 1 of aka {NO_OPTION}"),
    "a value for help": ([f"--help={SECRET}"], "The options are not understood: aka --help shows the options."),
    "no value": (["--k"], "--k has no value: K is 16 or 32 octets"),
    "no value before another": (["--k", "--op", SECRET], "--k has no value: K is 16 or 32 octets"),
    "two hyphens as a value": (["--k-asme=--"], "--k-asme: K_ASME is 32 octets (TS 33.401 §A.2), got 0."),
    "twice": (["--k", SECRET, "--k", SECRET], "--k is given twice."),
    "a wrong value": (["--algorithm", SECRET], "--algorithm is unknown: the algorithm is milenage or tuak."),
}


@pytest.mark.parametrize(("arguments", "sentence"), MISTYPED.values(), ids=MISTYPED)
def test_what_is_mistyped_is_named_and_no_value_repeated(arguments: list[str], sentence: str, capsys: Captured) -> None:
    told = _refused(capsys, *arguments)
    assert told.startswith(sentence)
    assert not repeats_secret(told)


@hypothesis_settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([*(f"--{name}" for name in ALL_OPTIONS), "--ki", "--", "-", "-k", "@", f"--k={SECRET}", "--="])
        | mutated()
        | mutated().map("--".__add__)
        | mutated().map("--kay=".__add__)
        | st.text(max_size=20),
        max_size=8,
    )
)
def test_any_arguments_are_answered_or_refused_without_repeating_a_secret(arguments: list[str]) -> None:
    error = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", error)
        patch.setattr(sys, "stdout", io.StringIO())
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SECRET.encode())))
        with suppress(SystemExit):
            main(arguments)
    assert not repeats_secret(error.getvalue())


# What it needs, and what it leaves


def test_it_needs_no_settings_no_database_and_no_folder(tmp_path: Path) -> None:
    """Not even those that every other command needs; and it leaves nothing."""
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    (tmp_path / "file").write_text("")
    environments = (
        {"SYNCSCOPE_ENV": "production"},
        {"SYNCSCOPE_DATA_DIR": str(folder / "var")},
        {"SYNCSCOPE_DATA_DIR": str(tmp_path / "file" / "var")},
        {"SYNCSCOPE_ENV": "no such", "DATABASE_URL": "mysql://", "DJANGO_SETTINGS_MODULE": "none.at.all"},
        {"SYNCSCOPE_DATA_DIR": str(tmp_path / "new")},
    )
    for environment in environments:
        for arguments in (["aka", *_arguments(MILENAGE)], ["aka", "--help"], ["help", "aka"]):
            told = _process(*arguments, cwd=tmp_path, **environment)
            assert (told.returncode, told.stderr) == (0, "")
            assert told.stdout
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "read-only"]
    assert list(folder.iterdir()) == []


def test_it_does_not_wait_for_django() -> None:
    """Its import takes longer than the answer."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "manage.py", "aka", *_arguments(MILENAGE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "nodes.protocol.aka.answer" in imported
    assert [name for name in imported if name.partition(".")[0] in {"django", "core", "asyncio"}] == []


def test_it_is_found_where_commands_are_looked_for(capsys: Captured) -> None:
    command = load_command_class("nodes", "aka")
    command.print_help("manage.py", "aka")
    helped = capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert (helped, ended.value.code) == (capsys.readouterr().out, 0)
    command.run_from_argv(["manage.py", "aka", *_arguments(MILENAGE)])
    assert json.loads(capsys.readouterr().out) == answer(MILENAGE)
    assert "\n    aka\n" in _process("help").stdout


# Its help


def _examples() -> list[tuple[str, dict[str, Any]]]:
    """Each example of the help as a person reads it: the command, and what it gives."""
    told = _process("aka", "--help", COLUMNS="100").stdout
    found = re.findall(r"^    ((?:echo|python) (?:.|\n)*?)\n    gives ((?:.|\n)*?)\n(?=\n|$)", told, re.MULTILINE)
    return [(command, json.loads(f"{{{given}}}")) for command, given in found]


def test_help_has_six_examples_that_give_what_they_say() -> None:
    examples = _examples()
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    assert len(examples) == 6
    assert all(len(line) <= 120 for command, _ in examples for line in command.splitlines())
    for command, expected in examples:
        told = subprocess.run(
            ["/bin/sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        found = json.loads(told.stdout)
        assert {name: found[name] for name in expected} == expected
        assert expected
    first, last = examples[0], examples[-1]
    assert (first[1]["mac_ok"], "k_asme" in last[1]) == (True, True)


def test_help_names_every_option() -> None:
    told = _process("aka", "--help").stdout
    assert [name for name in ALL_OPTIONS if f"  --{name} VALUE" not in told] == []
    assert "a key is in no list of processes" in told


def test_the_example_of_the_readme_gives_k_app() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\.venv/bin/(python manage\.py aka (?:[^\\\n]|\\\n)*)$", readme, re.MULTILINE)
    assert commands
    for command in commands:
        told = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=ROOT,
            env={"PATH": f"{Path(sys.executable).parent}:{os.defpath}"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(told.stdout)["reasons"].keys() <= {"k_app", "hint"}
