"""Results as they are shipped."""

from dataclasses import replace

import pytest

from nodes.proofs.results import Proof, Refuted, Results, TieCount, digest_of, from_plain, to_plain
from nodes.proofs.statements import STATEMENTS

STATEMENT = STATEMENTS[4]
VARIANT = Refuted("m-tmsi-used-again", {"z3": ("allocate keeps x",), "cvc5": ("allocate keeps x",)}, is_violated=True)
PROOF = Proof(
    name="P4-11",
    digest=digest_of(STATEMENT),
    obligations=65,
    seconds={"z3": 0.25, "cvc5": 0.5},
    open=(),
    comes_up=True,
    variants=(VARIANT,),
    tie=TieCount(labs=12, worlds=1000, transitions=5000, unused=("get",)),
)
RESULTS = Results("2026-01-02", {"z3": "5.4", "cvc5": "1.4"}, (PROOF, replace(PROOF, name="P4-12", tie=None)))


def test_what_is_written_is_read() -> None:
    assert from_plain(to_plain(RESULTS)) == RESULTS


def test_a_proof_is_of_the_statement_as_it_is_now() -> None:
    assert RESULTS.proof_of(STATEMENT) == PROOF
    assert RESULTS.proof_of(STATEMENTS[0]) is None
    assert replace(RESULTS, model=0).proof_of(STATEMENT) is None
    assert replace(RESULTS, proofs=(replace(PROOF, digest="other"),)).proof_of(STATEMENT) is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PROOF, open=("initially",)),
        replace(PROOF, comes_up=False),
        replace(PROOF, seconds={}),
        replace(PROOF, variants=(replace(VARIANT, is_violated=False),)),
        replace(PROOF, variants=(replace(VARIANT, by={"z3": ("x",), "cvc5": ()}),)),
        replace(PROOF, variants=(replace(VARIANT, by={}),)),
        replace(PROOF, tie=TieCount(labs=1, worlds=2, transitions=1, finding="no way of the model leads there")),
    ],
)
def test_whatever_is_not_as_it_should_be_shows(wrong: Proof) -> None:
    assert PROOF.is_as_expected
    assert replace(PROOF, tie=None).is_as_expected
    assert not wrong.is_as_expected
