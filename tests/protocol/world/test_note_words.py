"""nodes.protocol.world.note_words: every remark has its words, and a handler that makes it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from nodes.protocol import entities
from nodes.protocol.remarks import NoteValue, Remark
from nodes.protocol.world.engine import EventKind, transition
from nodes.protocol.world.note_words import SENTENCES, words_of_note
from tests.protocol.test_protocol_properties import Walk, walks

ENTITIES = Path(entities.__file__).parent


def made() -> Iterator[str]:
    for path in ENTITIES.rglob("*.py"):
        yield from re.findall(r"\bRemark\.([A-Z0-9_]+)\b", path.read_text(encoding="utf-8"))


def test_every_remark_has_a_sentence_and_a_handler_that_makes_it() -> None:
    assert set(SENTENCES) == set(Remark)
    assert set(made()) == {remark.name for remark in Remark}


def test_sentences_differ() -> None:
    """Two remarks with the same sentence would be one remark."""
    plain = [sentence for sentence in SENTENCES.values() if isinstance(sentence, str)]
    assert len(plain) == len(set(plain))


@settings(max_examples=60)
@given(walk=walks)
def test_whatever_a_node_says_can_be_said(walk: Walk) -> None:
    """The values that a handler gives are those that the sentence wants, every one of them."""
    for before, action, _ in walk:
        for event in transition(before, action).events:
            is_said = event.kind in {EventKind.NOTED, EventKind.REFUSED}
            assert is_said == (event.remark is not None)
            words = "" if event.remark is None else words_of_note(event.remark, event.values)
            assert (words != "") == is_said
            sentence = "" if event.remark is None else SENTENCES[event.remark]
            if isinstance(sentence, str) and event.kind is EventKind.NOTED:
                assert len(re.findall(r"\{\d?\}", sentence)) == len(event.values)


@pytest.mark.parametrize(
    ("remark", "values", "words"),
    [
        (Remark.REGISTERED, (), "registered"),
        (Remark.NO_KEY, ("conflict", 409), "no key: conflict (409)"),
        (Remark.REJECTS_MME_SILENT, (9, "mme-1"), "mme-1 is silent, cause #9"),
        (Remark.NOT_SECURED, ("nas_count_repeated", 3), "NAS COUNT 3 came before, and secure exchange is established"),
        (Remark.COMMAND_NOT_ACCEPTED, ("wrong_nas_mac",), "integrity check failed (128-EIA2): not accepted"),
        (Remark.CONTEXT_REFUSED, (64, "not_registered_here"), "the UE is not registered here, cause 64"),
        (Remark.PROCEDURE_ABORTED, ("paging",), "paging aborted"),
        (Remark.PROCEDURE_ABORTED, ("authentication", "§5.4.2.7 a"), "authentication aborted (TS 24.301 §5.4.2.7 a)"),
        (Remark.MME_RESTARTED, (0, 0, 0), "nothing to lose: no UE contexts"),
        (
            Remark.MME_RESTARTED,
            (2, 1, 1),
            "loses 2 UE contexts with GUTIs, AVs and keys, 1 UE that was coming, 1 open withdrawal",
        ),
        (Remark.HSS_RESTARTED, (0, 0), "nothing to lose; subscriptions and SQN stay"),
        (
            Remark.HSS_RESTARTED,
            (2, 1),
            "loses 2 pushes to the SCEF and 1 cancellation of a location without an answer; subscriptions and SQN stay",
        ),
        (Remark.SCEF_RESTARTED, (0, 0, 0), "nothing to lose"),
        (Remark.SCEF_RESTARTED, (1, 1, 3), "loses 1 open request, 1 record with 3 pairs, ACTIVE and GUTIs"),
    ],
    ids=str,
)
def test_values_are_put_in(remark: Remark, values: tuple[NoteValue, ...], words: str) -> None:
    assert words_of_note(remark, values) == words
