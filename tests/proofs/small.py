"""A model that is small enough to try everything: keys that are made and sent, in an order of numbers."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from nodes.proofs.evaluation import Values, View
from nodes.proofs.logic import (
    And,
    Applied,
    Atom,
    Exists,
    ForAll,
    Formula,
    Function,
    Not,
    Or,
    Relation,
    Same,
    Sort,
    Term,
    Variable,
    for_all,
    implies,
)
from nodes.proofs.model import Action, Conjunct, Model, adds, clears, removes

KEY = Sort("KEY")
NUMBER = Sort("NUMBER")
number_of = Function("number_of", KEY, NUMBER)
K, L, x, y = KEY.variables("K L x y")
N, n, k = NUMBER.variables("N n k")
made = Relation("made", (KEY,), "key x1 was made")
sent = Relation("sent", (KEY, NUMBER), "key x1 was sent with number x2", is_history=True)
open_ = Relation("open", (), "keys may be made")
before = Relation("before", (NUMBER, NUMBER), "x1 is before x2", is_fixed=True)

OPEN = Action("open", "Keys may be made from now on.", updates=(adds(open_),))
MAKE = Action("make", "A key is made.", (K,), open_(), (adds(made, K),))
SEND = Action(
    "send",
    "A key that was made is sent with its number.",
    (K, N),
    made(K) & Same(number_of(K), N),
    (adds(sent, K, N),),
)
LOSE = Action("lose", "A key is lost.", (K,), made(K), (removes(made, K),))
CLOSE = Action("close", "All keys are lost.", updates=(clears(made), clears(open_)))

SENT_BY_NUMBER = for_all((x, n), implies(sent(x, n), Same(number_of(x), n)))
MODEL = Model(
    (KEY, NUMBER),
    (number_of,),
    (made, sent, open_, before),
    (OPEN, MAKE, SEND, LOSE, CLOSE),
    (Conjunct("a key is sent with its number", SENT_BY_NUMBER),),
)
KEYS = frozenset({"a", "b", "c"})
NUMBERS = frozenset({1, 2})
MEANINGS: dict[str, Any] = {"number_of": {"a": 1, "b": 2, "c": 2}.get, "before": lambda one, other: one < other}


def view_of(*held: tuple[Any, ...], keys: tuple[str, ...] = (), is_open: bool = False) -> View:
    """A state in which pairs of key and number were sent."""
    state = (frozenset((key,) for key in keys), frozenset(held), frozenset({()} if is_open else ()))
    return View(MODEL, state, {"KEY": KEYS, "NUMBER": NUMBERS}, MEANINGS)


def every_way(view: View, variables: tuple[Variable, ...], values: Values) -> Iterator[Values]:
    for chosen in product(*(view.things[each.sort.name] for each in variables)):
        yield {**values, **dict(zip(variables, chosen, strict=True))}


def is_so(view: View, formula: Formula, values: Values) -> bool:
    """Whether a formula is true, by its very definition: slow, and nothing looked up."""
    match formula:
        case Atom(relation, terms):
            arguments = tuple(value_of(term, values) for term in terms)
            if relation.is_fixed:
                return bool(MEANINGS[relation.name](*arguments))
            return arguments in dict(zip(MODEL.state, view.state, strict=True))[relation]
        case Same(left, right):
            return value_of(left, values) == value_of(right, values)
        case Not(body):
            return not is_so(view, body, values)
        case And(parts):
            return all(is_so(view, part, values) for part in parts)
        case Or(parts):
            return any(is_so(view, part, values) for part in parts)
        case ForAll(variables, body):
            return all(is_so(view, body, each) for each in every_way(view, variables, values))
        case Exists(variables, body):
            return any(is_so(view, body, each) for each in every_way(view, variables, values))


def value_of(term: Term, values: Values) -> object:
    return MEANINGS[term.function.name](value_of(term.argument, values)) if isinstance(term, Applied) else values[term]
