"""P7 over all that a search found: a state is good when it is IN SYNC or a move leads to a good one.

The good ones are found backwards along each way that leads to IN SYNC. Moves are deliveries, expiries of timers whose
message was lost, one attach, one access, one tracking area update, one loss of power, one session opening and one key
request; the network does nothing wrong any more.
"""

from collections.abc import Iterator

from nodes.explorer.fields import Packed
from nodes.explorer.move import Move
from nodes.explorer.moves import Moves
from nodes.explorer.space import Space
from nodes.protocol.options import SCEF
from nodes.protocol.properties.recovery import is_in_sync


class Recovery:
    """Ways to IN SYNC for one UE and one AS."""

    def __init__(self, space: Space, moves: Moves, ue: str, application_server: str) -> None:
        self._space = space
        self._moves = moves
        self._pair = (ue, application_server)
        self._good: set[int] = set()
        self._dead: set[int] = set()
        self._in_sync: dict[int, bool] = {}
        names = (ue, application_server, SCEF, *space.setup.mme_names)
        self._ends_mask = space.nodes_union(names)
        amounts = {
            f"attaches {ue}": 1,
            "accesses": 1,
            "tracking_area_updates": 1,
            "power_cycles": 1,
            f"sessions {ue} {application_server}": 1,
            "key_requests": 1,
        }
        self._told = space.with_budgets(0, amounts)
        self._kept_mask = ~(space.budgets_mask | space.monitor_mask)

    def first_dead_end(self, states: list[Packed], places: range) -> int | None:
        """The place of the first of some states that no way leads out of, or None."""
        for index in places:
            start = states[index] & self._kept_mask | self._told
            if start not in self._good and not self._leads(start):
                return index
        return None

    def _leads(self, start: int) -> bool:
        """Whether some way leads from here to IN SYNC: depth first, the newest way first."""
        way, seen = [(start, self._next(start))], {start}
        while way:
            packed, following = way[-1]
            if self._is_good(packed):
                self._good.update(each for each, _ in way)
                return True
            for after in following:
                if after not in seen:
                    seen.add(after)
                    way.append((after, self._next(after)))
                    break
            else:
                way.pop()
        self._dead |= seen
        return False

    def _is_good(self, packed: Packed) -> bool:
        if packed in self._good:
            return True
        ends = packed & self._ends_mask
        known = self._in_sync.get(ends)
        if known is None:
            known = self._in_sync[ends] = is_in_sync(self._space.world(ends), *self._pair)
        return known

    def _next(self, packed: Packed) -> Iterator[int]:
        """Where moves lead: deliveries first, then what was lost is repeated, then commands are told."""
        told, some, others = self._moves.groups
        for group in (some, others, told):
            for mask, _, move in group[packed & group.mask]:
                change = move.plain.get(packed & mask)
                if change is None:
                    change = self._take(packed, move)
                if change and (after := packed + change) not in self._dead:
                    yield after

    def _take(self, packed: Packed, move: Move) -> int:
        """Take a move of which nothing is kept; no history is carried here."""
        taken = move.take(packed)
        change = 0 if taken is None else taken.packed - packed
        if taken is None or taken.is_local:
            move.plain[packed & move.mask] = change
        return change
