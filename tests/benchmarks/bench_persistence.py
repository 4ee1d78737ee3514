"""Procedures per second through `nodes.labs.services`, rows committed, against raw sqlite3 writing the very same rows.

Raw sqlite3 writes with executemany, in one transaction for each procedure, what the procedure inserted or changed,
into a copy of the tables with the same PRAGMAs. It reads nothing, checks nothing and runs no protocol.
Run: python -m tests.benchmarks.bench_persistence
"""

import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import tests.benchmarks.database  # isort: skip - before any model.
from django.conf import settings
from django.db import connection
from django.db.models import Model

from nodes import models
from nodes.labs import labs, services
from nodes.protocol.world import engine
from tests.support.labs import ATTACH, new_lab, setup_of, take

LABS: Final = 60
STEPS: Final = 240
RAW_ROUNDS: Final = 200
MANY_UES: Final = 1000
MODELS: Final[tuple[type[Model], ...]] = (models.Lab, *models.Row.__subclasses__())
COLUMNS: Final = {
    model._meta.db_table: tuple(f'"{field.column}"' for field in model._meta.concrete_fields) for model in MODELS
}

Rows = dict[str, set[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of each run through services, and of raw sqlite3 writing the rows of such a run."""

    name: str
    ours: list[float]
    raw: list[float]
    rows: int

    def __str__(self) -> str:
        ours, raw = statistics.median(self.ours), statistics.median(self.raw)
        return f"{self.name:38}{1 / ours:9.0f}{ours * 1e3:9.2f}{self.rows:7}{1 / raw:11.0f}{ours / raw:9.1f}"


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def attach(lab: models.Lab) -> Callable[[], object]:
    return lambda: services.take(lab.key, ATTACH, labs.seen_of(lab))


def attaches(ues: int) -> Iterator[Callable[[], object]]:
    """Attach to quiescence, the first UE of a fresh lab each."""
    for _ in range(LABS):
        yield attach(new_lab(setup_of(ues=ues)).lab)


def steps(ues: int) -> Iterator[Callable[[], object]]:
    """Single deliveries of attaches."""
    done = 0
    while done < STEPS:
        lab = new_lab(setup_of(ues=ues), pace=None).lab
        lab = take(lab.key, ATTACH)
        while engine.next_delivery(labs.state_of(lab)[0]) is not None and done < STEPS:
            yield next_step(lab)
            lab = labs.get_lab(lab.key)
            done += 1


def next_step(lab: models.Lab) -> Callable[[], object]:
    return lambda: services.take_next(lab.key, labs.seen_of(lab))


def written(run: Callable[[], object]) -> Rows:
    """The rows that a run inserts or changes."""
    before = _all_rows()
    run()
    return {table: rows - before[table] for table, rows in _all_rows().items()}


def _all_rows() -> Rows:
    with connection.cursor() as cursor:
        found: Rows = {}
        for table, columns in COLUMNS.items():
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - names of ours.
            found[table] = set(cursor.fetchall())
        return found


def raw(rows: Rows) -> list[float]:
    """Seconds of writing the rows with sqlite3, each round under new ids as if for another lab."""
    path = Path(settings.DATA_DIR, "raw.sqlite3")
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    _copy_tables(database)
    numbers = count(1)
    times = [seconds(_writer(database, rows, next(numbers))) for _ in range(RAW_ROUNDS)]
    database.close()
    return times


def _copy_tables(database: sqlite3.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name LIKE 'nodes_%' ORDER BY type DESC")
        for (statement,) in filter(all, cursor.fetchall()):
            database.execute(statement)


def _writer(database: sqlite3.Connection, rows: Rows, number: int) -> Callable[[], object]:
    statements = []
    for table, changed in rows.items():
        if changed:
            columns = COLUMNS[table]
            marks = ", ".join("?" * len(columns))
            values = [_moved(columns, row, number) for row in changed]
            statements.append((f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values))  # noqa: S608

    def write() -> None:
        database.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            database.executemany(statement, values)
        database.execute("COMMIT")

    return write


def _moved(columns: tuple[str, ...], row: tuple[object, ...], number: int) -> list[object]:
    """A row under an id, and of a lab, that no other round has."""
    moved = dict(zip(columns, row, strict=True))
    for name in {'"id"', '"lab_id"'} & moved.keys():
        moved[name] = f"{moved[name]}{number:06}"
    if '"key"' in moved:
        moved['"key"'] = f"raw {number}"
    return list(moved.values())


def measure(name: str, procedures: Callable[[int], Iterator[Callable[[], object]]], ues: int) -> Result:
    for warm, _ in zip(procedures(1), range(5), strict=False):
        warm()
    ours = [seconds(run) for run in procedures(ues)]
    rows = written(next(procedures(ues)))
    return Result(f"{name}, {ues} UE{'s' * (ues > 1)} in the lab", ours, raw(rows), sum(map(len, rows.values())))


def main() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    print(f"SQLite {sqlite3.sqlite_version}; medians of one run, one process")
    print(f"{'':38}{'per s':>9}{'ms':>9}{'rows':>7}{'raw per s':>11}{'ms/raw':>9}")
    for ues in (1, MANY_UES):
        print(measure("attach to quiescence", attaches, ues))
        print(measure("single step", steps, ues))
    tests.benchmarks.database.FOLDER.cleanup()


if __name__ == "__main__":
    main()
