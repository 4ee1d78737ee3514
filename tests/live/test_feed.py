"""A room: each change rendered once, told once, and never an older one over a newer one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.live import feed as rooms
from core.live.feed import CannotShow, Room
from core.live.snapshot import LabNotFound
from tests.support.live import OPTIONS, Lab, cards, live_step, news, revision, until, viewers


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
async def room(lab: Lab) -> AsyncIterator[Room]:
    room = Room("one", lab.render_async)
    yield room
    room.close()


async def test_who_comes_gets_everything_and_then_what_has_changed(room: Room, lab: Lab) -> None:
    room.nudge(1)
    everything, position = await news(room)
    assert everything == revision(1) + cards(1) + OPTIONS

    lab.step = 2
    room.nudge(2)
    change, position = await news(room, position)
    assert change == revision(2) + cards(2)
    assert (await news(room, 0))[0] == revision(2) + cards(2) + OPTIONS


async def test_a_page_of_the_past_gets_only_the_live_step(room: Room, lab: Lab) -> None:
    room.nudge(1)
    message, position = await news(room, is_past=True)
    assert message == revision(1) + live_step(1)

    # Nothing of it is for such a page, which goes on waiting.
    room.show_viewers(2)
    lab.step = 2
    room.nudge(2)
    assert (await news(room, position, is_past=True))[0] == revision(2) + live_step(2)


async def test_a_page_that_lags_behind_gets_only_the_latest(room: Room, lab: Lab) -> None:
    room.nudge(1)
    _, position = await news(room)
    latest = position
    for step in (2, 3, 4):
        lab.step = step
        room.nudge(step)
        _, latest = await news(room, latest)

    assert await news(room, position) == (revision(4) + cards(4), latest)


async def test_how_many_watch_is_of_no_revision_and_comes_before_what_is(room: Room, lab: Lab) -> None:
    room.nudge(1)
    _, position = await news(room)
    room.show_viewers(2)
    message, _ = await news(room, position)
    assert message == viewers("2 viewers")

    lab.step = 2
    room.nudge(2)
    await until("step 2", room, position)
    assert (await news(room, position))[0] == viewers("2 viewers") + revision(2) + cards(2)


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
    assert await news(room) == (revision(5) + cards(5) + OPTIONS, position)


async def test_a_rendering_that_fails_is_told_and_tried_again(
    room: Room, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A page that heard nothing would take what it shows for the lab as it is. The log has it once."""
    monkeypatch.setattr(rooms, "RETRY_SECONDS", 0.01)
    lab.errors = [OSError("the disk is away"), OSError("the disk is away")]
    room.nudge(1)
    with pytest.raises(CannotShow):
        await news(room)
    await asyncio.sleep(0.2)
    assert (await news(room))[0] == revision(1) + cards(1) + OPTIONS
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
