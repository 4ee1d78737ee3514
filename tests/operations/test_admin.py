"""nodes.admin: staff see every row, linked, and change none."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from nodes import models
from nodes.labs import checkpoints
from nodes.protocol.messages.commands import Attach
from nodes.protocol.world.actions import Command
from tests.support.labs import ATTACH, attached_lab, setup_of, take

pytestmark = pytest.mark.django_db

MODELS: tuple[type[Any], ...] = (models.Lab, *models.Row.__subclasses__())
NAMES = [model.__name__ for model in MODELS]


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> models.Lab:
    """A lab in solution 12 with rows of every model: two UEs attached, and a third whose attach is under way."""
    monkeypatch.setattr(checkpoints, "LEAST_DISTANCE", 16)
    lab = attached_lab(setup_of(ues=3)).lab
    lab = take(lab.key, Command("ue-2", Attach("mme-1")))
    models.Lab.objects.filter(pk=lab.pk).update(pace=None)
    models.TraceRest.objects.create(lab=lab, content=checkpoints.pack({}))
    return take(lab.key, Command("ue-3", Attach("mme-1")))


@pytest.fixture
def staff(client: Client) -> Client:
    """A browser of somebody on the staff who has no permission beyond that."""
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    return client


@pytest.fixture
def superuser(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("superuser"))
    return client


def list_url(model: type[Any], **query: object) -> str:
    return reverse(f"admin:nodes_{model._meta.model_name}_changelist", query=query)


def detail_url(row: Model, page: str = "change") -> str:
    return reverse(f"admin:nodes_{row._meta.model_name}_{page}", args=[row.pk])


def links_of(html: str) -> dict[str, str]:
    """Text and address of each link."""
    return {text: unescape(url) for url, text in re.findall(r'<a href="([^"]*)">([^<]*)</a>', html)}


def count_of(client: Client, url: str) -> int:
    return int(client.get(url).context["cl"].result_count)


def test_every_model_is_in_the_admin() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label == "nodes"} == set(MODELS)


@pytest.mark.parametrize(
    ("model", "queries"),
    [
        (models.Lab, 8),
        (models.Node, 8),
        (models.UE, 8),
        (models.Subscriber, 7),
        (models.UEContext, 8),
        (models.AuthenticationVector, 9),
        (models.MMECounters, 8),
        (models.SCEFRecord, 7),
        (models.SCEFKey, 7),
        (models.ASSession, 9),
        (models.Timer, 9),
        (models.Message, 9),
        (models.Step, 9),
        (models.VerdictChange, 10),
        (models.Checkpoint, 7),
        (models.TraceRest, 6),
    ],
    ids=NAMES,
)
def test_list_asks_as_often_for_many_rows_as_for_few(
    model: type[Any], queries: int, lab: models.Lab, staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, counts, rows, and the values of each filter: nothing once for each row."""
    url = list_url(model)
    count = model.objects.count()
    with django_assert_num_queries(queries):
        assert count_of(staff, url) == count > 0
    attached_lab(setup_of(ues=2))
    take(attached_lab(setup_of(ues=2)).lab.key, Command("ue-2", Attach("mme-1")))
    with django_assert_num_queries(queries):
        staff.get(url)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_row_is_shown_and_cannot_be_changed(
    model: type[Any], lab: models.Lab, staff: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = model.objects.first()
    with django_assert_max_num_queries(7):
        page = staff.get(detail_url(row))

    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert "deletelink" not in page.text
    assert lab.drive_hash not in page.text


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_nothing_is_added_changed_or_deleted(model: type[Any], lab: models.Lab, staff: Client) -> None:
    row = model.objects.first()
    count = model.objects.count()
    before = model.objects.filter(pk=row.pk).values().get()

    add = reverse(f"admin:nodes_{model._meta.model_name}_add")
    answers = [staff.post(url, {"title": "other"}) for url in (add, detail_url(row), detail_url(row, "delete"))]
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post(list_url(model), action)

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert model.objects.count() == count
    assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", models.Row.__subclasses__(), ids=NAMES[1:])
def test_not_even_a_superuser_changes_rows(model: type[Any], lab: models.Lab, superuser: Client) -> None:
    row = model.objects.first()
    add = reverse(f"admin:nodes_{model._meta.model_name}_add")

    answers = [superuser.post(url, {"post": "yes"}) for url in (add, detail_url(row), detail_url(row, "delete"))]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_superuser_ends_a_lab_with_all_its_rows(lab: models.Lab, superuser: Client) -> None:
    other = attached_lab().lab
    asked = superuser.get(detail_url(lab, "delete"))
    assert asked.status_code == 200
    assert str(lab) in unescape(asked.text)

    superuser.post(detail_url(lab, "delete"), {"post": "yes"})

    assert list(models.Lab.objects.all()) == [other]
    assert {model.__name__ for model in models.Row.__subclasses__() if model._default_manager.filter(lab=lab)} == set()


def test_superuser_ends_several_labs(superuser: Client) -> None:
    labs = [attached_lab().lab for _ in range(3)]
    selected = {"action": "delete_selected", "_selected_action": [lab.pk for lab in labs[:2]]}

    assert str(labs[0]) in unescape(superuser.post(list_url(models.Lab), selected).text)
    superuser.post(list_url(models.Lab), selected | {"post": "yes"})

    assert list(models.Lab.objects.all()) == labs[2:]


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_others_get_the_login(model: type[Any], lab: models.Lab, client: Client) -> None:
    url = list_url(model)
    assert client.get(url).headers["Location"] == f"{reverse('admin:login')}?next={url}"

    client.force_login(get_user_model().objects.create_user("nobody"))
    assert client.get(url).headers["Location"] == f"{reverse('admin:login')}?next={url}"


def test_drive_hash_is_never_shown(lab: models.Lab, superuser: Client) -> None:
    for url in (list_url(models.Lab), detail_url(lab), detail_url(lab, "delete"), detail_url(lab, "history")):
        assert lab.drive_hash not in superuser.get(url).text


def test_active_key_is_marked(lab: models.Lab, staff: Client) -> None:
    """One of the three keys of each of the two records that have one."""
    page = staff.get(list_url(models.SCEFKey)).text

    marks = [mark == "True" for mark in re.findall(r'field-is_active"><img[^>]*alt="(True|False)"', page)]
    assert len(marks) == models.SCEFKey.objects.count()
    assert marks.count(True) == models.SCEFRecord.objects.exclude(active=None).count() == 2


def test_rows_of_a_ue_lead_to_each_other(lab: models.Lab, staff: Client) -> None:
    """From the UE context to the UE's other rows, and to nothing of another UE or lab."""
    other = attached_lab(setup_of(ues=2)).lab
    context = models.UEContext.objects.get(lab=lab, ue="ue-1")

    links = links_of(staff.get(detail_url(context)).text)

    lead = {text: count_of(staff, url) for text, url in links.items() if "imsi=" in url}
    assert lead == {"UE": 1, "UE context": 1, "AVs": 6, "subscription": 1, "SCEF record": 1, "SCEF keys": 3}
    assert count_of(staff, links["steps"]) == lab.step
    assert count_of(staff, links["messages"]) == models.Message.objects.filter(lab=lab).count()
    assert models.UEContext.objects.filter(lab=other, imsi=context.imsi).exists()


def test_lab_leads_to_its_rows_and_its_page(lab: models.Lab, staff: Client) -> None:
    attached_lab()
    links = links_of(staff.get(detail_url(lab)).text)

    for model in models.Row.__subclasses__():
        url = links[str(model._meta.verbose_name_plural)]
        assert count_of(staff, url) == model._default_manager.filter(lab=lab).count()
    assert links["open the lab"] == reverse("lab", args=[lab.key])


SEARCHES: list[tuple[type[Any], str, int]] = [
    (models.Lab, "Test", 1),
    (models.UE, "999990000000002", 1),
    (models.Subscriber, "999990000000003", 1),
    (models.UEContext, "ue-2", 1),
    (models.AuthenticationVector, "999990000000001", 6),
    (models.MMECounters, "999990000000001", 1),
    (models.SCEFRecord, "999990000000001", 1),
    (models.SCEFKey, "999990000000001", 3),
    (models.ASSession, "ue-1", 1),
    (models.Timer, "ue-3", 1),
    (models.Message, "AttachRequest", 3),
    (models.Step, "Attach", 3),
    (models.VerdictChange, "IN SYNC", 1),
]


@pytest.mark.parametrize(("model", "text", "found"), SEARCHES, ids=[model.__name__ for model, *_ in SEARCHES])
def test_search_finds(model: type[Any], text: str, found: int, lab: models.Lab, staff: Client) -> None:
    assert count_of(staff, list_url(model, q=text)) == found
    assert count_of(staff, list_url(model, q="nothing is called this")) == 0


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_each_filter_filters(model: type[Any], lab: models.Lab, staff: Client) -> None:
    """Each value that a filter offers leads to a list, and a lab's rows to those of the lab."""
    attached_lab()
    changelist = staff.get(list_url(model)).context["cl"]
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            assert staff.get(list_url(model) + choice["query_string"]).status_code == 200
    if model is not models.Lab:
        filtered = list_url(model, lab__id__exact=lab.pk)
        assert count_of(staff, filtered) == model.objects.filter(lab=lab).count()


def test_octets_find_their_rows(lab: models.Lab, staff: Client) -> None:
    """A RAND leads to the AV at its owners, and to the key at the SCEF."""
    key = models.SCEFKey.objects.filter(lab=lab)[0]

    assert count_of(staff, list_url(models.AuthenticationVector, q=key.rand)) == 2
    assert count_of(staff, list_url(models.SCEFKey, q=key.ks)) == 1
    guti = models.UE.objects.get(name="ue-1").guti
    assert [count_of(staff, list_url(model, q=guti)) for model in (models.UE, models.UEContext, models.SCEFRecord)] == [
        1,
        1,
        1,
    ]


def test_attach_is_told_in_full(lab: models.Lab, staff: Client) -> None:
    """The JSON of a step is shown indented, with its action and what it changed."""
    page = unescape(staff.get(detail_url(models.Step.objects.filter(number=1)[0])).text)

    assert '"type": "Attach"' in page
    assert '"EMM-REGISTERED-INITIATED"' in page
    assert ATTACH.node in page
