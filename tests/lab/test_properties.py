"""Properties now: what is violated comes first and leads to its step."""

from dataclasses import replace

import pytest

from core.lab.properties import Judgement, PropertyRow, properties
from core.lab.scene import Scene
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.properties.observation import Judgement as Judged
from nodes.protocol.properties.observation import PropertyStatus, statuses
from tests.fixtures.moments import READING, Driven, in_session, push_in_flight, two_ues


def scene_of(driven: Driven) -> Scene:
    moment = driven.moment()
    judged = statuses(driven.world, driven.observation, moment.shown_ues)
    return Scene(replace(moment, statuses=judged, witnesses=driven.observation.monitor.witnesses))


def rows(*judged: PropertyStatus) -> tuple[PropertyRow, ...]:
    return properties(Scene(replace(two_ues().moment(), statuses=judged))).rows


def test_each_property_has_a_row_in_order() -> None:
    shown = properties(scene_of(in_session())).rows
    assert [row.number for row in shown] == ["P1", "P1a", "P1w", "P2", "P2q", "P3", "P4", "P5", "P6", "P7", "P8"]
    assert {row.number: row.judgement for row in shown if row.judgement is not Judgement.HOLDS} == {
        "P1w": Judgement.NOT_TRIED,
        "P3": Judgement.NOT_TRIED,
        "P6": Judgement.NOT_TRIED,
        "P8": Judgement.NOT_TRIED,
    }
    assert not any(row.reason for row in shown)
    assert shown[0].statement.startswith("With nothing under way")


def test_violated_property_comes_first_with_its_reason_and_step() -> None:
    """Solution 12, the MME's push still in flight: the reading is sealed under a Ks that the AS does not hold."""
    first = properties(scene_of(push_in_flight().run(READING))).rows[0]
    assert (first.number, first.judgement, first.link, first.step) == ("P2", Judgement.VIOLATED, "First at step 28", 28)
    assert first.reason.endswith(". ")


def test_nodes_in_a_reason_have_the_names_of_the_page() -> None:
    judged = PropertyStatus(PROPERTIES[PropertyID.P2], Judged.VIOLATED, "ue-1: as-1 got AV 1.", 7)
    (row,) = rows(judged)
    assert (row.reason, row.link, row.reason_after) == ("UE A: AS got AV 1. ", "First at step 7", ".")


@pytest.mark.parametrize(
    ("since", "words"), [(7, ", and still so."), (9, ", again since step 9."), (None, "; it holds again now.")]
)
def test_violation_of_states_says_how_it_went_on(since: int | None, words: str) -> None:
    (row,) = rows(PropertyStatus(PROPERTIES[PropertyID.P6], Judged.VIOLATED, "It yields a key.", 7, since))
    assert (row.reason, row.link, row.reason_after) == ("It yields a key. ", "First at step 7", words)


def test_violation_of_before_the_property_was_followed_names_no_step() -> None:
    (row,) = rows(PropertyStatus(PROPERTIES[PropertyID.P8], Judged.VIOLATED, "as-1 holds AV 1."))
    assert (row.reason, row.step, row.link, row.reason_after) == ("AS holds AV 1.", None, "", "")


def test_dead_end_that_was_looked_for_in_vain_is_not_shown_rather_than_not_tried() -> None:
    (row,) = rows(PropertyStatus(PROPERTIES[PropertyID.P7], Judged.NOT_TRIED, "Not shown: no plan leads to IN SYNC."))
    assert (row.word, row.reason) == ("not shown", "Not shown: no plan leads to IN SYNC.")


def test_why_nothing_was_tried_is_a_hint() -> None:
    (row,) = rows(PropertyStatus(PROPERTIES[PropertyID.P3], Judged.NOT_TRIED, "No application message has come yet."))
    assert (row.hint, row.reason) == ("No application message has come yet.", "")


def test_what_makes_the_run_worth_judging_is_said() -> None:
    assert properties(scene_of(Driven())).seen == ""
    assert properties(scene_of(in_session())).seen == "a key was delivered"
