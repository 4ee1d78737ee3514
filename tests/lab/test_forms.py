"""core.lab.forms: what may be posted to make a lab, or asked to compare one."""

from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.lab.fields import label_of
from core.lab.forms import NewLabForm, OptionsForm, ShortOptionsForm, first_values, values_of
from nodes.protocol.options import ActiveWhen, Algorithm, MTMSIReuse, Options, Setup, Solution

FIELDS = sorted(NewLabForm.base_fields)


def setup(**posted: str) -> Setup:
    form = NewLabForm(posted)
    assert form.is_valid(), form.errors
    return form.setup()


def options(base: Options, **sent: str) -> Options:
    form = OptionsForm(sent)
    assert form.is_valid(), form.errors
    return form.options(base)


def test_what_is_left_out_is_the_default() -> None:
    made = setup()

    assert (made.options, made.ues, made.mmes, made.application_servers) == (Options(), 1, 1, 1)


def test_the_page_s_first_values_are_the_defaults() -> None:
    assert setup(**first_values()).options == Options()
    assert set(first_values()) == set(FIELDS)


def test_labs_without_a_seed_get_one_each() -> None:
    assert setup().seed != setup().seed


EACH_OPTION: list[tuple[dict[str, str], dict[str, Any]]] = [
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
    ({"context_carries_rand": "on"}, {"context_carries_rand": True}),
    ({"named_key": "on"}, {"named_key": True}),
    ({"ordered_push": "on"}, {"ordered_push": True}),
    ({"withdraw_guti": "on"}, {"withdraw_guti": True}),
]


@pytest.mark.parametrize(("posted", "wanted"), EACH_OPTION, ids=str)
def test_each_option_is_taken(posted: dict[str, str], wanted: dict[str, Any]) -> None:
    assert setup(**posted).options == Options(**wanted)


@pytest.mark.parametrize(("_posted", "wanted"), EACH_OPTION, ids=str)
def test_what_the_fields_say_of_options_makes_them_again(_posted: dict[str, str], wanted: dict[str, Any]) -> None:
    made = Options(**wanted)

    assert options(Options(), **values_of(made)) == made


def test_options_that_are_left_out_stay_as_they_were() -> None:
    base = Options(solution=Solution.PULL, named_key=True, reallocate_every_minutes=7)

    assert options(base) == base
    assert options(base, named_key="off") == Options(solution=Solution.PULL, reallocate_every_minutes=7)


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
            "n accesses or minutes: Ensure this value is less than or equal to 1000.",
        ),
        ({"seed": "x" * 65}, "Seed: Ensure this value has at most 64 characters (it has 65)."),
        ({"seed": "a\0b"}, "Seed: Null characters are not allowed."),
        (
            {"named_key": "yes"},
            "Named key: Select a valid choice. yes is not one of the available choices.",
        ),
    ],
    ids=lambda value: next(iter(value.values()))[:5] if isinstance(value, dict) else "",
)
def test_what_is_refused_is_said(posted: dict[str, str], sentence: str) -> None:
    assert NewLabForm(posted).sentences() == (sentence,)


def test_every_field_that_is_wrong_is_named() -> None:
    form = NewLabForm(dict.fromkeys(FIELDS, "\0"))

    named = [sentence.partition(": ")[0] for sentence in form.sentences()]
    assert named == [label_of(name).partition(": ")[0] for name in form.fields]


def test_the_pages_have_every_field_of_the_forms() -> None:
    compared = [field.name for group in ShortOptionsForm().groups() for field in group.fields]
    made = [field.name for group in NewLabForm().groups() for field in group.fields]

    assert sorted(compared) == sorted(OptionsForm.base_fields)
    assert sorted([*made, "solution"]) == FIELDS
    assert [group.title for group in NewLabForm().groups()] == ["Nodes and seed", "Network", "Repairs"]


def test_each_option_has_its_sentence_and_repairs_say_what_they_cost() -> None:
    network, repairs = OptionsForm().groups()

    assert [field.name for field in network.fields if not field.help_text] == [
        "guti_reallocation",
        "guti_reallocation_every",
    ]
    assert all(" Costs: " in field.help_text for field in repairs.fields)


def test_a_field_is_described_by_its_sentence_and_by_what_was_not_accepted() -> None:
    rendered = NewLabForm({"vectors_per_request": "6"})["vectors_per_request"].as_field_group()

    name = "id_vectors_per_request"
    assert f'<label for="{name}">AVs per request</label>' in rendered
    assert f'aria-invalid="true" aria-describedby="{name}_helptext {name}_error" id="{name}"' in rendered
    assert f'<span class="field-help" id="{name}_helptext">How many AVs' in rendered
    assert f'id="{name}_error"><li>Ensure this value is less than or equal to 5.</li>' in rendered


def test_where_there_is_no_room_meanings_are_tooltips() -> None:
    rendered = ShortOptionsForm()["store_ks"].as_field_group()

    assert 'title="Whether the MME derives Ks at once, or when it is asked."' in rendered
    assert "field-help" not in rendered


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80) | st.integers().map(str)))
def test_whatever_is_posted_makes_a_setup_or_sentences(posted: dict[str, str]) -> None:
    form = NewLabForm(posted)

    if form.is_valid():
        assert form.setup().ues <= settings.SYNCSCOPE_MOST_UES
    else:
        assert all(": " in sentence for sentence in form.sentences())
