"""The addresses of the sockets."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.handlers.asgi import get_script_prefix
from django.urls import path, re_path, set_script_prefix

from core.lab.fragments import snapshot
from core.live.nudge import hub
from core.live.rendering import Render
from core.live.sockets import LabSocket, Receive, Send, refuse


def live_urlpatterns(render: Render) -> list[Any]:
    """Return the patterns of sockets whose labs `render` renders.

    The stubs of Channels want a pattern that answers ASGI; Django's path() returns its plain one.
    """
    # To path() a view is anything that can be called.
    lab: Any = LabSocket(partial(hub, render))
    nothing: Any = refuse
    return [path("ws/labs/<slug:lab_key>/", lab, name="lab-socket"), re_path("", nothing)]


websocket_urlpatterns = live_urlpatterns(snapshot)


def under_prefix(application: Any) -> Any:  # noqa: ANN401  As above.
    """Serve sockets under the path that FORCE_SCRIPT_NAME or the server's --root-path names, as Django serves pages.

    What the hub prints for a socket has its links there too.
    """

    async def serve(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        prefix = get_script_prefix(scope)
        set_script_prefix(prefix)
        await application({**scope, "path": scope["path"].removeprefix(prefix), "root_path": ""}, receive, send)

    return serve
