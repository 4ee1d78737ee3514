"""The application of the stored explorations."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "nodes.explorations"
    label = "runs"
    verbose_name = "Explorations"
