"""The admin, for staff: every row of every lab, linked, to read and not to change."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nodes import models
from nodes.read_only import ReadOnly

admin.site.site_header = "Syncscope"
admin.site.site_title = "Syncscope admin"
admin.site.index_title = "Rows of every lab"
# Lists have many columns; the first page and the crumbs lead to every list.
admin.site.enable_nav_sidebar = False


def _list_link(model: type[Model], text: str, **filters: object) -> SafeString:
    """A link to a model's list, filtered."""
    url = reverse(f"admin:nodes_{model._meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html('<a href="{}?{}">{}</a>', url, query, text)


class RowAdmin(ReadOnly):
    """A row of a lab: found by lab, by IMSI, by octets, and linked to what belongs to it."""

    list_select_related = ("lab",)
    order: ClassVar[tuple[str, ...]] = ("pk",)
    readonly_fields = ("related", "json")
    exclude = ("rest", "body", "action", "events", "changes", "summary", "world", "observation", "content")
    json_fields = ("rest", "body", "action", "events", "changes", "summary")

    @admin.display(description="lab", ordering="lab")
    def lab_link(self, row: models.Row) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("lab", args=[row.lab.key]), row.lab.title)

    @admin.display(description="related rows")
    def related(self, row: models.Row) -> SafeString:
        """Links between UE context, AVs, SCEF record, keys, sessions and messages of one UE."""
        return format_html_join(" · ", "{}", ((link,) for link in self._related(row)))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The rows of the newest lab first, and there in their own order."""
        return ("-lab", *self.order)

    def get_list_display_links(self, request: HttpRequest, list_display: Sequence[Any]) -> list[Any]:
        """The second column leads to the row, as the first leads to its lab."""
        return list(list_display[1:2])

    def _related(self, row: models.Row) -> list[SafeString]:
        links = [
            _list_link(models.Step, "steps", lab=row.lab.pk),
            _list_link(models.Message, "messages", lab=row.lab.pk),
        ]
        imsi = getattr(row, "imsi", None)
        if imsi is None:
            return links
        by_imsi = (
            (models.UE, "UE"),
            (models.UEContext, "UE context"),
            (models.AuthenticationVector, "AVs"),
            (models.Subscriber, "subscription"),
            (models.SCEFRecord, "SCEF record"),
            (models.SCEFKey, "SCEF keys"),
        )
        return [_list_link(model, text, lab=row.lab.pk, imsi=imsi) for model, text in by_imsi] + links

    @admin.display(description="the other fields")
    def json(self, row: models.Row) -> SafeString:
        """The JSON columns, indented."""
        shown = [name for name in self.json_fields if hasattr(row, name)]
        return format_html_join(
            "",
            "<p>{}</p><pre>{}</pre>",
            ((name, json.dumps(getattr(row, name), indent=2, ensure_ascii=False)) for name in shown),
        )


@admin.register(models.Lab)
class LabAdmin(ReadOnly):
    list_display = ("title", "solution", "step", "model", "scenario", "used", "page")
    list_filter = ("solution", "model", "used")
    search_fields = ("title", "key", "seed", "scenario")
    exclude = ("drive_hash",)
    readonly_fields = ("page", "rows")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A lab may be ended; its rows go with it."""
        return bool(request.user.is_superuser)

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Say which labs end; the rows of a lab are not deleted one by one and are too many to list."""
        labs = [str(lab) for lab in objs]
        return labs, {"labs": len(labs)}, set(), []

    @admin.display(description="page")
    def page(self, lab: models.Lab) -> SafeString:
        return format_html('<a href="{}">open the lab</a>', reverse("lab", args=[lab.key]))

    @admin.display(description="rows")
    def rows(self, lab: models.Lab) -> SafeString:
        models_of_rows = models.Row.__subclasses__()
        links = ((_list_link(model, str(model._meta.verbose_name_plural), lab=lab.pk),) for model in models_of_rows)
        return format_html_join(" · ", "{}", links)


@admin.register(models.Node)
class NodeAdmin(RowAdmin):
    list_display = ("lab_link", "name", "kind")
    list_filter = ("kind", "lab")


@admin.register(models.UE)
class UEAdmin(RowAdmin):
    list_display = ("lab_link", "name", "imsi", "phase", "guti", "mme")
    list_filter = ("phase", "lab")
    search_fields = ("imsi", "guti", "name")


@admin.register(models.Subscriber)
class SubscriberAdmin(RowAdmin):
    list_display = ("lab_link", "imsi", "sqn", "amf", "is_provisioned")
    list_filter = ("is_provisioned", "lab")
    search_fields = ("imsi",)


@admin.register(models.UEContext)
class UEContextAdmin(RowAdmin):
    list_display = ("lab_link", "imsi", "node", "ue", "guti", "registered", "accesses")
    list_filter = ("registered", "node", "lab")
    search_fields = ("imsi", "guti", "ue")


@admin.register(models.AuthenticationVector)
class AuthenticationVectorAdmin(RowAdmin):
    list_display = ("lab_link", "rand", "owner", "imsi", "ordinal", "status", "sqn")
    list_filter = ("status", "owner", "lab")
    search_fields = ("rand", "imsi", "k_asme")


@admin.register(models.MMECounters)
class MMECountersAdmin(RowAdmin):
    list_display = ("lab_link", "imsi", "node", "m_tmsis", "pushes", "requests")
    list_filter = ("node", "lab")
    search_fields = ("imsi",)


@admin.register(models.SCEFRecord)
class SCEFRecordAdmin(RowAdmin):
    list_display = ("lab_link", "imsi", "active", "parked", "gutis")
    list_filter = ("lab",)
    search_fields = ("imsi", "active", "gutis")


@admin.register(models.SCEFKey)
class SCEFKeyAdmin(RowAdmin):
    list_display = ("lab_link", "rand", "imsi", "ks", "is_active")
    list_filter = ("lab",)
    search_fields = ("rand", "imsi", "ks")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The keys, each with whether its record names it as the ACTIVE one."""
        named = models.SCEFRecord.objects.filter(lab=OuterRef("lab"), imsi=OuterRef("imsi"), active=OuterRef("rand"))
        keys: QuerySet[Any] = super().get_queryset(request).annotate(is_active=Exists(named))
        return keys

    @admin.display(boolean=True, description="ACTIVE")
    def is_active(self, key: Any) -> bool:  # noqa: ANN401 - a key as get_queryset annotates it.
        return bool(key.is_active)


@admin.register(models.ASSession)
class ASSessionAdmin(RowAdmin):
    list_display = ("lab_link", "ue", "node", "number", "ks", "key_guti", "last_result")
    list_filter = ("node", "last_result", "lab")
    search_fields = ("ue", "ks", "key_guti")


@admin.register(models.Timer)
class TimerAdmin(RowAdmin):
    list_display = ("lab_link", "name", "node", "subject", "remaining")
    list_filter = ("name", "node", "lab")
    search_fields = ("subject",)


@admin.register(models.Message)
class MessageAdmin(RowAdmin):
    order = ("number", "copy")
    list_display = ("lab_link", "number", "copy", "type", "way", "sent_step", "settled_step", "fate")
    list_filter = ("fate", "type", "lab")
    search_fields = ("type", "source", "destination", "=number")

    @admin.display(description="way", ordering="source")
    def way(self, message: models.Message) -> str:
        return f"{message.source} → {message.destination}"


@admin.register(models.Step)
class StepAdmin(RowAdmin):
    order = ("number",)
    list_display = ("lab_link", "number", "procedure", "tag", "taken")
    list_filter = ("procedure", "tag", "lab")
    search_fields = ("=number", "procedure")


@admin.register(models.VerdictChange)
class VerdictChangeAdmin(RowAdmin):
    list_display = ("lab_link", "step", "word", "ue", "application_server", "has_new_word")
    list_filter = ("word", "ue", "application_server", "lab")
    search_fields = ("=step", "word")


@admin.register(models.Checkpoint)
class CheckpointAdmin(RowAdmin):
    list_display = ("lab_link", "step")
    list_filter = ("lab",)
    search_fields = ("=step",)


@admin.register(models.TraceRest)
class TraceRestAdmin(RowAdmin):
    list_display = ("lab_link", "__str__")
