"""The sockets of a lab, through the whole ASGI application, with the channel layer in memory."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias, cast

import pytest
from channels.layers import channel_layers
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.test import override_settings

from core.live import hub as hubs
from core.live import nudge as live
from core.live.rendering import Render
from core.live.snapshot import Element, LabNotFound, Snapshot
from core.live.sockets import CloseCode, Message, Receive, Send
from core.routing import live_urlpatterns
from core.serving.origins import of_our_pages

Application: TypeAlias = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]


class Lab:
    """Labs that differ only by their key; `step` is that of each, "unknown" is none."""

    def __init__(self) -> None:
        self.step = 1

    def render(self, lab_key: str) -> Snapshot:
        if lab_key == "unknown":
            raise LabNotFound(lab_key)
        panel = Element("cards", f'<div id="cards">{lab_key} step {self.step}</div>')
        return Snapshot(self.step, self.step, (panel,))

    async def change(self, lab_key: str, step: int) -> None:
        self.step = step
        await asyncio.to_thread(live.nudge, lab_key, step)


@pytest.fixture(autouse=True)
async def empty_layer() -> AsyncIterator[None]:
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def lab() -> Lab:
    return Lab()


def application_of(render: Render) -> Application:
    return cast("Application", AllowedHostsOriginValidator(URLRouter(live_urlpatterns(render))))


@pytest.fixture
def application(lab: Lab) -> Application:
    return application_of(lab.render)


class Socket:
    """The page's end of a socket, driven as a server drives it."""

    def __init__(self, application: Application, path: str = "/ws/labs/one/", origin: str = "http://localhost") -> None:
        path, _, query = path.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"origin", origin.encode())],
        }
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.running = asyncio.ensure_future(application(scope, self.incoming.get, self.outgoing.put))

    async def connect(self) -> bool:
        self.incoming.put_nowait({"type": "websocket.connect"})
        return cast("str", (await self.output())["type"]) == "websocket.accept"

    async def output(self) -> Message:
        async with asyncio.timeout(5):
            return await self.outgoing.get()

    async def message(self) -> str:
        message = await self.output()
        assert message["type"] == "websocket.send"
        return cast("str", message["text"])

    async def said(self, words: str) -> str:
        """The next message with these words; the others tell of viewers."""
        while words not in (message := await self.message()):
            assert 'id="viewers"' in message
        return message

    async def closed(self) -> int:
        while (message := await self.output())["type"] != "websocket.close":
            assert message["type"] == "websocket.send"
        await self.ended()
        return cast("int", message["code"])

    async def leave(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self.ended()

    async def ended(self) -> None:
        await asyncio.wait_for(self.running, 5)


async def connected(application: Application, path: str = "/ws/labs/one/") -> Socket:
    page = Socket(application, path)
    assert await page.connect()
    return page


async def test_a_page_gets_the_lab_and_then_its_changes(application: Application, lab: Lab) -> None:
    page = await connected(application)
    assert '<hx-partial id="cards">' in await page.said("one step 1")
    await lab.change("one", 2)
    assert '<data id="revision" value="2" hidden>' in await page.said("one step 2")
    await page.leave()


async def test_a_page_that_connects_again_gets_the_lab_as_it_is(application: Application, lab: Lab) -> None:
    page = await connected(application)
    await page.said("one step 1")
    await page.leave()
    await lab.change("one", 2)

    page = await connected(application)
    await page.said("one step 2")
    await page.leave()


async def test_a_page_of_the_past_is_told_the_live_step(application: Application, lab: Lab) -> None:
    page = await connected(application, "/ws/labs/one/?at=1")
    assert "cards" not in await page.message()
    await lab.change("one", 2)
    message = await page.message()
    assert re.findall('<hx-partial (?:id|hx-target)="([^"]+)"', message) == ["revision", "live-step"]
    assert ">2</b>" in message
    await page.leave()


async def test_all_sockets_are_sent_the_same_string(application: Application, lab: Lab) -> None:
    pages = [await connected(application) for _ in range(20)]
    for page in pages:
        await page.said("one step 1")
    await lab.change("one", 2)
    messages = [await page.said("one step 2") for page in pages]
    assert len({id(message) for message in messages}) == 1
    for page in pages:
        await page.leave()


async def test_a_slow_socket_delays_nobody_and_gets_only_the_latest(application: Application, lab: Lab) -> None:
    may_go_on = asyncio.Event()
    slow_got: list[str] = []

    async def slow(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        async def send_slowly(message: Message) -> None:
            if message["type"] == "websocket.send":
                slow_got.append(message["text"])
                await may_go_on.wait()
            await send(message)

        await application(scope, receive, send_slowly)

    behind, page = await connected(slow), await connected(application)
    await page.said("one step 1")
    for step in range(2, 7):
        await lab.change("one", step)
        await page.said(f"one step {step}")
    may_go_on.set()
    first = await behind.said("one step 1")
    latest = await behind.said("one step 6")
    assert [text for text in slow_got if "cards" in text] == [first, latest]
    for communicator in (behind, page):
        await communicator.leave()


async def test_labs_do_not_hear_of_each_other(application: Application, lab: Lab) -> None:
    one, two = await connected(application, "/ws/labs/one/"), await connected(application, "/ws/labs/two/")
    await one.said("one step 1")
    await two.said("two step 1")
    await lab.change("two", 2)
    await two.said("two step 2")
    await lab.change("one", 3)
    await one.said("one step 3")
    await one.leave()
    await two.leave()


def test_the_page_knows_the_codes() -> None:
    """As in static/js/live.js."""
    assert [*CloseCode] == [1003, 1011, 4404, 4429]


async def test_an_unknown_lab_closes_with_its_own_code(application: Application) -> None:
    page = await connected(application, "/ws/labs/unknown/")
    assert await page.closed() == CloseCode.LAB_NOT_FOUND


async def test_a_key_that_is_too_long_for_the_channel_layer_is_that_of_no_lab(application: Application) -> None:
    page = await connected(application, f"/ws/labs/{'a' * 96}/")
    assert await page.closed() == CloseCode.LAB_NOT_FOUND


@pytest.mark.parametrize("query", ["at=%ff", "at=é", "x=%80&at=2"])
async def test_whatever_the_query_is_the_page_is_told_of_the_lab(application: Application, query: str) -> None:
    page = Socket(application, f"/ws/labs/one/?{query}")
    assert await page.connect()
    assert "step" in await page.message()
    await page.leave()


@override_settings(ALLOWED_HOSTS=["testserver"])
@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://]", ""])
async def test_an_origin_that_is_no_address_is_refused(application: Application, origin: str) -> None:
    assert not await Socket(of_our_pages(application), origin=origin).connect()


@override_settings(LIVE_SOCKETS_PER_LAB=1)
async def test_one_socket_too_many_closes_with_its_own_code(application: Application) -> None:
    first, second = await connected(application), await connected(application)
    assert await second.closed() == CloseCode.TOO_MANY_SOCKETS
    await first.leave()


async def test_a_socket_takes_no_commands(application: Application) -> None:
    page = await connected(application)
    page.incoming.put_nowait({"type": "websocket.receive", "text": "deliver"})
    assert await page.closed() == CloseCode.UNSUPPORTED_DATA


class Failing:
    """A lab whose rendering fails from now on."""

    def __init__(self) -> None:
        self.lab, self.is_failing = Lab(), False

    def render(self, lab_key: str) -> Snapshot:
        if self.is_failing:
            raise ValueError("this cannot be shown")
        return self.lab.render(lab_key)


async def test_a_lab_that_cannot_be_shown_closes_its_pages_and_opens_no_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An open socket is taken for a live lab; htmx tries again after this code, and after a refused handshake."""
    failing = Failing()
    application = application_of(failing.render)
    page = await connected(application)
    await page.said("step 1")

    failing.is_failing, failing.lab.step = True, 2
    await hubs.tell_hubs("one", {"type": "lab.changed", "revision": 2})

    assert await page.closed() == CloseCode.INTERNAL_ERROR
    assert not await Socket(application).connect()
    assert {record.message for record in caplog.records} == {"Lab one could not be rendered"}


async def test_a_page_that_goes_while_it_is_told_is_no_error(application: Application) -> None:
    async def gone(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        async def send_nowhere(message: Message) -> None:
            if message["type"] == "websocket.send":
                raise ConnectionResetError
            await send(message)

        await application(scope, receive, send_nowhere)

    page = await connected(gone)
    await page.ended()


@pytest.mark.parametrize("path", ["/ws/", "/ws/labs/", "/ws/labs/one/two/", "/"])
async def test_no_socket_is_at_another_address(application: Application, path: str) -> None:
    assert not await Socket(application, path).connect()


async def test_a_page_of_another_origin_is_refused(application: Application) -> None:
    page = Socket(application, origin="http://elsewhere.example")
    assert not await page.connect()
