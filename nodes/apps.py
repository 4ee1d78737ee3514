"""The application of the nodes and their protocol."""

from django.apps import AppConfig


class NodesConfig(AppConfig):
    name = "nodes"
    verbose_name = "Syncscope"
