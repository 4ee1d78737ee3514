"""core.scenarios.views: the list of scenarios, each to read, and the labs that are made of them."""

from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from core.scenarios.page import rows, scenario_page
from core.words.scenarios import variant_words
from nodes import models
from nodes.labs import labs
from nodes.protocol.runs.trace import from_text
from nodes.scenarios import all_scenarios, path_of, trace_of
from tests.support.labs import loaded

pytestmark = pytest.mark.django_db

TOUR = all_scenarios()[0]
VARIANT = TOUR.variants[0]
NAMES = [name for each in all_scenarios() for name in (each.name, *(f"{each.name}+{v.name}" for v in each.variants))]


def url(view: str, name: str = TOUR.name) -> str:
    return reverse(view, args=[name])


def opened(client: Client, **posted: str) -> models.Lab:
    answer = client.post(url("scenario-open"), posted)
    lab = models.Lab.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("lab", args=[lab.key]))
    return lab


def test_list_has_every_scenario_in_order_and_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get(reverse("scenarios"))

    assert page.status_code == 200
    breaks, works = page.context["page"].groups
    order = [*(each for each in all_scenarios() if each.breaks[""]), *(e for e in all_scenarios() if not e.breaks[""])]
    assert [row.name for row in (*breaks.rows, *works.rows)] == [each.name for each in order]
    places = [page.text.index(f'<li class="scenario" id="{each.name}">') for each in order]
    assert places == sorted(places)


def test_list_says_what_is_broken_and_what_mends_it(client: Client) -> None:
    page = client.get(reverse("scenarios"))
    mended = [
        f"{reverse('scenario', args=[each.name])}?with={quote(variant.name)}"
        for each in all_scenarios()
        for variant in each.variants
        if each.breaks[""] and not each.breaks[variant.name]
    ]

    assert [run.url for run in page.context["page"].mended] == mended
    late = next(each for each in all_scenarios() if each.name == "late-push")
    assert f">Breaks {', '.join(late.breaks[''])}</p>" in page.text


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"solution": "11"}, sum(each.setup.options.solution == 11 for each in all_scenarios())),
        ({"step": "2.2-5"}, sum("2.2-5" in each.contribution for each in all_scenarios())),
        ({"solution": "11", "step": "2.2-5"}, 0),
        ({"solution": "13", "step": "<xss>"}, len(all_scenarios())),
    ],
)
def test_list_is_filtered_by_solution_and_step(asked: dict[str, str], count: int, client: Client) -> None:
    page = client.get(reverse("scenarios"), asked)

    assert page.context["page"].count == count
    assert page.text.count('<li class="scenario"') == count
    assert ("No scenario of this solution touches that step." in page.text) == (count == 0)
    assert "<xss>" not in page.text


def test_list_says_what_each_ends_with() -> None:
    tour = rows()[0]

    assert [end.word.value for end in tour.ends] == ["IN SYNC"]
    assert tour.was_out_of_sync
    assert (tour.worst.value, tour.takes) == ("OUT OF SYNC", "2 minutes")
    assert {row.worst.value for row in rows()} == {"IN SYNC", "OUT OF SYNC"}
    assert "1 minute" in {row.takes for row in rows()}
    labels = [f"With {variant_words(each.options)}" for each in TOUR.variants]
    assert [variant.label for variant in tour.variants] == labels


def test_two_ues_have_a_verdict_each() -> None:
    several = next(row for row in rows() if len(row.ends) > 1)

    assert [end.ue_name for end in several.ends] == ["UE A", "UE B"]


@pytest.mark.parametrize("name", NAMES)
def test_each_scenario_reads_caption_by_caption(name: str) -> None:
    """Every event stands once, under the caption before which it is told."""
    trace, page = trace_of(name), scenario_page(name)

    assert [beat.caption for beat in page.beats] == [caption.text for caption in trace.captions]
    for beat, following in zip(page.beats, page.beats[1:], strict=False):
        assert all(beat.at < event.step <= following.at for event in beat.events)
    assert page.beats[-1].events == ()
    assert page.beats[-1].ends == (page.variant or page.row).ends


def test_scenario_is_a_page_without_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        page = client.get(url("scenario"))

    text = unescape(page.text)
    assert page.status_code == 200
    assert all(caption.text in text for caption in trace_of(TOUR.name).captions)
    assert f">Next: {all_scenarios()[1].title}</a>" in text
    assert "Previous:" not in text


def test_last_scenario_leads_back_only(client: Client) -> None:
    text = unescape(client.get(url("scenario", all_scenarios()[-1].name)).text)

    assert f">Previous: {all_scenarios()[-2].title}</a>" in text
    assert "Next:" not in text


def test_variant_has_a_page_of_its_own(client: Client) -> None:
    page = client.get(url("scenario"), {"with": VARIANT.name})

    assert page.status_code == 200
    assert page.context["page"].variant.name == VARIANT.name
    assert VARIANT.shows in unescape(page.text)


@pytest.mark.parametrize("view", ["scenario", "scenario-trace"])
@pytest.mark.parametrize(("name", "variant"), [("no-such", ""), (TOUR.name, "no_such"), (TOUR.name, "+")])
def test_unknown_scenario_is_not_found(view: str, name: str, variant: str, client: Client) -> None:
    page = client.get(url(view, name), {"with": variant})

    assert page.status_code == 404
    assert "There is no such page" in page.text


def test_unknown_scenario_is_not_opened(client: Client) -> None:
    assert client.post(url("scenario-open"), {"with": "no_such"}).status_code == 404
    assert client.post(url("scenario-open", "no-such")).status_code == 404
    assert not models.Lab.objects.exists()


@pytest.mark.parametrize("variant", ["", VARIANT.name])
def test_trace_is_downloaded(variant: str, client: Client) -> None:
    name = f"{TOUR.name}+{variant}" if variant else TOUR.name
    answer = client.get(url("scenario-trace"), {"with": variant})

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.syncscope.json"'
    assert from_text(answer.text) == trace_of(name)


def test_open_makes_a_lab_by_hand_at_its_first_step(client: Client) -> None:
    lab = opened(client)

    assert (lab.step, lab.pace, lab.scenario, lab.title) == (0, None, TOUR.name, TOUR.title)
    assert loaded(lab) == path_of(TOUR.name)[0]
    assert 'id="drive"' in client.get(reverse("lab", args=[lab.key])).text


def test_variant_is_opened_with_its_options(client: Client) -> None:
    lab = opened(client, **{"with": VARIANT.name})

    assert lab.scenario == f"{TOUR.name}+{VARIANT.name}"
    assert labs.setup_of(lab) == TOUR.setup_of(VARIANT)


def test_open_at_the_end_has_taken_every_step(client: Client) -> None:
    lab = opened(client, at="end")

    assert (lab.step, lab.pace, lab.scenario) == (len(trace_of(TOUR.name).actions), None, TOUR.name)
    assert loaded(lab) == path_of(TOUR.name)[-1]


def test_both_ues_of_a_scenario_are_shown(client: Client) -> None:
    several = next(each for each in all_scenarios() if each.setup.ues > 1)
    client.post(url("scenario-open", several.name))

    assert models.Lab.objects.get().shown_ues == ["ue-1", "ue-2"]


def test_full_server_says_so(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 0
    page = client.post(url("scenario-open"))

    assert page.status_code == 503
    assert "This server has its 0 labs, and all of them are in use; try again later" in page.text


def test_lab_is_not_made_without_token() -> None:
    assert Client(enforce_csrf_checks=True).post(url("scenario-open")).status_code == 403


@pytest.mark.parametrize(
    ("method", "view"), [("post", "scenario"), ("get", "scenario-open"), ("post", "scenario-trace")]
)
def test_other_methods_are_not_allowed(method: str, view: str, client: Client) -> None:
    assert getattr(client, method)(url(view)).status_code == 405
