"""Answers as they are kept, questions by name, and what is wanted as a command line."""

import json
from dataclasses import replace
from itertools import combinations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandParser

from nodes.explorer.answers import Verdict
from nodes.explorer.asking import Wanted, command_of, only, questions_of, title_of
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search, matrix_questions
from nodes.explorer.questions import Bounds, Network, Question
from nodes.explorer.records import Record, fixes, name_of, newest, read_cells, record_of, to_cell
from nodes.explorer.repairs import repair_questions
from nodes.explorer.usual import cell, usual_bounds
from nodes.management.commands.explore import Command
from nodes.management.explored import wanted_of
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION, from_text
from tests.support.runs import HOLDS, VIOLATED

ASKED = Question(PropertyID.P1, Solution.PUSH, bounds=usual_bounds(PropertyID.P1, Network.ORDERED))


def record(question: Question, verdict: Verdict = Verdict.HOLDS, **more: object) -> Record:
    return Record(question, verdict, 10, 5, "", "2026-11-24", **more)  # type: ignore[arg-type]


def test_a_record_survives_the_command_s_json() -> None:
    for question in (HOLDS, VIOLATED):
        (answer,) = explore(Search((question,)))
        (read,) = read_cells([to_cell(answer, "2026-11-24")])

        kept = record_of(answer, "2026-11-24")
        assert replace(read, trace="") == replace(kept, trace="")
        assert bool(read.trace) is bool(kept.trace)
        if read.trace:
            assert from_text(read.trace) == from_text(kept.trace)


def test_names_tell_questions_apart_and_fit_an_address() -> None:
    questions = [each for repairs in ((), REPAIRS) for each in matrix_questions(repairs)]
    names = [name_of(each) for each in questions]

    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").replace("_", "").isalnum() and len(name) <= 120 for name in names)
    assert name_of(ASKED) == "P1-12-ordered-security-mode-complete"
    assert name_of(replace(ASKED, bounds=Bounds(faults=2))).startswith("P1-12-ordered-security-mode-complete-")


def test_the_newest_of_this_model_counts() -> None:
    old, new = record(ASKED, model=MODEL_VERSION - 1), record(ASKED, Verdict.VIOLATED)

    assert newest([new, old]) == newest([old, new]) == {name_of(ASKED): new}
    assert newest([old, replace(old, states=11)])[name_of(ASKED)].states == 11


@pytest.mark.parametrize(
    ("verdicts", "found"),
    [
        ({}, None),
        ({("ordered_push",): "violated"}, None),
        ({("ordered_push",): "holds"}, (("ordered_push",),)),
        ({(each,): "violated" for each in REPAIRS[1:]}, None),
        ({(each,): "incomplete" for each in REPAIRS[1:]} | {REPAIRS[1:]: "holds"}, (REPAIRS[1:],)),
    ],
)
def test_what_mends_is_the_smallest_that_is_known(
    verdicts: dict[tuple[str, ...], str], found: tuple[tuple[str, ...], ...] | None
) -> None:
    questions = {repairs: replace(ASKED, repairs=repairs) for repairs in verdicts}
    records = newest(record(questions[repairs], Verdict(verdict)) for repairs, verdict in verdicts.items())

    assert fixes(ASKED, records) == found


def test_nothing_mends_only_if_everything_was_tried() -> None:
    """Not with named key: P1 says nothing of keys that have names."""
    every = [each for size in range(1, len(REPAIRS)) for each in combinations(REPAIRS[1:], size)]
    records = newest(record(replace(ASKED, repairs=each), Verdict.VIOLATED) for each in every)

    assert fixes(ASKED, records) == ()
    del records[name_of(replace(ASKED, repairs=REPAIRS[1:]))]
    assert fixes(ASKED, records) is None


@pytest.mark.parametrize(
    ("property_id", "offered"),
    [
        (PropertyID.P1, [("ordered_push",), ("withdraw_guti",), ("settle_key",)]),
        (PropertyID.P4, [(each,) for each in REPAIRS]),
    ],
    ids=["keys without names", "both"],
)
def test_a_repair_is_tried_where_the_property_says_something_of_it(
    property_id: PropertyID, offered: list[tuple[str, ...]]
) -> None:
    asked = replace(ASKED, property=property_id)
    assert [each.repairs for each in repair_questions(asked, 1)] == offered


def test_a_property_of_keys_by_name_is_asked_with_its_repairs_and_no_others_are_tried() -> None:
    (pull, push) = (cell(PropertyID.P1N, solution, Network.ORDERED) for solution in Solution)
    assert (pull.repairs, push.repairs) == (("named_key",), ("named_key", "ordered_push"))
    assert fixes(push, newest([record(push, Verdict.VIOLATED)])) == ()


def test_a_decided_answer_goes_before_one_that_came_to_its_bound() -> None:
    """How many states a search may store is no part of what is asked."""
    small = replace(ASKED, bounds=replace(ASKED.bounds, most_states=100))
    decided, bound = record(ASKED, Verdict.HOLDS), record(small, Verdict.INCOMPLETE)
    assert decided.name == bound.name
    for order in ([decided, bound], [bound, decided]):
        assert newest(order) == {decided.name: decided}


WANTED = (
    Wanted(),
    Wanted(is_matrix=True, repairs=("ordered_push",)),
    only(replace(ASKED, network=Network.FAIL, active_when=ActiveWhen.RES_VERIFIED, repairs=REPAIRS)),
    only(Question(PropertyID.P4, Solution.PULL, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE, bounds=Bounds(ues=3, faults=2))),
)


@pytest.mark.parametrize("wanted", WANTED)
def test_the_command_line_asks_the_same(wanted: Wanted) -> None:
    words = command_of(wanted).removeprefix("manage.py explore").split()
    parser = CommandParser()
    Command().add_arguments(parser)

    assert questions_of(wanted_of(vars(parser.parse_args(words)))) == questions_of(wanted)


def test_the_command_line_looks_for_repairs_where_the_page_does() -> None:
    assert command_of(Wanted(), with_repairs=True).endswith(" --mend")
    assert "--mend" not in command_of(Wanted())


def test_one_question_is_asked_alone() -> None:
    for question in matrix_questions(("named_key",)):
        assert questions_of(only(question)) == (question,)


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        (WANTED[0], "Every property, both solutions, ordered"),
        (WANTED[1], "The verdict matrix, with ordered_push"),
        (WANTED[2], "P1, solution 12, fail, with named_key and ordered_push and withdraw_guti and settle_key"),
        (Wanted(networks=tuple(Network)), "Every property, both solutions, every network"),
    ],
)
def test_a_title_says_what_is_asked(wanted: Wanted, title: str) -> None:
    assert title_of(wanted) == title


def test_repairs_are_looked_for_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    small = [f"--{name}={value}" for name, value in (("reauthentications", 1), ("reallocations", 0))]
    with pytest.raises(SystemExit):
        call_command(
            "explore", "--property", "P2q", "--solution", "12", "--mend", "--quiet", "--jobs", "1", "--json", *small
        )

    cells = read_cells(json.loads(capsys.readouterr().out))
    assert cells[0].question.repairs == ()
    tried = (each for size in range(1, len(REPAIRS)) for each in combinations(REPAIRS[1:], size))
    assert [cell.question.repairs for cell in cells[1:]] == list(tried)
    assert fixes(cells[0].question, newest(cells)) is not None
