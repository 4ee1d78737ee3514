"""The application that the server runs: pages over HTTP, live fragments over a socket of the same origin."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

from core.live.processes import refuse_if_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
refuse_if_unsafe()

# Before anything that imports models.
pages = get_asgi_application()

from core.routing import under_prefix, websocket_urlpatterns  # noqa: E402
from core.serving.bodies import Bounds, bounded  # noqa: E402
from core.serving.health import CHECKS, with_health  # noqa: E402
from core.serving.origins import of_our_pages  # noqa: E402
from core.serving.requests import logged  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": with_health(logged(bounded(pages, Bounds(settings.SYNCSCOPE_MOST_SENT))), CHECKS),
        "websocket": logged(of_our_pages(under_prefix(URLRouter(websocket_urlpatterns)))),
    },
)
