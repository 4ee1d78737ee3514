"""Everything that can appear on the page has words."""

from dataclasses import fields
from enum import Enum
from itertools import permutations
from typing import get_args

import pytest

from core.words import names as words
from core.words.hindrances import HINDRANCES, sentence_of_refusal, short_reason
from core.words.names import duration, message_label, node_name, with_node_names
from core.words.options import OPTIONS, option_cost, option_meaning, option_title, value_words
from nodes.protocol.entities.mme.state import Stage, VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.hindrances import Hindrance, Refused
from nodes.protocol.messages import commands, key_requests, nas, pushes, s1, s6a, s10
from nodes.protocol.messages.application import ApplicationMessage
from nodes.protocol.options import REPAIRS, ActiveWhen, Algorithm, MTMSIReuse, Options, Setup, Solution
from nodes.protocol.world.actions import LinkFault
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.topology import are_linked, reference_point

MESSAGES = (
    nas.PlainNAS,
    s1.ConnectionRelease | s1.Paging,
    s6a.S6aMessage,
    s10.S10Message,
    pushes.PushMessage,
    key_requests.KeyMessage,
    ApplicationMessage,
)
SETUP = Setup("test", ues=2)


def test_every_message_has_a_label() -> None:
    assert {each.__name__ for union in MESSAGES for each in get_args(union)} == set(words.MESSAGES)


def test_labels_fit_between_ue_and_mme() -> None:
    """27 characters with the number and a space."""
    assert max(len(f"#18 {label}") for label in words.MESSAGES.values()) <= 27


def test_every_command_has_a_title() -> None:
    assert {each.__name__ for each in get_args(commands.NodeCommand)} == set(words.COMMANDS)


@pytest.mark.parametrize(
    ("kinds", "table"),
    [
        (TimerName, words.TIMERS),
        (Stage, words.STAGES),
        (VectorStatus, words.STATUSES),
        (LinkFault, words.FAULTS),
    ],
)
def test_every_member_has_words(kinds: type[Enum], table: dict[Enum, str]) -> None:
    assert set(table) == set(kinds)


@pytest.mark.parametrize("kind", [Solution, ActiveWhen, MTMSIReuse, Algorithm])
def test_every_value_of_an_option_has_words(kind: type[Enum]) -> None:
    assert all(words.VALUES[value] for value in kind)


def test_every_option_has_a_sentence() -> None:
    assert [each.name for each in fields(Options)] == list(OPTIONS)
    assert all(option_title(name) and option_meaning(name).endswith(".") for name in OPTIONS)


def test_repairs_and_what_s10_carries_say_what_they_cost() -> None:
    costs = {name: option_cost(name) for name in OPTIONS if option_cost(name)}
    assert list(costs) == ["context_carries_rand", *REPAIRS]
    assert all(cost.endswith(".") for cost in costs.values())
    assert costs["named_key"].startswith("8 octets in each ")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("store_ks", False, "no"),
        ("store_ks", True, "yes"),
        ("reallocate_every_minutes", 0, "on command only"),
        ("reallocate_every_minutes", 90, "90 min"),
        ("vectors_per_request", 3, "3"),
        ("algorithm", Algorithm.TUAK, "TUAK"),
    ],
)
def test_values_of_options(name: str, value: object, text: str) -> None:
    assert value_words(name, value) == text


def test_direction_tells_reading_from_command() -> None:
    labels = [message_label("ProtectedMessage", source) for source in ("ue-1", "as-1")]
    assert labels == ["Protected reading", "Protected command"]


def test_answer_with_key_says_so() -> None:
    assert message_label("KeyRetrievalAnswer", "scef", has_key=True) == "Key answer, Ks"
    assert message_label("ActiveVectorPushRequest", "mme-1", has_key=True) == "Push RAND"


def test_nodes_are_numbered_where_there_are_several() -> None:
    names = [node_name(SETUP, name) for name in ("ue-2", "mme-1", "as-1", "hss", "scef", "third-party")]
    assert names == ["UE B", "MME", "AS", "HSS", "SCEF", "Third party"]


@pytest.mark.parametrize("solution", Solution)
def test_nodes_that_talk_have_a_reference_point(solution: Solution) -> None:
    """Whatever link can be held has a name on the page."""
    world = first_world(Setup("talk", Options(solution=solution), ues=2, mmes=2, application_servers=2))
    linked = [ends for ends in permutations([state.name for state in world.nodes], 2) if are_linked(world, *ends)]

    assert all(reference_point(*ends) for ends in linked)
    assert ("hss", "scef") in linked or solution is Solution.PULL


def test_short_hindrances_fit_under_a_button() -> None:
    assert all(len(words) <= 22 for words in HINDRANCES.values())


def test_hindrance_that_no_button_meets_is_a_sentence_in_the_words_of_the_page() -> None:
    met = Refused(Hindrance.NO_KEY_AT_AS, ("as-1", "ue-2"))
    assert [short_reason(SETUP, met), sentence_of_refusal(SETUP, met)] == [
        "the AS holds no Ks",
        "AS holds no Ks for UE B yet",
    ]
    assert short_reason(SETUP, Refused(Hindrance.CANNOT_BE_ALTERED, ("CancelLocationRequest",))) == (
        "Cancel Location cannot be altered here"
    )


def test_names_of_nodes_in_sentences() -> None:
    assert with_node_names(SETUP, "T3460 runs at mme-1 for ue-2") == "T3460 runs at MME for UE B"


@pytest.mark.parametrize(
    ("ends", "name"),
    [
        (("ue-1", "mme-2"), "S1-MME"),
        (("mme-1", "mme-2"), "S10"),
        (("hss", "mme-1"), "S6a"),
        (("hss", "scef"), "S6t"),
        (("scef", "mme-1"), "T6a"),
        (("as-1", "scef"), "northbound"),
        (("third-party", "scef"), "northbound"),
        (("as-1", "third-party"), "northbound"),
        (("as-1", "ue-1"), "application"),
    ],
)
def test_reference_points(ends: tuple[str, str], name: str) -> None:
    assert reference_point(*ends) == name


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (6, "6 s"), (80, "1 min 20 s"), (7500, "2 h 5 min")])
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text
