"""The results that are shipped: complete, of this model, and every counterexample is what a lab's rows come to."""

from dataclasses import replace

import pytest

from nodes import models
from nodes.evidence.known import shipped
from nodes.explorations.opening import open_counterexample
from nodes.explorer.answers import Verdict
from nodes.explorer.explore import explore
from nodes.explorer.matrix import Search, matrix_questions, wider_questions
from nodes.explorer.records import Record, newest, record_of
from nodes.labs import forks, labs
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.observation import Observation
from nodes.protocol.properties.recovery import find_recovery
from nodes.protocol.runs.trace import from_text
from tests.support.labs import forget_worlds

VIOLATED = [record for record in shipped() if record.trace and not record.question.repairs]


def test_every_cell_of_the_matrix_is_shipped_and_of_this_model() -> None:
    """Explore anew when this fails: manage.py explore --matrix --mend --wider --json."""
    records = newest(shipped())

    asked, wanted = {record.question for record in records.values()}, {*matrix_questions(), *wider_questions()}
    assert wanted <= asked
    assert {replace(question, repairs=()) for question in asked - wanted} <= wanted
    assert not any(record.is_stale for record in records.values())


def test_a_violation_is_shipped_with_its_counterexample_and_nothing_else_is() -> None:
    for record in shipped():
        assert bool(record.trace) is (record.verdict is Verdict.VIOLATED)
        if record.trace:
            assert len(from_text(record.trace).actions) == record.depth


def is_shown(record: Record, observation: Observation, lab: models.Lab) -> bool:
    """Whether the lab itself says that the property is violated at its last step."""
    if record.question.property is PropertyID.P7:
        world = labs.state_of(lab)[0]
        return find_recovery(world, "ue-1", "as-1") is None
    return any(each.property is record.question.property and each.step == record.depth for each in observation.broken)


@pytest.mark.django_db
@pytest.mark.parametrize("record", VIOLATED, ids=lambda record: record.name)
def test_a_counterexample_replays_through_the_rows_of_a_lab(record: Record) -> None:
    opened = open_counterexample(record)

    assert opened.refusal is None
    assert opened.matches
    forget_worlds()
    lab = labs.get_lab(opened.lab.key)
    world, observation = labs.state_of(lab)
    assert lab.step == record.depth
    assert forks.export_trace(lab.key).result == from_text(record.trace).result
    assert is_shown(record, observation, lab), world


@pytest.mark.parametrize("record", [each for each in VIOLATED if each.states < 1000], ids=lambda record: record.name)
def test_a_shipped_answer_is_what_exploring_finds(record: Record) -> None:
    (answer,) = explore(Search((record.question,)))

    found = record_of(answer, record.date)
    assert (found.verdict, found.depth, found.explanation) == (record.verdict, record.depth, record.explanation)
