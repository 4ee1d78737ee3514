"""Every setting that a deployment may change."""

import re
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer
from django.core.exceptions import ImproperlyConfigured

from core import environment


def refuses(sentence: str) -> "pytest.RaisesExc[ImproperlyConfigured]":
    return pytest.raises(ImproperlyConfigured, match=f"^{re.escape(sentence)}$")


@pytest.mark.parametrize(("text", "value"), [("1", True), ("True", True), ("off", False), ("", False)])
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, text: str, *, value: bool) -> None:
    monkeypatch.setenv("DEBUG", text)

    assert environment.flag("DEBUG", default=not value) is value


def test_an_unset_flag_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUG", raising=False)

    assert environment.flag("DEBUG", default=True) is True


def test_what_is_no_flag_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")

    with refuses("DEBUG is 1 or 0, got 'maybe'."):
        environment.flag("DEBUG", default=False)


def test_a_choice_is_one_of_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNCSCOPE_ENV", "staging")

    with refuses("SYNCSCOPE_ENV is one of demo, test, got 'staging'."):
        environment.choice("SYNCSCOPE_ENV", "demo", "test", default="demo")


@pytest.mark.parametrize(("text", "value"), [("", 7), ("0", 0), ("3600", 3600)])
def test_a_number(monkeypatch: pytest.MonkeyPatch, text: str, value: int) -> None:
    monkeypatch.setenv("SECONDS", text)

    assert environment.number("SECONDS", default=7) == value


def test_what_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDS", "-1")

    with refuses("SECONDS is a whole number of at least 0, got '-1'."):
        environment.number("SECONDS", default=7)
    monkeypatch.setenv("SECONDS", "0")
    with refuses("SECONDS is a whole number of at least 1, got '0'."):
        environment.number("SECONDS", default=7, least=1)


def test_a_prefix_is_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, value in (("", None), ("/", None), ("/lab", "/lab"), ("/lab/", "/lab")):
        monkeypatch.setenv("PREFIX", text)
        assert environment.prefix("PREFIX") == value
    monkeypatch.setenv("PREFIX", "lab")
    with refuses("PREFIX is a path that begins with a slash, such as /lab, got 'lab'."):
        environment.prefix("PREFIX")


def test_items_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, b.example ,,")

    assert environment.items("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_production_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with refuses("SECRET_KEY is not set; production needs one, of 50 or more random characters."):
        environment.secret_key("production", tmp_path)


def test_a_given_secret_key_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    monkeypatch.setenv("SECRET_KEY", given)

    assert environment.secret_key("production", tmp_path) == given
    assert environment.secret_key("demo", tmp_path) == given
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["x", "0123456789" * 4 + "012345678", "abcdefghi" * 6], ids=["one", "49", "of nine"])
def test_production_refuses_a_key_that_can_be_guessed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", key)

    with refuses("SECRET_KEY can be guessed; production needs one of 50 or more random characters."):
        environment.secret_key("production", tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", "Schlüssel ".encode() * 9], ids=["empty", "short", "no ASCII"])
def test_a_demo_refuses_a_file_that_holds_no_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """An empty one would answer every page with a 500."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "secret-key"
    path.write_bytes(content)

    with refuses(
        f"{path} holds no key: remove the file, and the next start makes another; everybody is then a new visitor."
    ):
        environment.secret_key("demo", tmp_path)


def test_two_demos_that_start_at_once_have_one_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The second finds the file of the first at the last moment, and leaves nothing behind."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.secret_key("demo", tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert environment.secret_key("demo", tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_data_folder_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "file" / "var"
    folder.parent.write_text("", encoding="ascii")

    with pytest.raises(ImproperlyConfigured, match=f"^{re.escape(f'{folder}/secret-key cannot be used, ')}"):
        environment.secret_key("demo", folder)
    with pytest.raises(ImproperlyConfigured, match=f"^{re.escape(f'{folder} cannot be used, ')}"):
        environment.database("demo", folder)


def test_a_demo_keeps_the_secret_key_it_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    folder = tmp_path / "var"

    first = environment.secret_key("demo", folder)

    assert len(first) == 64
    assert environment.secret_key("demo", folder) == first
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


def test_production_needs_its_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)

    with refuses("ALLOWED_HOSTS is not set; production needs the host names it serves."):
        environment.allowed_hosts("production")


def test_production_answers_to_its_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "syncscope.example")

    assert environment.allowed_hosts("production") == ["syncscope.example"]


def test_a_demo_answers_to_this_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "syncscope.example")

    assert environment.allowed_hosts("demo") == ["syncscope.example", "localhost", "127.0.0.1", "[::1]"]


def test_sqlite_waits_for_its_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    description = environment.database("demo", tmp_path)

    assert description["NAME"] == str(tmp_path / "syncscope.sqlite3")
    assert description["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }


def test_postgresql_has_a_pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://syncscope:secret@db.example:5433/lab?sslmode=require")

    description = environment.database("production", tmp_path)

    assert description["ENGINE"] == "core.postgresql"
    assert (description["HOST"], description["PORT"], description["NAME"]) == ("db.example", 5433, "lab")
    assert description["OPTIONS"]["pool"]["max_size"] == 16
    assert description["OPTIONS"]["sslmode"] == "require"


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for url, got in (("mysql://db.example/lab", "mysql://"), ("foo://u:secret@h/x", "foo://"), ("lab", "no address")):
        monkeypatch.setenv("DATABASE_URL", url)

        with refuses(f"DATABASE_URL begins with sqlite:// or postgresql:// and names a database, got {got}."):
            environment.database("production", tmp_path)


def test_channel_layer_is_in_memory_or_redis() -> None:
    assert environment.channel_layers("") == {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

    assert environment.channel_layers("redis://cache.example/1") == {
        "default": {
            "BACKEND": "core.live.redis_layer.RedisLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": "redis://cache.example/1",
                        "socket_timeout": 15,
                        "socket_connect_timeout": 5,
                        "protocol": 2,
                    }
                ]
            },
        },
    }

    with refuses("REDIS_URL begins with redis://, rediss:// or unix://."):
        environment.channel_layers("cache.example")


def test_redis_is_not_taken_for_dead_while_it_waits_for_a_message() -> None:
    """redis-py gives up an answer after 5 s unless told otherwise: as long as channels-redis lets Redis wait."""
    (host,) = environment.channel_layers("redis://cache.example/1")["default"]["CONFIG"]["hosts"]
    assert host["socket_timeout"] > 2 * RedisChannelLayer.brpop_timeout
