"""core.lab.traces: runs as files."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from nodes import models
from nodes.labs import forks, labs
from nodes.protocol.messages.commands import Detach
from nodes.protocol.runs.trace import MODEL_VERSION, MOST_OCTETS, Trace, from_text, replay, to_text
from nodes.protocol.world.actions import Command, Deliver
from tests.support import protocol_strategies
from tests.support.labs import attached_lab, everything, loaded, setup_of
from tests.support.views import lab_of, url

pytestmark = pytest.mark.django_db(transaction=True)

TRACES = reverse("traces")
DETACH = Command("ue-1", Detach())


@pytest.fixture
def new() -> labs.NewLab:
    return attached_lab(setup_of(ues=2))


def changed(text: str, **members: object) -> str:
    """A trace file with other members."""
    return json.dumps(json.loads(text) | members)


def sent(browser: Client, text: str) -> tuple[int, str, str]:
    """Paste a trace: status, text and lab of the page that this leads to."""
    answer = browser.post(TRACES, {"text": text}, follow=True)
    page = answer.context["page"] if answer.context else None
    return answer.status_code, unescape(answer.text), getattr(page, "lab_key", "")


# Out


def test_trace_of_a_lab_is_a_file(client: Client, new: labs.NewLab) -> None:
    answer = client.get(url(new, "lab-trace"))
    trace = from_text(answer.text)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="test.syncscope.json"'
    assert (trace.title, trace.setup, len(trace.actions)) == ("Test", setup_of(ues=2), lab_of(new).step)
    assert replay(trace).matches


def test_trace_of_the_first_steps(client: Client, new: labs.NewLab) -> None:
    trace = from_text(client.get(url(new, "lab-trace"), {"at": "5"}).text)

    assert (len(trace.actions), replay(trace).matches) == (5, True)
    assert client.get(url(new, "lab-trace"), {"at": "x"}).status_code == 404


def test_title_without_letters_gives_a_name_all_the_same(client: Client, new: labs.NewLab) -> None:
    models.Lab.objects.update(title="…")

    disposition = client.get(url(new, "lab-trace")).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="lab.syncscope.json"'


def test_trace_that_would_be_too_long_is_not_found(
    client: Client, new: labs.NewLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodes.labs.forks.MOST_ACTIONS", 5)

    assert client.get(url(new, "lab-trace")).status_code == 404


# In


def test_form_is_shown(client: Client) -> None:
    page = client.get(TRACES)

    assert (page.status_code, 'name="text"' in page.text, 'name="file"' in page.text) == (200, True, True)


@pytest.mark.parametrize("way", ["pasted", "uploaded"])
def test_trace_becomes_a_lab_that_its_sender_drives(way: str, client: Client, new: labs.NewLab) -> None:
    text = client.get(url(new, "lab-trace")).text
    sender = Client()
    field = {"text": text} if way == "pasted" else {"file": SimpleUploadedFile("x.json", text.encode())}
    answer = sender.post(TRACES, field)
    lab = models.Lab.objects.exclude(pk=new.lab.pk).get()

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("lab", args=[lab.key]))
    assert everything(loaded(lab)) == everything(loaded(lab_of(new)))
    page = sender.get(answer.headers["Location"])
    assert 'id="drive"' in page.text
    assert page.context["page"].notice == ""


def test_what_differs_is_said_once(client: Client, new: labs.NewLab) -> None:
    text = to_text(forks.export_trace(new.lab.key))
    actions = json.loads(text)["actions"]
    away = {"type": "Deliver", "source": "ue-1", "destination": "nobody", "position": 0}
    model = (
        "This trace was made with version 1 of the protocol model; this server has version "
        f"{MODEL_VERSION}, with which its actions were taken again."
    )
    ends = "The lab ends where the trace could not be followed, at action 2: Deliver ue-1 > nobody: "
    cases = {
        changed(text, result="00"): "Every action was taken, but the final state differs from the one recorded.",
        changed(text, model=1): f"{model} The final state is the one recorded.",
        changed(text, actions=[actions[0], away]): ends,
        changed(text, actions=[actions[0], away], model=1): f"{model} {ends}",
    }
    for trace, sentence in cases.items():
        status, page, key = sent(client, trace)

        assert (status, sentence in page) == (200, True)
        assert sentence not in unescape(client.get(reverse("lab", args=[key])).text)


def test_notice_of_each_of_many_labs_waits_for_its_page(client: Client, new: labs.NewLab) -> None:
    """Traces opened in several tabs, whose pages are shown later; who only watches is told nothing."""
    text = changed(to_text(forks.export_trace(new.lab.key)), result="00")
    pages = [client.post(TRACES, {"text": text}).headers["Location"] for _ in range(12)]

    assert {Client().get(page).context["page"].notice for page in pages} == {""}
    assert {client.get(page).context["page"].notice for page in pages} == {
        "Every action was taken, but the final state differs from the one recorded."
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a trace file, or paste its text."),
        (" ", "Choose a trace file, or paste its text."),
        ("{", "This is not JSON"),
        ("[]", "This is no trace"),
        ('{"format": "syncscope-trace/9"}', "This is no trace of a form known here"),
        ('<script>"', "This is not JSON"),
    ],
)
def test_what_is_no_trace_is_said_and_kept(text: str, sentence: str, client: Client) -> None:
    answer = client.post(TRACES, {"text": text})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f">{text}</textarea>" in unescape(answer.text)
    assert "<script>&quot;" not in answer.text
    assert models.Lab.objects.count() == 0


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"\xff\xfe", "it is not UTF-8 text"),
        ('{"format": ""}'.encode("utf-16-le"), "it is not UTF-8 text"),
        (b"x" * (MOST_OCTETS + 1), "This trace is too long: 4 MB"),
    ],
    ids=["no text", "UTF-16 without a byte order mark", "too long"],
)
def test_file_that_is_no_trace_is_said(octets: bytes, sentence: str, client: Client) -> None:
    answer = client.post(TRACES, {"file": SimpleUploadedFile("x.json", octets)})

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_limits_are_said(client: Client, new: labs.NewLab, settings: Settings) -> None:
    text = to_text(forks.export_trace(new.lab.key))
    settings.SYNCSCOPE_MOST_UES = 1
    status, page, _ = sent(client, text)
    assert (status, "A lab has at most 1 UEs here; the trace has 2" in page) == (422, True)
    settings.SYNCSCOPE_MOST_UES, settings.SYNCSCOPE_MOST_LABS = 2, 1
    status, page, _ = sent(client, text)
    assert (status, "This server has its 1 labs" in page) == (422, True)


def test_text_that_is_too_long_to_paste_is_refused(client: Client) -> None:
    answer = client.post(TRACES, {"text": "x" * 1_100_000})

    assert (answer.status_code, "uploaded as a file" in answer.text) == (413, True)


def test_upload_without_token_is_refused(new: labs.NewLab) -> None:
    strict = Client(enforce_csrf_checks=True)
    text = to_text(forks.export_trace(new.lab.key))

    assert strict.post(TRACES, {"text": text}).status_code == 403
    assert models.Lab.objects.count() == 1


FUZZ = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(octets=st.binary(max_size=300))
def test_whatever_octets_are_uploaded_are_answered(octets: bytes, client: Client) -> None:
    assert client.post(TRACES, {"file": SimpleUploadedFile("x", octets)}).status_code == 422


@FUZZ
@given(title=protocol_strategies.TEXT, result=protocol_strategies.TEXT, scenario=protocol_strategies.TEXT)
def test_whatever_a_trace_is_called_it_becomes_a_lab(title: str, result: str, scenario: str, client: Client) -> None:
    trace = Trace(title, setup_of(), (DETACH, Deliver("ue-1", "mme-1")), result, scenario=scenario)

    assert client.post(TRACES, {"file": SimpleUploadedFile("x", to_text(trace).encode())}).status_code in {302, 422}
