"""core.live.rendering: on SQLite one thread renders, and its connection stays open while anybody watches."""

import threading

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError, connection

from core.live.rendering import Renderer
from core.live.snapshot import Snapshot

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.django_db(transaction=True),
]

NOTHING = Snapshot(0, 0, ())


class Renderings:
    """Renders nothing, and notes in which thread, and whether its connection was open already."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.was_open: list[bool] = []

    def render(self, lab_key: str) -> Snapshot:
        self.threads.add(threading.current_thread().name)
        self.was_open.append(connection.connection is not None)
        connection.ensure_connection()
        if lab_key == "away":
            raise OperationalError("the database is away")
        return NOTHING


async def test_connection_stays_open_from_one_rendering_to_the_next() -> None:
    its = Renderings()
    render = Renderer(its.render)

    assert [await render("lab"), await render("lab")] == [NOTHING, NOTHING]
    assert its.was_open == [False, True]
    assert len(its.threads) == 1
    render.rest()
    await render("lab")
    assert its.was_open == [False, True, False]
    render.rest()


async def test_connection_is_closed_after_an_error_of_the_database() -> None:
    its = Renderings()
    render = Renderer(its.render)

    with pytest.raises(OperationalError):
        await render("away")
    await render("lab")
    assert its.was_open == [False, False]
    render.rest()


async def test_what_another_thread_closes_is_not_its_connection() -> None:
    its = Renderings()
    render = Renderer(its.render)

    await render("lab")
    await database_sync_to_async(connection.ensure_connection)()
    await render("lab")
    assert its.was_open == [False, True]
    render.rest()
