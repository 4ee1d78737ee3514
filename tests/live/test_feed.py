"""A feed: each change rendered once, told once, and never an older one over a newer one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.live import feed as feeds
from core.live.feed import CannotShow, Feed
from core.live.snapshot import LabNotFound
from tests.support.live import OPTIONS, Lab, cards, live_step, news, revision, until, viewers


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
async def feed(lab: Lab) -> AsyncIterator[Feed]:
    feed = Feed("one", lab.render_async)
    yield feed
    feed.close()


async def test_who_comes_gets_everything_and_then_what_has_changed(feed: Feed, lab: Lab) -> None:
    feed.nudge(1)
    everything, position = await news(feed)
    assert everything == revision(1) + cards(1) + OPTIONS

    lab.step = 2
    feed.nudge(2)
    change, position = await news(feed, position)
    assert change == revision(2) + cards(2)
    assert (await news(feed, 0))[0] == revision(2) + cards(2) + OPTIONS


async def test_a_page_of_the_past_gets_only_the_live_step(feed: Feed, lab: Lab) -> None:
    feed.nudge(1)
    message, position = await news(feed, is_past=True)
    assert message == revision(1) + live_step(1)

    # Nothing of it is for such a page, which goes on waiting.
    feed.show_viewers(2)
    lab.step = 2
    feed.nudge(2)
    assert (await news(feed, position, is_past=True))[0] == revision(2) + live_step(2)


async def test_a_page_that_lags_behind_gets_only_the_latest(feed: Feed, lab: Lab) -> None:
    feed.nudge(1)
    _, position = await news(feed)
    latest = position
    for step in (2, 3, 4):
        lab.step = step
        feed.nudge(step)
        _, latest = await news(feed, latest)

    assert await news(feed, position) == (revision(4) + cards(4), latest)


async def test_how_many_watch_is_of_no_revision_and_comes_before_what_is(feed: Feed, lab: Lab) -> None:
    feed.nudge(1)
    _, position = await news(feed)
    feed.show_viewers(2)
    message, _ = await news(feed, position)
    assert message == viewers("2 viewers")

    lab.step = 2
    feed.nudge(2)
    await until("step 2", feed, position)
    assert (await news(feed, position))[0] == viewers("2 viewers") + revision(2) + cards(2)


async def test_pages_at_one_position_share_one_string(feed: Feed) -> None:
    feed.nudge(1)
    (one, _), (other, _) = await asyncio.gather(news(feed), news(feed))
    assert one is other


async def test_nudges_during_a_rendering_cause_one_more(feed: Feed, lab: Lab) -> None:
    lab.may_go_on.clear()
    feed.nudge(1)
    # The first has begun and has read step 1.
    await asyncio.sleep(0.05)
    for step in range(2, 12):
        lab.step = step
        feed.nudge(step)
    lab.may_go_on.set()
    await until("step 11", feed, 0)
    assert lab.renderings == [1, 11]


async def test_a_rendering_that_has_read_the_newest_suffices(feed: Feed, lab: Lab) -> None:
    lab.may_go_on.clear()
    lab.step = 2
    feed.nudge(1)
    await asyncio.sleep(0.05)
    feed.nudge(2)
    lab.may_go_on.set()
    await until("step 2", feed, 0)
    assert lab.renderings == [2]


async def test_what_is_shown_already_is_not_rendered_again(feed: Feed, lab: Lab) -> None:
    lab.step = 5
    feed.nudge(1)
    await news(feed)
    feed.nudge(4)
    feed.nudge(5)
    await asyncio.sleep(0.05)
    assert lab.renderings == [5]


async def test_an_older_rendering_never_replaces_a_newer_one(feed: Feed, lab: Lab) -> None:
    lab.step = 5
    feed.nudge(5)
    _, position = await news(feed)
    lab.step = 4
    feed.nudge(6)
    await asyncio.sleep(0.05)
    assert lab.renderings == [5, 4]
    assert await news(feed) == (revision(5) + cards(5) + OPTIONS, position)


async def test_a_rendering_that_fails_is_told_and_tried_again(
    feed: Feed, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A page that heard nothing would take what it shows for the lab as it is. The log has it once."""
    monkeypatch.setattr(feeds, "RETRY_SECONDS", 0.01)
    lab.errors = [OSError("the disk is away"), OSError("the disk is away")]
    feed.nudge(1)
    with pytest.raises(CannotShow):
        await news(feed)
    await asyncio.sleep(0.2)
    assert (await news(feed))[0] == revision(1) + cards(1) + OPTIONS
    assert caplog.messages == ["Lab one could not be rendered"]


async def test_a_lab_that_ends_says_so_to_who_waits_and_to_who_comes(lab: Lab) -> None:
    feed = Feed("unknown", lab.render_async)
    feed.nudge(0)
    with pytest.raises(LabNotFound):
        await news(feed)
    with pytest.raises(LabNotFound):
        await news(feed)
    feed.nudge(9)
    assert lab.renderings == [1]


async def test_a_room_may_close_before_it_has_rendered(lab: Lab) -> None:
    Feed("one", lab.render_async).close()
    assert lab.renderings == []
