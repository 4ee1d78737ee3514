"""What all models speak of: their sorts, what belongs to each for good, and letters for any of them.

In an action the letters are its parameters; U, A, G and so on stand for one thing each, u, a, g in a formula for any.
"""

from nodes.proofs.logic import Function, Relation, Same, Sort, for_all, implies
from nodes.proofs.model import Conjunct

UE = Sort("UE")
"""Subscribers: a UE and its IMSI."""
AV = Sort("AV")
"""Authentication vectors, and what comes of each: RAND, K_ASME, Ks. No two have one of these in common."""
GUTI = Sort("GUTI")
MME = Sort("MME")
SESSION = Sort("SESSION")
"""Sessions of a UE with an AS."""
NUMBER = Sort("NUMBER")
"""Places in the order of pushes and withdrawals for one IMSI (repair `ordered_push`)."""

owner = Function("owner", AV, UE)
"""The UE that the HSS made an AV for."""
opener = Function("opener", SESSION, UE)
"""The UE that opened a session."""

U, u, v = UE.variables("U u v")
A, B, a, b = AV.variables("A B a b")
G, H, g, h = GUTI.variables("G H g h")
(M, m) = MME.variables("M m")
(S, s) = SESSION.variables("S s")
N, k, l_, n = NUMBER.variables("N k l n")

before = Relation("before", (NUMBER, NUMBER), "x1 is an earlier number than x2", is_fixed=True)

ORDER = (
    Conjunct("no number is before itself", for_all((n,), ~before(n, n))),
    Conjunct(
        "before is transitive",
        for_all((k, l_, n), implies(before(k, l_) & before(l_, n), before(k, n))),
    ),
    Conjunct(
        "of two numbers one is before the other",
        for_all((k, n), Same(k, n) | before(k, n) | before(n, k)),
    ),
)
"""What numbers are like. Nothing is counted: a solver decides an order sooner than arithmetic."""
