"""Which moves a search tries from a packed world: all, or in a search for P4 alone those that can show something.

P4 is about one answer to one request, which the one opening makes (see `reduction`). Three things follow.

That the opening took longer to come shows what a slow request, or one that was lost or repeated, would: so a request is
answered at once, and nothing befalls openings. After the answer nothing can violate P4 any more. What is answered
depends on the nodes that answer, on the AS and on what waits for it: so the opening comes once for each value of these,
where the search first finds it. That is as near to the first world as any other place with that value.
"""

from collections.abc import Callable, Iterable

from nodes.explorer.fields import Mask, Packed
from nodes.explorer.move import Group, Move, Try
from nodes.explorer.moves import Moves
from nodes.explorer.space import LinkKey, Space
from nodes.protocol.options import SCEF, Solution

Tries = Callable[[Packed], tuple[Try, ...]]


def every_move(moves: Moves) -> Tries:
    """Everything that is possible."""
    return _together(moves.groups)


def _together(groups: tuple[Group, ...]) -> Tries:
    told, some, others = groups
    told_mask, some_mask, others_mask = told.mask, some.mask, others.mask

    def tries(packed: Packed) -> tuple[Try, ...]:
        return told[packed & told_mask] + some[packed & some_mask] + others[packed & others_mask]

    return tries


def requests_first(space: Space, moves: Moves) -> Tries:
    """For P4 alone. What it gives depends on what it gave before: a search asks once for each state, in its order."""
    openings, requests = _opening_links(space), _request_links(space)
    opened, asked = _mask(space, openings), _mask(space, requests)
    told = _union(budget.mask for name, budget in space.budgets.items() if name.startswith("sessions "))
    alive, answering = opened | asked | told, opened | _answering(space)

    every = _together(tuple(group.only(lambda move: not move.core & opened) for group in moves.groups))
    comes, goes_on = _deliveries(space, moves, openings), _deliveries(space, moves, requests)
    known: set[int] = set()

    def tries(packed: Packed) -> tuple[Try, ...]:
        if not packed & alive:
            return ()
        if packed & asked:
            return goes_on.of(packed)
        answer = packed & answering
        if not packed & opened or answer in known:
            return every(packed)
        known.add(answer)
        return every(packed) + comes.of(packed)

    return tries


def _deliveries(space: Space, moves: Moves, keys: tuple[LinkKey, ...]) -> Group:
    """The delivery of the next message on each of some links."""

    def find(packed: Packed) -> list[Move]:
        return [moves.delivery(key) for key in keys if space.links[key].of(packed).messages]

    return Group(_mask(space, keys), find)


def _opening_links(space: Space) -> tuple[LinkKey, ...]:
    servers = space.setup.application_server_names
    return tuple(key for key in space.links if key[0] in space.setup.ue_names and key[1] in servers)


def _request_links(space: Space) -> tuple[LinkKey, ...]:
    """The links on which requests for keys and their answers are, and nothing else."""
    setup = space.setup
    is_pull = setup.options.solution is Solution.PULL
    ends = {*setup.application_server_names, *(setup.mme_names if is_pull else ())}
    return tuple(key for key in space.links if SCEF in key and ends.intersection(key))


def _answering(space: Space) -> int:
    """The bits of the nodes that an answer depends on."""
    is_pull = space.setup.options.solution is Solution.PULL
    servers = space.nodes_union(space.setup.application_server_names)
    return space.nodes[SCEF].bits.mask | servers | (space.mmes_mask if is_pull else 0)


def _mask(space: Space, keys: Iterable[LinkKey]) -> Mask:
    return _union(space.links[key].bits.mask for key in keys)


def _union(masks: Iterable[int]) -> Mask:
    union = 0
    for each in masks:
        union |= each
    return union
