"""Two server processes on one lab, which tell each other through Redis what has changed, and while it is away."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

import pytest
import redis
from channels_redis.core import RedisChannelLayer
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from core.live.feed import HEARTBEAT
from core.live.redis_layer import RedisLayer
from nodes.labs import labs
from tests.browser.test_many_hands import Hand
from tests.support.labs import attached_lab
from tests.support.serving import Process, Redis, redis_server, server_process

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 20
"""Seconds until what is waited for has failed; a machine that is busy is slow, not wrong."""


@pytest.fixture
def server() -> Iterator[Redis]:
    """Redis; without its program the tests are skipped, or fail where they must not be."""
    try:
        with redis_server() as server:
            yield server
    except FileNotFoundError as error:
        if os.environ.get("SYNCSCOPE_REQUIRE_REDIS") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def processes(server: Redis, stack: ExitStack) -> tuple[Process, Process]:
    first, second = (stack.enter_context(server_process(REDIS_URL=server.url)) for _ in range(2))
    return first, second


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def watch(stack: ExitStack, process: Process, new: labs.NewLab) -> ClientConnection:
    address = f"ws://127.0.0.1:{process.port}/ws/labs/{new.lab.key}/"
    return stack.enter_context(connect(address, origin=Origin(process.url)))


def hear(page: ClientConnection, words: str) -> None:
    """Listen until the server says it."""
    while words not in str(page.recv(timeout=SOON)):
        pass


def step_of(new: labs.NewLab) -> str:
    lab = labs.get_lab(new.lab.key)
    return f"Step {lab.step} of {lab.step}"


def test_processes_show_one_lab_live_to_each_other(processes: tuple[Process, Process], stack: ExitStack) -> None:
    new = attached_lab()
    pages = [watch(stack, process, new) for process in processes]
    for page in pages:
        hear(page, "2 viewers")

    for process in processes:
        assert Hand(process.url, new, seed=1).click() == HTTPStatus.NO_CONTENT
        for page in pages:
            hear(page, step_of(new))
    assert [process.logged() for process in processes] == [[], []]


def test_an_outage_of_redis_costs_no_click_and_leaves_no_page_behind(
    server: Redis, processes: tuple[Process, Process], stack: ExitStack
) -> None:
    """What it held, which process hears of which lab, is gone when it is back."""
    new = attached_lab()
    pages = [watch(stack, process, new) for process in processes]
    hands = [Hand(process.url, new, seed=2) for process in processes]
    for page in pages:
        hear(page, "2 viewers")

    server.stop()
    for hand in hands:
        assert hand.click() == HTTPStatus.NO_CONTENT
        for page in pages:
            hear(page, step_of(new))
    # Who comes meanwhile is shown the lab too.
    hear(watch(stack, processes[0], new), step_of(new))

    server.start()
    with redis.Redis(port=server.port) as client:
        while client.zcard(f"asgi:group:lab.{new.lab.key}") != len(processes):
            hear(pages[0], "")
    for hand in hands:
        assert hand.click() == HTTPStatus.NO_CONTENT
        for page in pages:
            hear(page, step_of(new))
    for process in processes:
        told = [line.partition(" WARNING core.live.hub: ")[2] for line in process.logged()]
        assert [words.partition(", so labs are")[0] for words in told] == [
            "The channel layer does not answer",
            "The channel layer answers again",
        ], process.log.read_text()


def test_an_idle_process_hears_its_heart_and_logs_nothing(processes: tuple[Process, Process], stack: ExitStack) -> None:
    """For longer than channels-redis lets Redis wait for a message, 5 s, after which redis-py took it for dead."""
    pages = [watch(stack, process, attached_lab()) for process in processes]

    for _ in range(3):
        for page in pages:
            hear(page, HEARTBEAT)
    assert [process.logged() for process in processes] == [[], []]


async def test_a_message_that_arrived_just_before_an_outage_leaves_no_traceback(server: Redis) -> None:
    layer = RedisLayer(hosts=[server.url])
    server.stop()
    with pytest.raises(redis.RedisError):
        await RedisChannelLayer._clean_receive_backup(layer, 0, "a channel")
    await layer._clean_receive_backup(0, "a channel")
    await layer.close_pools()
