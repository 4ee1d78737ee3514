"""PostgreSQL is stopped and started under a server and a worker that are at work."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import AsyncClient, Client

from tests.support.postgresql import Cluster, required_cluster
from tests.support.processes import STAYING_WORKER, WORKER, end, python, started, wait_for

database_server = pytest.fixture(scope="module")(required_cluster)

MAKE_LAB = """
import django; django.setup()
from nodes.labs import labs
from nodes.protocol.options import Setup
print(labs.create_lab(Setup("test")).lab.key)
"""
EXPLORE = """
import django; django.setup()
from nodes.explorer.asking import only
from nodes.explorations import services
from tests.support.runs import HOLDS
services.start(only(HOLDS))
"""
SERVE = """
import sys, uvicorn
config = uvicorn.Config("core.asgi:application", port=0, lifespan="off", log_config=None)
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Server(config).run()
"""


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def many(url: str) -> set[int]:
    """Statuses of more requests at a time than the pool has connections."""
    with ThreadPoolExecutor(20) as visitors:
        return {status for status, _ in visitors.map(answer, [url] * 40)}


@pytest.fixture
def address(database_server: Cluster, tmp_path: Path) -> Iterator[str]:
    """A lab's page of a server of its own; nothing that it logs is a traceback."""
    python(database_server.url, "manage.py", "migrate", "--verbosity", "0")
    key = python(database_server.url, "-c", MAKE_LAB).strip()
    with (tmp_path / "log").open("w") as log:
        process = started(database_server.url, ("-c", SERVE), stdout=subprocess.PIPE, stderr=log)
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/labs/{key}/"
        finally:
            end(process)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_pages_are_right_once_the_database_is_back(address: str, database_server: Cluster) -> None:
    assert many(address) == {200}
    database_server.stop()
    database_server.start()
    assert many(address) == {200}

    database_server.stop()
    status, page = answer(address)
    assert (status, "<h1>The database does not answer</h1>" in page) == (503, True)
    database_server.start()
    wait_for(lambda: answer(address)[0] == 200, "the first page")
    assert many(address) == {200}


def count(server: Cluster, condition: str) -> int:
    with psycopg.connect(server.url) as database:
        row = database.execute(f"SELECT count(*) FROM runs_search WHERE {condition}").fetchone()  # noqa: S608
        return 0 if row is None else int(row[0])


def are_done(server: Cluster, searches: int) -> bool:
    return count(server, "state = 'done'") == searches


@pytest.fixture
def prepared(database_server: Cluster) -> Cluster:
    python(database_server.url, "manage.py", "migrate", "--verbosity", "0")
    with psycopg.connect(database_server.url, autocommit=True) as database:
        database.execute("TRUNCATE runs_run CASCADE")
    return database_server


def test_worker_waits_while_its_database_is_away(prepared: Cluster) -> None:
    worker = started(prepared.url, WORKER)
    try:
        for answers in (1, 2):
            python(prepared.url, "-c", EXPLORE)
            wait_for(partial(are_done, prepared, answers), "the answer")
            prepared.stop()
            prepared.start()
        assert worker.poll() is None
    finally:
        end(worker)


def test_search_goes_on_while_the_database_is_away(prepared: Cluster) -> None:
    told = "state = 'running' AND states > 0"
    worker = started(prepared.url, STAYING_WORKER)
    try:
        python(prepared.url, "-c", EXPLORE)
        wait_for(lambda: count(prepared, told) == 1, "a report")
        prepared.stop()
        prepared.start()
        with psycopg.connect(prepared.url, autocommit=True) as database:
            database.execute("UPDATE runs_search SET states = 0")
        wait_for(lambda: count(prepared, told) == 1, "a report after that")
        assert worker.poll() is None
    finally:
        end(worker)
    assert count(prepared, "attempts = 1") == 1


# Wherever it is found out


@pytest.fixture
def without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OperationalError("the server\nis away")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)


@pytest.mark.usefixtures("without_database")
def test_view_that_finds_no_database_says_so(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/labs/none/")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert "The database does not answer" in response.text
    assert "The database does not answer: the server is away" in caplog.messages
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.usefixtures("without_database")
async def test_view_that_finds_no_database_says_so_under_asgi(async_client: AsyncClient) -> None:
    response = await async_client.get("/labs/none/")

    assert response.status_code == 503


def test_middleware_that_finds_no_database_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the session is saved when the view is done."""

    def fail(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_response", fail)
    client.raise_request_exception = False

    assert client.get("/about/").status_code == 503
