"""core.start.views: the start page, new labs, and the about page."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from core.evidence.answer import answer
from core.evidence.short import short_answer
from core.lab.forms import NewLabForm
from core.models import Spending
from core.start.page import OLD, PICTURE
from nodes import models
from nodes.evidence.known import known
from nodes.labs import labs
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.properties.verdict import judge
from nodes.protocol.world.world import World
from nodes.scenarios import all_scenarios, path_of
from tests.support.labs import attached_lab

pytestmark = pytest.mark.django_db

START = reverse("start")
NEW = reverse("lab-new")
FIELDS = sorted(NewLabForm.base_fields)


def test_start_page_has_the_forms(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """A browser that drives no lab asks the database for nothing but results of the explorer."""
    with django_assert_num_queries(1):
        page = client.get(START)

    assert page.status_code == 200
    assert page.text.count(f'action="{NEW}"') == 2


def test_start_page_answers_its_question_and_the_note_from_the_results(client: Client) -> None:
    page = client.get(START)
    text = unescape(page.text)
    said = short_answer(known())

    assert f"<b>{said.word}</b>" in text
    for claim in (*said.ends, *said.network):
        assert claim.text in text
        assert claim.marks
        for mark in claim.marks:
            assert f'href="{reverse("explorer-cell", args=[mark.name])}"' in text
    assert f"be deleted? {answer(known()).short} <a" in text


def test_start_page_offers_the_tour_runs_of_each_kind_and_traces(client: Client) -> None:
    page = client.get(START)
    tour = all_scenarios()[0]

    assert '<button class="link-button" form="tour">Take the two-minute tour</button>' in page.text
    assert f'<form id="tour" method="post" action="{reverse("scenario-open", args=[tour.name])}">' in page.text
    shown = page.context["page"].runs
    assert [run.note.partition(",")[0] for run in shown] == ["works", "breaks", "breaks", "mended"]
    assert tour.name not in {run.name for run in shown}
    assert f">All {len(all_scenarios())} scenarios</a>" in page.text
    assert f'href="{reverse("traces")}"' in page.text


def test_picture_is_what_the_scenario_of_it_comes_to() -> None:
    """Just after a re-authentication that the SCEF has not heard of, and when it has."""
    after = next(each for each in path_of("key-then-new-av-push") if _avs(each)[:1] == (2,))
    pushed = next(each for each in path_of("key-then-new-av-push") if _avs(each)[1:2] == (2,))
    before = {node.name: node.badge and node.badge.number for node in PICTURE}

    assert _avs(after) == (before["UE"], before["SCEF"], before["AS"])
    assert _avs(pushed) == tuple(
        (node.after or node.badge or OLD).number for node in PICTURE if node.name in {"UE", "SCEF", "AS"}
    )


def _avs(world: World) -> tuple[int | None, ...]:
    """The AVs of UE, network and AS by number."""
    verdict = judge(world, "ue-1", "as-1")
    found = (verdict.ue, verdict.network, verdict.application_server)
    return tuple(None if each is None else each.number for each in found)


def test_form_says_what_was_sent(client: Client) -> None:
    page = client.post(NEW, {"solution": "11", "ues": "99", "algorithm": "tuak", "key_name": "on"})

    assert 'name="solution" value="11" id="id_solution_1" checked' in page.text
    assert 'name="ues" value="99" min="1" max="8" aria-invalid="true"' in page.text
    assert '<option value="tuak" selected>' in page.text
    assert page.text.count('<option value="on" selected>') == 1
    assert page.text.count('role="alert"') == 1


def test_address_of_a_refusal_leads_to_the_form(client: Client) -> None:
    """It is reloaded and passed on."""
    sent = client.get(NEW)

    assert (sent.status_code, sent.headers["Location"]) == (302, f"{START}#options")


def test_both_solutions_are_set_side_by_side_at_once(client: Client) -> None:
    sent = client.post(NEW, {"then": "compare"})

    lab = models.Lab.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, reverse("lab-compare", args=[lab.key]))
    assert client.get(sent.headers["Location"]).status_code == 200


def test_new_lab_is_made_attached_and_driven(client: Client) -> None:
    sent = client.post(NEW)

    lab = models.Lab.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, reverse("lab", args=[lab.key]))
    assert lab.step == 14
    assert models.UE.objects.get().phase == "EMM-REGISTERED"
    page = client.get(sent.headers["Location"])
    assert 'id="drive"' in page.text
    assert 'id="drive"' not in Client().get(sent.headers["Location"]).text


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
            "key_name": "on",
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
        key_name=True,
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
    (recent,) = page.context["page"].recent
    assert (recent.url, recent.detail) == (reverse("lab", args=[mine.key]), "solution 12, step 14, 0\xa0minutes ago")
    assert mine.title in page.text
    assert Client().get(START).context["page"].recent == ()


def test_start_page_asks_once_for_each_recent_lab(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Results, the session, the labs, and one verdict for each of the six last used."""
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


def test_seed_that_cannot_be_shown_makes_no_lab(client: Client) -> None:
    sent = client.post(NEW, {"seed": "a\x01b"})

    assert sent.status_code == 422
    assert "The seed has characters that cannot be shown" in sent.content.decode()
    assert not models.Lab.objects.exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.dictionaries(st.sampled_from([*FIELDS, "x"]), st.text(st.characters(codec="utf-8"), max_size=70)))
def test_whatever_is_posted_is_answered(posted: dict[str, str], client: Client) -> None:
    """A lab, or a sentence; never a traceback."""
    before = models.Lab.objects.count()
    Spending.objects.all().delete()
    sent = client.post(NEW, posted)

    assert sent.status_code in {302, 422}
    assert models.Lab.objects.count() - before == (sent.status_code == 302)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", "x"])
def test_body_of_another_form_is_answered(content_type: str, client: Client) -> None:
    body: Any = b"\xff\x00--x nonsense"

    assert client.post(NEW, body, content_type=content_type).status_code in {302, 400}
