"""The addresses of the sockets."""

from functools import partial
from typing import Any

from django.urls import path, re_path

from core.consumers import LabSocket, refuse
from core.fragments import snapshot
from core.hub import Render
from core.live import hub


def live_urlpatterns(render: Render) -> list[Any]:
    """Return the patterns of sockets whose labs `render` renders.

    The stubs of Channels want a pattern that answers ASGI; Django's path() returns its plain one.
    """
    # To path() a view is anything that can be called.
    lab: Any = LabSocket(partial(hub, render))
    nothing: Any = refuse
    return [path("ws/labs/<slug:lab_key>/", lab, name="lab-socket"), re_path("", nothing)]


websocket_urlpatterns = live_urlpatterns(snapshot)
