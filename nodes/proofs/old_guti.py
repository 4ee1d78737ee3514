"""P6 of solution 12 with `ordered_push` and `withdraw_guti`: an old GUTI yields no key, for any number of runs.

The model is of one UE, its MME and its record at the SCEF. It has no AVs: a GUTI that is not bound yields no key,
whatever is ACTIVE. Of NAS it says nothing but what an MME does with GUTIs, so procedures may meet, fail and be given
up, and NAS messages may be lost for good: a GUTI is chosen, becomes valid, is forgotten, or is *retired*, by a
reallocation that is completed or settled, or by a detach. Before it retires a GUTI an MME pushes others in its place or
withdraws all.

Pushes and withdrawals carry numbers as in `agreement`, and the newest is repeated until it is answered. It may be about
GUTIs that are retired by then only if it is not the newest. So once the newest is answered, no retired GUTI is bound.
"""

from nodes.proofs.logic import Relation, Same, any_of, at_most_one, exists, for_all, implies, none_of
from nodes.proofs.model import Action, Conjunct, Model, Update, adds, becomes, clears, removes
from nodes.proofs.vocabulary import GUTI, NUMBER, ORDER, G, H, N, before, g, h, k, n

# What a state tells

chosen = Relation("chosen", (GUTI,), "the MME chose GUTI x1 for the UE, at some time")
promised = Relation("promised", (GUTI,), "GUTI x1 is chosen for an attach, but not valid yet")
valid = Relation("valid", (GUTI,), "GUTI x1 is valid for the UE at the MME")
retired = Relation("retired", (GUTI,), "GUTI x1 was the UE's until a reallocation or a detach took it", is_history=True)
named = Relation("named", (GUTI,), "the newest push names GUTI x1; after a withdrawal none is named")
counted = Relation("counted", (NUMBER,), "the MME has counted up to number x1")
awaited = Relation("awaited", (NUMBER,), "the MME repeats push or withdrawal x1 until it is answered")
pushed = Relation("pushed", (NUMBER, GUTI, GUTI), "push x1 was sent, with GUTIs x2 and x3", is_history=True)
withdrawn = Relation("withdrawn", (NUMBER,), "withdrawal x1 was sent, of all GUTIs", is_history=True)
answered = Relation("answered", (NUMBER,), "the SCEF has answered push or withdrawal x1", is_history=True)
bound = Relation("bound", (GUTI,), "the SCEF has bound GUTI x1 to the record")
taken = Relation("taken", (NUMBER,), "the last that the SCEF took is number x1")

# What may happen

LATER = for_all((k,), implies(counted(k), before(k, N)))
"""N is later than every number that was counted."""
NEWER = for_all((k,), implies(taken(k), before(k, N)))
"""N is later than the last one that the SCEF took."""

CHOOSE = Action(
    "choose",
    "The MME chooses a GUTI that it never chose before, and it is valid.",
    (G,),
    ~chosen(G),
    (adds(chosen, G), adds(valid, G)),
)
PROMISE = Action(
    "promise",
    "The MME chooses a GUTI that it never chose before, for a UE that attaches and is to be authenticated first.",
    (G,),
    ~chosen(G),
    (adds(chosen, G), adds(promised, G)),
)
MAKE_VALID = Action(
    "make_valid",
    "A GUTI that was promised is valid from now on.",
    (G,),
    promised(G),
    (adds(valid, G), removes(promised, G)),
)
BREAK_PROMISE = Action("break_promise", "A GUTI that was promised is not used.", (G,), updates=(removes(promised, G),))
FORGET = Action("forget", "A GUTI is valid no more.", (G,), updates=(removes(valid, G),))
RETIRE = Action(
    "retire",
    "A reallocation is completed or settled, or the UE detached: a GUTI that the newest push does not name is retired.",
    (G,),
    valid(G) & ~named(G),
    (removes(valid, G), adds(retired, G)),
)
PUSH = Action(
    "push",
    "The MME pushes one or two GUTIs that are valid; what it waited for it repeats no more.",
    (N, G, H),
    LATER & valid(G) & valid(H),
    (
        adds(pushed, N, G, H),
        becomes(awaited, N),
        becomes(counted, N),
        Update(named, (g,), Same(g, G) | Same(g, H)),
    ),
)
WITHDRAW = Action(
    "withdraw",
    "The MME withdraws all GUTIs; what it waited for it repeats no more.",
    (N,),
    LATER,
    (adds(withdrawn, N), becomes(awaited, N), becomes(counted, N), clears(named)),
)
COUNT = Action("count", "The HSS gave AVs: the MME counts on from a later number.", (N,), LATER, (becomes(counted, N),))
TAKE_PUSH = Action(
    "take_push",
    "A push comes that is later than the last taken: its GUTIs are bound, and no others. It is answered.",
    (N, G, H),
    pushed(N, G, H) & NEWER,
    (becomes(taken, N), Update(bound, (g,), Same(g, G) | Same(g, H)), adds(answered, N)),
)
TAKE_WITHDRAWAL = Action(
    "take_withdrawal",
    "A withdrawal comes that is later than the last taken: no GUTI is bound any more. It is answered.",
    (N,),
    withdrawn(N) & NEWER,
    (becomes(taken, N), clears(bound), adds(answered, N)),
)
IGNORE = Action(
    "ignore",
    "A push or withdrawal comes that is not later than the last taken. It has no effect, and is answered.",
    (N,),
    (withdrawn(N) | exists((g, h), pushed(N, g, h))) & ~NEWER,
    (adds(answered, N),),
)
HEAR_ANSWER = Action(
    "hear_answer",
    "The answer to the newest comes: it is repeated no more.",
    (N,),
    awaited(N) & answered(N),
    (removes(awaited, N),),
)

# What is true in all states

_NO_LATER = ~before(n, k)
"""k is not later than n."""

_OF_GUTIS = (
    Conjunct("a promised GUTI was chosen", for_all((g,), implies(promised(g), chosen(g)))),
    Conjunct("a valid GUTI was chosen", for_all((g,), implies(valid(g), chosen(g)))),
    Conjunct("a retired GUTI was chosen", for_all((g,), implies(retired(g), chosen(g)))),
    Conjunct("a named GUTI was chosen", for_all((g,), implies(named(g), chosen(g)))),
    Conjunct("a promised GUTI is not retired", for_all((g,), ~(promised(g) & retired(g)))),
    Conjunct("a promised GUTI is not valid", for_all((g,), ~(promised(g) & valid(g)))),
    Conjunct("a valid GUTI is not retired", for_all((g,), ~(valid(g) & retired(g)))),
    Conjunct("a named GUTI is not retired", for_all((g,), ~(named(g) & retired(g)))),
)
_OF_NUMBERS = (
    *(Conjunct(f"one number at most is {each.name}", at_most_one(each)) for each in (counted, awaited, taken)),
    Conjunct(
        "no push is later than what was counted",
        for_all((n, k, g, h), implies(counted(n) & pushed(k, g, h), _NO_LATER)),
    ),
    Conjunct(
        "no withdrawal is later than what was counted", for_all((n, k), implies(counted(n) & withdrawn(k), _NO_LATER))
    ),
    Conjunct("what is pushed was counted", implies(exists((k, g, h), pushed(k, g, h)), any_of(counted))),
    Conjunct("what is withdrawn was counted", implies(any_of(withdrawn), any_of(counted))),
    Conjunct("a number is of one thing", for_all((n, g, h), ~(pushed(n, g, h) & withdrawn(n)))),
    Conjunct(
        "the awaited push names the named GUTIs",
        for_all((n, g, h), implies(awaited(n) & pushed(n, g, h), named(g) & named(h))),
    ),
    Conjunct(
        "no push is later than the awaited one",
        for_all((n, k, g, h), implies(awaited(n) & pushed(k, g, h), _NO_LATER)),
    ),
    Conjunct(
        "no withdrawal is later than the awaited one",
        for_all((n, k), implies(awaited(n) & withdrawn(k), _NO_LATER)),
    ),
    Conjunct(
        "what the SCEF took was sent",
        for_all((n,), implies(taken(n), withdrawn(n) | exists((g, h), pushed(n, g, h)))),
    ),
    Conjunct("an answer is no later than what was taken", for_all((n, k), implies(taken(n) & answered(k), _NO_LATER))),
    Conjunct("what is answered was taken", implies(any_of(answered), any_of(taken))),
    Conjunct(
        "once the awaited one is taken only named GUTIs are bound",
        for_all((n, g), implies(awaited(n) & taken(n) & bound(g), named(g))),
    ),
    Conjunct(
        "with nothing awaited only named GUTIs are bound", for_all((g,), implies(none_of(awaited) & bound(g), named(g)))
    ),
    Conjunct(
        "with nothing awaited no later push can come",
        for_all((n, k, g, h), implies(none_of(awaited) & taken(n) & pushed(k, g, h), _NO_LATER)),
    ),
    Conjunct(
        "with nothing awaited no later withdrawal can come",
        for_all((n, k), implies(none_of(awaited) & taken(n) & withdrawn(k), _NO_LATER)),
    ),
    Conjunct(
        "with nothing awaited what was pushed was taken",
        implies(none_of(awaited) & exists((k, g, h), pushed(k, g, h)), any_of(taken)),
    ),
    Conjunct(
        "with nothing awaited what was withdrawn was taken",
        implies(none_of(awaited) & any_of(withdrawn), any_of(taken)),
    ),
)

MODEL = Model(
    (GUTI, NUMBER),
    (),
    (
        chosen,
        promised,
        valid,
        retired,
        named,
        counted,
        awaited,
        pushed,
        withdrawn,
        answered,
        bound,
        taken,
        before,
    ),
    (
        CHOOSE,
        PROMISE,
        MAKE_VALID,
        BREAK_PROMISE,
        FORGET,
        RETIRE,
        PUSH,
        WITHDRAW,
        COUNT,
        TAKE_PUSH,
        TAKE_WITHDRAWAL,
        IGNORE,
        HEAR_ANSWER,
    ),
    (*_OF_GUTIS, *_OF_NUMBERS),
    ORDER,
)

P6 = for_all((g,), implies(none_of(awaited) & retired(g), ~bound(g)))
"""With nothing under way an old GUTI is bound to no record, so it yields no key."""
