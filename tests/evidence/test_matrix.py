"""The verdict matrix in words."""

from dataclasses import replace
from itertools import combinations

import pytest

from core.explorer.matrix import Matrix, MatrixCell, matrix
from nodes.explorer.answers import Verdict
from nodes.explorer.questions import Network, Question
from nodes.explorer.records import Record, newest
from nodes.explorer.usual import usual_bounds
from nodes.protocol.options import REPAIRS, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION

ASKED = Question(PropertyID.P1, Solution.PUSH, bounds=usual_bounds(PropertyID.P1, Network.ORDERED))


def record(question: Question = ASKED, verdict: Verdict = Verdict.HOLDS, **more: object) -> Record:
    return Record(question, verdict, 1234, 17, "", "2026-11-24", **more)  # type: ignore[arg-type]


def shown(*records: Record) -> Matrix:
    return matrix(newest(records))


def first_cell(*records: Record) -> MatrixCell:
    """The cell of P1 in solution 12 on the ordered network, with the usual options."""
    return shown(*records).tables[0].rows[0].push[0]


def test_every_cell_has_its_place() -> None:
    empty = shown()

    assert empty.is_empty
    assert [table.title for table in empty.tables] == [
        "The MME counts an AV as active at SECURITY MODE COMPLETE",
        "The MME counts an AV as active when RES is verified",
    ]
    rows = empty.tables[0].rows
    usual = "P1 P1a P1w P2 P2q P3 P4 P4 P5 P6 P7 P8"
    assert " ".join(row.id for row in rows) == f"{usual} P1n P1an P2n P3n P6n"
    # Keys by name do not depend on when an AV is active.
    assert " ".join(row.id for row in empty.tables[1].rows) == usual
    assert [row.note for row in rows if row.note] == ["M-TMSI reuse never", "M-TMSI reuse lowest free"]
    assert {cell.spoken for cell in rows[8].pull} == {"does not apply"}
    assert {cell.spoken for cell in rows[8].push} == {"not explored yet"}
    assert [name for name, _ in empty.networks] == [network.value for network in Network]
    assert empty.repairs == (("K", "named key"), ("O", "ordered push"), ("W", "withdraw GUTI"), ("S", "settle key"))


@pytest.mark.parametrize(
    ("found", "slug", "text", "spoken"),
    [
        (record(), "holds", "holds", "holds in all 1,234 states"),
        (record(vacuous=True), "holds", "(holds)", "holds in all 1,234 states, but its case never came up"),
        (record(ASKED, Verdict.VIOLATED), "violated", "× 17", "violated, counterexample of 17 steps"),
        (
            record(ASKED, Verdict.INCOMPLETE),
            "incomplete",
            "open",
            "incomplete: the bound was reached after 1,234 states",
        ),
    ],
)
def test_a_verdict_is_said_short_and_in_words(found: Record, slug: str, text: str, spoken: str) -> None:
    cell = first_cell(found)

    assert (cell.slug, cell.text, cell.spoken, cell.name) == (slug, text, spoken, found.name)
    assert cell.note == ""


def test_a_cell_of_an_older_model_says_so() -> None:
    assert first_cell(record(model=MODEL_VERSION - 1)).note == "old model"
    assert shown(record(model=MODEL_VERSION - 1)).has_stale
    assert not shown(record()).has_stale


def test_what_mends_a_cell_stands_in_it() -> None:
    violated = record(ASKED, Verdict.VIOLATED)
    single = [replace(ASKED, repairs=(each,)) for each in REPAIRS[1:]]
    broken = [record(each, Verdict.VIOLATED) for each in single]
    pairs = [replace(ASKED, repairs=each) for each in combinations(REPAIRS[1:], 2)]
    larger = [record(each, Verdict.VIOLATED) for each in (*pairs, replace(ASKED, repairs=REPAIRS[1:]))]

    assert first_cell(violated, *map(record, single)).note == "O or W or S"
    assert first_cell(violated, *broken, record(pairs[0])).note == "O+W"
    assert first_cell(violated, *broken, *larger).note == "none"


def test_options_of_the_matrix_are_its_tables_and_rows() -> None:
    late = replace(ASKED, active_when=ActiveWhen.RES_VERIFIED)
    reused = Question(
        PropertyID.P4,
        Solution.PULL,
        Network.FAIL,
        m_tmsi_reuse=MTMSIReuse.LOWEST_FREE,
        bounds=usual_bounds(PropertyID.P4, Network.ORDERED),
    )
    found = shown(record(late), record(reused))

    assert found.tables[1].rows[0].push[0].text == "holds"
    assert found.tables[0].rows[0].push[0].text == "·"
    assert found.tables[0].rows[7].pull[-1].text == "holds"
