"""Reading of the environment: every setting that a deployment may change comes through here."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


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


def number(name: str, *, default: int) -> int:
    """Return a whole number of at least 0.

    Raises:
        ImproperlyConfigured: the variable is none.
    """
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is a whole number of at least 0, got {value!r}.")
    return int(value)


def items(name: str) -> list[str]:
    """Return the parts of a comma-separated list, without empty ones."""
    return [part for item in os.environ.get(name, "").split(",") if (part := item.strip())]


def secret_key(environment: str, data_dir: Path) -> str:
    """Return the key that signs sessions and links.

    Raises:
        ImproperlyConfigured: production has no SECRET_KEY.
    """
    if key := os.environ.get("SECRET_KEY"):
        return key
    match environment:
        case "production":
            raise ImproperlyConfigured("SECRET_KEY is not set; production needs one, of 50 or more random characters.")
        case "test":
            return "the tests sign nothing that matters"
        case _:
            return _kept_secret(data_dir / "secret-key")


def _kept_secret(path: Path) -> str:
    """Return the secret in the file, which is made the first time and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(48)
    with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123  pathlib opens no descriptor.
        file.write(key)
    return key


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
    description: dict[str, Any] = {**dj_database_url.parse(url)}
    options = dict(description.get("OPTIONS") or {})
    if description["ENGINE"].endswith("sqlite3"):
        Path(description["NAME"]).parent.mkdir(parents=True, exist_ok=True)
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
        raise ImproperlyConfigured(f"DATABASE_URL begins with sqlite:// or postgresql://, got {url.split(':')[0]}://.")
    return description


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


def channel_layers() -> dict[str, dict[str, Any]]:
    """Return the channel layers: Redis where REDIS_URL names one, else this process's memory."""
    if url := os.environ.get("REDIS_URL"):
        return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [url]}}}
    return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
