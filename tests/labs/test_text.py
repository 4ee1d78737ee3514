"""Text that no database row can hold is refused or left out, whatever the database: NUL and lone surrogates."""

import pytest
from django.test import Client
from django.urls import reverse

from nodes import models
from nodes.labs import forks, labs
from nodes.protocol.options import Setup
from nodes.protocol.runs.trace import Trace, to_text
from tests.support.labs import ATTACH, new_lab, setup_of
from tests.support.views import url

pytestmark = pytest.mark.django_db(transaction=True)

NUL = "\x00"


def test_title_is_stored_without() -> None:
    imported = forks.import_trace(Trace(f"a{NUL}b", setup_of(), (ATTACH,), "0" * 64))

    assert models.Lab.objects.get(pk=imported.lab.pk).title == "ab"


def test_seed_with_it_makes_no_lab(client: Client) -> None:
    with pytest.raises(labs.ServiceError, match="The seed has characters that cannot be shown"):
        labs.create_lab(Setup(f"a{NUL}b"))
    assert client.post(reverse("lab-new"), {"seed": f"a{NUL}b"}).status_code == 422


@pytest.mark.parametrize("escaped", [r"\u0000", r"\ud800"])
@pytest.mark.parametrize("name", ["title", "scenario", "seed"])
def test_trace_with_it_is_no_error(client: Client, escaped: str, name: str) -> None:
    text = to_text(Trace("TITLE", setup_of(), (ATTACH,), "0" * 64, scenario="SCENARIO"))
    text = {
        "title": text.replace("TITLE", escaped),
        "scenario": text.replace("SCENARIO", escaped),
        "seed": text.replace('"seed": "test"', f'"seed": "{escaped}"'),
    }[name]

    assert client.post(reverse("traces"), {"text": text}).status_code in {302, 422}


@pytest.mark.parametrize("action", ["title", "node"])
def test_action_with_it_is_refused(client: Client, action: str) -> None:
    new = new_lab()
    client.post(url(new, "lab-drive"), {"drive_key": new.drive_key})
    sent = {
        "title": '{"type":"Command","node":"ue-1","command":{"type":"Attach","mme":"\\u0000"}}',
        "node": '{"type":"Restart","node":"\\u0000"}',
    }[action]

    answer = client.post(url(new, "lab-act"), {"seen": labs.seen_of(new.lab), "action": sent})
    assert answer.status_code == 409


def test_cookies_with_it_are_no_error(client: Client) -> None:
    new = new_lab()
    for name in ("sessionid", "csrftoken"):
        client.cookies.load({name: f"abcdefgh{NUL}ijkl"})
    assert client.get(url(new)).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 302
