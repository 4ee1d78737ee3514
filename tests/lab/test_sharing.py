"""core.lab.sharing: the address that is shared is one that others reach, or the page says that there is none."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.support.labs import attached_lab

pytestmark = pytest.mark.django_db


def shared(host: str) -> str:
    return Client(headers={"host": host}).get(reverse("lab-share", args=[attached_lab().lab.key])).text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost:8000", "lab.localhost"])
def test_address_of_this_machine_alone_gets_no_picture(host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = shared(host)

    assert "Only this machine reaches this address." in page
    assert "make demo HOST=0.0.0.0" in page
    assert "share-qr" not in page


@pytest.mark.parametrize("host", ["192.0.2.7:8000", "syncscope.example"])
def test_address_that_others_reach_is_shared_as_it_is(host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = shared(host)

    assert f">http://{host}/labs/" in page
    assert "share-qr" in page
    assert "Only this machine" not in page


@pytest.mark.parametrize(("host", "others"), [("127.0.0.1:8000", "192.0.2.7:8000"), ("localhost", "192.0.2.7")])
def test_address_of_the_room_stands_for_that_of_this_machine(host: str, others: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SYNCSCOPE_ROOM_HOST = "192.0.2.7"
    page = shared(host)

    assert f">http://{others}/labs/" in page
    assert f"http://{host}/" not in page
    assert "share-qr" in page
