"""The properties as people read them."""

from nodes.explorer.usual import USUAL
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, SOMETIMES, PropertyID, Witness
from nodes.protocol.properties.states import STATE_PROPERTIES

MOST_CHARACTERS = 200  # They stand in a narrow column.


def test_properties_are_listed_in_the_order_of_their_names() -> None:
    assert " ".join(each.value for each in PROPERTIES) == "P1 P1a P1w P2 P2q P3 P4 P5 P6 P7 P8 P1n P1an P2n P3n P6n"
    assert list(PROPERTIES) == list(PropertyID)
    assert list(SOMETIMES) == list(Witness)


def test_each_property_is_found_by_its_name() -> None:
    assert [each.id for each in PROPERTIES.values()] == list(PropertyID)
    assert [each.id for each in SOMETIMES.values()] == list(Witness)


def test_statements_are_one_short_sentence() -> None:
    for statement in (each.statement for group in (PROPERTIES, SOMETIMES) for each in group.values()):
        assert statement.endswith(".")
        assert len(statement) < MOST_CHARACTERS


def test_each_property_is_judged_by_worlds_by_steps_or_by_what_leads_on() -> None:
    """One that is added must be put among these, and the explorer must say what it asks of a search."""
    of_steps = {each for each in PropertyID if each.value in {"P2", "P2q", "P3", "P4", "P2n", "P3n"}}
    assert {*STATE_PROPERTIES, *of_steps, PropertyID.P7} == set(PropertyID)
    assert list(USUAL) == list(PropertyID)


def test_only_a_property_of_records_says_nothing_of_solution_11() -> None:
    assert [each for each in PropertyID if not PROPERTIES[each].applies(Solution.PULL)] == [PropertyID.P5]
    assert all(each.applies(Solution.PUSH) for each in PROPERTIES.values())


def test_a_property_is_about_keys_with_names_or_without_or_both() -> None:
    """The forms by name are judged beside P1 to P8, and never for the same lab as those."""
    about = {
        by_name: " ".join(each.value for each in PropertyID if PROPERTIES[each].applies(Solution.PUSH, by_name=by_name))
        for by_name in (False, True)
    }
    assert about == {
        False: "P1 P1a P1w P2 P2q P3 P4 P5 P6 P7 P8",
        True: "P4 P5 P7 P8 P1n P1an P2n P3n P6n",
    }
