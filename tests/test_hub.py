"""The hub: one subscription, one rendering and one count for all sockets of a lab."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from channels.layers import channel_layers

from core import hub as hubs
from core.hub import Hub, Limits, TooManySockets
from tests.helpers_live import Lab, layer, news, until, viewers

LIMITS = Limits(per_lab=3, per_process=4)


@pytest.fixture(autouse=True)
async def empty_layer() -> AsyncIterator[None]:
    """The layer in memory belongs to the loop of one test."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def hub(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setattr(hubs, "COUNT_SECONDS", 0.01)
    return Hub(lab.render, LIMITS)


async def test_the_hub_subscribes_with_the_first_socket_and_leaves_with_the_last(hub: Hub) -> None:
    async with hub.room("one") as first:
        members = dict(layer().groups["lab.one"])  # type: ignore[attr-defined]
        async with hub.room("one") as second:
            assert first is second
            assert dict(layer().groups["lab.one"]) == members  # type: ignore[attr-defined]
        assert len(members) == 1
    assert layer().groups == {}  # type: ignore[attr-defined]
    assert not hub.is_watching
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_change_reaches_the_room_through_the_channel_layer(hub: Hub, lab: Lab) -> None:
    async with hub.room("one") as room:
        # The count of viewers may come before the lab is rendered.
        position = await until("step 1", room, 0)
        lab.step = 2
        await hubs.tell_hubs("one", {"type": "lab.changed", "revision": 2})
        await until("step 2", room, position)
        await hubs.tell_hubs("other", {"type": "lab.changed", "revision": 2})
    assert lab.renderings == [1, 2]


async def test_many_who_come_at_once_cause_one_rendering(lab: Lab) -> None:
    hub = Hub(lab.render, Limits(per_lab=200, per_process=200))
    async with AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(hub.room("one")) for _ in range(200)]
        messages = await asyncio.gather(*(news(room) for room in rooms))
    assert len({id(message) for message, _ in messages}) == 1
    assert lab.renderings == [1]


async def test_labs_and_process_have_their_limits(hub: Hub) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(LIMITS.per_lab):
            await stack.enter_async_context(hub.room("one"))
        with pytest.raises(TooManySockets, match="3 sockets are open, 3 of them on lab one"):
            await stack.enter_async_context(hub.room("one"))
        await stack.enter_async_context(hub.room("two"))
        with pytest.raises(TooManySockets, match="4 sockets are open, 0 of them on lab three"):
            await stack.enter_async_context(hub.room("three"))
    async with hub.room("three"):
        assert hub.viewers("three") == 1


async def test_viewers_are_counted_as_they_come_and_go(hub: Hub) -> None:
    async with hub.room("one") as room:
        position = await until(viewers("1 viewer"), room, 0)
        async with hub.room("one"):
            position = await until(viewers("2 viewers"), room, position)
        await until(viewers("1 viewer"), room, position)


async def test_processes_tell_each_other_of_their_viewers(hub: Hub, lab: Lab) -> None:
    other = Hub(lab.render, LIMITS)
    async with hub.room("one") as room:
        position = await until(viewers("1 viewer"), room, 0)
        async with other.room("one") as elsewhere, other.room("one"):
            position = await until(viewers("3 viewers"), room, position)
            await until(viewers("3 viewers"), elsewhere, 0)
        await until(viewers("1 viewer"), room, position)


async def test_a_refresh_finds_lost_changes_and_forgets_killed_processes(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "REFRESH_SECONDS", 0.05)
    async with hub.room("one") as room:
        killed = {"type": "lab.viewers", "process": "killed", "viewers": 7}
        await hubs.tell_hubs("one", killed)
        position = await until(viewers("8 viewers"), room, 0)
        lab.step = 2
        position = await until("step 2", room, position)
        await until(viewers("1 viewer"), room, position)


async def test_a_refresh_subscribes_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "REFRESH_SECONDS", 0.02)
    async with hub.room("one"):
        layer().groups.clear()  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        assert len(layer().groups["lab.one"]) == 1  # type: ignore[attr-defined]


async def test_a_layer_that_does_not_answer_is_outlived(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(hubs, "REFRESH_SECONDS", 0.03)

    async def fail(*_: object) -> None:
        raise ConnectionError("the layer is away")

    async with hub.room("one") as room:
        position = await until(viewers("1 viewer"), room, 0)
        with monkeypatch.context() as away:
            for name in ("receive", "group_add", "group_send", "group_discard"):
                away.setattr(layer(), name, fail)
            # Ends the receive that is under way.
            await layer().send(hub._channel, {"type": "lab.changed", "lab_key": "other", "revision": 1})
            await asyncio.sleep(0.1)
        lab.step = 2
        await until("step 2", room, position)
        monkeypatch.setattr(layer(), "group_discard", fail)
    assert set(caplog.messages) == {
        "The channel layer does not answer",
        "Lab one could not be subscribed to again",
        "Hubs could not be told of lab one",
        "Lab one could not be left",
    }


async def test_a_lab_that_cannot_be_subscribed_to_leaves_nothing_behind(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("the layer is away")

    monkeypatch.setattr(layer(), "group_add", fail)
    with pytest.raises(ConnectionError):
        async with hub.room("one"):
            pytest.fail("there is no room")
    await asyncio.sleep(0)
    assert hub.viewers("one") == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
