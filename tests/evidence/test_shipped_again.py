"""The shipped results are those of the model that runs here: a sample of them is explored again.

So a change of behaviour that does not raise the model's version is noticed.
"""

from typing import Final

import pytest

from nodes.evidence.known import shipped
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search, matrix_questions, searches
from nodes.explorer.questions import Network
from nodes.explorer.records import name_of, newest
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.runs.trace import MODEL_VERSION

MOST_STATES: Final = 6_000
"""Of a search of the sample: together they take some seconds."""
RECORDS: Final = newest(shipped())


def sample() -> tuple[Search, ...]:
    """Every search of the matrix without repairs that is soon over."""
    return tuple(
        each
        for each in searches(matrix_questions())
        if all(RECORDS[name_of(question)].states <= MOST_STATES for question in each.questions)
    )


def test_every_cell_of_the_matrix_is_shipped_with_this_model() -> None:
    names = {name_of(question) for question in matrix_questions()}

    assert names <= RECORDS.keys()
    assert {RECORDS[name].model for name in names} == {MODEL_VERSION}


def test_the_sample_has_every_property_on_every_network() -> None:
    """P4, about two UEs, is soon over on none but where an M-TMSI is used again."""
    found = {(question.property, question.network) for each in sample() for question in each.questions}

    assert {network for _, network in found} == set(Network)
    assert {property_id for property_id, _ in found} == set(PropertyID)


@pytest.mark.slow
@pytest.mark.parametrize("network", Network, ids=lambda network: network.value)
def test_a_sample_of_the_shipped_cells_comes_out_again(network: Network) -> None:
    again = [answer for each in sample() if each.questions[0].network is network for answer in explore(each)]
    was = [RECORDS[name_of(answer.question)] for answer in again]

    assert again
    assert [(name_of(each.question), each.verdict, each.states, each.depth) for each in again] == [
        (each.name, each.verdict, each.states, each.depth) for each in was
    ]
