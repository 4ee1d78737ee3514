"""Protected messages between UE and AS, as both ends keep them. Not defined by 3GPP.

Both ends use the K_APP of the Ks that they hold at that moment, or, with the repair `named_key`, of the one that a
message names. A counter, part of the nonce, never restarts under one K_APP: so each end remembers the next counter of
every Ks it ever used.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nodes.protocol.crypto.application_aead import CannotOpen, open_message, seal_message
from nodes.protocol.crypto.eps_keys import derive_k_app, derive_kn
from nodes.protocol.entities.machine import Note, NoteKind
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.octets import KN, Ks
from nodes.protocol.remarks import Remark

TAG_LENGTH = 8


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The next counter under the K_APP of a Ks."""

    ks: Ks
    next_counter: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that came: its counter and its tag, 8 octets."""

    counter: int
    tag: bytes


@dataclass(frozen=True, slots=True)
class Leg:
    """One end of a session: counters per key, what it has seen, how many messages opened and how many did not."""

    uses: tuple[KeyUse, ...] = ()
    seen: tuple[Seen, ...] = ()
    opened: int = 0
    failed: int = 0


def seal(
    leg: Leg,
    *,
    ks: Ks,
    application_server: str,
    session: int,
    direction: Direction,
    text: str,
    newest: Ks | None = None,
) -> tuple[Leg, ProtectedMessage]:
    """Seal a text under the K_APP of `ks` with its next counter.

    With the repair `named_key`, `newest` is the Ks that the sender would rather use, or the same: then names go along.
    """
    counter = next((use.next_counter for use in leg.uses if use.ks == ks), 0)
    others = tuple(use for use in leg.uses if use.ks != ks)
    sealed = seal_message(derive_k_app(ks, application_server), session, direction.value, counter, text.encode())
    leg = replace(leg, uses=(*others, KeyUse(ks, counter + 1)))
    name = None if newest is None else derive_kn(ks)
    newest_name = None if newest is None or newest == ks else derive_kn(newest)
    return leg, ProtectedMessage(session, direction, counter, sealed, name, newest_name)


def named(keys: Iterable[Ks], name: KN | None) -> Ks | None:
    """The Ks, 32 octets, that has this name, of those that an end holds (repair `named_key`)."""
    return next((ks for ks in keys if derive_kn(ks) == name), None)


def receive(leg: Leg, message: ProtectedMessage, *, ks: Ks | None, application_server: str) -> tuple[Leg, Note]:
    """Open a message with the K_APP of `ks`; the note says what came of it.

    None: it names a Ks that this end does not have (repair `named_key`), and is refused before it is opened. It is not
    remembered, for it may come again once the end has the key.
    """
    seen = Seen(message.counter, message.sealed[-TAG_LENGTH:])
    if seen in leg.seen:
        return leg, Note(Remark.REPLAYED, NoteKind.DROPPED)
    if ks is None:
        return leg, Note(Remark.OTHER_KEY, NoteKind.MISMATCH)
    # All of them, as long as the session lasts: a window would let an old one in again.
    leg = replace(leg, seen=(*leg.seen, seen))
    key = derive_k_app(ks, application_server)
    try:
        text = open_message(key, message.session, message.direction.value, message.counter, message.sealed)
    except CannotOpen:
        return replace(leg, failed=leg.failed + 1), Note(Remark.DOES_NOT_OPEN, NoteKind.NOT_OPENED)
    return replace(leg, opened=leg.opened + 1), Note(Remark.OPENS, NoteKind.OPENED, values=(text.decode(),))
