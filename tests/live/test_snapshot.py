"""The form in which fragments travel."""

from core.live.snapshot import as_message


def test_a_message_morphs_each_fragment_into_the_element_of_its_name() -> None:
    assert as_message({"cards": "<i></i>", "viewers": "<b></b>"}) == (
        '<hx-partial hx-target="#cards" hx-swap="outerMorph"><i></i></hx-partial>'
        '<hx-partial hx-target="#viewers" hx-swap="outerHTML"><b></b></hx-partial>'
    )
