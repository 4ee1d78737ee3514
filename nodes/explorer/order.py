"""Which moves a search tries from a packed world: all, or in a search for P4 alone those that can show something.

P4 is about one answer to one request, which the one opening makes (see `scope`). That the opening took longer to come
shows what a slow request would: so a request is answered at once. After the answer nothing can violate P4 any more.
"""

from collections.abc import Callable, Iterable

from nodes.explorer.moves import Group, Move, Moves, Try
from nodes.explorer.space import LinkKey, Space
from nodes.protocol.options import SCEF, Solution

Tries = Callable[[int], tuple[Try, ...]]


def every_move(moves: Moves) -> Tries:
    """Everything that is possible."""
    told, some, others = moves.groups
    told_mask, some_mask, others_mask = told.mask, some.mask, others.mask

    def tries(packed: int) -> tuple[Try, ...]:
        return told[packed & told_mask] + some[packed & some_mask] + others[packed & others_mask]

    return tries


def requests_first(space: Space, moves: Moves) -> Tries:
    """For P4 alone: requests and their answers before all else, and nothing once the opening is answered."""
    requests = _request_links(space)
    alive = _alive(space, requests)

    def find(packed: int) -> tuple[Move, ...]:
        waiting = (key for key in requests if space.links[key].of(packed).messages)
        return tuple(moves.delivery(key) for key in waiting)[:1]

    first, every = Group(_mask(space, requests), find), every_move(moves)
    first_mask = first.mask

    def tries(packed: int) -> tuple[Try, ...]:
        return first[packed & first_mask] or every(packed) if packed & alive else ()

    return tries


def _request_links(space: Space) -> tuple[LinkKey, ...]:
    """The links on which requests for keys and their answers are, and nothing else."""
    setup = space.setup
    is_pull = setup.options.solution is Solution.PULL
    ends = {*setup.application_server_names, *(setup.mme_names if is_pull else ())}
    return tuple(key for key in space.links if SCEF in key and ends.intersection(key))


def _alive(space: Space, requests: Iterable[LinkKey]) -> int:
    """The bits that say that an opening can still be told, or is in flight, or what it caused is."""
    servers = {*space.setup.application_server_names}
    bits = _mask(space, (*requests, *(key for key in space.links if servers.intersection(key))))
    for name, budget in space.budgets.items():
        bits |= budget.mask if name.startswith("sessions ") else 0
    return bits


def _mask(space: Space, keys: Iterable[LinkKey]) -> int:
    mask = 0
    for key in keys:
        mask |= space.links[key].bits.mask
    return mask
