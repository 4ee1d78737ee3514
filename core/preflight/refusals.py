"""Why Syncscope does not start or a command does not run: one sentence with a name and what to do, never a traceback.

What is wrong with a variable's value, `core.environment` says where it reads it.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError, InterfaceError

from core.logs import without_secrets

_NOT_THERE: Final = ("no such table", "no such column", "does not exist")
_DAMAGED: Final = ("file is not a database", "malformed", "disk image", "file is encrypted")
_OTHER_FOLDER: Final = "or name another folder in SYNCSCOPE_DATA_DIR"

MIGRATE: Final = "The database is not of this version: run python manage.py migrate."


class CannotStart(Exception):
    """The server or the worker cannot start; the text is one sentence for whoever starts it."""


def no_secret(path: Path) -> str:
    return f"{path} holds no key: remove the file, and the next start makes another; everybody is then a new visitor."


def of_file(error: OSError, path: Path) -> str:
    """Say what cannot be read or written."""
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    remedy = "free some space" if error.errno == errno.ENOSPC else "give this user the right to read and write it"
    return f"{path} cannot be used, {reason}: {remedy}, {_OTHER_FOLDER}."


def static_files(folder: Path) -> str:
    return f"{folder} lacks static files of this version: run python manage.py collectstatic --no-input."


def redis(url: str, error: Exception) -> str:
    """Say that the channel layer cannot be reached, without the password that the address may hold."""
    parts = urlsplit(url)
    place = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
    return f"Redis at {place} does not answer ({_first_line(error)}): start it, or change REDIS_URL."


def damaged(name: object) -> str:
    return (
        f"{name} is not an SQLite database, or is damaged: replace it with a backup, or move it away to start afresh."
    )


def database(error: Exception, vendor: str, name: object) -> str | None:
    """Say what keeps a database from being used; None if the error is of another kind."""
    words = str(error)
    if any(part in words for part in _NOT_THERE) and not _is_missing_database(words):
        return MIGRATE
    if vendor == "sqlite":
        if any(part in words for part in _DAMAGED):
            return damaged(name)
        if "readonly" in words or "unable to open" in words or "disk I/O" in words:
            return f"{name} cannot be used ({words}): give this user the right to write it and its folder."
        return f"{name} is busy with another process: stop that one, or wait." if "locked" in words else None
    if "connect" in words:
        return f"The database of DATABASE_URL does not answer ({_first_line(error)}): start it, or change DATABASE_URL."
    return None


def _is_missing_database(words: str) -> bool:
    return "database" in words and "connect" in words


def _first_line(error: Exception) -> str:
    return without_secrets((str(error) or type(error).__name__).strip().splitlines()[0].rstrip("."))


def sentence_of(error: BaseException) -> str | None:
    """The sentence for an error that whoever runs the installation can mend; None for any other."""
    match error:
        case CannotStart() | ImproperlyConfigured():
            return str(error)
        case DatabaseError() | InterfaceError():
            # Settings are read by then.
            from django.db import connection  # noqa: PLC0415

            return database(error, connection.vendor, connection.settings_dict["NAME"])
        case OSError(filename=str(name)) if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC}:
            return of_file(error, Path(name))
        case _:
            return None


@contextmanager
def one_sentence() -> Iterator[None]:
    """End with status 1 and the sentence on stderr, where there is one; --traceback shows where it came from."""
    try:
        yield
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None or "--traceback" in sys.argv:
            raise
        sys.stderr.write(f"{sentence}\n")
        sys.exit(1)
