"""Several workers share a matrix on PostgreSQL, and some that are killed leave nothing undone."""

import psycopg
import pytest

from tests.support.postgresql import Cluster, required_cluster
from tests.support.processes import STAYING_WORKER, WORKER, end, python, started, wait_for

server = pytest.fixture(scope="module")(required_cluster)

START = """
import django; django.setup()
from nodes.explorer.asking import Wanted
from nodes.explorer.questions import Network
from nodes.protocol.properties.catalogue import PropertyID
from nodes.explorations import services
wanted = Wanted(properties=(PropertyID.P1, PropertyID.P2, PropertyID.P6, PropertyID.P7), networks=(Network.LOSE,))
services.start(wanted)
"""
LOOK = "import django; django.setup(); from nodes.explorations import services; services.reclaim()"


def test_workers_share_a_run_and_replace_those_that_are_killed(server: Cluster) -> None:
    url = server.url
    python(url, "manage.py", "migrate", "--verbosity", "0")
    python(url, "-c", START)
    with psycopg.connect(url, autocommit=True) as database:

        def count(what: str, condition: str) -> int:
            row = database.execute(f"SELECT count({what}) FROM runs_search WHERE {condition}").fetchone()  # noqa: S608
            return 0 if row is None else int(row[0])

        every = count("*", "true")
        staying = [started(url, STAYING_WORKER) for _ in range(2)]
        try:
            wait_for(lambda: count("DISTINCT worker", "state = 'running' AND states > 0") == 2, "both to report")
        finally:
            end(*staying)
        assert count("*", "state = 'running'") == 2
        # As if they had been silent for long.
        database.execute("UPDATE runs_search SET heartbeat = heartbeat - interval '1 hour' WHERE state = 'running'")
        python(url, "-c", LOOK)
        assert count("*", "state = 'running'") == 0
        worker = started(url, WORKER)
        try:
            wait_for(lambda: count("*", "state = 'done'") == every, "every answer")
        finally:
            end(worker)
        assert count("*", "attempts = 2") == 2
        unanswered = database.execute("SELECT count(*) FROM runs_cell WHERE verdict = ''").fetchone()
        assert unanswered == (0,)
