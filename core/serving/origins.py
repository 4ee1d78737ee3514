"""Sockets are opened from pages of this server only."""

from typing import cast
from urllib.parse import urlsplit

from channels.security.websocket import AllowedHostsOriginValidator

from core.serving.types import Application, Receive, Scope, Send, header


def of_our_pages(application: Application) -> Application:
    """Refuse the handshake of a page of another origin, and of one whose Origin is no address at all."""
    # The stubs of Channels know applications of their own kind only.
    checked = cast("Application", AllowedHostsOriginValidator(application))

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            urlsplit(header(scope, b"origin"))
        except ValueError:
            # Half an IPv6 address. What says no origin is refused.
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0] != b"origin"]}
        await checked(scope, receive, send)

    return serve
