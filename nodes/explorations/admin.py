"""Stored explorations in the admin, for staff: to read and not to change."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nodes.explorations import models
from nodes.read_only import ReadOnly


@admin.register(models.Run)
class RunAdmin(ReadOnly):
    list_display = ("title", "key", "created", "with_repairs", "page")
    search_fields = ("title", "key")

    @admin.display(description="page")
    def page(self, run: models.Run) -> SafeString:
        return format_html('<a href="{}">page</a>', reverse("explorer-run", args=[run.key]))


@admin.register(models.Search)
class SearchAdmin(ReadOnly):
    list_display = ("__str__", "run", "state", "worker", "attempts", "states", "rate", "depth", "heartbeat", "error")
    list_filter = ("state",)
    list_select_related = ("run",)
    search_fields = ("worker", "run__title", "run__key")


@admin.register(models.Cell)
class CellAdmin(ReadOnly):
    list_display = ("name", "search", "verdict", "states", "depth", "model", "answered", "page")
    list_filter = ("verdict", "property", "solution", "network", "active_when", "repairs", "model")
    list_select_related = ("search",)
    search_fields = ("name", "explanation")

    @admin.display(description="page")
    def page(self, cell: models.Cell) -> SafeString | str:
        if not cell.verdict:
            return "not answered"
        return format_html('<a href="{}">page</a>', reverse("explorer-cell", args=[cell.name]))
