"""What wider bounds show, in words, and the counterexamples that the file carries."""

from base64 import b64decode
from dataclasses import replace

import pytest

from core.evidence.kept import kept_cells
from core.evidence.page import evidence_page
from core.evidence.wider import what_wider_bounds_show
from nodes.evidence.known import shipped
from nodes.explorer.answers import Verdict
from nodes.explorer.matrix import matrix_questions, wider_questions
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, newest
from nodes.explorer.usual import WIDER, wider_cell
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION, from_text, replay
from tests.support.evidence import by_name, cell

P = PropertyID
ALL_HOLD = tuple(cell(each) for each in (*matrix_questions(), *wider_questions()))


def told(*others: Record) -> list[str]:
    return [each.text for each in what_wider_bounds_show(by_name((*ALL_HOLD, *others)))]


def test_where_nothing_more_breaks_it_is_said() -> None:
    assert told() == [f"With {each.words}: nothing more breaks." for each in WIDER]


def test_what_is_not_explored_is_said() -> None:
    usual = by_name(each for each in ALL_HOLD if each.question in matrix_questions())
    older = by_name(replace(each, model=1) for each in ALL_HOLD)

    for records in (usual, older):
        said = [each.text for each in what_wider_bounds_show(records)]
        assert said == [f"With {each.words}: not explored yet." for each in WIDER]


@pytest.mark.parametrize("place", range(len(WIDER)))
def test_what_breaks_and_what_stays_open_is_named(place: int) -> None:
    widening = WIDER[place]
    one = cell(wider_cell(P.P1A, Solution.PUSH, widening), Verdict.VIOLATED, depth=21)
    other = cell(wider_cell(P.P7, Solution.PULL, widening), Verdict.VIOLATED)
    left_open = cell(wider_cell(P.P6, Solution.PULL, widening), Verdict.INCOMPLETE)

    assert told(one)[place] == f"With {widening.words}: P1a in 12 breaks too."
    assert told(one, other)[place] == f"With {widening.words}: P1a in 12 and P7 in 11 break too."
    assert told(left_open)[place].endswith("nothing more breaks; P6 in 11 came to the bound on states.")
    (link,) = what_wider_bounds_show(by_name((*ALL_HOLD, one)))[place].links
    assert (link.name, link.text) == (one.name, "P1a, 12: × 21 steps")


def test_what_is_broken_within_the_usual_bounds_is_not_named_again() -> None:
    question = replace(wider_cell(P.P1, Solution.PUSH, WIDER[0]))
    usual = next(each for each in matrix_questions() if (each.property, each.network) == (P.P1, Network.ORDERED))
    broken = [cell(each, Verdict.VIOLATED) for each in (question, replace(usual, solution=Solution.PUSH))]

    assert told(*broken)[0].endswith("nothing more breaks.")


def test_file_carries_every_cell_that_the_page_leads_to() -> None:
    """By bounds, each that broke something with its trace as an address to save."""
    records = newest(shipped())
    groups = kept_cells(evidence_page(records), records)

    found = [each for group in groups for each in group.cells]
    assert len(found) == len({each.name for each in found}) >= len(matrix_questions())
    assert len({group.bounds for group in groups}) == len(groups)
    assert all("no restarts" in group.bounds for group in groups[:2])
    broken = [each for each in found if each.trace]
    assert all(f"model version {MODEL_VERSION}" in each.found for each in found)
    head, _, text = broken[0].trace.partition(",")
    assert head == "data:application/json;base64"
    assert replay(from_text(b64decode(text).decode())).matches
    assert not any(each.found.startswith("violated") for each in found if not each.trace)


def test_nothing_explored_keeps_nothing() -> None:
    assert kept_cells(evidence_page({}), {}) == ()
