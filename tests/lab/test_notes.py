"""core.words.notes: short forms are short, and what a node says is said by data alone."""

import pytest

from core.words.notes import ROOM, SHORT, note_of, sentence_of, short_note
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.options import Setup
from nodes.protocol.remarks import NoteValue, Remark
from nodes.protocol.world.engine import Event, EventKind
from nodes.protocol.world.events import LossCause
from nodes.protocol.world.note_words import LOSSES, SENTENCES, why_lost, words_of_note

SETUP = Setup("notes", mmes=2)
KEYLESS = tuple(each for each in KeyResult if each is not KeyResult.OK)


def noted(remark: Remark, *values: NoteValue, kind: NoteKind = NoteKind.PLAIN) -> Event:
    return Event(EventKind.NOTED, "mme-1", note=kind, remark=remark, values=values)


@pytest.mark.parametrize("remark", [each for each in SHORT if isinstance(SHORT[each], str)])
def test_short_form_fits_its_room_and_is_shorter(remark: Remark) -> None:
    short, sentence = SHORT[remark], SENTENCES[remark]
    assert isinstance(sentence, str)
    assert 0 < len(str(short)) <= min(ROOM, len(sentence.replace("{}", "")) - 1)


@pytest.mark.parametrize("result", KEYLESS)
def test_answer_without_a_key_has_a_short_form(result: KeyResult) -> None:
    short = short_note(Remark.NO_KEY, (result.value, result.status))
    assert 0 < len(short) <= min(ROOM, len(words_of_note(Remark.NO_KEY, (result.value, result.status))))


def test_remark_without_a_short_form_is_said_in_its_own_words() -> None:
    assert short_note(Remark.VECTORS_CAME, (3,)) == "3 AVs"


@pytest.mark.parametrize(
    ("reason", "short"),
    [(("wrong_nas_mac",), "wrong MAC"), (("nas_count_repeated", 3), "NAS COUNT 3 came before: not accepted")],
)
def test_remark_with_a_reason_is_as_short_as_the_reason(reason: tuple[NoteValue, ...], short: str) -> None:
    assert short_note(Remark.COMMAND_NOT_ACCEPTED, reason) == short


def test_nodes_have_the_names_that_people_call_them() -> None:
    event = noted(Remark.CONTEXT_CAME, "mme-2")
    assert sentence_of(SETUP, event) == "context from MME 2"
    assert note_of(SETUP, event, None) == ("context from MME 2",)
    assert note_of(SETUP, noted(Remark.NOT_CANCELLED, "mme-2", kind=NoteKind.ABANDONED), None) == (
        Strong("MME 2 silent: not cancelled"),
    )


def test_what_is_about_an_av_has_its_badge() -> None:
    badge = Badge(2, "")
    kinds = {NoteKind.USES: Remark.USES, NoteKind.ACTIVE: Remark.ACTIVE, NoteKind.KEY_DELIVERED: Remark.KS_HELD}
    notes = [note_of(SETUP, noted(remark, kind=kind), badge) for kind, remark in kinds.items()]
    assert notes == [(Strong("uses "), badge), (badge, Strong(" ACTIVE")), (badge, Strong(" held"))]


def test_every_cause_of_a_loss_has_words() -> None:
    assert set(LOSSES) == set(LossCause)
    lost = [why_lost(Event(EventKind.LOST, "ue-1", text=cause.value)) for cause in LossCause]
    assert [*lost, why_lost(Event(EventKind.LOST, "ue-1"))] == [*LOSSES.values(), ""]
    assert sentence_of(SETUP, Event(EventKind.LOST, "ue-1")) == ""
