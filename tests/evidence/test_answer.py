"""The answer at the top of the evidence page: its sentences are those of the results."""

from dataclasses import replace

import pytest

from core.evidence.answer import FAULTLESS, FAULTY, Sentence, answer
from nodes.evidence.known import shipped
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network
from nodes.explorer.records import Record, newest
from nodes.explorer.repairs import SIZES, repair_questions
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION
from tests.support.evidence import ask, by_name, cell, everywhere

P = PropertyID
AT_REST = "At rest the network gives the key that the UE uses, in both solutions, as long as"


def all_hold() -> tuple[Record, ...]:
    """Every cell of every property holds."""
    return tuple(
        record
        for each in P
        for solution in Solution
        if PROPERTIES[each].applies(solution)
        for record in everywhere(each, solution=solution)
    )


def told(*others: Record) -> list[str]:
    """The sentences where everything holds but these."""
    return [each.text for each in answer(by_name((*all_hold(), *others)))]


def broken(property_id: PropertyID, network: Network, *solutions: Solution, depth: int = 17) -> tuple[Record, ...]:
    return tuple(
        cell(ask(property_id, network, solution=each), Verdict.VIOLATED, depth=depth) for each in solutions or Solution
    )


def test_where_all_holds_the_note_can_go() -> None:
    first, second, third, *faults, last = told()

    assert first.startswith(AT_REST)
    assert second == "Nor do they differ while an end waits for a NAS timer (P1w)."
    assert third == "A key is right when the AS gets it, and when it is used (P2, P3)."
    assert faults == [f"In solution {number} no fault alone gives a wrong key at rest (P1)." for number in (11, 12)]
    assert last.startswith("So the Editor’s Note can go")


@pytest.mark.parametrize("network", FAULTLESS)
@pytest.mark.parametrize("property_id", [P.P1, P.P1A])
def test_what_breaks_at_rest_without_a_fault_lets_the_note_stand(property_id: PropertyID, network: Network) -> None:
    first, *_, last = told(*broken(property_id, network, Solution.PUSH))

    assert first.startswith("Not even at rest does the network always give the key that the UE uses, in solution 12,")
    assert last.startswith("So the Editor’s Note stands")


@pytest.mark.parametrize(
    ("network", "where"),
    [(Network.COLLIDE, "where NAS procedures of UE and MME collide"), (Network.ORDERED, "never collide, they differ")],
)
def test_a_wrong_key_while_waiting_is_told_with_what_it_takes(network: Network, where: str) -> None:
    _, second, *_, last = told(*broken(P.P1W, network))

    assert where in second
    assert second.endswith("in both solutions (P1w).")
    assert last.startswith("So the Editor’s Note can be answered, not dropped")


def test_a_wrong_key_on_delivery_is_told_with_whether_it_takes_a_procedure() -> None:
    noisy = told(*broken(P.P2, Network.ORDERED))
    quiet = told(*broken(P.P2, Network.ORDERED), *broken(P.P2Q, Network.ORDERED, Solution.PUSH))

    assert noisy[2].endswith("in both solutions (P2, P3), but not if no NAS procedure runs meanwhile (P2q).")
    assert quiet[2].endswith("(P2, P3); in solution 12 even if no NAS procedure runs meanwhile (P2q).")
    assert noisy[-1] == quiet[-1]


@pytest.mark.parametrize("network", FAULTY)
def test_faults_are_told_with_their_repairs(network: Network) -> None:
    (record,) = broken(P.P1, network, Solution.PUSH)
    repaired = [cell(each) for each in repair_questions(record.question, 1)]
    in_vain = [cell(each, Verdict.VIOLATED) for size in SIZES for each in repair_questions(record.question, size)]

    def of_push(*others: Record) -> str:
        return told(record, *others)[4]

    assert of_push() == (
        "In solution 12 one fault can leave a wrong key at rest (P1):"
        f" {network.value} (whether a repair fixes it is not known)."
    )
    assert f"{network.value} (fixed by key name or ordered push or withdraw GUTI)" in of_push(*repaired)
    assert f"{network.value} (no repair fixes it)" in of_push(*in_vain)


@pytest.mark.parametrize("verdict", [Verdict.INCOMPLETE, None])
def test_a_fault_of_which_nothing_is_known_is_not_taken_for_harmless(verdict: Verdict | None) -> None:
    question = ask(P.P1, Network.LOSE)
    records = {name: each for name, each in by_name(all_hold()).items() if each.question != question}
    if verdict is not None:
        records |= by_name((cell(question, verdict),))
    text = answer(records)[4].text

    assert text == (
        "In solution 12 no fault alone has been found to give a wrong key at rest (P1). Not known yet: lose."
    )


def test_what_an_older_model_gave_is_not_known() -> None:
    records = by_name(replace(each, model=MODEL_VERSION - 1) for each in all_hold())

    assert [each.text for each in answer(records)] == [
        "Not known yet in both solutions: what this answer rests on is not explored to its end."
    ]


def test_other_options_and_repairs_change_nothing() -> None:
    late = cell(ask(P.P1, Network.ORDERED, ActiveWhen.RES_VERIFIED), Verdict.VIOLATED)
    reused = cell(replace(ask(P.P4, Network.ORDERED), m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), Verdict.VIOLATED)

    assert told(late, reused) == told()


@pytest.mark.parametrize("verdict", [Verdict.INCOMPLETE, None])
def test_what_is_not_explored_to_its_end_is_not_answered(verdict: Verdict | None) -> None:
    question = ask(P.P2, Network.COLLIDE)
    records = {name: each for name, each in by_name(all_hold()).items() if each.question != question}
    if verdict is not None:
        records |= by_name((cell(question, verdict),))
    (only,) = answer(records)

    assert only == Sentence("Not known yet in solution 12: what this answer rests on is not explored to its end.")


def test_each_sentence_of_the_shipped_answer_but_the_conclusion_has_its_cells() -> None:
    records = newest(shipped())
    *grounded, conclusion = answer(records)

    assert all(each.links for each in grounded)
    assert conclusion.links == ()
    assert {link.name for each in grounded for link in each.links} <= records.keys()
