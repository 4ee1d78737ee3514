"""P1 and P1a: at rest the network gives the key that the UE uses, in solutions 11 and 12, for any number of runs.

The model is of one UE and its MME. Attach, re-authentication and GUTI reallocation follow each other any number of
times; the UE may be switched off or detached at any time, and its context may be lost. While the UE is on, a procedure
begins only when no other runs for it, and is carried through: what is lost is repeated, a copy that comes late is
dropped by its NAS COUNT. So of a procedure the model has what was asked and whether the UE has done it, and no NAS
messages.

With the repair `ordered_push` each push to the SCEF has a number, later than all before it, and the SCEF takes a push
only if it is later than the last one that it took. The MME repeats its newest push until that is answered; older ones
it gives up, wherever they are. Pushes are a set that only grows, so they come in any order, many times, or never.

Why it holds: the newest push names what the MME holds. While it is not answered nothing is claimed. Once it is, the
SCEF took it, and nothing later was ever sent: so the record is that of the newest push, for good, until the MME pushes
again.
"""

from nodes.proofs.logic import (
    Formula,
    Relation,
    Same,
    any_of,
    at_most_one,
    exists,
    for_all,
    implies,
    none_of,
    where,
)
from nodes.proofs.model import Action, Conjunct, Model, Update, adds, becomes, clears, removes
from nodes.proofs.vocabulary import AV, GUTI, NUMBER, ORDER, A, G, H, N, a, b, before, g, h, k, n

# What a state tells of UE and MME

uses = Relation("uses", (AV,), "the UE uses the Ks of AV x1: its EPS security context is current")
holds = Relation("holds", (GUTI,), "the UE holds GUTI x1")
active = Relation("active", (AV,), "the MME counts AV x1 as the active one")
current = Relation("current", (GUTI,), "the MME goes by GUTI x1: it is the one that a push names")
commanded = Relation("commanded", (AV,), "security mode control runs at the MME for AV x1")
accepting = Relation("accepting", (GUTI,), "GUTI x1 is on offer in ATTACH ACCEPT")
offered = Relation("offered", (GUTI,), "GUTI x1 is on offer in GUTI REALLOCATION COMMAND")
registered = Relation("registered", (), "UE and MME hold the UE registered")

# What a state tells of pushes and the SCEF

counted = Relation("counted", (NUMBER,), "the MME has counted up to number x1")
awaited = Relation("awaited", (NUMBER,), "the MME repeats push x1 until it is answered")
pushed = Relation(
    "pushed", (NUMBER, AV, GUTI, GUTI), "push x1 was sent, with the RAND of AV x2 and GUTIs x3 and x4", is_history=True
)
answered = Relation("answered", (NUMBER,), "the SCEF has answered push x1", is_history=True)
keys_pushed = Relation("keys_pushed", (AV,), "the HSS has sent (RAND, Ks) of AV x1", is_history=True)
pair = Relation("pair", (AV,), "the SCEF has RAND and Ks of AV x1")
flagged = Relation("flagged", (AV,), "the SCEF flags the Ks of AV x1 ACTIVE")
parked = Relation("parked", (AV,), "the RAND of AV x1 is parked")
bound = Relation("bound", (GUTI,), "the SCEF has bound GUTI x1 to the record")
taken = Relation("taken", (NUMBER,), "the last push that the SCEF took is number x1")

# What may happen at UE and MME

_NO_PROCEDURE = none_of(commanded) & none_of(accepting) & none_of(offered)

COMMAND = Action(
    "command",
    "No procedure runs; the MME has verified RES of a new AV and sends SECURITY MODE COMMAND.",
    (A,),
    _NO_PROCEDURE,
    (becomes(commanded, A),),
)
SWITCH = Action(
    "switch",
    "SECURITY MODE COMMAND comes: the UE uses the new AV from now on.",
    (A,),
    commanded(A),
    (becomes(uses, A),),
)
REFUSE = Action(
    "refuse",
    "SECURITY MODE REJECT comes from a UE that goes on with the AV that it had.",
    (A,),
    commanded(A) & ~uses(A),
    (clears(commanded),),
)
COMPLETE = Action(
    "complete",
    "SECURITY MODE COMPLETE comes: the AV is the active one, the GUTI stays.",
    (A, G),
    commanded(A) & uses(A) & current(G),
    (clears(commanded), becomes(active, A)),
)
ACCEPT = Action(
    "accept",
    "SECURITY MODE COMPLETE comes from a UE that attaches: the AV is the active one, and ATTACH ACCEPT has a GUTI.",
    (A, G),
    ~registered() & commanded(A) & uses(A),
    (clears(commanded), clears(offered), becomes(active, A), becomes(current, G), becomes(accepting, G)),
)
TAKE_ACCEPT = Action(
    "take_accept", "ATTACH ACCEPT comes: the UE holds its GUTI.", (G,), accepting(G), (becomes(holds, G),)
)
REGISTER = Action(
    "register",
    "ATTACH COMPLETE comes from the UE that has got ATTACH ACCEPT.",
    (G,),
    accepting(G) & holds(G),
    (clears(accepting), adds(registered)),
)
OFFER = Action(
    "offer",
    "No procedure runs; the MME sends GUTI REALLOCATION COMMAND with another GUTI.",
    (G,),
    _NO_PROCEDURE,
    (becomes(offered, G),),
)
TAKE_OFFER = Action(
    "take_offer",
    "GUTI REALLOCATION COMMAND comes: the UE holds the new GUTI and no other.",
    (G,),
    offered(G),
    (becomes(holds, G),),
)
REALLOCATE = Action(
    "reallocate",
    "GUTI REALLOCATION COMPLETE comes: the MME goes by the new GUTI.",
    (G,),
    offered(G) & holds(G),
    (clears(offered), becomes(current, G)),
)
UNREGISTER = Action("unregister", "The UE is switched off, detaches, or attaches anew.", updates=(clears(registered),))
ABANDON = Action(
    "abandon",
    "The MME gives up a procedure of a UE that is not registered, for example as it is switched off.",
    guard=~registered(),
    updates=(clears(commanded), clears(accepting), clears(offered)),
)
GO_BY = Action(
    "go_by",
    "Of a UE that is not registered the MME goes by another GUTI, such as that of a reallocation that it gave up.",
    (G,),
    ~registered() & none_of(accepting),
    (becomes(current, G),),
)
LEAVE = Action(
    "leave",
    "The MME drops its context, as the UE is detached or for any other reason: nothing of it stays.",
    updates=tuple(clears(each) for each in (active, current, commanded, accepting, offered, registered)),
)

# What is true in all states of UE and MME

_IS_IN = registered() | any_of(accepting)
"""The UE is registered, or has only to answer ATTACH ACCEPT."""

OF_NAS = (
    *(
        Conjunct(f"one thing at most is {each.name}", at_most_one(each))
        for each in (uses, holds, active, current, commanded, accepting, offered)
    ),
    Conjunct(
        "nothing else runs while ATTACH ACCEPT is out",
        implies(any_of(accepting), none_of(commanded) & none_of(offered)),
    ),
    Conjunct("ATTACH ACCEPT has the current GUTI", for_all((g, h), implies(accepting(g) & current(h), Same(g, h)))),
    Conjunct(
        "without security mode control the UE uses the active AV",
        for_all((a,), implies(_IS_IN & active(a) & none_of(commanded), uses(a))),
    ),
    Conjunct(
        "a registered UE uses the active AV or the commanded one",
        for_all((a, b), implies(registered() & active(a) & commanded(b), uses(a) | uses(b))),
    ),
    Conjunct(
        "without an offer a registered UE holds the current GUTI",
        for_all((g,), implies(registered() & none_of(offered) & current(g), holds(g))),
    ),
    Conjunct(
        "a registered UE holds the current GUTI or the offered one",
        for_all((g, h), implies(registered() & current(g) & offered(h), holds(g) | holds(h))),
    ),
    Conjunct("there is an active AV", implies(_IS_IN, any_of(active))),
    Conjunct("there is a current GUTI", implies(_IS_IN, any_of(current))),
)

_AT_UE = (uses, holds, active, current, commanded, accepting, offered, registered)

PULL = Model(
    (AV, GUTI),
    (),
    _AT_UE,
    (
        COMMAND,
        SWITCH,
        REFUSE,
        COMPLETE,
        ACCEPT,
        TAKE_ACCEPT,
        REGISTER,
        OFFER,
        TAKE_OFFER,
        REALLOCATE,
        UNREGISTER,
        ABANDON,
        GO_BY,
        LEAVE,
    ),
    OF_NAS,
)

P1_PULL = for_all((g, a), implies(registered() & _NO_PROCEDURE & holds(g) & current(g) & active(a), uses(a)))
"""With nothing under way for a registered UE, the MME gives, for the GUTI of the UE, the Ks that it uses, or none."""
P1A_PULL = implies(registered() & _NO_PROCEDURE, exists((g, a), holds(g) & current(g) & active(a)))
"""With nothing under way for a registered UE, the MME gives some Ks for the GUTI of the UE."""

# What may happen in solution 12 besides

LATER = for_all((k,), implies(counted(k), before(k, N)))
"""N is later than every number that was counted."""
NEWER = for_all((k,), implies(taken(k), before(k, N)))
"""N is later than the last push that the SCEF took."""


def _and_push(action: Action, av: Formula) -> Action:
    """The same action, with which the MME pushes: `av` says of a its RAND, the GUTI is G."""
    push = Update(pushed, (n, a, g, h), pushed(n, a, g, h) | (Same(n, N) & av & Same(g, G) & Same(h, G)))
    updates = (*action.updates, push, becomes(awaited, N), becomes(counted, N))
    return Action(action.name, f"{action.words} It pushes.", (*action.parameters, N), action.guard & LATER, updates)


COMPLETE_AND_PUSH = _and_push(COMPLETE, Same(a, A))
ACCEPT_AND_PUSH = _and_push(ACCEPT, Same(a, A))
REALLOCATE_AND_PUSH = _and_push(REALLOCATE, active(a))
PUSH_MEANWHILE = Action(
    "push_meanwhile",
    "Of a UE that is not registered the MME pushes anything, such as both GUTIs of a reallocation that it gave up.",
    (N, A, G, H),
    ~registered() & none_of(accepting) & LATER,
    (adds(pushed, N, A, G, H), becomes(awaited, N), becomes(counted, N)),
)
COUNT = Action("count", "The HSS gave AVs: the MME counts on from a later number.", (N,), LATER, (becomes(counted, N),))
PUSH_KEYS = Action("push_keys", "The HSS pushes RAND and Ks of an AV.", (A,), updates=(adds(keys_pushed, A),))
TAKE_KEYS = Action(
    "take_keys",
    "A push of the HSS comes: the list is extended, and a RAND that was parked for want of it becomes ACTIVE.",
    (A,),
    keys_pushed(A),
    (
        adds(pair, A),
        Update(flagged, (a,), where(parked(A), Same(a, A), flagged(a))),
        Update(parked, (a,), parked(a) & ~parked(A)),
    ),
)
TAKE_PUSH = Action(
    "take_push",
    "A push of the MME comes that is later than the last one taken. It is answered.",
    (N, A, G, H),
    pushed(N, A, G, H) & NEWER,
    (
        becomes(taken, N),
        Update(bound, (g,), Same(g, G) | Same(g, H)),
        Update(flagged, (a,), Same(a, A) & pair(A)),
        Update(parked, (a,), Same(a, A) & ~pair(A)),
        adds(answered, N),
    ),
)
IGNORE_PUSH = Action(
    "ignore_push",
    "A push of the MME comes that is not later than the last one taken. It has no effect, and is answered.",
    (N, A, G, H),
    pushed(N, A, G, H) & ~NEWER,
    (adds(answered, N),),
)
HEAR_ANSWER = Action(
    "hear_answer",
    "The answer to the newest push comes: it is repeated no more.",
    (N,),
    awaited(N) & answered(N),
    (removes(awaited, N),),
)

_NO_LATER = ~before(n, k)
"""k is not later than n."""

OF_PUSHES = (
    *(
        Conjunct(f"one thing at most is {each.name}", at_most_one(each))
        for each in (counted, awaited, taken, flagged, parked)
    ),
    Conjunct(
        "no push is later than what was counted",
        for_all((n, k, a, g, h), implies(counted(n) & pushed(k, a, g, h), _NO_LATER)),
    ),
    Conjunct("what is pushed was counted", implies(exists((k, a, g, h), pushed(k, a, g, h)), any_of(counted))),
    Conjunct(
        "no push is later than the awaited one",
        for_all((n, k, a, g, h), implies(awaited(n) & pushed(k, a, g, h), _NO_LATER)),
    ),
    Conjunct(
        "the awaited push names what the MME holds",
        for_all((n, a, g), implies(_IS_IN & awaited(n) & active(a) & current(g), pushed(n, a, g, g))),
    ),
    Conjunct(
        "a push of one number has one content",
        for_all(
            (n, a, b, g, h, G, H),
            implies(pushed(n, a, g, h) & pushed(n, b, G, H), Same(a, b) & Same(g, G) & Same(h, H)),
        ),
    ),
    Conjunct("what the SCEF took was sent", for_all((n,), implies(taken(n), exists((a, g, h), pushed(n, a, g, h))))),
    Conjunct(
        "the record is that of the push taken last",
        for_all((n, a, g, h), implies(taken(n) & pushed(n, a, g, h), bound(g) & (flagged(a) | parked(a)))),
    ),
    Conjunct("none ACTIVE while one is parked", none_of(flagged) | none_of(parked)),
    Conjunct("an answer is no later than what was taken", for_all((n, k), implies(taken(n) & answered(k), _NO_LATER))),
    Conjunct("what is answered was taken", implies(any_of(answered), any_of(taken))),
    Conjunct(
        "with no push awaited the record is what the MME holds",
        for_all(
            (a, g),
            implies(
                _IS_IN & none_of(awaited) & active(a) & current(g),
                any_of(taken) & bound(g) & (flagged(a) | parked(a)),
            ),
        ),
    ),
    Conjunct(
        "with no push awaited nothing later can come",
        for_all((n, k, a, g, h), implies(_IS_IN & none_of(awaited) & taken(n) & pushed(k, a, g, h), _NO_LATER)),
    ),
)

PUSHING = Model(
    (AV, GUTI, NUMBER),
    (),
    (*_AT_UE, counted, awaited, pushed, answered, keys_pushed, pair, flagged, parked, bound, taken, before),
    (
        *PULL.instead(
            COMPLETE_AND_PUSH, ACCEPT_AND_PUSH, REALLOCATE_AND_PUSH, LEAVE.with_updates(clears(awaited))
        ).actions,
        PUSH_MEANWHILE,
        COUNT,
        PUSH_KEYS,
        TAKE_KEYS,
        TAKE_PUSH,
        IGNORE_PUSH,
        HEAR_ANSWER,
    ),
    (*OF_NAS, *OF_PUSHES),
    ORDER,
)

_AT_REST = _NO_PROCEDURE & none_of(awaited) & none_of(parked)
P1_PUSHING = for_all((g, a), implies(registered() & _AT_REST & holds(g) & bound(g) & flagged(a), uses(a)))
"""With nothing under way for a registered UE, the SCEF gives, for the GUTI of the UE, the Ks that it uses, or none."""
P1A_PUSHING = implies(registered() & _AT_REST, exists((g, a), holds(g) & bound(g) & flagged(a)))
"""With nothing under way for a registered UE, the SCEF gives some Ks for the GUTI of the UE."""
