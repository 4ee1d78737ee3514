"""Proofs for any number of runs: small models, invariants that two solvers check, and the tie to the real nodes. Pure.

This page is the theory; each module says how its part of it is done.

**Beyond bounds.** The explorer (`nodes.explorer`) tries every order of things within bounds, and what it finds is so
within them. Does it go on beyond? Here is a second kind of argument. It is about a *model*: states and actions that are
simpler than the nodes, so that one can say of all its states at once what is true in them, be there two UEs or any
number, five messages or a million.

**Inductive invariants.** An *invariant* is a sentence about states. If it is true in the initial state, and each action
that happens in a state in which it is true leads to a state in which it is true again, then it is true in every state
that can ever be reached: one step more cannot break it, and so no number of steps can. If besides it implies a
property, the property holds in all of them. These are three questions about one step, not about runs, and a solver
answers them:

    initially                    is there a state in which nothing has happened, and the invariant is false?
    ACTION keeps CONJUNCT        is there a state of the invariant, and a step from it that makes this part of it false?
    the invariant implies P4     is there a state of the invariant in which P4 is false?

The answer to each must be no (`unsat`). The art is to find the invariant. A property alone seldom is one: "the AS never
got another UE's key" says nothing of the answer that is on its way. So an invariant says of everything that is stored
or under way what must be true of it, such as "an answer has the key of the UE of its session". An example, with a
counter:

    >>> from nodes.proofs.logic import Relation, Same, Sort, for_all, implies
    >>> from nodes.proofs.model import Action, Conjunct, Model, adds
    >>> from nodes.proofs.smtlib import obligations
    >>> KEY = Sort("KEY")
    >>> (K, x, y) = KEY.variables("K x y")
    >>> made, sent = Relation("made", (KEY,), "key x1 was made"), Relation("sent", (KEY,), "key x1 was sent")
    >>> model = Model(
    ...     sorts=(KEY,), functions=(), relations=(made, sent),
    ...     actions=(
    ...         Action("make", "A key is made.", (K,), updates=(adds(made, K),)),
    ...         Action("send", "A key that was made is sent.", (K,), made(K), (adds(sent, K),)),
    ...     ),
    ...     invariant=(Conjunct("what was sent was made", for_all((x,), implies(sent(x), made(x)))),),
    ... )
    >>> for each in obligations(model, "P", for_all((x,), implies(sent(x), made(x)))):
    ...     print(each.name)
    initially
    make keeps what was sent was made
    send keeps what was sent was made
    the invariant implies P

**Why the network is the set of all messages ever sent.** A message that was sent may be delivered now, later, again,
out of order, or never. All of this is one thing: delivery takes a message of the set of those that were ever sent, and
does not take it out. Whatever order, copies and losses a real network has, its deliveries are deliveries from this set.
The model so has no faults to count and no queues, and its proof covers every one of the explorer's networks as far as
these messages are concerned. Timers are left out for the same reason: a repetition is a message that is there anyway.

**Why the solvers can decide it.** States are relations over things of which nothing else is known: UEs, AVs, GUTIs,
numbers in an order. What has to be refuted has, once "there is" is taken out of it, no function that could make ever
new things of a sort ("effectively propositional", the Bernays-Schönfinkel-Ramsey class with sorts). If such a sentence
has a model at all it has a small finite one. So the answer is never "unknown", and two solvers that have nothing in
common, z3 and cvc5, must agree on each.

**Why believe the model.** Three checks. Each statement has *broken variants*: something is taken away that the proof
needs, the solvers must then find a step that breaks the invariant (`sat`), and a run of the variant, gone through
action by action, leads to a state in which the property is false (`runs`). Each statement has a run that leads to what
it is about, so that it does not hold for want of a case. And each model is *tied* to the real nodes (`tie`): worlds of
the explorer are read as states of the model, every world satisfies the invariant, and every transition of the nodes
that is explored is an action of the model, or several, or none. The same values are guards for the solver and for this
check (`logic`, `evaluation`); there is no second copy of the model that could differ. What the tie cannot show is that
the nodes never do anything else beyond the bounds; what it shows is that they did not, in so many transitions.

**What is proved**, with its assumptions, `statements` says. What is not there is known within bounds only: P2, P3 and
P1w, which no model of this kind makes true; P7, a promise that something happens, where an invariant says that
something does not; P1 with two MMEs, or with security mode control given up; P8.
"""
