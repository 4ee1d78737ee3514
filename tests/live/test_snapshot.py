"""The form in which elements travel."""

from core.live.snapshot import Element, as_message


def test_a_message_morphs_each_fragment_into_the_element_of_its_id() -> None:
    assert as_message(Element("cards", "<i></i>"), Element("viewers", "<b></b>")) == (
        '<hx-partial hx-target="#cards" hx-swap="outerMorph"><i></i></hx-partial>'
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML"><b></b></hx-partial>'
    )
