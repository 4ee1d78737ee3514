"""`manage.py decode`: arguments, what it prints, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class
from hypothesis import given
from hypothesis import strategies as st

from nodes.codec.answers import guti_answer, nas_answer
from nodes.management.decode import main

Captured = pytest.CaptureFixture[str]
ROOT: Path = settings.BASE_DIR
GUTI = "500bf600f110000201030003e6"
EXACTLY_ONE = (
    "Give exactly one of --nas, --guti, --diameter with its octets in hexadecimal digits: decode --help shows how."
)


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a process, in an environment that has nothing else."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={"PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def refused(capsys: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out, captured.err.count("\n")) == (2, "", 1)
    return captured.err.rstrip("\n")


@pytest.mark.parametrize(
    "digits",
    [
        ["075501"],
        ["07:55:01"],
        ["07 55\t01\n"],
        ["07", "55", "01"],
        ["0x075501"],
    ],
)
def test_octets_are_read_as_they_are_copied(digits: list[str], capsys: Captured) -> None:
    main(["--nas", *digits])
    assert json.loads(capsys.readouterr().out) == nas_answer(bytes.fromhex("075501"))


def test_guti_in_one_line(capsys: Captured) -> None:
    main(["--guti", GUTI])
    out = capsys.readouterr().out
    assert json.loads(out) == guti_answer(bytes.fromhex(GUTI))
    assert out.count("\n") == 1


def test_answer_on_a_terminal_is_spread_over_lines(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["--nas", "075501"])
    out = capsys.readouterr().out
    assert out.startswith('{\n  "message": "IDENTITY REQUEST",\n  "clause": "TS 24.301 §8.2.18",\n')


DIGITS = "NAS message is octets, two hexadecimal digits each"
NOT_NAS = "This is no NAS message of this product:"
FORMS = "A GUTI is 10 octets, 12 with its length, or 13 with IEI 50"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--nas", "075"], f"{DIGITS}, got 3 digits: one is missing or too many."),
        (["--nas", "07zz"], f"{DIGITS}, but character 3 is 'z'."),
        (["--nas", "07…"], "NAS message is octets, but what was given is cut off at character 3."),
        (
            ["--nas", ""],
            f"{NOT_NAS} at octet 0, NAS message is 1 octet here, and 0 are left.",
        ),
        (["--guti", "00"], f"This is no GUTI of this product: at octet 0, {FORMS}, got 1."),
        (
            ["--diameter", "01"],
            "This is no Diameter message of this product: at octet 1, Message Length is 3 octets here, and 0 are left.",
        ),
        (
            ["--nas", "0760"],
            f"{NOT_NAS} at octet 1, Message type 60 (EMM STATUS) is none of this product's (TS 24.301 §9.8).",
        ),
        ([], EXACTLY_ONE),
        (["--nas"], EXACTLY_ONE),
        (["--sip", "00"], EXACTLY_ONE),
        (["--na", "075501"], EXACTLY_ONE),
        (["075501"], EXACTLY_ONE),
        (["--nas", "075501", "--guti", GUTI], EXACTLY_ONE),
        (["--nas", "075501", "--nas", "075501"], EXACTLY_ONE),
    ],
)
def test_what_is_refused_is_said_in_one_sentence(arguments: list[str], sentence: str, capsys: Captured) -> None:
    assert refused(capsys, *arguments) == sentence


@given(st.sampled_from(["--nas", "--guti", "--diameter"]), st.text(max_size=20) | st.binary(max_size=30).map(bytes.hex))
def test_any_text_is_answered_or_refused(option: str, text: str) -> None:
    try:
        main([f"{option}={text}"])
    except SystemExit as ended:
        assert ended.code == 2  # noqa: PT017 (most texts are refused, some are not)


def test_help_of_the_command_has_its_examples(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "python manage.py decode --nas 075501" in capsys.readouterr().out


def test_django_lists_the_command(capsys: Captured) -> None:
    command = load_command_class("nodes", "decode")
    command.run_from_argv(["manage.py", "decode", "--guti", GUTI])
    command.print_help("manage.py", "decode")
    assert capsys.readouterr().out.startswith('{"mcc": "001"')


def test_it_needs_no_settings() -> None:
    done = process("decode", "--guti", GUTI)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["m_tmsi"]) == (0, "", "030003e6")
    assert process("help", "decode").stdout == process("decode", "--help").stdout
    wrong = process("decode", "--nas", "0x")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)
