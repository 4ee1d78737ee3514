"""Reading of the environment: every setting that a deployment may change comes through here."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from core.preflight import refusals
from core.privacy import make_private

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_MOST_DIGITS = 18
_SHORTEST_KEY = 50
_FEWEST_CHARACTERS = 10


def choice(name: str, *values: str, default: str) -> str:
    """Return the variable, one of `values`.

    Raises:
        ImproperlyConfigured: it is set to something else.
    """
    value = os.environ.get(name) or default
    if value not in values:
        raise ImproperlyConfigured(f"{name} is one of {', '.join(values)}, got {value!r}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no.

    Raises:
        ImproperlyConfigured: the variable is neither.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in _YES | _NO:
        raise ImproperlyConfigured(f"{name} is 1 or 0, got {value!r}.")
    return value.lower() in _YES


def number(name: str, *, default: int, least: int = 0) -> int:
    """Return a whole number of at least `least`.

    Raises:
        ImproperlyConfigured: the variable is none.
    """
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS and int(value) >= least):
        raise ImproperlyConfigured(f"{name} is a whole number of at least {least}, got {value[:40]!r}.")
    return int(value)


def prefix(name: str) -> str | None:
    """Return the path under which everything is served, without a slash at its end; None: the root.

    Raises:
        ImproperlyConfigured: it does not begin with a slash.
    """
    value = os.environ.get(name, "").rstrip("/")
    if value and not value.startswith("/"):
        raise ImproperlyConfigured(f"{name} is a path that begins with a slash, such as /lab, got {value[:40]!r}.")
    return value or None


def budget(name: str, *, browser: int, address: int) -> tuple[int, int]:
    """Return what a browser and what an address may spend; errors as `number`."""
    return (
        number(f"SYNCSCOPE_{name}_PER_BROWSER", default=browser),
        number(f"SYNCSCOPE_{name}_PER_ADDRESS", default=address),
    )


def items(name: str) -> list[str]:
    """Return the parts of a comma-separated list, without empty ones."""
    return [part for item in os.environ.get(name, "").split(",") if (part := item.strip())]


def secret_key(environment: str, data_dir: Path) -> str:
    """Return the key that signs sessions and links.

    Raises:
        ImproperlyConfigured: production has no SECRET_KEY that cannot be guessed, or a demo's file holds none.
    """
    key = os.environ.get("SECRET_KEY", "")
    if environment == "production":
        return _strong(key)
    if key:
        return key
    return "the tests sign nothing that matters" if environment == "test" else _kept_secret(data_dir / "secret-key")


def _strong(key: str) -> str:
    if not key:
        raise ImproperlyConfigured(f"SECRET_KEY is not set; production needs one, {_OF_WHAT}.")
    if len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_CHARACTERS:
        raise ImproperlyConfigured(f"SECRET_KEY can be guessed; production needs one {_OF_WHAT}.")
    return key


_OF_WHAT = "of 50 or more random characters"


def _kept_secret(path: Path) -> str:
    """Return the secret in the file, which is made the first time and readable by its owner only."""
    try:
        make_private(path.parent)
        if not path.exists():
            _make_secret(path)
        key = path.read_text(encoding="ascii")
    except OSError as error:
        raise ImproperlyConfigured(refusals.of_file(error, path)) from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(refusals.no_secret(path)) from error
    if len(key) < _SHORTEST_KEY:
        raise ImproperlyConfigured(refusals.no_secret(path))
    return key


def _make_secret(path: Path) -> None:
    """Make the file whole or not at all, and leave one that another process has just made."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")
    try:
        with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123  pathlib opens no descriptor.
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()


def allowed_hosts(environment: str) -> list[str]:
    """Return the host names this server answers to.

    Raises:
        ImproperlyConfigured: production names none.
    """
    hosts = items("ALLOWED_HOSTS")
    if environment == "production":
        if not hosts:
            raise ImproperlyConfigured("ALLOWED_HOSTS is not set; production needs the host names it serves.")
        return hosts
    return [*hosts, "localhost", "127.0.0.1", "[::1]"]


def database(environment: str, data_dir: Path) -> dict[str, Any]:
    """Return Django's description of the database that DATABASE_URL names, SQLite if it names none.

    Raises:
        ImproperlyConfigured: it is neither SQLite nor PostgreSQL.
    """
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'syncscope.sqlite3'}"
    try:
        description: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError as error:
        raise ImproperlyConfigured(_no_database(url)) from error
    options = dict(description.get("OPTIONS") or {})
    if description["ENGINE"].endswith("sqlite3"):
        _make_folder(Path(description["NAME"]).parent, data_dir)
        description["OPTIONS"] = _SQLITE_OPTIONS | options
        if environment == "test":
            # Tests need not outlive a power cut, and commit thousands of times.
            description["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            # A file, for threads to share, and one of its own for each run, for runs not to share.
            description["TEST"] = {"NAME": str(data_dir / f"test-{os.getpid()}.sqlite3")}
    elif description["ENGINE"].endswith("postgresql"):
        description["ENGINE"] = "core.postgresql"
        description["OPTIONS"] = {"pool": _POOL, "connect_timeout": 3} | options
    else:
        raise ImproperlyConfigured(_no_database(url))
    return description


def _no_database(url: str) -> str:
    # What follows the scheme may hold a password.
    scheme, separator, _ = url.partition("://")
    got = f"{scheme}://" if separator else "no address"
    return f"DATABASE_URL begins with sqlite:// or postgresql:// and names a database, got {got}."


def _make_folder(folder: Path, data_dir: Path) -> None:
    """Make the folder of a database; ours is for nobody else."""
    try:
        if folder == data_dir:
            make_private(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(refusals.of_file(error, folder)) from error


_SQLITE_OPTIONS = {
    # Django's default takes the write lock at the first write, when it may be too late to wait for it.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # What a click was told is on the disk then, though the power fails: some milliseconds for each commit.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


_POOL = {
    "min_size": 1,
    "max_size": 16,
    # Seconds that a request waits for a connection: then it says that the database does not answer.
    "timeout": 3,
    # The pool waits ever longer between two attempts; after so many seconds it begins anew.
    "reconnect_timeout": 2,
}


def channel_layers(redis_url: str) -> dict[str, dict[str, Any]]:
    """Return the channel layers: Redis where there is one, else this process's memory.

    Raises:
        ImproperlyConfigured: the address is none of Redis.
    """
    if redis_url:
        if not redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise ImproperlyConfigured("REDIS_URL begins with redis://, rediss:// or unix://.")
        host = {"address": redis_url, **_REDIS_OPTIONS}
        return {"default": {"BACKEND": "core.live.redis_layer.RedisLayer", "CONFIG": {"hosts": [host]}}}
    return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


_REDIS_OPTIONS = {
    # channels-redis lets Redis wait 5 s for a message. redis-py would take that, its own default, for a dead Redis.
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    # With RESP3 redis-py hands out connections that Redis has closed, and the first commands after an outage fail.
    "protocol": 2,
}
