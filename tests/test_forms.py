"""core.forms: what may be posted to make a lab."""

from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.forms import LABELS, NewLabForm
from nodes.protocol.options import ActiveWhen, Algorithm, MTMSIReuse, Options, Setup, Solution

FIELDS = sorted(NewLabForm.base_fields)


def setup(**posted: str) -> Setup:
    form = NewLabForm(posted)
    assert form.is_valid(), form.errors
    return form.setup()


def test_what_is_left_out_is_the_default() -> None:
    made = setup()

    assert (made.options, made.ues, made.mmes, made.application_servers) == (Options(), 1, 1, 1)


def test_labs_without_a_seed_get_one_each() -> None:
    assert setup().seed != setup().seed


@pytest.mark.parametrize(
    ("posted", "options"),
    [
        ({"solution": "11"}, {"solution": Solution.PULL}),
        ({"solution": "12"}, {"solution": Solution.PUSH}),
        ({"active_when": "res-verified"}, {"active_when": ActiveWhen.RES_VERIFIED}),
        ({"vectors_per_request": "5"}, {"vectors_per_request": 5}),
        ({"store_ks": "on"}, {"store_ks": True}),
        ({"store_ks": "off"}, {"store_ks": False}),
        ({"m_tmsi_reuse": "lowest-free"}, {"m_tmsi_reuse": MTMSIReuse.LOWEST_FREE}),
        ({"algorithm": "tuak"}, {"algorithm": Algorithm.TUAK}),
        ({"guti_reallocation": "command", "guti_reallocation_every": "3"}, {}),
        ({"guti_reallocation": "accesses"}, {"reallocate_every_accesses": 10}),
        ({"guti_reallocation": "accesses", "guti_reallocation_every": "3"}, {"reallocate_every_accesses": 3}),
        ({"guti_reallocation": "minutes", "guti_reallocation_every": "1000"}, {"reallocate_every_minutes": 1000}),
    ],
    ids=str,
)
def test_each_option_is_taken(posted: dict[str, str], options: dict[str, Any]) -> None:
    assert setup(**posted).options == Options(**options)


def test_nodes_and_seed_are_taken() -> None:
    made = setup(ues="8", mmes="4", application_servers="2", seed="  my seed ")

    assert made == Setup("my seed", Options(), ues=8, mmes=4, application_servers=2)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"solution": "13"}, "Solution: Select a valid choice. 13 is not one of the available choices."),
        ({"ues": "0"}, "UEs: Ensure this value is greater than or equal to 1."),
        ({"ues": "9"}, "UEs: A lab has at most 8 UEs here, got 9"),
        ({"mmes": "5"}, "MMEs: Ensure this value is less than or equal to 4."),
        ({"application_servers": "many"}, "Application servers: Enter a whole number."),
        ({"vectors_per_request": "6"}, "AVs per request: Ensure this value is less than or equal to 5."),
        (
            {"guti_reallocation": "minutes", "guti_reallocation_every": "1001"},
            "n of the reallocation: Ensure this value is less than or equal to 1000.",
        ),
        ({"seed": "x" * 65}, "Seed: Ensure this value has at most 64 characters (it has 65)."),
        ({"seed": "a\0b"}, "Seed: Null characters are not allowed."),
    ],
    ids=lambda value: next(iter(value.values()))[:5] if isinstance(value, dict) else "",
)
def test_what_is_refused_is_said(posted: dict[str, str], sentence: str) -> None:
    assert NewLabForm(posted).sentences() == (sentence,)


def test_every_field_that_is_wrong_is_told() -> None:
    form = NewLabForm(dict.fromkeys(FIELDS, "\0"))

    assert [sentence.split(":")[0] for sentence in form.sentences()] == list(LABELS.values())
    assert sorted(LABELS) == FIELDS


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80) | st.integers().map(str)))
def test_whatever_is_posted_makes_a_setup_or_sentences(posted: dict[str, str]) -> None:
    form = NewLabForm(posted)

    if form.is_valid():
        assert form.setup().ues <= settings.SYNCSCOPE_MOST_UES
    else:
        assert all(": " in sentence for sentence in form.sentences())
