"""What server and worker make sure of before they start, so that no visitor is the first to find out."""

from pathlib import Path
from typing import Any, Final

import psycopg
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from core.preflight import refusals
from core.preflight.refusals import CannotStart

ANSWER_WITHIN: Final = 5  # seconds


def check_server() -> None:
    """Make sure of everything that a page needs.

    Raises:
        CannotStart: something is not there, with what to do.
    """
    check_static_files()
    check_redis()
    check_database()


def check_static_files() -> None:
    """Make sure that the static files of this version are collected.

    Raises:
        CannotStart: they are not.
    """
    if settings.WHITENOISE_USE_FINDERS:
        return
    folder: Any = settings.STATIC_ROOT
    # The storage of WhiteNoise, behind Django's lazy one, which reads its list of files when it is first used.
    storage: Any = staticfiles_storage
    try:
        collected: dict[str, str] = storage.hashed_files
    except (OSError, ValueError) as error:
        raise CannotStart(refusals.static_files(folder)) from error
    names = {Path(name).as_posix() for finder in get_finders() for name, _storage in finder.list([])}
    if not all(name in collected and (folder / collected[name]).is_file() for name in names):
        raise CannotStart(refusals.static_files(folder))


def check_redis() -> None:
    """Make sure that Redis answers, where the channel layer is in it.

    Raises:
        CannotStart: it does not.
    """
    for layer in settings.CHANNEL_LAYERS.values():
        for url in layer.get("CONFIG", {}).get("hosts", ()):
            _ask_redis(url if isinstance(url, str) else url["address"])


def _ask_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=ANSWER_WITHIN, socket_timeout=ANSWER_WITHIN) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise CannotStart(refusals.redis(url, error)) from error


def check_database() -> None:
    """Make sure that the database answers, is whole, can be written, and is of this version.

    Raises:
        CannotStart: it is not.
    """
    name = connection.settings_dict["NAME"]
    try:
        if connection.vendor == "postgresql":
            _ask_postgresql(connection.get_connection_params())
        elif not _is_whole():
            raise CannotStart(refusals.damaged(name))
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CannotStart(refusals.MIGRATE)
    except (DatabaseError, psycopg.Error) as error:
        sentence = refusals.database(error, connection.vendor, name)
        if sentence is None:
            raise
        raise CannotStart(sentence) from error
    finally:
        connection.close()


def _ask_postgresql(parameters: dict[str, Any]) -> None:
    # Not through the pool, which tries again for half a minute and says only that it had no success.
    psycopg.connect(**{**parameters, "connect_timeout": ANSWER_WITHIN}).close()


def _is_whole() -> bool:
    # A transaction of ours takes the lock to write: a file that may only be read is found out here.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        return bool(cursor.fetchone() == ("ok",))
