"""The properties as people read them."""

from nodes.protocol.properties.catalogue import PROPERTIES, SOMETIMES, PropertyID, Witness

MOST_CHARACTERS = 200  # They stand in a narrow column.


def test_properties_are_listed_in_the_order_of_their_names() -> None:
    assert [each.value for each in PROPERTIES] == ["P1", "P1a", "P2", "P2q", "P3", "P4", "P5", "P6", "P7", "P8"]
    assert list(PROPERTIES) == list(PropertyID)
    assert list(SOMETIMES) == list(Witness)


def test_each_property_is_found_by_its_name() -> None:
    assert [each.id for each in PROPERTIES.values()] == list(PropertyID)
    assert [each.id for each in SOMETIMES.values()] == list(Witness)


def test_witnesses_are_sometimes_the_others_always() -> None:
    assert {each.is_sometimes for each in PROPERTIES.values()} == {False}
    assert {each.is_sometimes for each in SOMETIMES.values()} == {True}


def test_statements_are_one_short_sentence() -> None:
    for each in (*PROPERTIES.values(), *SOMETIMES.values()):
        assert each.statement.endswith(".")
        assert len(each.statement) < MOST_CHARACTERS
