"""The process's hub, and how a change of a lab reaches the hubs of all processes."""

import asyncio
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings

from core.live.hub import Hub, Limits, tell_hubs
from core.live.rendering import Render

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub(render: Render) -> Hub:
    """Return the hub of the running event loop; a server process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        limits = Limits(
            per_lab=settings.LIVE_SOCKETS_PER_LAB,
            per_process=settings.LIVE_SOCKETS_PER_PROCESS,
        )
        _hubs[loop] = Hub(render, limits)
    return _hubs[loop]


def nudge(lab_key: str, revision: int, **_signal: object) -> None:
    """Tell every hub that the lab has changed; the receiver of `nodes.labs.signals.lab_changed`. Never raises."""
    message = {"type": "lab.changed", "revision": revision}
    try:
        loop = _watching_loop() or asyncio.get_running_loop()
    except RuntimeError:
        # The layer in memory reaches this process only, where nobody listens.
        if not isinstance(get_channel_layer(), InMemoryChannelLayer):
            async_to_sync(tell_hubs)(lab_key, message)
    else:
        tell = _hubs[loop].tell if loop in _hubs else tell_hubs
        asyncio.run_coroutine_threadsafe(tell(lab_key, message), loop)


def _watching_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop whose hub has sockets: the layer in memory must be used where it is listened to."""
    watching = (loop for loop, its_hub in list(_hubs.items()) if its_hub.is_watching and loop.is_running())
    return next(watching, None)
