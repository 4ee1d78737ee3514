"""The answer at the top of the evidence page: its sentences are those of the results."""

from dataclasses import replace

import pytest

from core.evidence.answer import Answer, Row, answer
from core.evidence.facts import EVERY, FAULTLESS, FAULTY, Mark
from nodes.evidence.known import shipped
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, newest
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.evidence import ask, by_name, cell, everywhere, repaired

P = PropertyID
AT_REST, WAITING, IN_USE, FAULTS, OLD_GUTI, RIGHT_UE = range(6)
BOTH = tuple(Solution)


def all_hold() -> tuple[Record, ...]:
    """Every cell of every property holds."""
    return tuple(
        record
        for each in P
        for solution in Solution
        if PROPERTIES[each].applies(solution)
        for record in everywhere(each, solution=solution)
    )


def told(*others: Record) -> Answer:
    """The answer where everything holds but these."""
    return answer(by_name((*all_hold(), *others)))


def without(property_id: PropertyID, network: Network) -> Answer:
    """The answer where all else holds, and of this nothing is known."""
    kept = (each for each in all_hold() if (each.question.property, each.question.network) != (property_id, network))
    return answer(by_name(kept))


def broken(property_id: PropertyID, network: Network, *solutions: Solution, depth: int = 17) -> tuple[Record, ...]:
    return tuple(
        cell(ask(property_id, network, solution=each), Verdict.VIOLATED, depth=depth) for each in solutions or BOTH
    )


def reused(network: Network, verdict: Verdict = Verdict.VIOLATED) -> Record:
    return cell(replace(ask(P.P4, network), m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), verdict)


def marks(row: Row) -> tuple[list[str], list[str]]:
    return [each.text for each in row.pull], [each.text for each in row.push]


# Whether the note may go


def test_where_all_holds_the_note_can_go() -> None:
    found = told()

    assert found.short == "Yes, within these bounds."
    assert [row.text for row in found.rows] == [
        "If every message comes once and in order, the network at rest gives out the key that the UE uses.",
        (
            "If every message comes once and in order, the network gives out the key that the UE uses even while an end"
            " waits for a NAS timer."
        ),
        "Whenever the AS gets a key, and whenever one is used, UE and AS have the same.",
        "No single fault of the network leaves a wrong key, or none, at rest.",
        "After a reallocation or a detach the old GUTI yields no key.",
        "The key of another UE is never given out.",
    ]
    assert {(row.effect, row.kind) for row in found.rows} == {("none", "")}
    assert found.repairs == ""


@pytest.mark.parametrize("property_id", [P.P1, P.P3, P.P4, P.P6])
def test_what_is_grave_keeps_the_note_on_any_network(property_id: PropertyID) -> None:
    network = Network.ORDERED if property_id is P.P3 else Network.REPEAT
    assert told(*broken(property_id, network, Solution.PUSH)).short == "Not by the text as it stands."


def test_what_is_broken_meanwhile_alone_is_not_grave() -> None:
    assert told(*broken(P.P1W, Network.COLLIDE)).short == "Yes, within these bounds."


@pytest.mark.parametrize("property_id", [P.P1, P.P3, P.P4, P.P6])
def test_what_is_not_known_is_not_taken_for_yes(property_id: PropertyID) -> None:
    network = Network.ORDERED if property_id is P.P3 else Network.REPEAT
    assert without(property_id, network).short == "Not known yet."
    incomplete = cell(ask(property_id, network), Verdict.INCOMPLETE)
    assert told(incomplete).short == "Not known yet."


# Sentences


@pytest.mark.parametrize("network", FAULTLESS)
@pytest.mark.parametrize("property_id", [P.P1, P.P1A])
def test_what_breaks_at_rest_without_a_fault_is_told(property_id: PropertyID, network: Network) -> None:
    row = told(*broken(property_id, network, Solution.PUSH)).rows[AT_REST]

    assert row.text == (
        "Even if every message comes once and in order, the network at rest can give out a key that the UE does not"
        " use, or none, in solution 12."
    )
    assert f"{property_id.value} × 17 {network.value}" in marks(row)[1]
    assert f"{property_id.value} holds otherwise" in marks(row)[1]


@pytest.mark.parametrize(
    ("network", "where"),
    [
        (Network.ORDERED, "even if NAS procedures of UE and MME never collide"),
        (Network.COLLIDE, "where NAS procedures"),
    ],
)
def test_a_wrong_key_while_waiting_is_told_with_what_it_takes(network: Network, where: str) -> None:
    row = told(*broken(P.P1W, network)).rows[WAITING]
    assert row.text.startswith(f"“Always synchronised” says too much: {where}")
    assert row.text.endswith("while a NAS timer runs, in both solutions.")


def test_an_old_key_is_told_with_whether_it_takes_a_procedure_and_whether_asking_helps() -> None:
    apart, quiet, stuck = broken(P.P2, Network.ORDERED), broken(P.P2Q, Network.ORDERED), broken(P.P8, Network.ORDERED)
    text = told(*apart).rows[IN_USE].text
    assert text.endswith("as after a re-authentication, until it asks again, in both solutions.")
    assert told(*apart, quiet[1]).rows[IN_USE].text == (
        f"{text} It can be old though no NAS procedure runs meanwhile, in solution 12."
    )
    assert told(*apart, *stuck).rows[IN_USE].text == f"{text} If the GUTI has changed too, asking again does not help."


@pytest.mark.parametrize("network", FAULTY)
def test_faults_are_told_by_solution(network: Network) -> None:
    text = told(*broken(P.P1, network, Solution.PUSH)).rows[FAULTS].text
    assert text.startswith(
        "One fault of the network can leave a wrong key, or none, at rest: in solution 11 none does;"
    )
    assert "; in solution 12 if a" in text
    three = [each for network in FAULTY[1:] for each in broken(P.P1, network, Solution.PUSH)]
    assert (
        told(*three)
        .rows[FAULTS]
        .text.endswith("if a message comes twice, a message is lost and sent again or a NAS message is lost for good.")
    )
    assert marks(told(*broken(P.P1A, network, Solution.PULL)).rows[FAULTS])[0] == [
        "P1 holds",
        f"P1a × 17 {network.value}",
        "P1a holds otherwise",
    ]


def test_a_fault_of_which_nothing_is_known_is_not_taken_for_harmless() -> None:
    said = without(P.P1, Network.LOSE).rows[FAULTS].text
    assert said.endswith("in solution 11 this is not known yet; in solution 12 this is not known yet.")
    open_ = cell(ask(P.P1, Network.REPEAT), Verdict.INCOMPLETE)
    said = told(*broken(P.P1, Network.FAIL, Solution.PUSH), open_).rows[FAULTS].text
    assert said.endswith("in solution 12 if a NAS message is lost for good (not known yet: repeat).")


def test_old_gutis_are_told_by_solution() -> None:
    start = "After a reallocation or a detach the old GUTI"
    one = told(*broken(P.P6, Network.LOSE, Solution.PUSH)).rows[OLD_GUTI].text
    assert one == f"{start} yields no key in solution 11; it can still yield one in solution 12."
    open_ = cell(ask(P.P6, Network.LOSE), Verdict.INCOMPLETE)
    assert told(open_).rows[OLD_GUTI].text.endswith("; it may yield one in solution 12, which is not known yet.")


def test_whose_key_is_given_is_told_with_what_becomes_of_m_tmsis() -> None:
    start = "The key of another UE can be given out"
    again = reused(Network.ORDERED)
    assert told(again).rows[RIGHT_UE].text == (
        f"{start} if an M-TMSI is used again, in solution 12; if none is used again, it never is."
    )
    never = broken(P.P4, Network.LOSE, Solution.PUSH)
    assert told(again, *never).rows[RIGHT_UE].text == f"{start}, though no M-TMSI is used again, in solution 12."
    open_ = cell(ask(P.P4, Network.LOSE), Verdict.INCOMPLETE)
    assert (
        told(again, open_)
        .rows[RIGHT_UE]
        .text.endswith("; whether it can if none is used again is not known yet in solution 12.")
    )
    assert (
        told(open_).rows[RIGHT_UE].text
        == "Whether the key of another UE can be given out is not known yet in solution 12."
    )


@pytest.mark.parametrize(
    ("property_id", "row"), [(P.P1, AT_REST), (P.P1W, WAITING), (P.P2, IN_USE)], ids=["at rest", "waiting", "in use"]
)
def test_what_is_not_explored_is_not_answered(property_id: PropertyID, row: int) -> None:
    found = without(property_id, Network.ORDERED).rows[row]
    assert found.text.startswith("Whether")
    assert found.text.endswith("not known yet in both solutions.")
    assert found.effect == ""


# Marks


def test_a_property_that_is_broken_everywhere_has_one_mark_with_its_shortest_run() -> None:
    everywhere_ = [
        record
        for number, network in enumerate(EVERY)
        for record in broken(P.P6, network, Solution.PUSH, depth=20 - number)
    ]
    assert told(*everywhere_).rows[OLD_GUTI].push == (
        Mark("violated", "P6 × 15", "every network", everywhere_[-1].name),
    )


def test_marks_of_cells_that_are_open_or_not_explored_are_told_apart() -> None:
    open_ = cell(ask(P.P4, Network.LOSE), Verdict.INCOMPLETE)
    again = [reused(network) for network in EVERY]
    row = told(open_, *again).rows[RIGHT_UE]
    assert marks(row)[1] == ["P4 × 17 reused, every network", "P4 holds 5 networks", "P4 open lose"]
    assert without(P.P8, Network.ORDERED).rows[IN_USE].pull[-1] == Mark("unknown", "P8", "not explored ordered")


# What an older model gave, and other choices


def test_what_an_older_model_gave_is_not_known() -> None:
    old = (replace(each, model=MODEL_VERSION - 1) for each in all_hold())
    assert answer(by_name(old)).short == "Not known yet."


def test_other_options_change_nothing() -> None:
    other = ask(P.P1, Network.ORDERED, ActiveWhen.RES_VERIFIED)
    assert told(cell(other, Verdict.VIOLATED)) == told()


# Repairs


def test_what_would_have_to_be_added_is_said_with_what_nothing_fixes() -> None:
    late, lost = broken(P.P1, Network.REORDER, Solution.PUSH)[0], broken(P.P3, Network.ORDERED)
    fixed = repaired(late.question, [("ordered_push",)])
    unfixed = [each for one in lost for each in repaired(one.question, [])]
    found = told(late, *lost, *fixed, *unfixed)
    assert found.repairs == "ordered push fixes P1 in 12 (reorder); no repair offered fixes P3 (ordered)"


def test_repairs_that_were_not_explored_are_not_known() -> None:
    assert told(*broken(P.P6, Network.FAIL, Solution.PUSH)).repairs == "it is not known what fixes P6 in 12 (fail)"
    again = [reused(network) for network in EVERY]
    assert told(*again).repairs == "it is not known what fixes P4 with reused M-TMSIs in 12"


# The shipped answer


@pytest.fixture(scope="module")
def shipped_records() -> dict[str, Record]:
    return newest(shipped())


def test_every_mark_of_the_shipped_answer_is_what_its_cell_says(shipped_records: dict[str, Record]) -> None:
    """A sentence and its cells cannot part: each mark leads to a cell of that verdict, and no cell is left out."""
    for row in answer(shipped_records).rows:
        for solution, found in row.marks:
            assert found
            for mark in found:
                record = shipped_records[mark.name]
                assert record.question.solution is solution
                assert record.question.property.value == mark.head.split()[0]
                assert {"violated": Verdict.VIOLATED, "holds": Verdict.HOLDS}[mark.slug] is record.verdict


def test_every_broken_property_of_the_shipped_answer_has_an_effect(shipped_records: dict[str, Record]) -> None:
    rows = answer(shipped_records).rows
    assert all(row.effect for row in rows)
    is_broken = [any(mark.slug == "violated" for _, found in row.marks for mark in found) for row in rows]
    assert [row.effect != "none" for row in rows] == is_broken


def test_the_shipped_answer_can_be_quoted(shipped_records: dict[str, Record]) -> None:
    lines = answer(shipped_records).plain.splitlines()
    assert lines[0].startswith("May the Editor’s Note be deleted? ")
    assert [line[:3] for line in lines[1:7]] == [f"{number}. " for number in range(1, 7)]
    assert all("[solution 11: " in line and "; solution 12: " in line for line in lines[1:7])
