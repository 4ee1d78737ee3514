"""core.visitors.admin_login: who tries passwords is slowed, told and logged."""

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
MOST = 3


@pytest.fixture(autouse=True)
def few_passwords(settings: Settings) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"passwords": (MOST, 6)}
    User.objects.create_superuser("admin", password="right")


def status(client: Client, password: str, name: str = "admin") -> int:
    return client.post(LOGIN, {"username": name, "password": password}).status_code


def test_wrong_passwords_are_counted_and_then_refused_even_if_right(client: Client) -> None:
    assert [status(client, "wrong") for _ in range(MOST)] == [200] * MOST

    answer = client.post(LOGIN, {"username": "ADMIN", "password": "right"})

    assert answer.status_code == 429
    assert 190 <= int(answer.headers["Retry-After"]) <= 200
    assert "Whoever logs in with one user name may enter 3 wrong passwords in ten minutes." in answer.text
    assert "Try again in 4 minutes." in answer.text


def test_who_enters_the_right_one_begins_anew(client: Client) -> None:
    assert [status(client, "wrong") for _ in range(MOST - 1)] == [200] * (MOST - 1)
    assert status(client, "right") == 302
    client.post("/admin/logout/")

    assert [status(client, "wrong") for _ in range(MOST + 1)] == [200] * MOST + [429]


def test_right_passwords_are_not_counted(client: Client) -> None:
    for _ in range(8):
        assert status(client, "right") == 302
        client.post("/admin/logout/")
    assert [status(client, "wrong", f"user-{number}") for number in range(7)] == [200] * 6 + [429]


def test_the_admin_is_not_locked_out_from_elsewhere(client: Client) -> None:
    for _ in range(MOST + 1):
        status(client, "wrong")

    assert status(Client(REMOTE_ADDR="192.0.2.7"), "right") == 302


def test_other_names_are_tried_no_longer_than_an_address_may(client: Client) -> None:
    tried = [status(client, "wrong", f"user-{number}") for number in range(7)]

    assert tried == [200] * 6 + [429]


def test_a_form_without_a_password_is_neither_counted_nor_forgives(client: Client) -> None:
    assert [status(client, "wrong") for _ in range(MOST)] == [200] * MOST
    assert status(client, "") == 200
    assert status(client, "wrong") == 429


def test_every_failure_is_one_line_without_the_password(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for _ in range(MOST + 1):
            status(client, "sesame\nopen", "admin")

    told = [record.getMessage() for record in caplog.records if record.name == "core.visitors.admin_login"]
    assert told == [
        *["Admin login of 'admin' from 127.0.0.1 failed"] * MOST,
        "Admin login of 'admin' from 127.0.0.1 refused: too many wrong passwords before",
    ]
    assert "sesame" not in caplog.text


def test_no_limit_where_it_is_0(client: Client, settings: Settings) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"passwords": (0, 0)}

    assert [status(client, "wrong") for _ in range(12)] == [200] * 12
    assert status(client, "right") == 302


def test_login_page_is_djangos(client: Client) -> None:
    assert client.get(LOGIN).status_code == 200
    assert status(client, "right") == 302
    assert client.get(LOGIN).status_code == 302
