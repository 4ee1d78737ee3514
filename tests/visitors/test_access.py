"""core.visitors.access: whose browser drives a lab."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from core.models import DriveRight
from core.visitors.access import RENEW_AFTER, drive_key_of, remember_drive_key
from core.visitors.browsers import COOKIE, browser_of
from nodes import models
from nodes.labs import labs
from tests.support.labs import attached_lab, new_lab

NEW = reverse("lab-new")
BROWSERS_AT_ONCE = 8


def request_of(secret: str) -> HttpRequest:
    """A request of the browser with this cookie."""
    request = HttpRequest()
    request.COOKIES[COOKIE] = secret
    return request


@pytest.fixture
def browser() -> HttpRequest:
    return request_of("b" * 43)


def drives(client: Client, lab: models.Lab) -> bool:
    return 'id="drive"' in client.get(reverse("lab", args=[lab.key])).text


# Rights


@pytest.mark.django_db
def test_who_has_the_drive_key_drives(browser: HttpRequest) -> None:
    new, other = new_lab(), new_lab()
    assert drive_key_of(browser, new.lab) == ""

    remember_drive_key(browser, new.lab, new.drive_key)

    assert drive_key_of(browser, new.lab) == new.drive_key
    assert drive_key_of(browser, other.lab) == ""
    assert drive_key_of(request_of("c" * 43), new.lab) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["", "wrong", "ключ"])
def test_wrong_drive_key_does_not_drive(wrong: str, browser: HttpRequest) -> None:
    lab = new_lab().lab
    remember_drive_key(browser, lab, wrong)

    assert drive_key_of(browser, lab) == ""


@pytest.mark.django_db
def test_what_the_database_holds_does_not_drive(browser: HttpRequest) -> None:
    """Whoever reads the database cannot drive: it holds no drive key, and no cookie."""
    new = new_lab()
    remember_drive_key(browser, new.lab, new.drive_key)
    right = DriveRight.objects.get()

    held = [str(value) for row in (right, models.Lab.objects.get()) for value in vars(row).values()]
    assert not any(secret in text for secret in (new.drive_key, "b" * 43) for text in held)
    for text in (right.browser, right.sealed_key, labs.get_lab(new.lab.key).drive_hash):
        assert drive_key_of(request_of(text[:43]), new.lab) == ""
        assert not labs.may_drive(new.lab, text)


@pytest.mark.django_db
def test_the_row_of_another_browser_is_of_no_use(browser: HttpRequest) -> None:
    """Not even to who can write rows."""
    new = new_lab()
    remember_drive_key(browser, new.lab, new.drive_key)
    thief = request_of("t" * 43)
    DriveRight.objects.update(browser=browser_of(thief).id)

    assert drive_key_of(thief, new.lab) == ""


@pytest.mark.django_db
def test_right_ends_with_its_lab(browser: HttpRequest) -> None:
    new = new_lab()
    remember_drive_key(browser, new.lab, new.drive_key)
    new.lab.delete()

    assert not DriveRight.objects.exists()


@pytest.mark.django_db
def test_rights_are_renewed_at_use_of_any_of_them(browser: HttpRequest) -> None:
    used, other, foreign = new_lab(), new_lab(), new_lab()
    for new in (used, other):
        remember_drive_key(browser, new.lab, new.drive_key)
    remember_drive_key(request_of("f" * 43), foreign.lab, foreign.drive_key)
    DriveRight.objects.update(used=timezone.now() - RENEW_AFTER - timedelta(hours=1))
    began = timezone.now()

    assert drive_key_of(request_of("b" * 43), used.lab)

    renewed = DriveRight.objects.filter(used__gte=began).values_list("lab", flat=True)
    assert set(renewed) == {used.lab.pk, other.lab.pk}


# The cookie


@pytest.mark.django_db
def test_every_page_names_the_browser_and_the_name_stays() -> None:
    client = Client()
    client.get(reverse("about"))
    first = client.cookies[COOKIE]
    client.post(NEW)
    client.get(reverse("start"))

    assert client.cookies[COOKIE].value == first.value
    assert (first["httponly"], first["samesite"], first["path"]) == (True, "Lax", "/")


@pytest.mark.django_db
def test_cookie_is_renewed_at_use_for_as_long_as_labs_live(settings: Settings) -> None:
    """A maker who only presses buttons, and loads no page, keeps it."""
    settings.SYNCSCOPE_IDLE_DAYS = 7
    client = Client()
    client.post(NEW)
    lab = models.Lab.objects.get()

    answer = client.post(reverse("lab-pace", args=[lab.key]), {"pace": "hand"}, headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.cookies[COOKIE]["max-age"] == 7 * 86_400


@pytest.mark.django_db
def test_cookie_is_kept_no_longer_than_browsers_keep_one(settings: Settings) -> None:
    settings.SYNCSCOPE_IDLE_DAYS = 5000

    assert Client().get(reverse("about")).cookies[COOKIE]["max-age"] == 400 * 86_400


@pytest.mark.django_db
@pytest.mark.parametrize("nonsense", ["", "short", "b" * 44, "é" * 43, "../" * 20])
def test_cookie_of_another_form_is_replaced(nonsense: str) -> None:
    client = Client()
    client.cookies[COOKIE] = nonsense
    answer = client.get(reverse("start"))

    assert answer.status_code == 200
    assert answer.cookies[COOKIE].value != nonsense


@pytest.mark.django_db
def test_browser_with_many_labs_sends_one_small_cookie(settings: Settings) -> None:
    settings.SYNCSCOPE_BUDGETS = settings.SYNCSCOPE_BUDGETS | {"labs": (0, 0)}
    client = Client()
    for _ in range(40):
        client.post(NEW)

    made = models.Lab.objects.all()
    assert len(made) == 40
    assert all(drives(client, lab) for lab in made)
    assert sum(len(f"{name}={each.value}; ") for name, each in client.cookies.items()) < 200


# What they outlive


@pytest.mark.django_db
def test_rights_outlive_login_and_logout_of_the_admin() -> None:
    """Django empties the session at a logout, and gives it another key at a login."""
    User.objects.create_superuser("admin", password="right")
    client = Client()
    client.post(NEW)
    lab = models.Lab.objects.get()

    login = client.post("/admin/login/", {"username": "admin", "password": "right", "next": "/admin/"})
    assert login.status_code == 302
    assert drives(client, lab)
    assert client.post("/admin/logout/").status_code == 200

    assert drives(client, lab)
    assert [each.title for each in client.get(reverse("start")).context["page"].recent] == [lab.title]


@pytest.mark.django_db(transaction=True)
def test_labs_made_at_the_same_moment_are_all_driven() -> None:
    """Several tabs of one browser, each in a thread with a connection of its own."""
    first = Client()
    first.get(reverse("start"))
    together = Barrier(BROWSERS_AT_ONCE)

    def make(_number: int) -> str:
        tab = Client()
        tab.cookies = first.cookies
        together.wait()
        try:
            return tab.post(NEW).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(BROWSERS_AT_ONCE) as pool:
        pages = set(pool.map(make, range(BROWSERS_AT_ONCE)))

    assert len(pages) == BROWSERS_AT_ONCE
    assert all('id="drive"' in first.get(page).text for page in pages)


# The drive link


@pytest.mark.django_db
def test_drive_key_is_in_no_address_that_a_server_sees(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """It stands after the #; pasted whole or in part it is posted, and no log has it."""
    caplog.set_level(logging.DEBUG)
    new = attached_lab()
    page = reverse("lab-drive", args=[new.lab.key])

    assert client.get(page).status_code == 200
    assert client.post(page, {"drive_key": f"{new.drive_key}x"}).status_code == 403
    answer = client.post(page, {"drive_key": f" http://testserver{page}#{new.drive_key} "})

    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("lab", args=[new.lab.key]))
    assert drives(client, new.lab)
    assert page in caplog.text
    assert new.drive_key not in caplog.text
