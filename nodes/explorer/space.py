"""The parts of a packed world, and packed worlds made into worlds again."""

from collections.abc import Iterable
from dataclasses import dataclass

from nodes.explorer.commands import commands_of
from nodes.explorer.fields import Bits, Mask, MessageNumber, Packed, Part, Relayout
from nodes.explorer.questions import Network
from nodes.explorer.reduction import Reduction
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, KeysPushRequest
from nodes.protocol.options import HSS, SCEF, Setup
from nodes.protocol.properties.monitor import Authenticated, Monitor, QuietRequest, Retired
from nodes.protocol.world.actions import Command, Restart
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.world import Envelope, Link, Message, NodeState, Timer, World

TimerKey = tuple[str, str, str]
"""Node, name and subject, as `Timer.key`."""
PushKey = tuple[str, str, int]
"""A push: who sends it, the IMSI that it is about, and its number."""


@dataclass(frozen=True, slots=True)
class Local:
    """A node and its timers: only the node itself starts and stops them."""

    state: NodeState
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """A link: numbers of messages in their order, and of copies, which come at any time. A copy has no place."""

    messages: tuple[MessageNumber, ...] = ()
    copies: tuple[MessageNumber, ...] = ()


LinkKey = tuple[str, str]

BUDGETS = (
    "reauthentications",
    "reallocations",
    "detaches",
    "accesses",
    "tracking_area_updates",
    "releases",
    "power_cycles",
    "restarts",
    "key_requests",
    "readings",
    "commands",
    "faults",
    "lost_pushes",
)
"""Bounds that are counted down in the world that is explored, over all UEs."""


class Space:
    """All parts. Numbers of values stay when the bits are laid out anew; packed worlds do not."""

    def __init__(self, setup: Setup, reduction: Reduction, network: Network) -> None:
        self.setup = setup
        self._bounds = reduction.bounds
        self._pairs = reduction.pairs
        self.network = network
        self._unsent = reduction.unsent
        # While something may be lost, the timer that an answer stops may expire: then answers are sent.
        self._sends_until_spent = bool(reduction.unsent) and network is Network.LOSE
        self.first = first_world(setup)
        self.names = tuple(state.name for state in self.first.nodes)
        self.nodes = {state.name: Part(Local(state)) for state in self.first.nodes}
        self.links: dict[LinkKey, Part[Queue]] = {}
        self.messages: list[Message] = []
        self._message_numbers: dict[Message, int] = {}
        self.lost: Part[tuple[TimerKey, ...]] = Part((), 6)
        self.doomed: Part[PushKey | None] = Part(None, 3 if reduction.bounds.lost_pushes else 0)
        self.retired: Part[tuple[Retired, ...]] = Part((), 4)
        self.authenticated: Part[tuple[Authenticated, ...]] = Part((), 4)
        self.quiet: Part[tuple[QuietRequest, ...]] = Part((), 4)
        self.commands = commands_of(setup, reduction)
        self.budgets = self._budgets()
        self.lay_out()

    def _budgets(self) -> dict[str, Bits]:
        amounts = {name: getattr(self._bounds, name) for name in BUDGETS}
        for ue in self.setup.ue_names:
            amounts[f"attaches {ue}"] = self._bounds.attaches
            for server in self.setup.application_server_names:
                # An opening that never comes would keep a search for P4 going after its answer (see `schedule`).
                amounts[f"sessions {ue} {server}"] = self._bounds.sessions if (ue, server) in self._pairs else 0
        self.amounts = amounts
        # At least one bit: what a way back to IN SYNC may use is counted in the same ones.
        return {name: Bits(max(amount, 1).bit_length()) for name, amount in amounts.items()}

    def lay_out(self) -> None:
        """Give every part its bits."""
        shift = 0
        for bits in self._all_bits():
            shift = bits.place(shift)
        self.width = shift
        self._sorted_links = sorted(self.links.items())
        self.links_mask = _union(part.bits for part in self.links.values())
        self.nodes_mask = _union(part.bits for part in self.nodes.values())
        self.budgets_mask = _union(self.budgets.values())
        self.monitor_mask = _union(part.bits for part in (self.retired, self.authenticated, self.quiet))
        self.ues_mask = self.nodes_union(self.setup.ue_names)
        self.mmes_mask = self.nodes_union(self.setup.mme_names)
        self._lay_out_unsent()
        nas_links = (part.bits for key, part in self.links.items() if self.is_nas(key))
        self.nas_mask = self.ues_mask | self.mmes_mask | _union(nas_links)

    def _lay_out_unsent(self) -> None:
        """Where only the last fault makes messages needless: the links that they are on, and what says so."""
        ends = {HSS, *self.setup.mme_names} if self._sends_until_spent else set()
        self._unsent_parts = [part for key, part in self.links.items() if key[0] == SCEF and key[1] in ends]
        self.unsent_mask = _union(part.bits for part in self._unsent_parts)
        self.sending_mask = self.budgets["faults"].mask if self._sends_until_spent else 0

    def nodes_union(self, names: Iterable[str]) -> Mask:
        """The bits of nodes."""
        return _union(self.nodes[name].bits for name in names)

    def nas_mask_of(self, command: Command | Restart) -> Mask:
        """The bits that say whether a NAS procedure runs for a command's UE: those `subjects.why_nas_busy` reads."""
        imsi = getattr(command.command, "imsi", None) if isinstance(command, Command) else None
        ue = next((name for name in self.setup.ue_names if imsi_of(name) == imsi), command.node)
        links = (part.bits for key, part in self.links.items() if ue in key and self.is_nas(key))
        return self.nodes_union((ue, *self.setup.mme_names)) | _union(links)

    def is_nas(self, key: LinkKey) -> bool:
        """Whether a link carries NAS messages, or S10 between two MMEs."""
        return set(key) <= {*self.setup.ue_names, *self.setup.mme_names}

    def _all_bits(self) -> list[Bits]:
        monitors = (self.retired, self.authenticated, self.quiet)
        return [
            *(part.bits for part in self.links.values()),
            *self.budgets.values(),
            self.lost.bits,
            self.doomed.bits,
            *(part.bits for part in monitors),
            *(part.bits for part in self.nodes.values()),
        ]

    @property
    def origin(self) -> Packed:
        """The first world, packed: all parts have their first value, whose number is 0, and budgets are full."""
        return self.with_budgets(0, self.amounts)

    def with_budgets(self, packed: Packed, amounts: dict[str, int]) -> Packed:
        """Set every budget; one that is not named is spent."""
        packed &= ~self.budgets_mask
        for name, bits in self.budgets.items():
            packed |= amounts.get(name, 0) << bits.shift
        return packed

    def link(self, key: LinkKey) -> Part[Queue]:
        """The part of a link.

        Raises:
            Relayout: nothing was ever sent on it before.
        """
        part = self.links.get(key)
        if part is None:
            self.links[key] = Part(Queue())
            raise Relayout
        return part

    def message_number(self, message: Message) -> MessageNumber:
        number = self._message_numbers.get(message)
        if number is None:
            number = self._message_numbers[message] = len(self.messages)
            self.messages.append(message)
        return number

    def push(self, key: LinkKey, message: MessageNumber) -> PushKey | None:
        """The push that a message on a link is, if it is one."""
        sent = self.messages[message]
        if isinstance(sent, KeysPushRequest | ActiveVectorPushRequest):
            return key[0], sent.imsi, sent.push
        return None

    def is_unsent(self, packed: Packed, message: MessageNumber) -> bool:
        """Whether a message need not be sent."""
        if not isinstance(self.messages[message], self._unsent):
            return False
        return not (self._sends_until_spent and self.budgets["faults"].of(packed))

    def without_unsent(self, packed: Packed) -> Packed:
        """The packed world without the messages in flight that need not be sent any more."""
        for part in self._unsent_parts:
            queue = part.of(packed)
            kept = tuple(each for each in queue.messages if not self.is_unsent(packed, each))
            packed = part.put(packed, Queue(kept, queue.copies))
        return packed

    def monitor(self, packed: Packed) -> Monitor:
        """The history that a packed world carries."""
        return Monitor(
            self.retired.of(packed),
            self.authenticated.of(packed),
            self.quiet.of(packed),
        )

    def world(self, packed: Packed) -> World:
        """The world; copies stand behind all other messages of their link, and have the copy number 2."""
        locals_ = [part.of(packed) for part in self.nodes.values()]
        timers = sorted((timer for local in locals_ for timer in local.timers), key=lambda timer: timer.key)
        links, ordinal = [], 0
        for key, part in self._sorted_links:
            # Most links are empty, which is their first value.
            if not packed & part.bits.mask:
                continue
            queue = part.of(packed)
            numbers = [(number, 1) for number in queue.messages] + [(number, 2) for number in queue.copies]
            envelopes = []
            for number, copy in numbers:
                ordinal += 1
                envelopes.append(Envelope(self.messages[number], ordinal, copy, ordinal))
            links.append(Link(*key, tuple(envelopes)))
        return World(
            tuple(local.state for local in locals_),
            tuple(links),
            tuple(timers),
            index=self.first.index,
            ordinals=ordinal,
            messages=ordinal,
        )


def _union(bits: Iterable[Bits]) -> Mask:
    union = 0
    for each in bits:
        union |= each.mask
    return union
