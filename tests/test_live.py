"""Room, hub and nudge: each change rendered once, told once, and never an older one over a newer one."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from channels.db import database_sync_to_async
from channels.layers import BaseChannelLayer, channel_layers, get_channel_layer

from core import hub as hubs
from core import live
from core import room as rooms
from core.hub import Hub, Limits, TooManySockets
from core.room import Room
from core.snapshot import LabNotFound, Snapshot, as_message
from nodes import models
from nodes.signals import lab_changed

LIMITS = Limits(per_lab=3, per_process=4)


class Lab:
    """A lab that is rendered on demand: its step, and how often and with what it was asked for."""

    def __init__(self) -> None:
        self.step = 1
        self.renderings: list[int] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.error: Exception | None = None

    def render(self, lab_key: str) -> Snapshot:
        step = self.step
        assert self.may_go_on.wait(5)
        self.renderings.append(step)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        if lab_key == "unknown":
            raise LabNotFound(lab_key)
        return snapshot(step)

    async def render_async(self, lab_key: str) -> Snapshot:
        return await database_sync_to_async(self.render)(lab_key)


def snapshot(step: int) -> Snapshot:
    """Two panels: the cards change with each step, the options never."""
    cards = f'\n<div id="cards" data-revision="{step}">step {step}</div>\n'
    options = f'<div id="options" data-revision="{step}">solution 12</div>'
    return Snapshot(step, step, {"cards": cards, "options": options})


def cards(step: int) -> str:
    return (
        f'<hx-partial hx-target="#cards" hx-swap="outerMorph"><div id="cards" data-revision="{step}">'
        f"step {step}</div></hx-partial>"
    )


def options(step: int) -> str:
    return (
        f'<hx-partial hx-target="#options" hx-swap="outerMorph"><div id="options" data-revision="{step}">'
        "solution 12</div></hx-partial>"
    )


def live_step(step: int) -> str:
    return (
        '<hx-partial hx-target="#live-step" hx-swap="outerMorph">'
        f'<b id="live-step" class="live-step" data-revision="{step}">{step}</b></hx-partial>'
    )


def viewers(words: str) -> str:
    return (
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML">'
        f'<p id="viewers" class="topbar-viewers" hx-morph-skip>{words}</p></hx-partial>'
    )


async def news(room: Room, position: int = 0, *, is_past: bool = False) -> tuple[str, int]:
    return await asyncio.wait_for(room.news(position, is_past=is_past), 5)


async def until(said: str, room: Room, position: int) -> int:
    """Read on until a message says it; return the position after it."""
    message = ""
    while said not in message:
        message, position = await news(room, position)
    return position


def layer() -> BaseChannelLayer:
    found = get_channel_layer()
    assert found is not None
    return found


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
async def room(lab: Lab) -> AsyncIterator[Room]:
    room = Room("one", lab.render_async)
    yield room
    room.close()


@pytest.fixture
def hub(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setattr(hubs, "COUNT_SECONDS", 0.01)
    return Hub(lab.render, LIMITS)


async def test_a_message_morphs_each_fragment_into_the_element_of_its_name() -> None:
    assert as_message({"cards": "<i></i>", "viewers": "<b></b>"}) == (
        '<hx-partial hx-target="#cards" hx-swap="outerMorph"><i></i></hx-partial>'
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML"><b></b></hx-partial>'
    )


async def test_who_comes_gets_everything_and_then_what_has_changed(room: Room, lab: Lab) -> None:
    room.nudge(1)
    everything, position = await news(room)
    assert everything == cards(1) + options(1)

    lab.step = 2
    room.nudge(2)
    change, position = await news(room, position)
    assert change == cards(2)
    assert (await news(room, 0))[0] == cards(2) + options(2)


async def test_a_page_of_the_past_gets_only_the_live_step(room: Room, lab: Lab) -> None:
    room.nudge(1)
    message, position = await news(room, is_past=True)
    assert message == live_step(1)

    # Nothing of it is for such a page, which goes on waiting.
    room.show_viewers(2)
    lab.step = 2
    room.nudge(2)
    assert (await news(room, position, is_past=True))[0] == live_step(2)


async def test_a_page_that_lags_behind_gets_only_the_latest(room: Room, lab: Lab) -> None:
    room.nudge(1)
    _, position = await news(room)
    latest = position
    for step in (2, 3, 4):
        lab.step = step
        room.nudge(step)
        _, latest = await news(room, latest)

    assert await news(room, position) == (cards(4), latest)


async def test_pages_at_one_position_share_one_string(room: Room) -> None:
    room.nudge(1)
    (one, _), (other, _) = await asyncio.gather(news(room), news(room))
    assert one is other


async def test_nudges_during_a_rendering_cause_one_more(room: Room, lab: Lab) -> None:
    lab.may_go_on.clear()
    room.nudge(1)
    # The first has begun and has read step 1.
    await asyncio.sleep(0.05)
    for step in range(2, 12):
        lab.step = step
        room.nudge(step)
    lab.may_go_on.set()
    await until("step 11", room, 0)
    assert lab.renderings == [1, 11]


async def test_a_rendering_that_has_read_the_newest_suffices(room: Room, lab: Lab) -> None:
    lab.may_go_on.clear()
    lab.step = 2
    room.nudge(1)
    await asyncio.sleep(0.05)
    room.nudge(2)
    lab.may_go_on.set()
    await until("step 2", room, 0)
    assert lab.renderings == [2]


async def test_what_is_shown_already_is_not_rendered_again(room: Room, lab: Lab) -> None:
    lab.step = 5
    room.nudge(1)
    await news(room)
    room.nudge(4)
    room.nudge(5)
    await asyncio.sleep(0.05)
    assert lab.renderings == [5]


async def test_an_older_rendering_never_replaces_a_newer_one(room: Room, lab: Lab) -> None:
    lab.step = 5
    room.nudge(5)
    _, position = await news(room)
    lab.step = 4
    room.nudge(6)
    await asyncio.sleep(0.05)
    assert lab.renderings == [5, 4]
    assert await news(room) == (cards(5) + options(5), position)


async def test_a_failed_rendering_is_tried_again(
    room: Room, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rooms, "RETRY_SECONDS", 0.01)
    lab.error = OSError("the disk is away")
    room.nudge(1)
    assert (await news(room))[0] == cards(1) + options(1)
    assert caplog.messages == ["Lab one could not be rendered"]


async def test_a_lab_that_ends_says_so_to_who_waits_and_to_who_comes(lab: Lab) -> None:
    room = Room("unknown", lab.render_async)
    room.nudge(0)
    with pytest.raises(LabNotFound):
        await news(room)
    with pytest.raises(LabNotFound):
        await news(room)
    room.nudge(9)
    assert lab.renderings == [1]


async def test_a_room_may_close_before_it_has_rendered(lab: Lab) -> None:
    Room("one", lab.render_async).close()
    assert lab.renderings == []


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
        _, position = await news(room)
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


async def test_a_loop_has_one_hub(lab: Lab) -> None:
    assert live.hub(lab.render) is live.hub(lab.render)


async def test_a_change_in_a_thread_reaches_who_watches(lab: Lab) -> None:
    """Services send the signal from a thread, after the commit."""
    async with live.hub(lab.render).room("one") as room:
        _, position = await news(room)
        lab.step = 2
        await asyncio.to_thread(lab_changed.send, models.Lab, lab_key="one", revision=2)
        await until("step 2", room, position)


async def test_a_change_told_on_the_loop_itself_is_told_later() -> None:
    channel = await layer().new_channel()
    await layer().group_add("lab.one", channel)
    live.nudge("one", 2)
    received = await asyncio.wait_for(layer().receive(channel), 5)
    assert received == {"type": "lab.changed", "lab_key": "one", "revision": 2}


def test_a_change_without_a_loop_is_told_at_once() -> None:
    lab_changed.send(models.Lab, lab_key="one", revision=2)
