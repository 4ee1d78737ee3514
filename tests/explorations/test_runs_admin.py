"""Stored explorations in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from nodes.explorations import services
from nodes.explorations.models import Cell, Run, Search
from nodes.explorer.asking import only
from tests.support.runs import HOLDS, VIOLATED, work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("kind", ["run", "search", "cell"])
def test_rows_are_listed_found_and_read_but_not_changed(admin_client: Client, kind: str) -> None:
    services.start(only(VIOLATED))
    work_off()
    services.start(only(HOLDS))

    answer = admin_client.get(reverse(f"admin:runs_{kind}_changelist"), {"q": "P"})
    assert answer.status_code == 200
    pk = {"run": Run, "search": Search, "cell": Cell}[kind]._default_manager.earliest("pk").pk
    url = reverse(f"admin:runs_{kind}_change", args=[pk])
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, {}).status_code == 403


def test_rows_lead_to_their_pages(admin_client: Client) -> None:
    run = services.start(only(VIOLATED))
    work_off()
    services.start(only(HOLDS))

    cells = admin_client.get(reverse("admin:runs_cell_changelist")).text
    assert reverse("explorer-cell", args=[Cell.objects.earliest("pk").name]) in cells
    assert "not answered" in cells
    runs = admin_client.get(reverse("admin:runs_run_changelist")).text
    assert reverse("explorer-run", args=[run.key]) in runs
