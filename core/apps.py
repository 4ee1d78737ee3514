"""The project's own app: it tells watchers of what the labs' app does."""

from django.apps import AppConfig

from core.live import nudge
from nodes.signals import lab_changed


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        lab_changed.connect(nudge)
