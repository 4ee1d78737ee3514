"""core.start.views: the start page, new labs, and the about page."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertRedirects

from core.evidence.answer import answer, in_brief
from core.evidence.facts import FAULTLESS
from core.lab.forms import NewLabForm
from core.models import Spending
from core.scenarios.page import rows
from nodes import models
from nodes.evidence.known import known
from nodes.explorer.answers import Verdict
from nodes.explorer.records import Record, newest
from nodes.explorer.usual import cell
from nodes.labs import labs
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.scenarios import all_scenarios
from tests.support.labs import attached_lab

pytestmark = pytest.mark.django_db

START = reverse("start")
NEW = reverse("lab-new")
FIELDS = sorted(NewLabForm.base_fields)


def test_start_page_has_the_form(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Of a browser that drives no lab: only what was explored here."""
    with django_assert_num_queries(1):
        page = client.get(START)

    assert page.status_code == 200
    assert f'action="{NEW}"' in page.text


def test_start_page_offers_the_tour_guided_runs_and_traces(client: Client) -> None:
    page = client.get(START)
    first, *others = all_scenarios()

    assert '<button class="link-button" form="tour">Take the two-minute tour</button>' in page.text
    assert f'<form id="tour" method="post" action="{reverse("scenario-open", args=[first.name])}">' in page.text
    assert f">all {1 + len(others)}</a>" in page.text
    assert f'href="{reverse("traces")}"' in page.text


def test_guided_runs_work_break_or_are_fixed_by_what_they_violate(client: Client) -> None:
    runs = client.get(START).context["page"].runs
    assert [run.comes_to for run in runs] == ["works", *["breaks"] * 3, *["fixed"] * 2]
    listed = {row.name: row for row in rows()}
    for run in runs:
        row = listed[run.name]
        assert bool(row.breaks) is (run.comes_to != "works")
        variants = [each for each in row.variants if each.name == run.repair]
        assert [each.breaks for each in variants] == [()] * (run.comes_to == "fixed")


def test_start_page_answers_by_the_results(client: Client) -> None:
    """Whether the ends always hold the same key is read off the cells, as on the evidence page."""
    page = client.get(START)
    brief, full = page.context["page"].answer, answer(known())

    assert (brief.used, brief.given) == (full.rows[2], (full.rows[0], full.rows[3]))
    assert page.text.index(f"<strong>{brief.lead}</strong>") < page.text.index("Attach a UE")
    broken = [mark for row in full.rows[2:3] for marks in (row.pull, row.push) for mark in marks if "×" in mark.head]
    assert (brief.lead == "Not always.") is bool(broken)


@pytest.mark.parametrize(
    ("verdict", "lead"),
    [(Verdict.HOLDS, "Yes, within bounds."), (Verdict.VIOLATED, "Not always."), (None, "That is not known yet.")],
)
def test_lead_says_what_the_cells_say(verdict: Verdict | None, lead: str) -> None:
    asked = [
        cell(each, solution, network)
        for each in (PropertyID.P2, PropertyID.P2Q, PropertyID.P3, PropertyID.P8)
        for solution in Solution
        for network in FAULTLESS
    ]
    found = [] if verdict is None else [Record(question, verdict, 10, 5, "", "2026-11-24") for question in asked]
    assert in_brief(newest(found)).lead == lead


def test_form_says_what_was_sent(client: Client) -> None:
    page = client.post(NEW, {"solution": "11", "ues": "99", "algorithm": "tuak", "named_key": "on"})

    assert 'name="solution" value="11" id="id_solution_1" checked' in page.text
    assert 'name="ues" value="99" min="1" max="8" aria-invalid="true"' in page.text
    assert '<option value="tuak" selected>' in page.text
    assert page.text.count('<option value="on" selected>') == 1
    assert '<details class="attach-options" open>' in page.text


def test_new_lab_is_made_attached_and_driven(client: Client) -> None:
    answer = client.post(NEW)

    lab = models.Lab.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("lab", args=[lab.key]))
    assert lab.step == 14
    assert models.UE.objects.get().phase == "EMM-REGISTERED"
    page = client.get(answer.headers["Location"])
    assert 'id="drive"' in page.text
    assert 'id="drive"' not in Client().get(answer.headers["Location"]).text


def test_new_lab_has_every_option_that_was_posted(client: Client) -> None:
    client.post(
        NEW,
        {
            "solution": "11",
            "ues": "3",
            "mmes": "2",
            "application_servers": "4",
            "vectors_per_request": "1",
            "algorithm": "tuak",
            "active_when": "res-verified",
            "store_ks": "on",
            "m_tmsi_reuse": "lowest-free",
            "guti_reallocation": "minutes",
            "guti_reallocation_every": "7",
            "context_carries_rand": "on",
            "named_key": "on",
            "ordered_push": "on",
            "withdraw_guti": "on",
            "seed": "a seed",
        },
    )

    setup = labs.setup_of(models.Lab.objects.get())
    options = setup.options
    assert setup == Setup("a seed", options, ues=3, mmes=2, application_servers=4)
    assert options == Options(
        solution=Solution.PULL,
        active_when=type(options.active_when)("res-verified"),
        vectors_per_request=1,
        store_ks=True,
        reallocate_every_minutes=7,
        context_carries_rand=True,
        named_key=True,
        ordered_push=True,
        withdraw_guti=True,
        m_tmsi_reuse=type(options.m_tmsi_reuse)("lowest-free"),
        algorithm=type(options.algorithm)("tuak"),
    )
    assert models.UE.objects.get(name="ue-1").phase == "EMM-REGISTERED"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"ues": "9"}, "UEs: A lab has at most 8 UEs here, got 9"),
        ({"solution": "<xss>"}, "Solution: Select a valid choice. <xss> is not one of the available choices."),
    ],
    ids=["too many", "no solution"],
)
def test_bad_option_is_said_on_the_page_and_nothing_is_made(
    posted: dict[str, str], sentence: str, client: Client
) -> None:
    page = client.post(NEW, posted | {"seed": "kept"})

    assert page.status_code == 422
    assert sentence in unescape(page.text)
    assert "<xss>" not in page.text
    assert 'value="kept"' in page.text
    assert not models.Lab.objects.exists()


def test_full_server_says_so(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 0
    page = client.post(NEW)

    assert page.status_code == 503
    assert "This server has its 0 labs, and all of them are in use; try again later" in page.text


def test_lab_of_few_steps_is_made_all_the_same(client: Client, settings: Settings) -> None:
    """The attach stops where the limit is."""
    settings.SYNCSCOPE_MOST_STEPS = 3
    page = client.post(NEW, follow=True)

    assert page.status_code == 200
    assert models.Lab.objects.get().step == 3


def test_recent_labs_are_those_that_this_browser_drives(client: Client) -> None:
    attached_lab()
    client.post(NEW)
    mine = models.Lab.objects.latest("pk")

    page = client.get(START)
    assert [recent.url for recent in page.context["page"].recent] == [reverse("lab", args=[mine.key])]
    assert mine.title in page.text
    assert Client().get(START).context["page"].recent == ()


def test_start_page_asks_once_for_each_recent_lab(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The session, the labs, and one verdict for each of the six last used."""
    for _ in range(8):
        client.post(NEW)

    with django_assert_num_queries(9):
        assert len(client.get(START).context["page"].recent) == 6


def test_labs_that_ended_are_not_listed(client: Client) -> None:
    client.post(NEW)
    models.Lab.objects.all().delete()

    assert client.get(START).context["page"].recent == ()


def test_about_page_needs_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get(reverse("about")).status_code == 200


def test_post_without_token_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(NEW).status_code == 403
    assert not models.Lab.objects.exists()


@pytest.mark.parametrize(("method", "path"), [("put", NEW), ("post", START), ("post", reverse("about"))])
def test_other_methods_are_not_allowed(method: str, path: str, client: Client) -> None:
    assert getattr(client, method)(path).status_code == 405


def test_address_of_a_refused_form_leads_back_to_the_form(client: Client) -> None:
    assertRedirects(client.get(NEW), START)


def test_seed_that_cannot_be_shown_makes_no_lab(client: Client) -> None:
    answer = client.post(NEW, {"seed": "a\x01b"})

    assert answer.status_code == 422
    assert "The seed has characters that cannot be shown" in answer.content.decode()
    assert not models.Lab.objects.exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.dictionaries(st.sampled_from([*FIELDS, "x"]), st.text(st.characters(codec="utf-8"), max_size=70)))
def test_whatever_is_posted_is_answered(posted: dict[str, str], client: Client) -> None:
    """A lab, or a sentence; never a traceback."""
    before = models.Lab.objects.count()
    Spending.objects.all().delete()
    answer = client.post(NEW, posted)

    assert answer.status_code in {302, 422}
    assert models.Lab.objects.count() - before == (answer.status_code == 302)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", "x"])
def test_body_of_another_form_is_answered(content_type: str, client: Client) -> None:
    body: Any = b"\xff\x00--x nonsense"

    assert client.post(NEW, body, content_type=content_type).status_code in {302, 400}
