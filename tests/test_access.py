"""core.access: whose browser drives a lab."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from core import access
from core.access import drive_key_of, remember_drive_key
from nodes import models
from tests.helpers_labs import new_lab

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_a_browser() -> HttpRequest:
    request = HttpRequest()
    request.session = SessionStore()
    return request


def test_who_has_the_drive_key_drives(request_of_a_browser: HttpRequest) -> None:
    new, other = new_lab(), new_lab()
    assert drive_key_of(request_of_a_browser, new.lab) == ""

    remember_drive_key(request_of_a_browser, new.lab.key, new.drive_key)

    assert drive_key_of(request_of_a_browser, new.lab) == new.drive_key
    assert drive_key_of(request_of_a_browser, other.lab) == ""


@pytest.mark.parametrize("wrong", ["", "wrong", "ключ"])
def test_wrong_drive_key_does_not_drive(wrong: str, request_of_a_browser: HttpRequest) -> None:
    lab = new_lab().lab
    remember_drive_key(request_of_a_browser, lab.key, wrong)

    assert drive_key_of(request_of_a_browser, lab) == ""


def test_hash_of_the_drive_key_does_not_drive(request_of_a_browser: HttpRequest) -> None:
    """Whoever reads the database cannot drive."""
    lab = new_lab().lab
    remember_drive_key(request_of_a_browser, lab.key, models.Lab.objects.get(pk=lab.pk).drive_hash)

    assert drive_key_of(request_of_a_browser, lab) == ""


def test_browser_remembers_the_labs_it_was_given_last(
    request_of_a_browser: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MOST_REMEMBERED", 3)
    for name in ("a", "b", "c", "a", "d"):
        remember_drive_key(request_of_a_browser, name, f"key of {name}")

    assert request_of_a_browser.session["drives"] == {"c": "key of c", "a": "key of a", "d": "key of d"}
