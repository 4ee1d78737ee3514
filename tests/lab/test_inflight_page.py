"""The page of all messages in flight."""

import pytest
from django.test import Client

from nodes.labs import labs, services
from tests.fixtures.moments import READING
from tests.support.labs import attached_lab, take
from tests.support.views import url

pytestmark = pytest.mark.django_db

MESSAGES = 40


@pytest.fixture
def new() -> labs.NewLab:
    """A lab with more messages in flight than its page lists."""
    made = attached_lab()
    services.set_pace(made.lab.key, None)
    take(made.lab.key, *[READING] * MESSAGES)
    return made


@pytest.fixture
def driver(client: Client, new: labs.NewLab) -> Client:
    client.post(url(new, "lab-drive"), {"drive_key": new.drive_key})
    return client


def test_lab_page_links_the_page_of_all(driver: Client, new: labs.NewLab) -> None:
    page = driver.get(url(new)).text
    assert f'href="{url(new, "lab-inflight")}?at=58">All 40 messages</a>' in page
    assert driver.get(url(new, "lab-inflight")).text.count('<li id="queued-') == MESSAGES


def test_click_there_leads_back_to_the_lab(driver: Client, new: labs.NewLab) -> None:
    page = driver.get(url(new, "lab-inflight")).text
    assert f'<form id="drive" method="post" action="{url(new, "lab-act")}">' in page
    answer = driver.post(url(new, "lab-next"), {"seen": labs.seen_of(labs.get_lab(new.lab.key))})
    assert (answer.status_code, answer["Location"]) == (303, url(new))


def test_watcher_sees_the_messages_and_has_no_form(new: labs.NewLab) -> None:
    page = Client().get(url(new, "lab-inflight")).text
    assert '<form id="drive"' not in page
    assert "is-watching" in page


def test_earlier_step_has_its_own_messages(new: labs.NewLab) -> None:
    page = Client().get(url(new, "lab-inflight") + "?at=20").text
    assert "2 messages" in page
    assert 'name="at" value="20"' in page
    assert "No message is in flight." in Client().get(url(new, "lab-inflight") + "?at=0").text
