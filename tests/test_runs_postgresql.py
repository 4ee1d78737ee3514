"""Several workers share a matrix on PostgreSQL, and one that is killed leaves nothing undone."""

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

START = """
import django; django.setup()
from nodes.explorer.asking import Wanted
from nodes.explorer.questions import Network
from nodes.protocol.properties import PropertyID
from nodes.runs import services
wanted = Wanted(properties=(PropertyID.P1, PropertyID.P2, PropertyID.P6, PropertyID.P7), networks=(Network.LOSE,))
services.start(wanted)
"""
LOOK = "import django; django.setup(); from nodes.runs import services; services.reclaim()"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them out of the way."""
    found = [Path(path).parent for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]  # noqa: PTH207
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of its own with an empty database; without the programs the test is skipped, or fails in CI."""
    folder = programs()
    if folder is None:
        words = "PostgreSQL is not installed: initdb was not found"
        if os.environ.get("SYNCSCOPE_REQUIRE_POSTGRESQL") == "1":
            pytest.fail(words)
        pytest.skip(words)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # PostgreSQL does not run as root, nor in a folder that its user cannot reach.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        data = f"{home}/data"

        def run(program: str, *arguments: str) -> None:
            command = [str(folder / program), *arguments]
            subprocess.run(command, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=60)

        run("initdb", "--pgdata", data, "--auth", "trust", "--username", "syncscope", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {home} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--silent", "--pgdata", data, "--options", options, "--log", f"{home}/log")
        try:
            yield f"postgresql://syncscope@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")


def environment(url: str) -> dict[str, str]:
    return os.environ | {"SYNCSCOPE_ENV": "test", "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "core.settings"}


def python(url: str, *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=settings.BASE_DIR, env=environment(url), check=True, timeout=120)


def worker(url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", "--attached", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(url), stdin=subprocess.PIPE)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 120
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited for {what}")
        time.sleep(0.05)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
        process.communicate()


def test_workers_share_a_run_and_replace_one_that_is_killed(url: str) -> None:
    python(url, "manage.py", "migrate", "--verbosity", "0")
    python(url, "-c", START)
    workers: list[subprocess.Popen[bytes]] = []
    with psycopg.connect(url, autocommit=True) as database:

        def searches(condition: str) -> int:
            row = database.execute(f"SELECT count(*) FROM runs_search WHERE {condition}").fetchone()  # noqa: S608
            return 0 if row is None else int(row[0])

        every = searches("true")
        try:
            workers.append(worker(url))
            wait_for(lambda: searches("state = 'running' AND states > 0") == 1, "a report")
            workers[0].kill()
            workers[0].wait()
            # As if it had been silent for long.
            database.execute("UPDATE runs_search SET heartbeat = heartbeat - interval '1 hour' WHERE state = 'running'")
            python(url, "-c", LOOK)
            assert searches("state = 'running'") == 0
            workers += [worker(url), worker(url)]
            wait_for(lambda: searches("state = 'done'") == every, "every answer")
        finally:
            end(workers)
        assert searches("attempts = 2") >= 1
        names = database.execute("SELECT DISTINCT worker FROM runs_search").fetchall()
        assert len(names) >= 2
        unanswered = database.execute("SELECT count(*) FROM runs_cell WHERE verdict = ''").fetchone()
        assert unanswered == (0,)
