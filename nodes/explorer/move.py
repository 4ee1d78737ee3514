"""What a move on packed worlds is, and moves in groups, by the bits that say which of them are possible."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nodes.explorer.fields import Mask, Packed
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World

NOTHING: frozenset[NoteKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a move leads, and what the nodes told.

    One that is not `is_local` depends on more than the bits of its move's mask.
    """

    packed: Packed
    notes: frozenset[NoteKind] = NOTHING
    is_local: bool = True


@dataclass(eq=False, slots=True)
class Move:
    """One thing that can happen.

    `mask` has the bits that it reads or changes: equal bits there, equal change. `core` leaves out the links that it
    sends on. `take` gives None where the node refuses; `action` is the same in a world with copies numbered 2.
    `memo` keeps the change of the packed world for the bits of `mask`, its history included, where they tell all of it;
    `effects` the change without the history, and what the nodes told, where they do not; `plain` the change without it
    where none is carried.
    """

    node: str
    mask: Mask
    core: Mask
    take: Callable[[Packed], Taken | None]
    action: Callable[[World], Action]
    memo: dict[int, int] = field(default_factory=dict)
    effects: dict[int, tuple[int, frozenset[NoteKind]]] = field(default_factory=dict)
    plain: dict[int, int] = field(default_factory=dict)

    def after(self, packed: Packed) -> Taken | None:
        """Take the move, or do again what it did where the bits of `mask` were the same."""
        effect = self.effects.get(packed & self.mask)
        return self.take(packed) if effect is None else Taken(packed + effect[0], effect[1])

    def keep(self, before: Packed, taken: Taken, after: Packed, *, is_told: bool) -> None:
        """Keep what the move did; `is_told`: the bits of `mask` tell what the history is after it, too."""
        if not taken.is_local:
            return
        if is_told:
            self.memo[before & self.mask] = after - before
        else:
            self.effects[before & self.mask] = (taken.packed - before, taken.notes)


Try = tuple[int, Callable[[int], int | None], Move]
"""A move to try, with its mask and the look-up of what is kept of it."""


class Group(dict[int, tuple[Try, ...]]):
    """Moves that are possible, by the bits of `mask` that say so."""

    def __init__(self, mask: Mask, find: Callable[[int], Iterable[Move]]) -> None:
        super().__init__()
        self.mask = mask
        self._find = find

    def __missing__(self, bits: int) -> tuple[Try, ...]:
        found = self[bits] = tuple((move.mask, move.memo.get, move) for move in self._find(bits))
        return found

    def only(self, is_wanted: Callable[[Move], bool]) -> "Group":
        """Some of these moves."""
        return Group(self.mask, lambda bits: filter(is_wanted, self._find(bits)))

    def of(self, packed: Packed) -> tuple[Try, ...]:
        return self[packed & self.mask]
