"""Several writers, and writers that are killed, lose nothing that was acknowledged."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, transaction

from nodes import models
from nodes.labs import labs, services
from nodes.protocol.errors import ProtocolError
from tests.support.labs import everything, forget_worlds, loaded, new_lab, replayed, setup_of
from tests.support.strategies import moves

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
STEPS = 25


def in_threads(write: Callable[[int], int]) -> list[int]:
    """Run one writer in each of as many threads, which begin together, and give what they return."""
    together = threading.Barrier(WRITERS)

    def run(number: int) -> int:
        together.wait()
        try:
            return write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def walk(key: str, seed: int) -> int:
    """Take random steps, again after each that came too late; how many steps were committed."""
    dice = random.Random(seed)  # noqa: S311 - a walk, no secret.
    taken = 0
    for _ in range(STEPS):
        taken += _one_step(key, dice)
    return taken


def _one_step(key: str, dice: random.Random) -> int:
    while True:
        with transaction.atomic():
            lab = labs.locked_lab(key)
            world = labs.state_of(lab)[0]
        action = dice.choice(moves(world))
        try:
            return services.take(key, action, labs.seen_of(lab)).step - lab.step
        except labs.StaleStep:
            continue
        except ProtocolError:
            return 0


def check(key: str) -> models.Lab:
    """Rows are what the log replays to."""
    forget_worlds()
    lab = labs.get_lab(key)
    assert everything(loaded(lab)) == everything(replayed(lab))
    assert models.Step.objects.filter(lab=lab).count() == lab.step
    return lab


def test_writers_on_one_lab_lose_nothing() -> None:
    key = new_lab(setup_of(ues=2), pace=None).lab.key
    taken = in_threads(lambda number: walk(key, number))

    assert check(key).step == sum(taken) > WRITERS


def test_writers_on_their_own_labs_do_not_lock_each_other_out() -> None:
    """SQLite has one writer at a time; the others wait, and none hears "database is locked"."""
    keys = [new_lab(setup_of(ues=2)).lab.key for _ in range(WRITERS)]
    taken = in_threads(lambda number: walk(keys[number], number))

    assert [check(key).step for key in keys] == taken


def walker(key: str, seed: int) -> subprocess.Popen[str]:
    """A process that takes steps on the test's database until it is killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.walker", key, str(seed)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SYNCSCOPE_ENV": "test", "DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        text=True,
    )


def database_url() -> str:
    return f"sqlite:///{connection.settings_dict['NAME']}"


@pytest.mark.sqlite
@pytest.mark.parametrize("seed", range(4))
def test_server_that_is_killed_loses_nothing_acknowledged(seed: int) -> None:
    """Killed after so many steps, amid the next, it leaves rows that are its log, and every step that it told of."""
    key = new_lab(setup_of(ues=2), pace=None if seed % 2 else 0).lab.key
    with walker(key, seed) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        before = random.Random(seed).randint(1, 30)  # noqa: S311 - a moment, no secret.
        told = [int(process.stdout.readline()) for _ in range(before)]
        process.kill()
        told += [int(line) for line in process.stdout.read().splitlines() if line]

    lab = check(key)
    assert told == sorted(told)
    assert lab.step >= told[-1]
    # One more may have been committed and not told; the lab goes on from there.
    steps = models.Step.objects.filter(lab=lab).values_list("number", flat=True)
    assert set(told) <= set(steps)
    assert walk(key, seed) > 0
    check(key)
