"""P4: whose key an AS gets, in solutions 11 and 12, for any number of UEs, MMEs, AVs, GUTIs and sessions.

The MMEs are left as free as can be: at any time an MME may choose a GUTI that no UE ever had, hold as valid for a UE
any that was chosen for it, forget one, and count as active any AV that the HSS made for that UE. So it makes no
difference which NAS procedure leads to that, whether it succeeds, what it meets, when the AV becomes active, whether a
context comes from another MME or is lost in a restart: whatever the nodes do, this model may do too, and what is proved
of it holds for them. What the proof needs is what is left: no GUTI is ever given to a second UE, and each end files
what it is told under the IMSI, the GUTI or the session that it came with.
"""

from nodes.proofs.logic import Relation, Same, differ, for_all, implies, where
from nodes.proofs.model import Action, Conjunct, Model, Update, adds, clears, removes
from nodes.proofs.vocabulary import AV, GUTI, MME, SESSION, UE, A, G, H, M, S, U, a, g, h, m, opener, owner, s, u, v

# What a state tells

allocated = Relation("allocated", (GUTI, UE), "an MME chose GUTI x1 for UE x2, at some time")
valid = Relation("valid", (MME, UE, GUTI), "MME x1 has a context of UE x2 for which GUTI x3 is valid")
active = Relation("active", (MME, UE, AV), "MME x1 counts AV x3 as the active one of UE x2")
named = Relation("named", (SESSION, GUTI), "the UE has named itself by GUTI x2 for session x1", is_history=True)
asked = Relation("asked", (SESSION, GUTI), "a key was asked for session x1 by GUTI x2", is_history=True)
answered = Relation("answered", (SESSION, AV), "the Ks of AV x2 was sent in answer for session x1", is_history=True)
got = Relation("got", (SESSION, AV), "the AS got the Ks of AV x2 for session x1", is_history=True)

keys_pushed = Relation("keys_pushed", (UE, AV), "the HSS has sent (RAND, Ks) of AV x2 for UE x1", is_history=True)
pushed = Relation(
    "pushed", (UE, AV, GUTI, GUTI), "an MME has sent the RAND of AV x2 for UE x1 with GUTIs x3 and x4", is_history=True
)
pair = Relation("pair", (UE, AV), "the SCEF has RAND and Ks of AV x2 in the record of UE x1")
flagged = Relation("flagged", (UE, AV), "the SCEF flags the Ks of AV x2 ACTIVE in the record of UE x1")
parked = Relation("parked", (UE, AV), "the RAND of AV x2 is parked in the record of UE x1")
bound = Relation("bound", (UE, GUTI), "the SCEF has bound GUTI x2 to the record of UE x1")

# What may happen at an MME

ALLOCATE = Action(
    "allocate",
    "An MME chooses a GUTI for a UE that none was ever given.",
    (U, G),
    for_all((u,), ~allocated(G, u)),
    (adds(allocated, G, U),),
)
MAKE_VALID = Action(
    "make_valid",
    "An MME holds a GUTI as valid for the UE that it was chosen for.",
    (M, U, G),
    allocated(G, U),
    (adds(valid, M, U, G),),
)
FORGET_GUTI = Action("forget_guti", "A GUTI is valid for a UE no more.", (M, U, G), updates=(removes(valid, M, U, G),))
ACTIVATE = Action(
    "activate",
    "An MME counts an AV as the active one of the UE that the HSS made it for.",
    (M, U, A),
    Same(owner(A), U),
    (Update(active, (m, u, a), where(Same(m, M) & Same(u, U), Same(a, A), active(m, u, a))),),
)
DEACTIVATE = Action(
    "deactivate", "An MME has no active AV of a UE any more.", (M, U, A), updates=(removes(active, M, U, A),)
)

# What may happen between UE and AS

OPEN = Action(
    "open",
    "A UE opens a session with an AS and names itself by a GUTI that it was given at some time.",
    (S, G),
    allocated(G, opener(S)),
    (adds(named, S, G),),
)
ASK = Action(
    "ask",
    "The AS asks for the key of a session, by any GUTI that it learned for it.",
    (S, G),
    named(S, G),
    (adds(asked, S, G),),
)
GET = Action(
    "get",
    "An answer comes to the AS, which takes it for the session that it asked for.",
    (S, A),
    answered(S, A),
    (adds(got, S, A),),
)
_ENDS = (ALLOCATE, MAKE_VALID, FORGET_GUTI, ACTIVATE, DEACTIVATE, OPEN, ASK, GET)

# Solution 11

ANSWER_OF_MME = Action(
    "answer",
    "The MME gives the Ks of the AV that is active in the context for which the GUTI is valid.",
    (S, M, U, G, A),
    asked(S, G) & valid(M, U, G) & active(M, U, A),
    (adds(answered, S, A),),
)

# Solution 12

PUSH_KEYS = Action(
    "push_keys",
    "The HSS pushes RAND and Ks of an AV, with the IMSI that it was made for.",
    (U, A),
    Same(owner(A), U),
    (adds(keys_pushed, U, A),),
)
PUSH = Action(
    "push",
    "An MME pushes the RAND of the active AV, and one or two GUTIs that are valid for this UE.",
    (M, U, A, G, H),
    active(M, U, A) & valid(M, U, G) & valid(M, U, H),
    (adds(pushed, U, A, G, H),),
)
TAKE_KEYS = Action(
    "take_keys",
    "A push of the HSS comes: the list is extended, and a RAND that was parked for want of it becomes ACTIVE.",
    (U, A),
    keys_pushed(U, A),
    (
        adds(pair, U, A),
        Update(flagged, (u, a), where(Same(u, U) & parked(U, A), Same(a, A), flagged(u, a))),
        Update(parked, (u, a), parked(u, a) & ~(Same(u, U) & parked(U, A))),
    ),
)
TAKE_PUSH = Action(
    "take_push",
    "A push of an MME comes: its GUTIs are bound here and nowhere else, its RAND is ACTIVE, or parked if not known.",
    (U, A, G, H),
    pushed(U, A, G, H),
    (
        Update(bound, (u, g), where(Same(u, U), Same(g, G) | Same(g, H), bound(u, g) & differ(g, G) & differ(g, H))),
        Update(flagged, (u, a), where(Same(u, U), Same(a, A) & pair(U, A), flagged(u, a))),
        Update(parked, (u, a), where(Same(u, U), Same(a, A) & ~pair(U, A), parked(u, a))),
    ),
)
UNBIND = Action(
    "unbind", "The SCEF binds a GUTI no more (repair `withdraw_guti`).", (U, G), updates=(removes(bound, U, G),)
)
RESTART_SCEF = Action(
    "restart_scef",
    "The SCEF restarts and has lost its records.",
    updates=(clears(pair), clears(flagged), clears(parked), clears(bound)),
)
ANSWER_OF_SCEF = Action(
    "answer",
    "The SCEF gives the Ks that is ACTIVE in the record that the GUTI is bound to.",
    (S, U, G, A),
    asked(S, G) & bound(U, G) & flagged(U, A),
    (adds(answered, S, A),),
)

# What is true in all states

_IN_BOTH = (
    Conjunct(
        "no two UEs were given one GUTI",
        for_all((g, u, v), implies(allocated(g, u) & allocated(g, v), Same(u, v))),
    ),
    Conjunct("a valid GUTI was given to the UE", for_all((m, u, g), implies(valid(m, u, g), allocated(g, u)))),
    Conjunct("an active AV is the UE's", for_all((m, u, a), implies(active(m, u, a), Same(owner(a), u)))),
    Conjunct("a session names its UE", for_all((s, g), implies(named(s, g), allocated(g, opener(s))))),
    Conjunct("a request names the UE of the session", for_all((s, g), implies(asked(s, g), allocated(g, opener(s))))),
    Conjunct("an answer has the key of the UE", for_all((s, a), implies(answered(s, a), Same(owner(a), opener(s))))),
    Conjunct("the AS has the key of the UE", for_all((s, a), implies(got(s, a), Same(owner(a), opener(s))))),
)
_OF_RECORDS = (
    Conjunct(
        "a push names what is the UE's",
        for_all((u, a, g, h), implies(pushed(u, a, g, h), allocated(g, u) & allocated(h, u) & Same(owner(a), u))),
    ),
    Conjunct("a bound GUTI was given to the UE", for_all((u, g), implies(bound(u, g), allocated(g, u)))),
    Conjunct("an ACTIVE AV is the UE's", for_all((u, a), implies(flagged(u, a), Same(owner(a), u)))),
    Conjunct("a parked RAND is the UE's", for_all((u, a), implies(parked(u, a), Same(owner(a), u)))),
)

_SORTS = (UE, AV, GUTI, MME, SESSION)
_TOLD = (allocated, valid, active, named, asked, answered, got)

PULL = Model(_SORTS, (owner, opener), _TOLD, (*_ENDS, ANSWER_OF_MME), _IN_BOTH)
PUSHING = Model(
    _SORTS,
    (owner, opener),
    (*_TOLD, keys_pushed, pushed, pair, flagged, parked, bound),
    (*_ENDS, PUSH_KEYS, PUSH, TAKE_KEYS, TAKE_PUSH, UNBIND, RESTART_SCEF, ANSWER_OF_SCEF),
    (*_IN_BOTH, *_OF_RECORDS),
)

P4 = for_all((s, a), implies(got(s, a), Same(owner(a), opener(s))))
"""For a session that one UE opened, the AS never gets the key of another UE."""
