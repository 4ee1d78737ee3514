"""What a move may show or change of a run's history. Each tracker reads few parts, and asks the lab's own functions.

P5's history is `authentications`'.
"""

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import ClassVar, Final

from nodes.explorer.fields import Mask, Packed
from nodes.explorer.move import Move, Taken
from nodes.explorer.space import Space
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import HSS
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.delivery import watch_delivery, with_requests
from nodes.protocol.properties.history import with_history
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.use import watch_use
from nodes.protocol.world.events import Transition
from nodes.protocol.world.world import World, nodes_of

# As sets, for looking for one note asks for the hash of an enumeration's member, which takes longer.
_OPENINGS: Final = frozenset({NoteKind.OPENED, NoteKind.NOT_OPENED, NoteKind.MISMATCH})
_SWITCHES: Final = frozenset({NoteKind.USES})


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as the properties see it, in a world of which only some parts are as they are."""

    before: World
    done: Transition
    monitor: Monitor

    @property
    def ues(self) -> tuple[UEState, ...]:
        return nodes_of(self.done.world, UEState)


@dataclass(slots=True)
class Shown:
    """What a move has shown."""

    violated: set[PropertyID] = field(default_factory=set)
    witnesses: set[Witness] = field(default_factory=set)


class Tracker(ABC):
    """`mask`: the bits that it reads, beside those of the move; it shows `properties` and `witnesses`."""

    properties: ClassVar[frozenset[PropertyID]] = frozenset()
    witnesses: ClassVar[frozenset[Witness]] = frozenset()
    has_history: ClassVar[bool] = False

    def __init__(self, space: Space) -> None:
        self.space = space
        self.mask = self._mask()
        self._servers = frozenset(space.setup.application_server_names)

    def is_spent(self, undecided: AbstractSet[PropertyID], seen: AbstractSet[Witness]) -> bool:
        """Whether it has shown all that anybody wants to know."""
        return not self.has_history and self.properties.isdisjoint(undecided) and self.witnesses <= seen

    @abstractmethod
    def _mask(self) -> Mask: ...

    @abstractmethod
    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        """Whether a move may show or change something."""

    @abstractmethod
    def look(self, seen: Seen, shown: Shown) -> Monitor:
        """The history after the move; what it shows is added to `shown`."""

    def carry(self, packed: Packed, monitor: Monitor) -> int:
        """The packed world with its part of the history; as it is for a tracker that has none."""
        del monitor
        return packed


class Delivery(Tracker):
    """P2, P2q, P2n and P4 where an AS gets a key; which GUTI it asked for."""

    properties = frozenset({PropertyID.P2, PropertyID.P2Q, PropertyID.P2N, PropertyID.P4})
    witnesses = frozenset({Witness.KEY_DELIVERED, Witness.OLD_GUTI_ASKED})

    def __init__(self, space: Space, *, names_keys: bool, quiet: bool) -> None:
        self._names_keys, self._quiet = names_keys, quiet
        super().__init__(space)

    def _mask(self) -> Mask:
        space = self.space
        mask = space.ues_mask | (space.nodes[HSS].bits.mask if self._names_keys else 0)
        return mask | (space.quiet.bits.mask if self._quiet else 0)

    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        return move.node in self._servers and before != taken.packed

    def look(self, seen: Seen, shown: Shown) -> Monitor:
        delivered = watch_delivery(seen.before, seen.monitor, seen.done, seen.ues)
        asked = with_requests(delivered.monitor, seen.before, seen.done, seen.ues)
        shown.violated.update(each.property for each in delivered.violations)
        shown.witnesses.update(asked.witnesses)
        return seen.monitor


class Quiet(Tracker):
    """The requests that were asked in quiet, for P2q."""

    has_history = True

    def _mask(self) -> Mask:
        space = self.space
        servers = space.nodes_union(space.setup.application_server_names)
        return space.nas_mask | servers | space.quiet.bits.mask

    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        if move.node in self._servers:
            return before != taken.packed
        return bool((before ^ taken.packed) & self.space.nas_mask and self.space.quiet.bits.of(before))

    def look(self, seen: Seen, shown: Shown) -> Monitor:
        del shown
        return with_requests(seen.monitor, seen.before, seen.done, seen.ues)

    def carry(self, packed: Packed, monitor: Monitor) -> int:
        return self.space.quiet.put(packed, monitor.quiet)


class Reallocations(Tracker):
    """The old GUTIs, for P6."""

    has_history = True

    def _mask(self) -> Mask:
        return self.space.mmes_mask | self.space.retired.bits.mask

    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        return bool((before ^ taken.packed) & self.space.mmes_mask)

    def look(self, seen: Seen, shown: Shown) -> Monitor:
        del shown
        return with_history(seen.monitor, seen.before, seen.done, seen.ues)

    def carry(self, packed: Packed, monitor: Monitor) -> int:
        return self.space.retired.put(packed, monitor.retired)


class Use(Tracker):
    """P3 and P3n, where an application message is opened or does not open."""

    properties = frozenset({PropertyID.P3, PropertyID.P3N})
    witnesses = frozenset({Witness.MESSAGE_OPENED})

    def _mask(self) -> Mask:
        return 0

    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        return not _OPENINGS.isdisjoint(taken.notes)

    def look(self, seen: Seen, shown: Shown) -> Monitor:
        used = watch_use(seen.before, seen.monitor, seen.done)
        shown.violated.update(each.property for each in used.violations)
        shown.witnesses.update(used.monitor.witnesses)
        return seen.monitor


class Switch(Tracker):
    """That a UE went on to another AV under one GUTI."""

    witnesses = frozenset({Witness.TWO_AVS})

    def _mask(self) -> Mask:
        return 0

    def concerns(self, move: Move, before: int, taken: Taken) -> bool:
        return not _SWITCHES.isdisjoint(taken.notes) and move.node in self.space.setup.ue_names

    def look(self, seen: Seen, shown: Shown) -> Monitor:
        shown.witnesses.update(with_history(seen.monitor, seen.before, seen.done, seen.ues).witnesses)
        return seen.monitor
