"""What can happen next in a packed world. A move reads and changes a few parts; what it does to them is kept.

A message is delivered in its order, or as a fault beyond it; a copy that the network made may come at any time; a push
that is lost with all its repetitions is lost each time that it is sent; a timer may expire only when what it supervises
was lost, or, on any network but *ordered* and *repeat*, discarded, or when it supervises nothing; a command may come
whenever its node takes it, and, unless procedures may collide, no NAS procedure runs for its UE.
"""

from collections.abc import Callable, Iterable, Iterator

from nodes.explorer.fields import Mask, Packed
from nodes.explorer.move import Group, Move, Taken
from nodes.explorer.questions import Network
from nodes.explorer.reactions import Reaction, Reactions
from nodes.explorer.space import LinkKey, Queue, Space, TimerKey
from nodes.explorer.supervision import supervisors
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages.s1 import OnConnection
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.subjects import NAS_COMMANDS, why_one_at_a_time
from nodes.protocol.world.world import World, link_of


class Moves:
    """All moves of a space, made as they come up, and which are possible where."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._outcomes = Reactions(space)
        self.forget(lambda _name: 0)

    def forget(self, also_read: Callable[[str], int]) -> None:
        """The bits are laid out anew: forget all that is kept by them.

        `also_read`: the bits that whoever judges a node's moves reads besides.
        """
        self._also_read = also_read
        self._made: dict[tuple[object, ...], Move] = {}
        self._supervisors: dict[LinkKey, dict[int, tuple[tuple[TimerKey, ...], ...]]] = {}
        self.groups = self._make_groups()

    def _make_groups(self) -> tuple[Group, ...]:
        """Which moves are possible is kept by the bits that say so. Together they have too many values to keep."""
        space = self._space
        faults, lost_pushes = space.budgets["faults"].mask, space.budgets["lost_pushes"].mask
        keys, doomed = list(space.links), lost_pushes | space.doomed.bits.mask
        others = space.budgets_mask & ~(faults | lost_pushes) | space.lost.bits.mask
        halves = (keys[::2], keys[1::2])
        masks = [_union(space.links[key].bits.mask for key in half) for half in halves]
        return (
            Group(others, lambda packed: self._expiries(packed) + self._commands(packed)),
            Group(masks[0] | faults | doomed, lambda packed: self._on_links(packed, halves[0])),
            Group(masks[1] | faults | doomed, lambda packed: self._on_links(packed, halves[1])),
        )

    def possible(self, packed: Packed) -> Iterator[Move]:
        """The moves to try; a node may still refuse a command."""
        for group in self.groups:
            for _, _, move in group.of(packed):
                yield move

    # Messages

    def delivery(self, key: LinkKey) -> Move:
        """The delivery of the next message of a link."""
        return self._move(("deliver", key, 0), self._deliver, key, 0)

    def _on_links(self, packed: Packed, keys: Iterable[LinkKey]) -> list[Move]:
        found: list[Move] = []
        has_fault = self._space.budgets["faults"].of(packed) > 0
        for key in keys:
            queue = self._space.links[key].of(packed)
            if queue.messages:
                found.append(self.delivery(key))
            found += [
                self._move(("copy", key, copy), self._deliver_copy, key, copy) for copy in sorted(set(queue.copies))
            ]
            if has_fault and queue.messages:
                found += self._faults(key, queue)
            if queue.messages and self._may_be_doomed(packed, key, queue.messages[0]):
                found.append(self._move(("doom", key), self._doom, key))
        return found

    def _may_be_doomed(self, packed: Packed, key: LinkKey, message: int) -> bool:
        """Whether a message is a push that is lost for good, or may become the one that is."""
        push = self._space.push(key, message)
        doomed = self._space.doomed.of(packed)
        return push is not None and (doomed == push or self._space.budgets["lost_pushes"].of(packed) > 0)

    def _faults(self, key: LinkKey, queue: Queue) -> list[Move]:
        match self._space.network.value:
            case "reorder":
                later = range(1, len(queue.messages))
                return [self._move(("deliver", key, each), self._deliver, key, each) for each in later]
            case "repeat":
                return [self._move(("repeat", key), self._repeat, key)]
            case "lose":
                return [self._move(("lose", key), self._lose, key)]
            case "fail":
                may_fail = isinstance(self._space.messages[queue.messages[0]], OnConnection)
                return [self._move(("fail", key), self._fail, key)] if may_fail else []
            case _:
                return []

    def _move(self, name: tuple[object, ...], make: Callable[..., Move], *what: object) -> Move:
        move = self._made.get(name)
        if move is None:
            move = self._made[name] = make(*what)
        return move

    def _node_mask(self, name: str) -> tuple[int, int]:
        """The bits of a node with what may expire there, and those of the links on which it sends.

        A UE may lose what an MME has in flight to it, when it leaves their connection.
        """
        space = self._space
        sent, is_ue = 0, name in space.setup.ue_names
        for (source, destination), part in space.links.items():
            may_lose = is_ue and destination == name and source in space.setup.mme_names
            sent |= part.bits.mask if source == name or may_lose else 0
        return space.nodes[name].bits.mask | space.lost.bits.mask | self._also_read(name), sent | space.sending_mask

    def _deliver(self, key: LinkKey, position: int) -> Move:
        space = self._space
        part = space.links[key]
        own, sent = self._node_mask(key[1])
        core = own | part.bits.mask
        fault = space.budgets["faults"] if position else None
        core |= 0 if fault is None else fault.mask
        # A message that is discarded is answered no more than one that is lost, unless its copy has come before.
        may_be_discarded = space.network not in {Network.ORDERED, Network.REPEAT} and space.is_nas(key)
        core |= space.nodes[key[0]].bits.mask if may_be_discarded else 0

        def take(packed: Packed) -> Taken:
            queue = part.of(packed)
            message = queue.messages[position]
            rest = (*queue.messages[:position], *queue.messages[position + 1 :])
            outcome = self._outcomes.of_message(packed, key, message)
            if may_be_discarded and NoteKind.DROPPED in outcome.notes:
                packed = self._unanswered(packed, key)
            packed = part.put(packed, Queue(rest, queue.copies))
            packed = packed if fault is None else fault.put(packed, fault.of(packed) - 1)
            return self._carry_out(packed, outcome)

        return Move(key[1], core | sent, core, take, lambda world: actions.Deliver(*key, _place(world, key, position)))

    def _unanswered(self, packed: Packed, key: LinkKey) -> Packed:
        """Let the timers expire that supervise the next message of a link, as if it were lost."""
        space = self._space
        lost = {*space.lost.of(packed), *self._supervised(packed, key)[0]}
        return space.lost.put(packed, tuple(sorted(lost)))

    def _supervised(self, packed: Packed, key: LinkKey) -> tuple[tuple[TimerKey, ...], ...]:
        """For each message of a link the timers that supervise it, which run at its ends."""
        space = self._space
        mask = space.links[key].bits.mask | space.nodes_union(key)
        kept = self._supervisors.setdefault(key, {})
        found = kept.get(packed & mask)
        if found is None:
            world = space.world(packed & mask)
            link = link_of(world, *key)
            found = tuple(tuple(timer.key for timer in supervisors(world, link, each)) for each in link.queue)
            kept[packed & mask] = found
        return found

    def _deliver_copy(self, key: LinkKey, copy: int) -> Move:
        part = self._space.links[key]
        own, sent = self._node_mask(key[1])
        core = own | part.bits.mask

        def take(packed: Packed) -> Taken:
            queue = part.of(packed)
            index = queue.copies.index(copy)
            rest = (*queue.copies[:index], *queue.copies[index + 1 :])
            outcome = self._outcomes.of_message(packed, key, copy)
            packed = part.put(packed, Queue(queue.messages, rest))
            return self._carry_out(packed, outcome)

        def action(world: World) -> Action:
            message = self._space.messages[copy]
            envelopes = link_of(world, *key).queue
            places = (place for place, each in enumerate(envelopes) if each.copy > 1 and each.message == message)
            return actions.Deliver(*key, next(places))

        return Move(key[1], core | sent, core, take, action)

    def _repeat(self, key: LinkKey) -> Move:
        part, faults = self._space.links[key], self._space.budgets["faults"]
        mask = part.bits.mask | faults.mask | self._also_read("")

        def take(packed: Packed) -> Taken:
            queue = part.of(packed)
            copies = tuple(sorted((*queue.copies, queue.messages[0])))
            packed = part.put(packed, Queue(queue.messages, copies))
            return Taken(faults.put(packed, faults.of(packed) - 1))

        return Move("", mask, mask, take, lambda world: actions.Duplicate(*key, _place(world, key, 0)))

    def _lose(self, key: LinkKey) -> Move:
        space = self._space
        part, faults = space.links[key], space.budgets["faults"]
        ends = space.nodes[key[0]].bits.mask | space.nodes[key[1]].bits.mask
        mask = part.bits.mask | faults.mask | space.lost.bits.mask | ends | self._also_read("") | space.unsent_mask

        def take(packed: Packed) -> Taken:
            packed = self._unanswered(packed, key)
            queue = part.of(packed)
            packed = part.put(packed, Queue(queue.messages[1:], queue.copies))
            return Taken(space.without_unsent(faults.put(packed, faults.of(packed) - 1)))

        return Move("", mask, mask, take, lambda world: actions.Drop(*key, _place(world, key, 0)))

    def _doom(self, key: LinkKey) -> Move:
        """A push is lost like all that repeat it: the first time that counts against the bound, then no more."""
        space = self._space
        part, amount = space.links[key], space.budgets["lost_pushes"]
        ends = space.nodes[key[0]].bits.mask | space.nodes[key[1]].bits.mask
        own = part.bits.mask | amount.mask | space.doomed.bits.mask | space.lost.bits.mask
        mask = own | ends | self._also_read("")

        def take(packed: Packed) -> Taken:
            packed = self._unanswered(packed, key)
            queue = part.of(packed)
            push = space.push(key, queue.messages[0])
            if space.doomed.of(packed) != push:
                packed = amount.put(space.doomed.put(packed, push), amount.of(packed) - 1)
            return Taken(part.put(packed, Queue(queue.messages[1:], queue.copies)))

        return Move("", mask, mask, take, lambda world: actions.Drop(*key, _place(world, key, 0)))

    def _fail(self, key: LinkKey) -> Move:
        space = self._space
        part, faults = space.links[key], space.budgets["faults"]
        own, sent = self._node_mask(key[0])
        other, sent_by_other = self._node_mask(key[1])
        core = part.bits.mask | faults.mask | space.lost.bits.mask | own | other

        def take(packed: Packed) -> Taken:
            # Most timers stop with the connection; paging, which needs none, waits on for the answer that is lost.
            packed = self._unanswered(packed, key)
            queue = part.of(packed)
            packed = part.put(packed, Queue(queue.messages[1:], queue.copies))
            packed = faults.put(packed, faults.of(packed) - 1)
            done = Taken(packed)
            for end, peer in (key, key[::-1]):
                after = self._carry_out(done.packed, self._outcomes.of_failure(done.packed, end, peer))
                done = Taken(after.packed, done.notes | after.notes, done.is_local and after.is_local)
            return done

        return Move(key[1], core | sent | sent_by_other, core, take, lambda w: actions.Fail(*key, _place(w, key, 0)))

    def _carry_out(self, packed: Packed, outcome: Reaction) -> Taken:
        """What a node puts out goes on its links; a timer that starts or stops supervises nothing lost any more."""
        space = self._space
        packed = space.nodes[outcome.node].bits.put(packed, outcome.local)
        for key, message in outcome.sends:
            if space.is_unsent(packed, message):
                continue
            part = space.link(key)
            queue = part.of(packed)
            packed = part.put(packed, Queue((*queue.messages, message), queue.copies))
        emptied = self._emptied(packed, outcome)
        supervised = {timer for key in emptied for timers in self._supervised(packed, key) for timer in timers}
        for key in emptied:
            packed = space.links[key].put(packed, Queue())
        lost = space.lost.of(packed)
        if supervised or outcome.waits or (lost and not outcome.timers.isdisjoint(lost)):
            # What the UE waits for will expire, whatever is lost or not.
            may_expire = {*supervised, *(key for key in lost if key not in outcome.timers), *outcome.waits}
            packed = space.lost.put(packed, tuple(sorted(may_expire)))
        # Where something is lost the other end says what supervises it, and whether anything does.
        return Taken(packed, outcome.notes, is_local=not emptied)

    def _emptied(self, packed: Packed, outcome: Reaction) -> tuple[LinkKey, ...]:
        """The links with messages that are lost with a connection."""
        keys = ((source, outcome.node) for source in outcome.lost_from)
        links = self._space.links
        return tuple(key for key in keys if key in links and links[key].bits.of(packed))

    # Timers

    def _expiries(self, packed: Packed) -> list[Move]:
        return [self._move(("expire", key), self._expire, key) for key in self._space.lost.of(packed)]

    def _expire(self, key: tuple[str, str, str]) -> Move:
        space = self._space
        core, sent = self._node_mask(key[0])

        def take(packed: Packed) -> Taken:
            outcome = self._outcomes.of_expiry(packed, key)
            packed = space.lost.put(packed, tuple(each for each in space.lost.of(packed) if each != key))
            return self._carry_out(packed, outcome)

        action = actions.Expire(key[0], TimerName(key[1]), key[2])
        return Move(key[0], core | sent, core, take, lambda _world: action)

    # Commands

    def _commands(self, packed: Packed) -> list[Move]:
        budgets = self._space.budgets
        return [
            self._move(("command", command), self._command, budget, command)
            for budget, command in self._space.commands
            if budgets[budget].of(packed)
        ]

    def _command(self, budget: str, command: actions.Command | actions.Restart) -> Move:
        space = self._space
        amount = space.budgets[budget]
        core, sent = self._node_mask(command.node)
        core |= amount.mask
        is_nas = isinstance(command, actions.Command) and isinstance(command.command, NAS_COMMANDS)
        may_wait = is_nas and space.network is not Network.COLLIDE
        nas_mask = space.nas_mask_of(command) if may_wait else 0
        core |= nas_mask
        waits: dict[int, bool] = {}

        def take(packed: Packed) -> Taken | None:
            if isinstance(command, actions.Restart):
                outcome = self._outcomes.of_restart(packed, command.node)
            else:
                bits = packed & nas_mask
                if may_wait and bits not in waits:
                    waits[bits] = why_one_at_a_time(space.world(bits), command) is not None
                if may_wait and waits[bits]:
                    return None
                outcome = self._outcomes.of_command(packed, command.node, command.command)
            if outcome is None:
                return None
            packed = amount.put(packed, amount.of(packed) - 1)
            return self._carry_out(packed, outcome)

        return Move(command.node, core | sent, core, take, lambda _world: command)


def _place(world: World, key: LinkKey, position: int) -> int:
    """Where a message stands among all messages of a link, copies counted, that is `position`-th without them."""
    places = [place for place, each in enumerate(link_of(world, *key).queue) if each.copy == 1]
    return places[position]


def _union(masks: Iterable[int]) -> Mask:
    union = 0
    for mask in masks:
        union |= mask
    return union
