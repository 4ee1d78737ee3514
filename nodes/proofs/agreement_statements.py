"""P1 and P1a of both solutions, with their assumptions and the variants that break them."""

from typing import Final

from nodes.proofs import agreement
from nodes.proofs.agreement import P1_PULL, P1_PUSHING, P1A_PULL, P1A_PUSHING, PULL, PUSHING
from nodes.proofs.logic import TRUE, none_of
from nodes.proofs.model import Action, Model, Run, Statement, Variant, becomes, clears
from nodes.proofs.vocabulary import A, N
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

_NAS: Final = (
    "One MME. The AV is active from SECURITY MODE COMPLETE on.",
    "While the UE is switched on, a NAS procedure begins only when no other runs for it, and is carried through.",
    "A NAS message that is lost is repeated until it arrives, and the connection does not fail.",
    "A NAS message that comes late or a second time is dropped by its NAS COUNT.",
)
_PUSHES: Final = (
    *_NAS,
    "The lab has the repair ordered_push.",
    "The MME repeats its newest push until it is answered; it gives up none but for a newer one.",
    "The SCEF does not restart.",
    "Pushes and their answers may be delayed, reordered, repeated and lost; nobody alters them.",
)

_CASE_PULL: Final = agreement.registered() & none_of(agreement.offered) & none_of(agreement.commanded)
_CASE_PUSHING: Final = _CASE_PULL & none_of(agreement.awaited) & none_of(agreement.parked)

_HELD: Final[Run] = (("take_accept", "GUTI 1"), ("register", "GUTI 1"))

# Solution 11

_ATTACH: Final[Run] = (("command", "AV 1"), ("switch", "AV 1"), ("accept", "AV 1", "GUTI 1"), *_HELD)
_SMC_GIVEN_UP: Final = agreement.REFUSE.without_guard(~agreement.uses(A))
_SMC_GIVEN_UP_WORDS: Final = (
    "SECURITY MODE COMPLETE is lost for good: the MME gives the procedure up, although the UE has switched."
)
_AT_RES: Final = agreement.COMMAND.with_updates(becomes(agreement.active, A))
_GIVE_UP_REALLOCATION: Final = Action(
    "give_up_reallocation",
    "The MME gives up a reallocation and goes by the old GUTI alone, whatever the UE has done.",
    updates=(clears(agreement.offered),),
)

P1_OF_PULL = Statement(
    property_id=PropertyID.P1,
    solution=Solution.PULL,
    model=PULL,
    goal=P1_PULL,
    case=_CASE_PULL,
    run=_ATTACH,
    assumptions=_NAS,
    variants=(
        Variant(
            "security-mode-given-up",
            _SMC_GIVEN_UP_WORDS,
            PULL.instead(_SMC_GIVEN_UP),
            (*_ATTACH, ("command", "AV 2"), ("switch", "AV 2"), ("refuse", "AV 2")),
        ),
        Variant(
            "active-when-res-verified",
            "The AV is active when RES is verified, and stays so where SECURITY MODE COMMAND is rejected.",
            PULL.instead(_AT_RES),
            (*_ATTACH, ("command", "AV 2"), ("refuse", "AV 2")),
        ),
    ),
)

P1A_OF_PULL = Statement(
    property_id=PropertyID.P1A,
    solution=Solution.PULL,
    model=PULL,
    goal=P1A_PULL,
    case=_CASE_PULL,
    run=_ATTACH,
    assumptions=_NAS,
    variants=(
        Variant(
            "reallocation-given-up",
            _GIVE_UP_REALLOCATION.words,
            PULL.with_action(_GIVE_UP_REALLOCATION),
            (*_ATTACH, ("offer", "GUTI 2"), ("take_offer", "GUTI 2"), ("give_up_reallocation",)),
        ),
    ),
)

# Solution 12


def _keys(av: str) -> Run:
    return (("push_keys", av), ("take_keys", av))


def _taken(number: int, av: str, guti: str) -> Run:
    """A push comes, and its answer."""
    return (("take_push", number, av, guti, guti), ("hear_answer", number))


_ATTACH_12: Final[Run] = (
    ("command", "AV 1"),
    ("switch", "AV 1"),
    ("accept", "AV 1", "GUTI 1", 1),
    *_HELD,
    *_keys("AV 1"),
    *_keys("AV 2"),
)
_AGAIN: Final[Run] = (("command", "AV 2"), ("switch", "AV 2"), ("complete", "AV 2", "GUTI 1", 2))
_MOVED: Final[Run] = (("offer", "GUTI 2"), ("take_offer", "GUTI 2"), ("reallocate", "GUTI 2", 2))

_UNORDERED: Final = PUSHING.instead(agreement.TAKE_PUSH.without_guard(agreement.NEWER))
_UNORDERED_WORDS: Final = "Without ordered_push: the SCEF takes every push that comes, be it late or come before."
_GIVEN_UP: Final = PUSHING.instead(agreement.HEAR_ANSWER.without_guard(agreement.answered(N)))
_GIVEN_UP_WORDS: Final = "The MME gives a push up that was never answered, as it does after the fifth expiry."
_RESTARTING: Final[Model] = PUSHING.with_action(
    Action(
        "restart_scef",
        "The SCEF restarts and has lost its record, and which push it took last.",
        guard=TRUE,
        updates=tuple(
            clears(each)
            for each in (
                agreement.pair,
                agreement.flagged,
                agreement.parked,
                agreement.bound,
                agreement.taken,
            )
        ),
    )
)
_RESTARTING_WORDS: Final = "The SCEF may restart, and loses its record."

P1_OF_PUSHING = Statement(
    property_id=PropertyID.P1,
    solution=Solution.PUSH,
    repairs=("ordered_push",),
    model=PUSHING,
    goal=P1_PUSHING,
    case=_CASE_PUSHING,
    run=(*_ATTACH_12, *_taken(1, "AV 1", "GUTI 1"), *_AGAIN, *_taken(2, "AV 2", "GUTI 1")),
    assumptions=_PUSHES,
    variants=(
        Variant(
            "pushes-unordered",
            _UNORDERED_WORDS,
            _UNORDERED,
            (*_ATTACH_12, *_AGAIN, *_taken(2, "AV 2", "GUTI 1"), ("take_push", 1, "AV 1", "GUTI 1", "GUTI 1")),
        ),
        Variant(
            "push-given-up",
            _GIVEN_UP_WORDS,
            _GIVEN_UP,
            (*_ATTACH_12, *_taken(1, "AV 1", "GUTI 1"), *_AGAIN, ("hear_answer", 2)),
        ),
        Variant(
            "security-mode-given-up",
            _SMC_GIVEN_UP_WORDS,
            PUSHING.instead(_SMC_GIVEN_UP),
            (
                *_ATTACH_12,
                *_taken(1, "AV 1", "GUTI 1"),
                ("command", "AV 2"),
                ("switch", "AV 2"),
                ("refuse", "AV 2"),
            ),
        ),
        Variant(
            "scef-restarts",
            _RESTARTING_WORDS,
            _RESTARTING,
            (
                *_ATTACH_12,
                *_AGAIN,
                *_taken(2, "AV 2", "GUTI 1"),
                ("restart_scef",),
                ("take_keys", "AV 1"),
                ("take_push", 1, "AV 1", "GUTI 1", "GUTI 1"),
            ),
        ),
    ),
)

P1A_OF_PUSHING = Statement(
    property_id=PropertyID.P1A,
    solution=Solution.PUSH,
    repairs=("ordered_push",),
    model=PUSHING,
    goal=P1A_PUSHING,
    case=_CASE_PUSHING,
    run=(*_ATTACH_12, *_taken(1, "AV 1", "GUTI 1"), *_MOVED, *_taken(2, "AV 1", "GUTI 2")),
    assumptions=_PUSHES,
    variants=(
        Variant(
            "pushes-unordered",
            _UNORDERED_WORDS,
            _UNORDERED,
            (*_ATTACH_12, *_MOVED, *_taken(2, "AV 1", "GUTI 2"), ("take_push", 1, "AV 1", "GUTI 1", "GUTI 1")),
        ),
        Variant(
            "push-given-up",
            _GIVEN_UP_WORDS,
            _GIVEN_UP,
            (*_ATTACH_12, *_taken(1, "AV 1", "GUTI 1"), *_MOVED, ("hear_answer", 2)),
        ),
        Variant(
            "scef-restarts",
            _RESTARTING_WORDS,
            _RESTARTING,
            (*_ATTACH_12, *_taken(1, "AV 1", "GUTI 1"), ("restart_scef",)),
        ),
        Variant(
            "reallocation-given-up",
            _GIVE_UP_REALLOCATION.words,
            PUSHING.with_action(_GIVE_UP_REALLOCATION),
            (
                *_ATTACH_12,
                *_taken(1, "AV 1", "GUTI 1"),
                ("offer", "GUTI 2"),
                ("take_offer", "GUTI 2"),
                ("give_up_reallocation",),
            ),
        ),
    ),
)
