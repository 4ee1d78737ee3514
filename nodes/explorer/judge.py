"""The lab's own properties, asked about packed worlds. Each is shown only the parts that it reads, and asked once."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from nodes.explorer.authentications import Authentications
from nodes.explorer.fields import Packed
from nodes.explorer.move import Move, Taken
from nodes.explorer.space import Space
from nodes.explorer.trackers import (
    Delivery,
    Quiet,
    Reallocations,
    Seen,
    Shown,
    Switch,
    Tracker,
    Use,
)
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.catch_up import is_left_behind
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.states import STATE_PROPERTIES, is_waiting
from nodes.protocol.world.engine import transition
from nodes.protocol.world.world import nodes_of

_NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class AtRest:
    """What a world at rest shows: which properties of rest do not hold, and what makes a search not vacuous."""

    broken: frozenset[PropertyID] = frozenset()
    witnesses: frozenset[Witness] = frozenset()


_NOT_AT_REST = AtRest()
_TESTS = {PropertyID.P8: (Witness.AS_BEHIND, is_left_behind), PropertyID.P1W: (Witness.WAITED, is_waiting)}
"""What puts a property of rest to the test, and how a world shows it."""


class Judge:
    """Judges the moves and worlds of one space, for some properties."""

    def __init__(self, space: Space, properties: Iterable[PropertyID]) -> None:
        self._space = space
        self.watched = frozenset(properties)
        is_push = space.setup.options.solution is Solution.PUSH
        self.watches_flags = is_push and PropertyID.P5 in self.watched
        self._at_rest = tuple(
            each for each, judged in STATE_PROPERTIES.items() if each in self.watched and not judged.is_judged_always
        )
        self.watches_rest = bool(self._at_rest)
        self._tests = tuple(test for each, test in _TESTS.items() if each in self.watched)
        self.forget()

    def forget(self) -> None:
        """The bits are laid out anew."""
        space = self._space
        self._aspects = tuple((1 << number, each) for number, each in enumerate(self._make_aspects()))
        self._authentications = Authentications(space) if self.watches_flags else None
        self._kept: dict[Move, dict[tuple[int, int], tuple[Monitor, Shown]]] = {}
        ends = space.ues_mask | space.mmes_mask | space.nodes[SCEF].bits.mask
        self.states_mask = ends | space.retired.bits.mask
        if PropertyID.P8 in self.watched:
            self.states_mask |= space.nodes_union(space.setup.application_server_names)
        self.flags_mask = ends | space.authenticated.bits.mask
        self._others_mask = space.nodes_mask & ~self.states_mask
        self._busy: dict[int, bool] = {}
        self._states: dict[int, AtRest] = {}
        self._wrong_flags: dict[int, bool] = {}

    def drop_spent(self, undecided: AbstractSet[PropertyID], seen: AbstractSet[Witness]) -> None:
        """Ask no more what nobody wants to know any more."""
        self._aspects = tuple((bit, each) for bit, each in self._aspects if not each.is_spent(undecided, seen))

    def _make_aspects(self) -> tuple[Tracker, ...]:
        space, watched = self._space, self.watched
        quiet = PropertyID.P2Q in watched
        trackers: list[Tracker] = [Delivery(space, names_keys=PropertyID.P4 in watched, quiet=quiet)]
        trackers += [Use(space), Switch(space)]
        trackers += [Quiet(space)] if quiet else []
        trackers += [Reallocations(space)] if PropertyID.P6 in watched else []
        return tuple(trackers)

    def also_read(self, name: str) -> int:
        """The bits that the judge reads of a node's moves besides what they read themselves, where they are few."""
        space = self._space
        few = space.quiet.bits.mask | space.authenticated.bits.mask
        if name in space.setup.application_server_names:
            return few | space.ues_mask | (space.nodes[HSS].bits.mask if PropertyID.P4 in self.watched else 0)
        if name in space.setup.mme_names and PropertyID.P6 in self.watched:
            return few | space.mmes_mask | space.retired.bits.mask
        return few

    # Moves

    def after(self, move: Move, before: int, taken: Taken) -> tuple[int, bool, Shown]:
        """The packed world with its history after a move, whether the bits of `move.mask` tell all, what was shown."""
        packed, is_told, shown = self._looked_at(move, before, taken)
        if self._authentications is not None and self._authentications.is_changed(before, packed):
            return self._authentications.carry(before, packed), False, shown
        return packed, is_told, shown

    def _looked_at(self, move: Move, before: int, taken: Taken) -> tuple[int, bool, Shown]:
        concerned = [(bit, each) for bit, each in self._aspects if each.concerns(move, before, taken)]
        if not concerned:
            return taken.packed, True, _NOTHING
        mask, which = move.core, 0
        for bit, tracker in concerned:
            mask |= tracker.mask
            which |= bit
        kept = self._kept.setdefault(move, {})
        key = (which, before & mask)
        if key not in kept:
            kept[key] = self._look(move, before & mask, [tracker for _, tracker in concerned])
        monitor, shown = kept[key]
        packed = taken.packed
        for _, tracker in concerned:
            packed = tracker.carry(packed, monitor)
        return packed, not mask & ~move.mask, shown

    def _look(self, move: Move, before: int, trackers: list[Tracker]) -> tuple[Monitor, Shown]:
        world = self._space.world(before)
        seen = Seen(world, transition(world, move.action(world)), self._space.monitor(before))
        shown = Shown()
        packed = before
        for tracker in trackers:
            packed = tracker.carry(packed, tracker.look(seen, shown))
        return self._space.monitor(packed), shown

    # Worlds

    def at_rest(self, packed: Packed) -> AtRest:
        """What a world without messages in flight shows of properties of rest."""
        idle = packed & self._others_mask
        busy = self._busy.get(idle)
        if busy is None:
            busy = self._busy[idle] = bool(self._space.world(idle).timers)
        return _NOT_AT_REST if busy else self._shown(packed & self.states_mask)

    def of_several(self, packed: Packed) -> AtRest:
        """The same where one of several UEs may be at rest while messages about others are in flight."""
        if self._shown(packed & self.states_mask) == _NOT_AT_REST:
            return _NOT_AT_REST
        return self._look_at_rest(packed)

    def flags(self, packed: Packed) -> bool:
        """Whether P5 does not hold."""
        packed &= self.flags_mask
        wrong = self._wrong_flags.get(packed)
        if wrong is None:
            wrong = self._wrong_flags[packed] = bool(self._broken_in(packed, (PropertyID.P5,)))
        return wrong

    def _shown(self, packed: Packed) -> AtRest:
        shown = self._states.get(packed)
        if shown is None:
            shown = self._states[packed] = self._look_at_rest(packed)
        return shown

    def _look_at_rest(self, packed: Packed) -> AtRest:
        broken = self._broken_in(packed, self._at_rest)
        if not self._tests:
            return AtRest(broken)
        world = self._space.world(packed)
        ues = nodes_of(world, UEState)
        return AtRest(broken, frozenset(each for each, test in self._tests if any(test(world, ue) for ue in ues)))

    def _broken_in(self, packed: Packed, properties: tuple[PropertyID, ...]) -> frozenset[PropertyID]:
        world, monitor = self._space.world(packed), self._space.monitor(packed)
        ues = nodes_of(world, UEState)
        tests = ((each, STATE_PROPERTIES[each].is_broken) for each in properties)
        return frozenset(each for each, is_broken in tests if any(is_broken(world, monitor, ue) for ue in ues))
