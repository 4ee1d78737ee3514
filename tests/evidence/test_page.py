"""core.evidence.page: the evidence in words."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from core.evidence.page import EvidencePage, GroundRow, evidence_page
from nodes.evidence.statements import STATEMENTS
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Bounds, Network
from nodes.explorer.records import Record
from nodes.explorer.usual import usual_bounds
from nodes.protocol.options import ActiveWhen, MTMSIReuse
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.evidence import ask, by_name, cell, everywhere, repaired

P1, P4, P6 = PropertyID.P1, PropertyID.P4, PropertyID.P6
EARLY = ActiveWhen.RES_VERIFIED
BROKEN = cell(ask(P1, Network.FAIL), Verdict.VIOLATED, depth=19)


def page_of(*records: Record) -> EvidencePage:
    return evidence_page(by_name(records))


def ground(page: EvidencePage, statement_id: str, label: str) -> GroundRow:
    statements = (statement for section in page.sections for statement in section.statements)
    (statement,) = (each for each in statements if each.id == statement_id)
    return next(each for each in statement.grounds if each.label.startswith(label))


def p1(*records: Record) -> GroundRow:
    return ground(page_of(*records), "2.2-7", "P1 ")


def lines(records: Iterable[Record]) -> tuple[str, ...]:
    return p1(*records).assumptions


def test_nothing_explored_is_said_of_every_property() -> None:
    page = page_of()
    rows = [each for section in page.sections for statement in section.statements for each in statement.grounds]

    assert {each.result for each in rows} == {"shown", "not so", "not shown", "not explored yet"}
    assert page.explored == ""
    assert page.matrix.is_empty


def test_every_statement_is_in_the_section_of_its_number() -> None:
    page = page_of()

    assert [each.id for section in page.sections for each in section.statements] == [each.id for each in STATEMENTS]
    assert [len(section.statements) for section in page.sections] == [1, 2, 7, 7, 4, 1]


def test_a_property_that_holds_names_networks_and_the_largest_search() -> None:
    row = p1(*everywhere(P1), cell(ask(P1, Network.LOSE), states=38_825))

    assert (row.slug, row.result, row.note) == ("holds", "holds", "")
    assert row.assumptions == ("Holds: every network.",)
    assert [link.text for link in row.links] == ["holds on lose, 38,825 states"]


def test_a_violated_property_leads_to_its_shortest_counterexample() -> None:
    row = p1(*everywhere(P1), BROKEN, cell(replace(BROKEN.question, active_when=EARLY), Verdict.VIOLATED, depth=30))

    assert (row.slug, row.result, row.effect) == ("violated", "× 19 steps", "")
    assert row.assumptions == ("Holds: ordered, collide, reorder, repeat, lose.", "Broken: fail.")
    assert (row.links[0].name, row.links[0].text) == (BROKEN.name, "counterexample, fail")


def test_the_choice_is_said_under_which_it_breaks() -> None:
    early = cell(ask(P1, Network.FAIL, EARLY), Verdict.VIOLATED)

    assert lines([*everywhere(P1), early])[1] == "Broken if the AV is active when RES is verified, else holds: fail."


def test_reuse_of_an_m_tmsi_is_said_where_it_breaks() -> None:
    reused = [
        replace(each, verdict=Verdict.VIOLATED)
        for each in everywhere(P4)
        if each.question.m_tmsi_reuse is MTMSIReuse.LOWEST_FREE
    ]
    row = ground(page_of(*everywhere(P4), *reused), "3-b", "P4 right UE, solution 12")

    assert row.assumptions == ("Broken if M-TMSI reuse is lowest free, else holds: every network.",)


def test_incomplete_is_open_and_never_holds() -> None:
    row = p1(*everywhere(P1, Verdict.INCOMPLETE))

    assert (row.slug, row.result, row.links) == ("open", "open", ())
    assert row.assumptions == ("Open, as the search came to its bound on states: every network.",)


def test_half_explored_says_where_it_holds_and_what_is_missing() -> None:
    row = p1(*(cell(ask(P1, network)) for network in (Network.ORDERED, Network.FAIL)))

    assert (row.slug, row.result) == ("unknown", "partly explored")
    assert row.assumptions == (
        "Holds if the AV is active at SECURITY MODE COMPLETE, else not explored yet: ordered, fail.",
        "Not explored yet: collide, reorder, repeat, lose.",
    )


def test_what_mends_it_is_said() -> None:
    tried = repaired(BROKEN.question, [("ordered_push",)])
    reorder = cell(ask(P1, Network.REORDER), Verdict.VIOLATED)

    assert lines([BROKEN, *tried])[-1] == "Fixed by ordered push."
    assert lines([BROKEN, reorder, *tried])[-1] == "Fixed by ordered push: fail."


def test_the_choice_is_said_that_nothing_mends() -> None:
    early = cell(ask(P1, Network.FAIL, EARLY), Verdict.VIOLATED)

    told = lines([BROKEN, early, *repaired(early.question, [])])
    assert told[-1] == "No repair fixes it if the AV is active when RES is verified."


def test_a_case_that_never_came_up_is_no_plain_holds() -> None:
    row = p1(*(replace(each, vacuous=True) for each in everywhere(P1)))

    assert row.result == "holds for want of a case"
    assert row.assumptions == ("Holds, in some searches only as its case never came up: every network.",)


@pytest.mark.parametrize("verdict", [Verdict.HOLDS, Verdict.VIOLATED, Verdict.INCOMPLETE])
def test_results_of_an_older_model_are_marked(verdict: Verdict) -> None:
    old = [replace(each, model=MODEL_VERSION - 1) for each in everywhere(P1, verdict)]

    assert p1(*old).note == "of an older model"
    assert p1(*old, everywhere(P1)[0]).note == "in part of an older model"
    assert page_of(*old).has_stale


def test_a_repair_of_an_older_model_is_marked_on_the_page() -> None:
    old = cell(replace(BROKEN.question, repairs=("ordered_push",)), model=MODEL_VERSION - 1)

    assert page_of(BROKEN, old).has_stale
    assert not page_of(BROKEN).has_stale


def test_bounds_are_those_of_the_questions() -> None:
    usual, *others = page_of().bounds.split("; ")

    assert usual.startswith("UEs 1, MMEs 1, application servers 1, attaches of each UE 1, re-authentications 2, ")
    assert f"states at most {Bounds().most_states:,}, no detaches, " in usual
    assert usual.endswith("no power cycles, no restarts of HSS, MME, SCEF, no pushes that never arrive")
    wider = [each.value for each in PropertyID if usual_bounds(each, Network.ORDERED) != Bounds()]
    assert [each.split()[1] for each in others[:-1]] == wider
    assert others[0].startswith("for P4 UEs 2, detaches 1")
    assert others[-1] == "for the network collide detaches 1, tracking area updates 1"


def test_dates_are_of_results_within_the_usual_bounds() -> None:
    other = replace(ask(P1, Network.LOSE), bounds=Bounds(reauthentications=1))
    records = [replace(BROKEN, date="2026-01-05"), cell(ask(P6, Network.LOSE)), cell(other, date="2025-01-01")]

    assert page_of(*records).explored == "2026-01-02 to 2026-01-05"
    assert page_of(BROKEN).explored == "2026-01-02"
    assert page_of(cell(other)).explored == ""
