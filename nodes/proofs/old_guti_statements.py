"""P6 of solution 12, with its assumptions and the variants that break it."""

from typing import Final

from nodes.proofs import old_guti
from nodes.proofs.logic import any_of, none_of
from nodes.proofs.model import Run, Statement, Variant
from nodes.proofs.old_guti import MODEL, P6
from nodes.proofs.vocabulary import G, N
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID

_IN: Final[Run] = (("choose", "GUTI 1"), ("push", 1, "GUTI 1", "GUTI 1"))
_BOUND: Final[Run] = (*_IN, ("take_push", 1, "GUTI 1", "GUTI 1"), ("hear_answer", 1))
_OUT: Final[Run] = (("withdraw", 2), ("retire", "GUTI 1"))
_WITHDRAWN: Final[Run] = (("take_withdrawal", 2), ("hear_answer", 2))

P6_OF_PUSHING = Statement(
    property_id=PropertyID.P6,
    solution=Solution.PUSH,
    repairs=("ordered_push", "withdraw_guti"),
    model=MODEL,
    goal=P6,
    case=none_of(old_guti.awaited) & any_of(old_guti.retired),
    run=(*_BOUND, *_OUT, *_WITHDRAWN),
    assumptions=(
        "One MME, which does not restart, and a SCEF that does not.",
        "No GUTI is ever given a second time.",
        "The lab has the repairs ordered_push and withdraw_guti.",
        "The MME repeats its newest push or withdrawal until it is answered; it gives up none but for a newer one.",
        "NAS procedures may meet, fail and be given up, and NAS messages may be lost for good.",
        "Pushes, withdrawals and answers may be delayed, reordered, repeated and lost; nobody alters them.",
    ),
    variants=(
        Variant(
            "pushes-unordered",
            "Without ordered_push: the SCEF takes every push that comes, be it late or come before.",
            MODEL.instead(old_guti.TAKE_PUSH.without_guard(old_guti.NEWER)),
            (*_IN, *_OUT, *_WITHDRAWN, ("take_push", 1, "GUTI 1", "GUTI 1")),
        ),
        Variant(
            "no-withdrawal",
            "Without withdraw_guti: a GUTI is retired that the newest push names, as at a detach.",
            MODEL.instead(old_guti.RETIRE.without_guard(~old_guti.named(G))),
            (*_BOUND, ("retire", "GUTI 1")),
        ),
        Variant(
            "withdrawal-given-up",
            "The MME gives a withdrawal up that was never answered, as it does after the fifth expiry.",
            MODEL.instead(old_guti.HEAR_ANSWER.without_guard(old_guti.answered(N))),
            (*_BOUND, *_OUT, ("hear_answer", 2)),
        ),
    ),
)
