"""The page of theory at the top of the explorer says what is so."""

import doctest

from nodes import explorer


def test_examples_of_the_theory_are_so() -> None:
    failed, tried = doctest.testmod(explorer)

    assert (failed, tried) == (0, 14)
