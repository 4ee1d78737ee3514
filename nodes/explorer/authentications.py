"""The AVs that a UE was authenticated with, once nothing shows it: P5's history, worked out part by part.

What a world shows and names is the union of what its parts do by themselves. So each value of a part is asked once, and
a move that leaves, in each part, the same RANDs shown and named leaves this history as it is. Most moves do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nodes.explorer.fields import Mask, Packed
from nodes.explorer.space import Space
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import SCEF
from nodes.protocol.properties.history import named_rands, still_named
from nodes.protocol.properties.monitor import Authenticated, Monitor, with_authenticated
from nodes.protocol.properties.rest import shown_rands
from nodes.protocol.world.world import nodes_of

RANDs = frozenset[Authenticated]


@dataclass(frozen=True, slots=True)
class Told:
    """What a part tells of RANDs of AVs: that a UE was authenticated with it, that a push may name it."""

    shown: RANDs
    named: RANDs


class _Part(dict[Packed, Told]):
    """What a part tells, by its bits."""

    def __init__(self, space: Space, mask: Mask) -> None:
        super().__init__()
        self._space = space
        self.mask = mask

    def __missing__(self, bits: Packed) -> Told:
        world = self._space.world(bits)
        ues = nodes_of(world, UEState)
        shown = frozenset(Authenticated(ue.imsi, rand) for ue in ues for rand in shown_rands(world, ue))
        named = frozenset(Authenticated(ue.imsi, rand) for ue in ues for rand in named_rands(world, ue))
        told = self[bits] = Told(shown, named)
        return told


class Authentications:
    """Keeps this history in packed worlds of one space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._parts = tuple(_Part(space, mask) for mask in _masks(space))
        self._kept: dict[tuple[int, RANDs, RANDs, RANDs], int] = {}

    def is_changed(self, before: Packed, after: Packed) -> bool:
        """Whether some part tells of other RANDs after a move."""
        changed = before ^ after
        for part in self._parts:
            mask = part.mask
            if changed & mask and part[before & mask] != part[after & mask]:
                return True
        return False

    def carry(self, before: Packed, after: Packed) -> Packed:
        """The packed world after a move with what UE and MMEs showed before it and show no more."""
        known = self._space.authenticated
        shown_before, _ = self._told(before)
        shown, named = self._told(after)
        key = (known.bits.of(before), shown_before, shown, named)
        number = self._kept.get(key)
        if number is None:
            kept = still_named(frozenset(known.of(before)), shown_before, shown, named)
            number = self._kept[key] = known.number(with_authenticated(Monitor(), kept).authenticated)
        return known.bits.put(after, number)

    def _told(self, packed: Packed) -> tuple[RANDs, RANDs]:
        told = [part[packed & part.mask] for part in self._parts]
        return frozenset().union(*(each.shown for each in told)), frozenset().union(*(each.named for each in told))


def _masks(space: Space) -> Iterator[Mask]:
    """The bits of each part that shows or names a RAND: UEs, MMEs, SCEF, what MMEs send to it and to each other."""
    mmes = set(space.setup.mme_names)
    for name in (*space.setup.ue_names, *mmes, SCEF):
        yield space.nodes[name].bits.mask
    for (source, destination), part in space.links.items():
        if source in mmes and destination in {SCEF, *mmes}:
            yield part.bits.mask
