"""The form in which elements travel."""

from core.live.snapshot import Element, as_message, whole


def test_a_message_morphs_each_fragment_into_the_element_of_its_id() -> None:
    assert as_message(Element("cards", "<i></i>"), Element("viewers", "<b></b>")) == (
        '<hx-partial hx-target="#cards" hx-swap="outerMorph"><i></i></hx-partial>'
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML"><b></b></hx-partial>'
    )


def test_what_is_of_a_picture_travels_in_one() -> None:
    assert whole(Element("row", '<g id="row"></g>', is_svg=True)) == (
        '<hx-partial hx-target="#row" hx-swap="outerMorph strip:true"><svg><g id="row"></g></svg></hx-partial>'
    )
