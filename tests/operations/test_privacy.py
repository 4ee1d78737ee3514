"""core.privacy: what a run keeps is for the account that runs it."""

import os
from pathlib import Path

import pytest

from core import environment
from core.privacy import make_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_new_folder_is_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "var"
    make_private(folder)

    assert mode(folder) == 0o700


def test_folder_that_was_open_is_closed_with_what_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    names = ("secret-key", "syncscope.sqlite3", "syncscope.sqlite3-wal")
    for name in names:
        (folder / name).touch(0o644)
    (folder / "static").mkdir(mode=0o755)

    make_private(folder)

    assert mode(folder) == 0o700
    assert {mode(folder / name) for name in names} == {0o600}
    assert mode(folder / "static") == 0o755


def test_folder_of_others_is_left_as_it_is(tmp_path: Path) -> None:
    """SYNCSCOPE_DATA_DIR may name any: nobody's home, and not /tmp, is closed for a mistyped name."""
    (theirs := tmp_path / "theirs").mkdir(mode=0o755)
    (shared := tmp_path / "shared").mkdir()
    (shared / "secret-key").touch(0o644)
    shared.chmod(0o1777)

    make_private(theirs)
    make_private(shared)

    assert (mode(theirs), mode(shared)) == (0o755, 0o1777)
    assert mode(shared / "secret-key") == 0o600


def test_demo_keeps_its_secret_and_its_database_in_a_closed_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    environment.secret_key("demo", tmp_path / "one")
    environment.database("demo", tmp_path / "two")

    assert (mode(tmp_path / "one"), mode(tmp_path / "two")) == (0o700, 0o700)
    assert mode(tmp_path / "one" / "secret-key") == 0o600


def test_database_elsewhere_is_in_a_folder_as_the_account_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'here' / 'x.sqlite3'}")
    environment.database("demo", tmp_path / "var")
    (usual := tmp_path / "usual").mkdir()

    assert mode(tmp_path / "here") == mode(usual)


def test_what_belongs_to_another_account_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    (folder / "secret-key").touch(0o644)
    me = os.geteuid()
    monkeypatch.setattr("core.privacy.os.geteuid", lambda: me + 1)

    make_private(folder)

    assert (mode(folder), mode(folder / "secret-key")) == (0o755, 0o644)
