"""The process's hub, and changes told from threads, from its loop and from where there is none."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest
from channels.layers import BaseChannelLayer, channel_layers
from pytest_django import Settings

from core.live import nudge as live
from nodes import models
from nodes.labs.signals import lab_changed
from tests.support.live import Lab, layer, until


@pytest.fixture(autouse=True)
async def empty_layer() -> AsyncIterator[None]:
    """The layer in memory belongs to the loop of one test."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def lab() -> Lab:
    return Lab()


async def test_a_loop_has_one_hub(lab: Lab) -> None:
    assert live.hub(lab.render) is live.hub(lab.render)


async def test_a_change_in_a_thread_reaches_who_watches(lab: Lab) -> None:
    """Services send the signal from a thread, after the commit."""
    async with live.hub(lab.render).feed("one") as feed:
        position = await until("step 1", feed, 0)
        lab.step = 2
        await asyncio.to_thread(lab_changed.send, models.Lab, lab_key="one", revision=2)
        await until("step 2", feed, position)


async def test_a_change_told_on_the_loop_itself_is_told_later() -> None:
    channel = await layer().new_channel()
    await layer().group_add("lab.one", channel)
    live.nudge("one", 2)
    received = await asyncio.wait_for(layer().receive(channel), 5)
    assert received == {"type": "lab.changed", "lab_key": "one", "revision": 2}


def test_a_change_without_a_loop_is_told_at_once() -> None:
    lab_changed.send(models.Lab, lab_key="one", revision=2)


class SharedLayer(BaseChannelLayer):
    """A layer that reaches other processes: it writes down what it is to carry there."""

    sent: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent.append((group, message))


def test_a_change_without_a_loop_reaches_other_processes(settings: Settings) -> None:
    """A management command or a worker has no sockets of its own."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.live.test_nudge.SharedLayer"}}
    SharedLayer.sent.clear()
    lab_changed.send(models.Lab, lab_key="one", revision=2)
    assert [group for group, _ in SharedLayer.sent] == ["lab.one"]
    assert SharedLayer.sent[0][1] == {"type": "lab.changed", "lab_key": "one", "revision": 2}
