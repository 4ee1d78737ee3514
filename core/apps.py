"""The project's own app: it tells watchers of what the labs' app does."""

from django.apps import AppConfig
from django.core import checks

from core.live.nudge import nudge
from core.live.processes import processes_hear_of_each_other
from nodes.labs.signals import lab_changed


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        lab_changed.connect(nudge)
        checks.register(processes_hear_of_each_other, checks.Tags.async_support, deploy=True)
