"""The explorer's pages: what is asked, how far it is, what came out, and labs of counterexamples."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from core.explorer.form import first_values
from core.words.explored import BOUND_LABELS, explanation
from nodes import models
from nodes.evidence import known
from nodes.explorations import services as runs
from nodes.explorations.models import Cell, Run, Search, State
from nodes.explorer.asking import only
from nodes.explorer.questions import LIMITS, Bounds, Question
from nodes.explorer.records import Record, name_of
from nodes.labs import forks, labs
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION, from_text
from tests.support.runs import HOLDS, VIOLATED, work_off

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = {"reauthentications": "1", "reallocations": "0", "key_requests": "0", "readings": "0", "commands": "0"}
ASKED = {"properties": ["P1", "P2"], "solutions": ["12"], "networks": ["ordered"], "active_when": ["res-verified"]}
ASKED |= {"m_tmsi_reuse": ["never"]}


@pytest.fixture(autouse=True)
def _nothing_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "shipped", tuple)


def text(browser: Client, name: str, *arguments: str) -> str:
    answer = browser.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    words = " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())
    return words.replace(" ,", ",")


def explored(*questions: Question) -> Run:
    run = [runs.start(only(question)) for question in questions][-1]
    work_off()
    return run


def start(browser: Client, **what: object) -> tuple[int, str]:
    answer = browser.post(reverse("explorer-start"), {**ASKED, **SMALL, **what})
    return answer.status_code, answer.headers.get("Location") or unescape(answer.text)


# Asking


def test_every_bound_has_a_label() -> None:
    assert list(BOUND_LABELS) == list(LIMITS)


def test_the_page_before_anything_is_explored(client: Client) -> None:
    page = text(client, "explorer")

    assert "Nobody has explored anything here yet." in page
    assert "not explored yet" in page
    assert "P2q agreement on quiet delivery" in page
    assert "Withdraw GUTI" in page


def test_what_is_ticked_is_explored(client: Client) -> None:
    status, location = start(client, repairs=["withdraw_guti", "ordered_push"], with_repairs="on")

    run = Run.objects.get()
    assert (status, location) == (302, reverse("explorer-run", args=[run.key]))
    assert run.title == "P1 P2, solution 12, ordered, with ordered_push and withdraw_guti"
    assert run.with_repairs
    assert run.command.startswith(
        "manage.py explore --property P1 P2 --solution 12 --active-when res-verified"
        " --repair ordered_push withdraw_guti --reauthentications 1"
    )
    cells = Cell.objects.order_by("pk")
    assert [(cell.property, cell.active_when, cell.repairs) for cell in cells] == [
        ("P1", "res-verified", "ordered_push withdraw_guti"),
        ("P2", "res-verified", "ordered_push withdraw_guti"),
    ]
    assert cells[0].asked().bounds.reauthentications == 1


def test_what_says_nothing_of_keys_by_name_is_refused_with_what_does(client: Client) -> None:
    status, page = start(client, repairs=["named_key"])

    assert status == 422
    assert "with named key P1 to P3 and P6 are not stated; P1n, P1an, P2n, P3n and P6n are." in page


def test_the_whole_matrix_is_one_click(client: Client) -> None:
    answer = client.post(reverse("explorer-start"), {"matrix": "1"})

    assert answer.status_code == 302
    assert Run.objects.get().title == "The verdict matrix"
    # Nine properties in 24 columns, P4 also for both ways of choosing an M-TMSI, P5 in solution 12 only, and the five
    # of keys by name whenever an AV is active.
    assert Cell.objects.count() == 9 * 24 + 48 + 12 + 5 * 12


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"properties": []}, "Properties: This field is required."),
        ({"networks": ["pigeons"]}, "Network: Select a valid choice. pigeons is not one of the available choices."),
        ({"m_tmsi_reuse": []}, "M-TMSI reuse: This field is required."),
        ({"ues": "9"}, "UEs: Ensure this value is less than or equal to 3."),
        ({"faults": "many"}, "Faults of the network: Enter a whole number."),
        ({"properties": ["P5"], "solutions": ["11"]}, "Nothing to explore: P5 is about records at the SCEF"),
        ({"most_states": "50000000"}, "States at most: Ensure this value is less than or equal to 2000000."),
    ],
)
def test_what_cannot_be_explored_is_said_and_keeps_what_was_chosen(
    client: Client, what: dict[str, object], sentence: str
) -> None:
    status, page = start(client, **what)

    assert status == 422
    assert sentence in page
    assert Run.objects.count() == 0
    if "properties" not in what:
        assert re.search(r'name="properties" value="P2"[^>]* checked', page)
        assert not re.search(r'name="properties" value="P7"[^>]* checked', page)
    assert re.search(r'name="reauthentications"[^>]*value="1"', page)


def test_too_much_at_once_is_said(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_SEARCHES = 0
    assert "searches may wait here" in start(client)[1]


# Runs


def test_a_run_before_a_worker_has_it(client: Client) -> None:
    start(client)
    key = Run.objects.get().key

    page = text(client, "explorer-run", key)

    assert "waiting, 0 of" in page
    assert "No worker is running." not in page
    Run.objects.update(created=timezone.now() - timedelta(minutes=1))
    assert "No worker is running." in text(client, "explorer-run", key)
    assert "Cancel the run" in page
    assert "manage.py explore --property P1 P2" in page
    assert (
        f'hx-get="{reverse("explorer-run-live", args=[key])}"'
        in client.get(reverse("explorer-run-live", args=[key])).text
    )
    assert "waiting 0 of" in text(client, "explorer").replace("  ", " ")


def test_a_run_while_a_worker_is_at_it(client: Client) -> None:
    run = runs.start(only(HOLDS))
    runs.start(only(VIOLATED))
    Search.objects.filter(run=run).update(
        state=State.RUNNING, states=12345, rate=6789, depth=17, attempts=2, heartbeat=timezone.now()
    )

    page = text(client, "explorer-run-live", run.key)

    assert "P1; solution 11, ordered, active security-mode-complete running taken 2 times 12,345 6,789 17" in page
    assert "No worker is running" not in page
    assert "No worker is running" not in text(client, "explorer-run-live", Run.objects.first().key)  # type: ignore[union-attr]


def test_a_run_that_was_forgotten_asks_no_more_and_says_so(client: Client) -> None:
    answer = client.get(reverse("explorer-run-live", args=["gone"]))

    assert (answer.status_code, "hx-get" in answer.text) == (404, False)
    assert "This run has been forgotten." in answer.text
    assert 'hx-target="#run"' in answer.text


def test_a_run_that_is_done_asks_no_more(client: Client) -> None:
    run = explored(VIOLATED)

    answer = client.get(reverse("explorer-run-live", args=[run.key]))

    assert "hx-get" not in answer.text
    page = text(client, "explorer-run", run.key)
    assert "done, 1 of 1 searches done; 1 is violated." in page
    assert "Cancel the run" not in page
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_several_answers_are_counted(client: Client) -> None:
    explored(HOLDS, replace(HOLDS, repairs=("ordered_push",)))
    (first, second) = Run.objects.all()
    Search.objects.filter(run=second).update(run=first)

    page = text(client, "explorer-run", first.key)

    assert "2 of 2 searches done; 2 hold." in page
    assert "ordered push" in page


def test_options_that_are_not_the_usual_ones_are_told(client: Client) -> None:
    asked = replace(HOLDS, active_when=ActiveWhen.RES_VERIFIED, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    run = explored(asked)

    assert "active when RES is verified, M-TMSI reuse lowest free" in text(client, "explorer-run", run.key)


def test_a_failed_search_says_why(client: Client) -> None:
    run = runs.start(only(replace(HOLDS, repairs=("ordered_push", "withdraw_guti"))))
    run.searches.update(state=State.FAILED, error="It needs more memory than there is.")

    page = text(client, "explorer-run", run.key)

    assert "failed, 0 of 1 searches done." in page
    assert "with ordered_push and withdraw_guti failed It needs more memory than there is." in page


def test_who_started_a_run_cancels_and_forgets_it(client: Client) -> None:
    start(client)
    key = Run.objects.get().key
    url = reverse("explorer-run-end", args=[key])

    assert client.post(url).headers["Location"] == reverse("explorer-run", args=[key])
    assert "cancelled, 0 of 2 searches done." in text(client, "explorer-run", key)
    assert client.post(url, {"forget": "1"}).headers["Location"] == reverse("explorer")
    assert client.get(reverse("explorer-run", args=[key])).status_code == 404
    assert client.post(url).status_code == 404


def test_a_run_that_was_cancelled_half_way_says_so(client: Client) -> None:
    start(client)
    done, cancelled = Search.objects.order_by("pk")
    Search.objects.filter(pk=done.pk).update(state=State.DONE)
    Search.objects.filter(pk=cancelled.pk).update(state=State.CANCELLED)

    assert "partly cancelled, 1 of 2 searches done." in text(client, "explorer-run", Run.objects.get().key)


def test_others_may_watch_a_run_and_not_end_it(client: Client, admin_client: Client) -> None:
    run = runs.start(only(HOLDS))

    assert "Cancel the run" not in text(client, "explorer-run", run.key)
    assert client.post(reverse("explorer-run-end", args=[run.key])).status_code == 403
    assert Search.objects.get().state == State.WAITING
    assert "Cancel the run" in text(admin_client, "explorer-run", run.key)
    assert admin_client.post(reverse("explorer-run-end", args=[run.key])).status_code == 302
    assert Search.objects.get().state == State.CANCELLED


def test_right_to_end_a_run_outlives_the_session(client: Client) -> None:
    """Django empties it at a logout of the admin."""
    start(client)
    client.get("/admin/logout/")
    client.session.flush()
    key = Run.objects.get().key

    assert "Cancel the run" in text(client, "explorer-run", key)
    assert client.post(reverse("explorer-run-end", args=[key])).status_code == 302


# Limits


def test_explorations_of_a_browser_are_limited(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"runs": (1, 0)}
    client.get(reverse("start"))
    assert start(client)[0] == 302

    status, page = start(client, most_states="4321")

    assert (status, "This browser may start 1 exploration in an hour. Try again in 60 minutes." in page) == (429, True)
    assert 'value="4321"' in page
    assert Run.objects.count() == 1
    assert start(Client())[0] == 302


def test_searches_that_wait_are_limited(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"waiting": (2, 0)}
    assert start(client)[0] == 302

    answer = client.post(reverse("explorer-start"), {**ASKED, **SMALL})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "At most 2 searches of one browser may wait here, and with these there would be 4." in answer.text
    assert Run.objects.count() == 1


def test_form_has_the_most_states_of_this_server(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_STATES = 5000
    page = client.get(reverse("explorer"))

    attributes = page.context["page"].form["most_states"].field.widget.attrs
    assert (attributes["min"], attributes["max"]) == (100, 5000)
    assert attributes["title"] == "100 to 5,000; usually 5,000"
    assert start(client, most_states="5001")[0] == 422
    assert start(client, most_states="5000")[0] == 302


def test_what_is_not_chosen_fits_a_small_server(client: Client, settings: Settings) -> None:
    """Where the usual number of states is more than it stores, neither button is without use."""
    settings.SYNCSCOPE_MOST_STATES = 5000

    assert start(client)[0] == 302
    assert {cell.asked().bounds.most_states for cell in Cell.objects.all()} == {5000}
    assert client.post(reverse("explorer-start"), {"matrix": "1"}).status_code == 302
    assert {cell.asked().bounds.most_states for cell in Cell.objects.all()} == {5000}


# Cells


def record() -> Record:
    found = known.find(name_of(VIOLATED))
    assert found is not None
    return found


def test_a_cell_tells_its_counterexample(client: Client) -> None:
    explored(VIOLATED)
    name = name_of(VIOLATED)

    page = text(client, "explorer-cell", name)

    steps = len(from_text(record().trace).actions)
    assert f"P2 agreement on delivery: violated, counterexample of {steps} steps" in page
    assert f"P2 is violated here: {explanation(record())}" in page
    assert "AS got the Ks of AV" in page
    assert "manage.py explore --property P2 --solution 12 --reauthentications 1" in page
    assert page.count("not explored yet") == 3
    assert "UE sends Attach Request" in page


def test_a_cell_that_holds_has_nothing_to_open(client: Client) -> None:
    explored(HOLDS)
    name = name_of(HOLDS)

    page = text(client, "explorer-cell", name)

    assert "holds in all" in page
    assert "Open at the first bad step" not in page
    assert client.get(reverse("explorer-cell-trace", args=[name])).status_code == 404
    answer = client.post(reverse("explorer-cell-open", args=[name]))
    assert (answer.status_code, "There is no counterexample to open." in answer.text) == (422, True)


def test_an_unknown_cell_is_not_found(client: Client) -> None:
    assert client.get(reverse("explorer-cell", args=["P1-12"])).status_code == 404


def test_a_counterexample_opens_as_a_lab_that_this_browser_drives(client: Client) -> None:
    explored(VIOLATED)

    answer = client.post(reverse("explorer-cell-open", args=[name_of(VIOLATED)]), follow=True)

    lab = models.Lab.objects.get()
    trace = from_text(record().trace)
    assert answer.redirect_chain == [(reverse("lab", args=[lab.key]), 302)]
    assert lab.step == len(trace.actions)
    assert forks.export_trace(lab.key).result == trace.result
    assert f"P2 is violated at this step: {explanation(record())}" in unescape(answer.text)
    assert 'id="drive"' in answer.text
    assert 'id="drive"' not in Client().get(reverse("lab", args=[lab.key])).text


def test_a_lab_of_two_ues_shows_both(client: Client) -> None:
    bounds = Bounds(ues=2, reauthentications=0, reallocations=0, detaches=1)
    asked = Question(PropertyID.P4, Solution.PULL, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE, bounds=bounds)
    explored(asked)

    client.post(reverse("explorer-cell-open", args=[name_of(asked)]))

    assert models.Lab.objects.get().shown_ues == ["ue-1", "ue-2"]


def test_the_same_steps_open_with_repairs_on(client: Client) -> None:
    explored(VIOLATED)

    answer = client.post(
        reverse("explorer-cell-open", args=[name_of(VIOLATED)]), {"with": "named_key ordered_push"}, follow=True
    )

    lab = models.Lab.objects.get()
    options = labs.setup_of(lab).options
    assert (options.named_key, options.ordered_push, options.withdraw_guti) == (True, True, False)
    assert lab.step > 0
    assert "The steps of the counterexample to P2 with named_key and ordered_push on" in unescape(answer.text)


def test_a_repair_of_another_name_is_refused(client: Client) -> None:
    explored(VIOLATED)
    answer = client.post(reverse("explorer-cell-open", args=[name_of(VIOLATED)]), {"with": "magic"})

    assert answer.status_code == 422
    assert "Repairs are named_key, ordered_push, withdraw_guti, settle_key." in answer.text
    assert models.Lab.objects.count() == 0


def test_no_lab_is_made_beyond_the_limit(client: Client, settings: Settings) -> None:
    explored(VIOLATED)
    settings.SYNCSCOPE_MOST_LABS = 0

    answer = client.post(reverse("explorer-cell-open", args=[name_of(VIOLATED)]))

    assert answer.status_code == 503
    assert 'role="alert"' in answer.text


def test_a_counterexample_is_downloaded_as_a_trace(client: Client) -> None:
    explored(VIOLATED)
    answer = client.get(reverse("explorer-cell-trace", args=[name_of(VIOLATED)]))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name_of(VIOLATED)}.syncscope.json"'
    assert from_text(answer.text) == from_text(record().trace)


def test_what_mends_a_cell_is_shown_beside_it_and_in_the_matrix(client: Client) -> None:
    explored(VIOLATED, replace(VIOLATED, repairs=("ordered_push",)))
    Cell.objects.filter(repairs="ordered_push").update(verdict="holds", trace="")

    page = text(client, "explorer-cell", name_of(VIOLATED))

    assert "Open with ordered push Fixes it: holds in all" in page
    assert page.count("not explored yet") == 2
    mended = text(client, "explorer-cell", name_of(replace(VIOLATED, repairs=("ordered_push",))))
    assert "Repairs ordered push" in mended


# Older models


def make_stale(trace: str = "") -> None:
    Cell.objects.update(model=MODEL_VERSION - 1)
    if trace:
        Cell.objects.update(trace=trace)


def test_a_cell_of_an_older_model_says_so(client: Client) -> None:
    run = explored(VIOLATED)
    make_stale()

    assert "Explored with another version of the model" in text(client, "explorer-cell", name_of(VIOLATED))
    assert "old model" in text(client, "explorer-run", run.key)


def test_a_counterexample_that_this_version_cannot_read_is_given_as_it_was_stored(client: Client) -> None:
    explored(VIOLATED)
    make_stale('{"format": "syncscope-trace/0"}')
    name = name_of(VIOLATED)

    assert "This version of the model cannot replay the counterexample" in text(client, "explorer-cell", name)
    assert client.get(reverse("explorer-cell-trace", args=[name])).text == '{"format": "syncscope-trace/0"}'
    answer = client.post(reverse("explorer-cell-open", args=[name]))
    assert (answer.status_code, "cannot read the counterexample" in answer.text) == (422, True)


def without_the_attach(trace: str) -> str:
    """The trace with its second action, a delivery, in the place of the first."""
    lines = trace.splitlines(keepends=True)
    first = next(index for index, line in enumerate(lines) if line.strip() == '"actions": [') + 1
    return "".join([*lines[:first], lines[first + 1], *lines[first + 1 :]])


def test_a_counterexample_that_this_version_cannot_take_opens_as_far_as_it_goes(client: Client) -> None:
    explored(VIOLATED)
    make_stale(without_the_attach(record().trace))
    name = name_of(VIOLATED)

    assert "cannot replay the counterexample" in text(client, "explorer-cell", name)
    answer = client.post(reverse("explorer-cell-open", args=[name]), follow=True)
    assert "The counterexample ends early: action 1: " in unescape(answer.text)
    answer = client.post(reverse("explorer-cell-open", args=[name]), {"with": "named_key"})
    assert (answer.status_code, "cannot take the counterexample" in answer.text) == (422, True)


# What came with this version


def test_shipped_results_are_read_and_give_way_to_newer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    shipped = known.shipped()
    assert shipped
    assert Path(known.SHIPPED).name == "matrix.json"
    assert known.find(shipped[0].name) == shipped[0]
    assert known.find("P1-99") is None

    explored(HOLDS)

    assert set(known.known()) == {name_of(HOLDS)} | {record.name for record in shipped}


def test_first_values_are_valid() -> None:
    assert first_values()["networks"] == ["ordered"]
