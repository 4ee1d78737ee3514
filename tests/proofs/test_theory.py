"""The page of theory at the top of the proofs says what is so."""

import doctest

from nodes import proofs


def test_examples_of_the_theory_are_so() -> None:
    failed, tried = doctest.testmod(proofs)

    assert (failed, tried) == (0, 8)
