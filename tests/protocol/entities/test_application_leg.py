"""One end of a session: counters, replay, and what does not open. Not defined by 3GPP."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.protocol.crypto.eps_keys import derive_kn
from nodes.protocol.entities.application_leg import KeyUse, Leg, named, receive, seal
from nodes.protocol.entities.machine import Note, NoteKind
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.octets import KN, Ks
from nodes.protocol.remarks import Remark

KEYS = (Ks(bytes(32)), Ks(bytes(31) + b"\x01"))


def sealed(leg: Leg, ks: Ks, text: str = "reading") -> tuple[Leg, ProtectedMessage]:
    return seal(leg, ks=ks, application_server="as-1", session=1, direction=Direction.UPLINK, text=text)


def received(leg: Leg, message: ProtectedMessage, ks: Ks = KEYS[0]) -> tuple[Leg, NoteKind]:
    leg, note = receive(leg, message, ks=ks, application_server="as-1")
    return leg, note.kind


def test_counters_count_per_key() -> None:
    leg = Leg()
    counters = []
    for ks in (KEYS[0], KEYS[0], KEYS[1], KEYS[0]):
        leg, message = sealed(leg, ks)
        counters.append(message.counter)
    assert counters == [0, 1, 0, 2]
    assert leg.uses == (KeyUse(KEYS[1], 1), KeyUse(KEYS[0], 3))


def test_message_opens_once() -> None:
    _, message = sealed(Leg(), KEYS[0])
    leg, first = received(Leg(), message)
    again, second = received(leg, message)
    assert (first, second) == (NoteKind.OPENED, NoteKind.DROPPED)
    assert again is leg
    assert (leg.opened, leg.failed) == (1, 0)


def test_message_under_another_key_does_not_open() -> None:
    _, message = sealed(Leg(), KEYS[1])
    leg, kind = received(Leg(), message)
    assert kind is NoteKind.NOT_OPENED
    assert (leg.opened, leg.failed) == (0, 1)


def test_same_counter_under_another_key_is_not_a_replay() -> None:
    _, first = sealed(Leg(), KEYS[0])
    _, second = sealed(Leg(), KEYS[1])
    leg, _ = received(Leg(), first)
    assert received(leg, second, KEYS[1])[1] is NoteKind.OPENED


def test_replay_is_noticed_however_late() -> None:
    sender, receiver = Leg(), Leg()
    sender, oldest = sealed(sender, KEYS[0])
    receiver, _ = received(receiver, oldest)
    for _ in range(200):
        sender, message = sealed(sender, KEYS[0])
        receiver, _ = received(receiver, message)
    assert received(receiver, oldest) == (receiver, NoteKind.DROPPED)


def test_message_under_a_key_that_is_not_here_is_refused_and_not_remembered() -> None:
    """Repair `named_key`: it may come again, once the end has the key; neither opened nor failed."""
    _, message = sealed(Leg(), KEYS[1])
    leg, note = receive(Leg(), message, ks=None, application_server="as-1")
    assert (leg, note) == (Leg(), Note(Remark.OTHER_KEY, NoteKind.MISMATCH))
    opened, kind = received(leg, message, KEYS[1])
    assert kind is NoteKind.OPENED
    assert receive(opened, message, ks=None, application_server="as-1")[1].kind is NoteKind.DROPPED


@pytest.mark.parametrize(
    ("newest", "names"),
    [(None, (None, None)), (KEYS[0], (derive_kn(KEYS[0]), None)), (KEYS[1], (derive_kn(KEYS[0]), derive_kn(KEYS[1])))],
    ids=["without the repair", "the same", "another"],
)
def test_message_names_its_key_and_a_newer_one(newest: Ks | None, names: tuple[KN | None, KN | None]) -> None:
    uplink = Direction.UPLINK
    _, message = seal(
        Leg(), ks=KEYS[0], application_server="as-1", session=1, direction=uplink, text="r", newest=newest
    )
    assert (message.key_name, message.newest_name) == names


def test_key_is_found_by_its_name() -> None:
    assert [named(KEYS, derive_kn(ks)) for ks in KEYS] == list(KEYS)
    assert named(KEYS[:1], derive_kn(KEYS[1])) is None
    assert named(KEYS, None) is None


@given(order=st.permutations(range(6)), repeated=st.lists(st.integers(0, 5), max_size=6), text=st.text(max_size=40))
def test_any_order_opens_each_message_once(order: list[int], repeated: list[int], text: str) -> None:
    leg, messages = Leg(), []
    for _ in order:
        leg, message = sealed(leg, KEYS[0], text)
        messages.append(message)
    receiver = Leg()
    for index in [*order, *repeated]:
        receiver, _ = received(receiver, messages[index])
    assert (receiver.opened, receiver.failed) == (6, 0)


def test_any_octet_that_is_not_the_senders_does_not_open() -> None:
    _, message = sealed(Leg(), KEYS[0])
    forged = replace(message, sealed=message.sealed[:-1] + bytes((message.sealed[-1] ^ 1,)))
    leg, kind = received(Leg(), forged)
    assert kind is NoteKind.NOT_OPENED
    assert received(leg, message)[1] is NoteKind.OPENED
