"""The hub: one subscription, one rendering and one count for all sockets of a lab."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from channels.layers import channel_layers

from core.live import hub as hubs
from core.live.feed import HEARTBEAT
from core.live.hub import Hub, Limits, TooManySockets
from tests.support.live import Lab, eventually, layer, news, until, viewers

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
    async with hub.feed("one") as first:
        members = dict(layer().groups["lab.one"])  # type: ignore[attr-defined]
        async with hub.feed("one") as second:
            assert first is second
            assert dict(layer().groups["lab.one"]) == members  # type: ignore[attr-defined]
        assert len(members) == 1
    assert layer().groups == {}  # type: ignore[attr-defined]
    assert not hub.is_watching
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_change_reaches_the_room_through_the_channel_layer(hub: Hub, lab: Lab) -> None:
    async with hub.feed("one") as feed:
        # The count of viewers may come before the lab is rendered.
        position = await until("step 1", feed, 0)
        lab.step = 2
        await hubs.tell_hubs("one", {"type": "lab.changed", "revision": 2})
        await until("step 2", feed, position)
        await hubs.tell_hubs("other", {"type": "lab.changed", "revision": 2})
    assert lab.renderings == [1, 2]


async def test_many_who_come_at_once_cause_one_rendering(lab: Lab) -> None:
    hub = Hub(lab.render, Limits(per_lab=200, per_process=200))
    async with AsyncExitStack() as stack:
        feeds = [await stack.enter_async_context(hub.feed("one")) for _ in range(200)]
        messages = await asyncio.gather(*(news(feed) for feed in feeds))
    assert len({id(message) for message, _ in messages}) == 1
    assert lab.renderings == [1]


async def test_labs_and_process_have_their_limits(hub: Hub) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(LIMITS.per_lab):
            await stack.enter_async_context(hub.feed("one"))
        with pytest.raises(TooManySockets, match="3 sockets are open, 3 of them on lab one"):
            await stack.enter_async_context(hub.feed("one"))
        await stack.enter_async_context(hub.feed("two"))
        with pytest.raises(TooManySockets, match="4 sockets are open, 0 of them on lab three"):
            await stack.enter_async_context(hub.feed("three"))
    async with hub.feed("three"):
        assert hub.viewers("three") == 1


async def test_what_is_left_at_once_leaves_nothing_behind(hub: Hub) -> None:
    for number in range(20):
        async with hub.feed(f"unknown-{number}"):
            pass
    assert vars(hub)["_uncounted"] == set()


async def test_viewers_are_counted_as_they_come_and_go(hub: Hub) -> None:
    async with hub.feed("one") as feed:
        position = await until(viewers("1 viewer"), feed, 0)
        async with hub.feed("one"):
            position = await until(viewers("2 viewers"), feed, position)
        await until(viewers("1 viewer"), feed, position)


async def test_processes_tell_each_other_of_their_viewers(hub: Hub, lab: Lab) -> None:
    other = Hub(lab.render, LIMITS)
    async with hub.feed("one") as feed:
        position = await until(viewers("1 viewer"), feed, 0)
        async with other.feed("one") as elsewhere, other.feed("one"):
            position = await until(viewers("3 viewers"), feed, position)
            await until(viewers("3 viewers"), elsewhere, 0)
        await until(viewers("1 viewer"), feed, position)


async def test_a_refresh_finds_lost_changes_and_forgets_killed_processes(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "REFRESH_SECONDS", 0.05)
    async with hub.feed("one") as feed:
        killed = {"type": "lab.viewers", "process": "killed", "viewers": 7}
        await hubs.tell_hubs("one", killed)
        position = await until(viewers("8 viewers"), feed, 0)
        lab.step = 2
        position = await until("step 2", feed, position)
        await until(viewers("1 viewer"), feed, position)


async def test_a_refresh_subscribes_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "REFRESH_SECONDS", 0.02)
    async with hub.feed("one"):
        layer().groups.clear()  # type: ignore[attr-defined]
        await eventually(lambda: "lab.one" in layer().groups)  # type: ignore[attr-defined]


async def fail(*_: object) -> None:
    raise ConnectionError("the layer is away")


async def hang(*_: object) -> None:
    await asyncio.Event().wait()


def take_away(monkeypatch: pytest.MonkeyPatch, does: Callable[..., Awaitable[None]] = fail) -> None:
    for name in ("receive", "group_add", "group_send", "group_discard"):
        monkeypatch.setattr(layer(), name, does)


async def end_receive(hub: Hub) -> None:
    """Let the receive that is under way return, so that the next one meets the layer as it is now."""
    await layer().send(hub._channel, {"type": "lab.changed", "lab_key": "other", "revision": 1})


AWAY = "The channel layer does not answer, so labs are looked at instead: ConnectionError('the layer is away')"
BACK = "The channel layer answers again"


async def test_while_the_layer_is_away_labs_are_looked_at_and_afterwards_subscribed_to_again(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "RETRY_SECONDS", 0.01)
    async with hub.feed("one") as feed, hub.feed("two"):
        position = await until(viewers("1 viewer"), feed, 0)
        with monkeypatch.context() as away:
            take_away(away)
            await end_receive(hub)
            # Nobody tells of this.
            lab.step = 2
            position = await until("step 2", feed, position)
            async with hub.feed("new") as opened:
                await until("step 2", opened, 0)
            layer().groups.clear()  # type: ignore[attr-defined]
            # What was changed before the layer is back, and could not be told.
            lab.step = 3
        position = await until("step 3", feed, position)
        await eventually(lambda: BACK in caplog.messages)
        assert set(layer().groups) == {"lab.one", "lab.two"}  # type: ignore[attr-defined]
        lab.step = 4
        await hubs.tell_hubs("one", {"type": "lab.changed", "revision": 4})
        await until("step 4", feed, position)
    assert caplog.messages == [AWAY, BACK]
    assert [record.exc_info for record in caplog.records] == [None, None]


async def test_what_the_layer_does_not_carry_is_heard_in_the_process_itself(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "RETRY_SECONDS", 60)
    async with hub.feed("one") as feed:
        _, position = await news(feed)
        take_away(monkeypatch)
        lab.step = 2
        await hub.tell("one", {"type": "lab.changed", "revision": 2})
        await until("step 2", feed, position)


async def test_a_layer_that_hangs_keeps_nobody_waiting(
    hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "LAYER_SECONDS", 0.01)
    take_away(monkeypatch, hang)
    async with hub.feed("one") as feed:
        await until("step 1", feed, 0)
        await hubs.tell_hubs("one", {"type": "lab.changed", "revision": 1})
    assert caplog.messages == [
        "The channel layer does not answer, so labs are looked at instead: TimeoutError()",
        "Hubs could not be told of lab one: TimeoutError()",
    ]


async def test_pages_hear_the_heartbeat_while_nothing_changes(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT_SECONDS", 0.02)
    async with hub.feed("one") as feed:
        position = await until(viewers("1 viewer"), feed, 0)
        assert await news(feed, position) == (HEARTBEAT, position)
        assert await news(feed, position, is_past=True) == (HEARTBEAT, position)


async def test_one_timer_beats_for_all_sockets(lab: Lab) -> None:
    hub = Hub(lab.render, Limits(per_lab=200, per_process=400))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(hub.feed("one"))
        tasks = len(asyncio.all_tasks())
        for _ in range(100):
            await stack.enter_async_context(hub.feed("one"))
        assert len(asyncio.all_tasks()) == tasks


def test_a_page_hears_two_heartbeats_in_the_time_it_waits_for_one() -> None:
    script = (Path(__file__).parents[2] / "static/js/live.js").read_text()
    found = re.search(r"^const SILENT_MS = (\d+);$", script, re.MULTILINE)
    assert found
    assert 2 * hubs.HEARTBEAT_SECONDS < int(found[1]) / 1000 < 15
