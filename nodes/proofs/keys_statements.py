"""P4 of both solutions, and P5, with their assumptions and the variants that break them."""

from typing import Final

from nodes.proofs import one_active, right_ue
from nodes.proofs.logic import any_of
from nodes.proofs.model import Run, Statement, Update, Variant, adds
from nodes.proofs.one_active import P5
from nodes.proofs.right_ue import P4, PULL, PUSHING
from nodes.proofs.vocabulary import A, G, H, M, U, a, u
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

_ANY_NETWORK: Final = (
    "The network may delay, reorder, repeat and lose what it will; it alters nothing, and nobody but the nodes sends"
    " over S6a, S6t, T6a and the northbound interface."
)
_P4_ASSUMPTIONS: Final = (
    "No GUTI is ever given to a second UE: an M-TMSI that became free is not used again.",
    "A UE names itself, when it opens a session, by a GUTI that it was given at some time.",
    "The HSS gives an MME AVs of the UE whose IMSI it was asked for.",
    "An answer reaches the session that it was asked for.",
    _ANY_NETWORK,
)

# UE 1 opens a session; UE 2 has AV 2.
_BELONGS: Final = {"session 1": "UE 1", "AV 1": "UE 1", "AV 2": "UE 2"}


def _at_mme(ue: str, av: str) -> Run:
    """An MME holds GUTI 1 as valid for a UE, and an AV as active."""
    return (("make_valid", "MME 1", ue, "GUTI 1"), ("activate", "MME 1", ue, av))


def _at_scef(ue: str, av: str) -> Run:
    """The SCEF gets the keys of an AV of a UE, and a push of it with GUTI 1."""
    return (
        ("push_keys", ue, av),
        ("take_keys", ue, av),
        ("push", "MME 1", ue, av, "GUTI 1", "GUTI 1"),
        ("take_push", ue, av, "GUTI 1", "GUTI 1"),
    )


_ASK: Final[Run] = (("open", "session 1", "GUTI 1"), ("ask", "session 1", "GUTI 1"))
_CHOOSE_1: Final[Run] = (("allocate", "UE 1", "GUTI 1"),)
_CHOOSE_2: Final[Run] = (("allocate", "UE 2", "GUTI 1"),)


def _answer_of_mme(ue: str, av: str) -> Run:
    return (("answer", "session 1", "MME 1", ue, "GUTI 1", av), ("get", "session 1", av))


def _answer_of_scef(ue: str, av: str) -> Run:
    return (("answer", "session 1", ue, "GUTI 1", av), ("get", "session 1", av))


_REUSE: Final = right_ue.ALLOCATE.without_guard(right_ue.ALLOCATE.guard)
_REUSE_WORDS: Final = "An M-TMSI that became free is used again: an MME may choose any GUTI, be it another UE's before."
_LIE: Final = right_ue.OPEN.without_guard(right_ue.OPEN.guard)
_LIE_WORDS: Final = "A UE may name itself by any GUTI, be it another UE's."

P4_PULL = Statement(
    property_id=PropertyID.P4,
    solution=Solution.PULL,
    model=PULL,
    goal=P4,
    case=any_of(right_ue.got),
    run=(*_CHOOSE_1, *_at_mme("UE 1", "AV 1"), *_ASK, *_answer_of_mme("UE 1", "AV 1")),
    belongs=_BELONGS,
    assumptions=_P4_ASSUMPTIONS,
    variants=(
        Variant(
            "m-tmsi-used-again",
            _REUSE_WORDS,
            PULL.instead(_REUSE),
            (*_CHOOSE_1, *_ASK, *_CHOOSE_2, *_at_mme("UE 2", "AV 2"), *_answer_of_mme("UE 2", "AV 2")),
            _BELONGS,
        ),
        Variant(
            "ue-names-another",
            _LIE_WORDS,
            PULL.instead(_LIE),
            (*_CHOOSE_2, *_ASK, *_at_mme("UE 2", "AV 2"), *_answer_of_mme("UE 2", "AV 2")),
            _BELONGS,
        ),
        Variant(
            "mme-takes-any-context",
            "The MME gives the key of any context that it has, whatever the GUTI of the request.",
            PULL.instead(right_ue.ANSWER_OF_MME.without_guard(right_ue.valid(M, U, G))),
            (*_CHOOSE_1, *_ASK, ("activate", "MME 1", "UE 2", "AV 2"), *_answer_of_mme("UE 2", "AV 2")),
            _BELONGS,
        ),
    ),
)

P4_PUSHING = Statement(
    property_id=PropertyID.P4,
    solution=Solution.PUSH,
    model=PUSHING,
    goal=P4,
    case=any_of(right_ue.got),
    run=(*_CHOOSE_1, *_at_mme("UE 1", "AV 1"), *_at_scef("UE 1", "AV 1"), *_ASK, *_answer_of_scef("UE 1", "AV 1")),
    belongs=_BELONGS,
    assumptions=_P4_ASSUMPTIONS,
    variants=(
        Variant(
            "m-tmsi-used-again",
            _REUSE_WORDS,
            PUSHING.instead(_REUSE),
            (
                *_CHOOSE_1,
                *_ASK,
                *_CHOOSE_2,
                *_at_mme("UE 2", "AV 2"),
                *_at_scef("UE 2", "AV 2"),
                *_answer_of_scef("UE 2", "AV 2"),
            ),
            _BELONGS,
        ),
        Variant(
            "ue-names-another",
            _LIE_WORDS,
            PUSHING.instead(_LIE),
            (
                *_CHOOSE_2,
                *_ASK,
                *_at_mme("UE 2", "AV 2"),
                *_at_scef("UE 2", "AV 2"),
                *_answer_of_scef("UE 2", "AV 2"),
            ),
            _BELONGS,
        ),
        Variant(
            "push-names-any-guti",
            "A push to the SCEF may name any GUTI: an MME is wrong about it, or somebody else can push.",
            PUSHING.instead(right_ue.PUSH.without_guard(right_ue.valid(M, U, G), right_ue.valid(M, U, H))),
            (
                *_CHOOSE_1,
                *_ASK,
                ("activate", "MME 1", "UE 2", "AV 2"),
                *_at_scef("UE 2", "AV 2"),
                *_answer_of_scef("UE 2", "AV 2"),
            ),
            _BELONGS,
        ),
    ),
)

# P5

_VERIFIED: Final[Run] = (("respond", "AV 1"), ("verify", "AV 1"), ("activate", "MME 1", "UE 1", "AV 1"))
_NEXT: Final[Run] = (("respond", "AV 3"), ("verify", "AV 3"), ("activate", "MME 1", "UE 1", "AV 3"))
_OF_UE_1: Final = {"AV 1": "UE 1", "AV 3": "UE 1"}


def _keys(av: str) -> Run:
    return (("push_keys", "UE 1", av), ("take_keys", "UE 1", av))


def _push(av: str) -> Run:
    return (("push", "MME 1", "UE 1", av), ("take_push", "UE 1", av))


P5_PUSHING = Statement(
    property_id=PropertyID.P5,
    solution=Solution.PUSH,
    model=one_active.MODEL,
    goal=P5,
    case=any_of(right_ue.flagged),
    run=(*_VERIFIED, *_keys("AV 1"), *_push("AV 1")),
    belongs=_OF_UE_1,
    assumptions=(
        "An MME counts an AV as active only after its RES was verified, by itself or by the MME that the UE came from.",
        "Nobody but the UE, with its USIM, can compute RES.",
        _ANY_NETWORK,
    ),
    variants=(
        Variant(
            "active-stays-beside-parked",
            "The SCEF leaves the Ks of before ACTIVE where it parks a RAND that it does not know.",
            one_active.MODEL.instead(
                one_active.TAKE_PUSH.with_updates(
                    Update(
                        right_ue.flagged,
                        (u, a),
                        one_active.TAKE_PUSH.updates[0].formula | (right_ue.flagged(u, a) & ~right_ue.pair(U, A)),
                    )
                )
            ),
            (*_VERIFIED, *_keys("AV 1"), *_push("AV 1"), *_NEXT, *_push("AV 3")),
            _OF_UE_1,
        ),
        Variant(
            "flags-one-more",
            "The SCEF flags the Ks of a push ACTIVE, and leaves those flagged that were.",
            one_active.MODEL.instead(one_active.TAKE_PUSH.with_updates(adds(right_ue.flagged, U, A))),
            (*_VERIFIED, *_keys("AV 1"), *_keys("AV 3"), *_push("AV 1"), *_NEXT, *_push("AV 3")),
            _OF_UE_1,
        ),
        Variant(
            "active-before-res",
            "An MME counts an AV as active, and pushes it, before RES is verified.",
            one_active.MODEL.instead(one_active.ACTIVATE.without_guard(one_active.verified(A))),
            (("activate", "MME 1", "UE 1", "AV 1"), *_keys("AV 1"), *_push("AV 1")),
            _OF_UE_1,
        ),
    ),
)
