"""P5: what the SCEF of solution 12 flags ACTIVE, for any number of UEs, MMEs, AVs and pushes.

Of an MME the model says one thing only: an AV that it counts as active is one whose RES it has verified, or that
another MME had verified. When that is, which procedure leads to it, which GUTI is pushed with it and whether the push
is ever answered is left open, so the model has no GUTIs and no NAS procedures.
"""

from nodes.proofs.logic import Relation, Same, for_all, implies, where
from nodes.proofs.model import Action, Conjunct, Model, Update, adds, clears
from nodes.proofs.right_ue import (
    DEACTIVATE,
    PUSH_KEYS,
    RESTART_SCEF,
    TAKE_KEYS,
    active,
    flagged,
    keys_pushed,
    pair,
    parked,
)
from nodes.proofs.vocabulary import AV, MME, UE, A, M, U, a, b, m, owner, u

responded = Relation("responded", (AV,), "the UE that AV x1 was made for has answered its challenge", is_history=True)
verified = Relation("verified", (AV,), "an MME has found the RES of AV x1 right", is_history=True)
pushed = Relation("pushed", (UE, AV), "an MME has sent the RAND of AV x2 for UE x1 to the SCEF", is_history=True)

RESPOND = Action(
    "respond", "The UE that an AV was made for answers its challenge.", (A,), updates=(adds(responded, A),)
)
VERIFY = Action(
    "verify",
    "An MME finds RES right, which only the UE of the AV can compute.",
    (A,),
    responded(A),
    (adds(verified, A),),
)
ACTIVATE = Action(
    "activate",
    "An MME counts an AV as the active one of the UE that was authenticated with it.",
    (M, U, A),
    verified(A) & Same(owner(A), U),
    (Update(active, (m, u, a), where(Same(m, M) & Same(u, U), Same(a, A), active(m, u, a))),),
)
PUSH = Action(
    "push",
    "An MME pushes the RAND of the active AV, and may push it again.",
    (M, U, A),
    active(M, U, A),
    (adds(pushed, U, A),),
)
TAKE_PUSH = Action(
    "take_push",
    "A push of an MME comes, be it late or come before: its RAND alone is ACTIVE, or parked and none is ACTIVE.",
    (U, A),
    pushed(U, A),
    (
        Update(flagged, (u, a), where(Same(u, U), Same(a, A) & pair(U, A), flagged(u, a))),
        Update(parked, (u, a), where(Same(u, U), Same(a, A) & ~pair(U, A), parked(u, a))),
    ),
)

MODEL = Model(
    (UE, AV, MME),
    (owner,),
    (responded, verified, active, keys_pushed, pushed, pair, flagged, parked),
    (
        RESPOND,
        VERIFY,
        ACTIVATE,
        DEACTIVATE,
        PUSH_KEYS,
        PUSH,
        TAKE_KEYS,
        TAKE_PUSH,
        Action("restart_scef", RESTART_SCEF.words, updates=(clears(pair), clears(flagged), clears(parked))),
    ),
    (
        Conjunct("an active AV was verified", for_all((m, u, a), implies(active(m, u, a), verified(a)))),
        Conjunct("the RAND of a push was verified", for_all((u, a), implies(pushed(u, a), verified(a)))),
        Conjunct("a parked RAND was verified", for_all((u, a), implies(parked(u, a), verified(a)))),
        Conjunct("an ACTIVE AV was verified", for_all((u, a), implies(flagged(u, a), verified(a)))),
        Conjunct("one ACTIVE AV in a record", for_all((u, a, b), implies(flagged(u, a) & flagged(u, b), Same(a, b)))),
        Conjunct("one parked RAND in a record", for_all((u, a, b), implies(parked(u, a) & parked(u, b), Same(a, b)))),
        Conjunct("none ACTIVE while one is parked", for_all((u, a, b), ~(flagged(u, a) & parked(u, b)))),
    ),
)

P5 = for_all(
    (u, a, b),
    implies(flagged(u, a) & flagged(u, b), Same(a, b))
    & implies(flagged(u, a), verified(a))
    & ~(flagged(u, a) & parked(u, b)),
)
"""A record flags at most one Ks, only of an AV that the UE was authenticated with, and none while a push is parked."""
