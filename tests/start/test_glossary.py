"""core.words.glossary: each abbreviation once, in order, and on a page of its own."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.words.glossary import GLOSSARY

pytestmark = pytest.mark.django_db


def test_terms_are_in_order_and_unique() -> None:
    shorts = [term.short for term in GLOSSARY]
    assert shorts == sorted(set(shorts), key=str.casefold)


def test_terms_that_are_asked_for_are_there() -> None:
    """Those of the cards, the ladder and the sentences."""
    asked = {"UE", "MME", "HSS", "SCEF", "AS", "AV", "GUTI", "Ks", "K_ASME", "RAND", "AUTN", "eKSI", "TAU", "SMC"}
    assert asked - {term.short for term in GLOSSARY} == set()


def test_glossary_is_a_page_that_others_lead_to(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get(reverse("glossary"))

    assert page.status_code == 200
    for term in GLOSSARY:
        assert f"<dt>{term.short}</dt><dd><b>{term.name}.</b> {term.sentence}</dd>" in page.text
    assert f'href="{reverse("glossary")}"' in client.get(reverse("about")).text
