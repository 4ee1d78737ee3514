"""core.preflight: what keeps a server, a worker or a command from starting, each in one sentence with what to do."""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from core.preflight import checks, refusals
from core.preflight.refusals import CannotStart
from tests.support.operations import free_port
from tests.support.serve import manage

STATIC = "lacks static files of this version: run python manage.py collectstatic --no-input."


def in_one_sentence(folder: Path, *arguments: str, **environment: str) -> str:
    """What the command says when it refuses: a line of stderr, no traceback, exit status 1."""
    ran = manage(folder, *arguments, **environment)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.count("\n") == 1
    return ran.stderr.strip()


def not_a_database(folder: Path) -> str:
    (folder / "syncscope.sqlite3").write_text("This is a text, and longer than a header of SQLite. " * 40, "ascii")
    return f"{folder}/syncscope.sqlite3 is not an SQLite database, or is damaged: replace it with a backup"


def damaged(folder: Path) -> str:
    file = folder / "syncscope.sqlite3"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        database.executemany("INSERT INTO django_migrations (app) VALUES (?)", [("x" * 500,)] * 200)
    database.close()
    octets = bytearray(file.read_bytes())
    octets[8192:40960] = bytes(32768)
    file.write_bytes(octets)
    return f"{file} is not an SQLite database, or is damaged: replace it with a backup"


def a_folder_in_its_place(folder: Path) -> str:
    (folder / "syncscope.sqlite3").mkdir()
    return f"{folder}/syncscope.sqlite3 cannot be used (unable to open database file): give this user"


def an_empty_one(_folder: Path) -> str:
    return "The database is not of this version: run python manage.py migrate."


@pytest.mark.parametrize("make", [not_a_database, damaged, a_folder_in_its_place, an_empty_one])
def test_a_database_that_cannot_be_used_is_named(tmp_path: Path, make: Callable[[Path], str]) -> None:
    sentence = make(tmp_path)

    assert in_one_sentence(tmp_path, "worker", SYNCSCOPE_ENV="demo").startswith(sentence)


def test_a_command_says_so_too(tmp_path: Path) -> None:
    sentence = not_a_database(tmp_path)

    assert in_one_sentence(tmp_path, "migrate").startswith(sentence)


def test_static_files_that_are_not_collected_are_said_before_the_first_page(tmp_path: Path) -> None:
    assert in_one_sentence(tmp_path, "serve") == f"{tmp_path}/static {STATIC}"
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{ no JSON", encoding="ascii")
    assert in_one_sentence(tmp_path, "serve") == f"{tmp_path}/static {STATIC}"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"LOG_LEVEL": "foo"}, "LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got 'foo'."),
        ({"PORT": "web"}, "PORT is a whole number of at least 0, got 'web'."),
        ({"SYNCSCOPE_PROCESSES": "0"}, "SYNCSCOPE_PROCESSES is a whole number of at least 1, got '0'."),
        ({"SECRET_KEY": "x"}, "SECRET_KEY can be guessed; production needs one of 50 or more random characters."),
        ({"SYNCSCOPE_DATA_DIR": "/dev/null/var"}, "/dev/null/var cannot be used, not a directory: give this user"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_value_that_is_none_is_named(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    assert in_one_sentence(tmp_path, "serve", **environment).startswith(sentence)


def test_a_traceback_is_shown_to_whoever_asks_for_it(tmp_path: Path) -> None:
    ran = manage(tmp_path, "check", "--traceback", LOG_LEVEL="foo")

    assert ran.returncode == 1
    assert "Traceback" in ran.stderr


def test_a_server_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    assert in_one_sentence(tmp_path, "worker", DATABASE_URL=f"postgresql://lab:s3cret@127.0.0.1:{port}/lab") == (
        f'The database of DATABASE_URL does not answer (connection failed: connection to server at "127.0.0.1", port '
        f"{port} failed: Connection refused): start it, or change DATABASE_URL."
    )
    for host in (f"redis://:s3cret@127.0.0.1:{port}/0", {"address": f"redis://:s3cret@127.0.0.1:{port}/0"}):
        settings.CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [host]}}}
        with pytest.raises(CannotStart, match=rf"^Redis at 127\.0\.0\.1:{port} does not answer \(.*refused") as refusal:
            checks.check_redis()
        assert "s3cret" not in str(refusal.value)


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    """Static files as production collects them."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_a_static_file_that_is_gone_is_said(collected: Path) -> None:
    checks.check_static_files()
    next(collected.glob("css/base.*.css")).unlink()

    with pytest.raises(CannotStart, match=f"^{collected} lacks static files"):
        checks.check_static_files()


@pytest.mark.django_db(transaction=True)
def test_a_database_of_this_version_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    checks.check_server()
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one more"])

    with pytest.raises(CannotStart, match=r"^The database is not of this version: run python manage\.py migrate\.$"):
        checks.check_server()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CannotStart("why"), "why"),
        (ImproperlyConfigured("what"), "what"),
        (OSError(errno.EROFS, "x", "/srv/a"), "/srv/a cannot be used, read-only file system: give this user the right"),
        (OSError(errno.ENOSPC, "x", "/srv/a"), "/srv/a cannot be used, no space left on device: free some space,"),
        (OSError(errno.EPIPE, "x"), None),
        (ValueError("a fault of ours"), None),
        (IntegrityError("UNIQUE constraint failed"), None),
    ],
    ids=repr,
)
def test_what_can_be_mended_has_a_sentence_and_a_fault_has_none(error: Exception, sentence: str | None) -> None:
    said = refusals.sentence_of(error)

    assert (said or "").startswith(sentence or "")
    assert (said is None) is (sentence is None)


@pytest.mark.parametrize(
    ("words", "vendor", "begins"),
    [
        ("no such table: nodes_lab", "sqlite", refusals.MIGRATE),
        ('relation "nodes_lab" does not exist\nLINE 1', "postgresql", refusals.MIGRATE),
        ("database disk image is malformed", "sqlite", "lab.sqlite3 is not an SQLite database, or is damaged: "),
        ("attempt to write a readonly database", "sqlite", "lab.sqlite3 cannot be used (attempt to write"),
        ("database is locked", "sqlite", "lab.sqlite3 is busy with another process: "),
        ("syntax error", "sqlite", None),
        ("deadlock detected", "postgresql", None),
        (
            'connection failed: FATAL:  database "lab" does not exist',
            "postgresql",
            'The database of DATABASE_URL does not answer (connection failed: FATAL:  database "lab" does not exist):',
        ),
    ],
)
def test_what_databases_say_is_said_in_our_words(words: str, vendor: str, begins: str | None) -> None:
    said = refusals.database(DatabaseError(words), vendor, "lab.sqlite3")

    assert (said or "").startswith(begins or "")
    assert (said is None) is (begins is None)


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"^ours$"), refusals.one_sentence():
        raise ValueError("ours")
    with pytest.raises(SystemExit) as ended, refusals.one_sentence():
        raise OperationalError("no such table: nodes_lab" if connection.vendor == "sqlite" else "x does not exist")
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{refusals.MIGRATE}{os.linesep}"
