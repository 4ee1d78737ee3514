"""What nodes say: as a sentence, and short enough to stand beside a lifeline."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from core.words.names import with_node_names
from nodes.diagram.rows import Badge, GUTITag, Note, Strong
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.options import Setup
from nodes.protocol.remarks import NoteValue, Remark
from nodes.protocol.world.engine import Event
from nodes.protocol.world.note_words import Sentence, filled, words_of_note

ROOM: Final = 30
"""Characters of the longest short form. From 13 on it gets a line of its own beside the outermost lifelines."""

_WITHOUT_KEY: Final[Mapping[str, str]] = {
    KeyResult.GUTI_UNKNOWN.value: "no key: GUTI unknown",
    KeyResult.NO_KEY_YET.value: "no key yet",
    KeyResult.CONFLICT.value: "conflict, 409",
    KeyResult.BAD_GATEWAY.value: "no key: bad gateway",
    KeyResult.TIME_OUT.value: "time-out",
}
_GUTI: Final = re.compile(r"\bGUTI\b")


def _of_reason(remark: Remark) -> Callable[..., str]:
    """What is short of the remark that is the reason says enough."""

    def short(name: str, *values: NoteValue) -> str:
        reason = Remark(name)
        return short_note(reason, values) if reason in SHORT else words_of_note(remark, (name, *values))

    return short


SHORT: Final[Mapping[Remark, Sentence]] = {
    # Remarks that are not here are said in their own words.
    Remark.ANSWERS_NO_OR_OLDER_REQUEST: "older request",
    # The connection
    Remark.NO_CONNECTION_WITH_UE: "no connection",
    Remark.NO_CONNECTION_IDLE: "no connection",
    Remark.COPY_OF_FIRST_MESSAGE: "a copy",
    Remark.RELEASES_CONNECTION: "releases",
    Remark.CONNECTION_RELEASED: "idle",
    Remark.CONNECTION_LOST: "no connection",
    Remark.PAGES: "pages",
    Remark.PAGES_ANOTHER: "not for it",
    Remark.PAGING_IGNORED_CONNECTED: "ignored",
    Remark.PAGING_IGNORED_NOT_REGISTERED: "ignored",
    Remark.PAGING_ABANDONED: "no answer",
    # NAS security
    Remark.NOT_PROTECTED: "unprotected",
    Remark.NOT_PROTECTED_ONCE_SECURE: "unprotected",
    Remark.REJECT_UNEXPECTED: "unprotected",
    Remark.NO_SECURITY_CONTEXT: "no context",
    Remark.WRONG_NAS_MAC: "wrong MAC",
    Remark.NOT_SECURED: _of_reason(Remark.NOT_SECURED),
    Remark.COMMAND_NOT_ACCEPTED: _of_reason(Remark.COMMAND_NOT_ACCEPTED),
    Remark.REJECTS_UNVERIFIED: "wrong MAC",
    Remark.AUTHENTICATES_FIRST: "wrong MAC",
    # Authentication and security mode control
    Remark.AUTN_ACCEPTED: "AUTN ok",
    Remark.SEPARATION_BIT_ZERO: "separation bit is 0, cause #26",
    Remark.MAC_A_WRONG: "MAC-A is wrong, cause #20",
    Remark.SQN_OUT_OF_RANGE: "SQN is out of range, cause #21",
    Remark.RES_REPEATED: "same RES",
    Remark.IMSI_RIGHT: "right IMSI",
    Remark.NETWORK_FAILED_CHECK: "network refused",
    Remark.AUTHENTICATION_REJECTED: "USIM invalid",
    Remark.CAPABILITIES_DIFFER: "other capabilities",
    # Attach, detach, GUTI
    Remark.ATTACH_VERIFIED: "verified",
    Remark.ATTACH_ABANDONED_BY_UE: "attach abandoned",
    Remark.SWITCHED_OFF_AND_ON: "off and on",
    Remark.GUTI_TAKEN: "new GUTI",
    Remark.GUTI_SETTLED: "GUTI settled",
    # Tracking area update and change of MME
    Remark.UPDATED: "updated",
    Remark.UPDATED_NEW_GUTI: "new GUTI",
    Remark.UPDATED_NEW_GUTI_VALID: "new GUTI",
    Remark.NO_UPDATE_COMPLETE: "TAU abandoned",
    Remark.UPDATE_ACCEPT_REPEATED: "repeated",
    Remark.GUTI_NOT_TAKEN: "GUTI again",
    Remark.PUT_OFF_FOR_GUTI: "put off",
    Remark.UPDATE_ENDS_FIRST: "TAU first",
    Remark.UE_IS_BACK: "back",
    Remark.NOTHING_TO_PUSH: "no RAND, no push",
    Remark.ASKS_OLD_MME: "asks the old MME",
    Remark.CONTEXT_KEPT: "context kept",
    Remark.CONTEXT_DROPPED: "context dropped",
    Remark.EARLIER_STAY_CANCELLED: "earlier stay",
    # Keys
    Remark.COMMAND_TO_SETTLE: "COMMAND again",
    Remark.KEY_SETTLED: "key settled",
    Remark.KEY_IN_QUESTION: "two keys: none yet",
    Remark.KS_OF_NAME_BY_SCEF: "gives Ks",
    Remark.NO_CONFIRMED_KS: "not confirmed",
    Remark.NO_KS_OF_NAME: "no key yet",
    Remark.KEY_CONFIRMED: "confirmed",
    Remark.ASKS_FOR_NAMED_KEY: "asks for it",
    Remark.PUSH_REPEATED: "no effect again",
    Remark.ASKS_FOR_KEY: "asks",
    Remark.ASKS_AGAIN: "asks again",
    Remark.NO_KEY: lambda result, _status: _WITHOUT_KEY[result],
    Remark.NO_SUCH_SESSION: "no session",
    Remark.REPLAYED: "replayed",
    Remark.OTHER_KEY: "other key",
    Remark.OPENS: "opens",
}


def short_note(remark: Remark, values: tuple[NoteValue, ...] = ()) -> str:
    """Say a remark in a few words, where there are fewer than its own."""
    return filled(SHORT[remark], values) if remark in SHORT else words_of_note(remark, values)


def sentence_of(setup: Setup, event: Event) -> str:
    """What a node says in an event, in full; nothing where it says nothing."""
    return "" if event.remark is None else with_node_names(setup, words_of_note(event.remark, event.values))


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
    words = "" if event.remark is None else with_node_names(setup, short_note(event.remark, event.values))
    is_strong = event.note in {NoteKind.NOT_OPENED, NoteKind.ABANDONED, NoteKind.MISMATCH}
    return (Strong(words) if is_strong else words,)
