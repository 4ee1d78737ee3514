"""What nodes say about themselves, short enough to stand beside a lifeline."""

import re
from typing import Final

from core.words.names import with_node_names
from nodes.diagram.rows import Badge, GUTITag, Note, Strong
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.options import Setup
from nodes.protocol.world.engine import Event

SHORT: Final = (
    # Beside the outermost lifelines is room for 10 characters; from 13 on a note gets a line of its own.
    ("AUTN accepted", "AUTN ok"),
    ("RAND seen before", "same RES"),
    ("opens: ", "opens"),
    ("no key for this session", "asks"),
    ("asks again, once", "asks again"),
    ("new GUTI, old one dropped", "new GUTI"),
    ("no key: guti-unknown", "no key: GUTI unknown"),
    ("no key: no-key-yet", "no key yet"),
    ("no key: bad-gateway", "no key: bad gateway"),
    ("no key: time-out", "time-out"),
    ("replayed", "replayed"),
    ("answers no open request, or", "older request"),
    ("unknown session", "no session"),
    ("no EPS security context", "no context"),
    ("integrity check failed", "wrong MAC"),
    ("sealed under another key", "other key"),
    ("another key is named", "other key named"),
    ("GUTI of ", "asks the old MME"),
    ("the UE is at another MME", "context dropped"),
    ("context kept until Cancel Location", "context kept"),
    ("cancels an earlier stay", "earlier stay"),
    ("the UE is back from the other MME", "back"),
    ("tracking area updated, new GUTI", "new GUTI"),
    ("tracking area updated", "updated"),
    ("no RAND of the active AV", "no RAND, no push"),
    ("no TRACKING AREA UPDATE COMPLETE", "TAU abandoned"),
    ("repeated TRACKING AREA UPDATE ACCEPT", "repeated"),
    ("repeated: has no effect again", "no effect again"),
    ("no key: conflict", "conflict, 409"),
    ("two valid GUTIs settled", "GUTI settled"),
    ("releases the connection", "releases"),
    ("connection released", "idle"),
    ("connection lost", "no connection"),
    ("the UE is idle: pages it", "pages"),
    ("no answer to paging", "no answer"),
    ("not integrity protected", "unprotected"),
    ("the request does not verify", "wrong MAC"),
    ("no NAS signalling connection", "no connection"),
    ("the network has failed the check", "network refused"),
    ("AUTHENTICATION REJECT", "USIM invalid"),
    ("a copy: the connection", "a copy"),
    ("the IMSI was the right one", "right IMSI"),
    ("ATTACH REQUEST is verified", "verified"),
    ("attach abandoned by the UE", "attach abandoned"),
    ("switched off and on", "off and on"),
    ("paging ignored", "ignored"),
    ("pages another S-TMSI", "not for it"),
)
_REFUSED_AUTN: Final = "AUTN refused: "
_LOST: Final = "lost: "
_GUTI: Final = re.compile(r"\bGUTI\b")


def short_note(text: str) -> str:
    """Shorten a note that is known to be long; others stay as they are."""
    found = next((short for start, short in SHORT if text.startswith(start)), text)
    return loses(found.removeprefix(_REFUSED_AUTN))


def loses(text: str) -> str:
    """Say what a node that restarts loses, from what it says that it lost."""
    return f"loses {text.removeprefix(_LOST)}" if text.startswith(_LOST) else text


def with_guti(note: Note, guti: GUTITag | None) -> Note:
    """Put the tag of the GUTI that came with a message in place of the word in what its receiver says."""
    if guti is None:
        return note
    return tuple(part for each in note for part in (_with_guti(each, guti) if isinstance(each, str) else (each,)))


def _with_guti(words: str, guti: GUTITag) -> Note:
    before, *after = _GUTI.split(words, maxsplit=1)
    return tuple(part for part in (before, guti, *after) if part) if after else (words,)


def note_of(setup: Setup, event: Event, badge: Badge | None) -> Note:
    """Put a note into parts, with the badge of the AV that it is about where that says more than words."""
    match event.note:
        case NoteKind.USES:
            return (Strong("uses "), badge) if badge else (Strong("uses a new Ks"),)
        case NoteKind.ACTIVE:
            return (badge, Strong(" ACTIVE")) if badge else (Strong("ACTIVE"),)
        case NoteKind.KEY_DELIVERED:
            return (badge, Strong(" held")) if badge else (Strong("Ks held"),)
        case NoteKind.NOT_OPENED | NoteKind.ABANDONED | NoteKind.MISMATCH:
            return (Strong(short_note(event.text)),)
        case _:
            return (with_node_names(setup, short_note(event.text)),)
