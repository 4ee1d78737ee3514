"""What of a run is a packet: every message that is sent, every copy, and every message that was changed on its way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from nodes.protocol.messages.alter import alter
from nodes.protocol.options import Setup
from nodes.protocol.world.actions import Action, Advance
from nodes.protocol.world.engine import transition
from nodes.protocol.world.events import Event, EventKind, message_name
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.note_words import why_lost, words_of_note
from nodes.protocol.world.world import Message, World, link_of

_STEP: Final = 1_000
_SECOND: Final = 1_000_000


@dataclass(slots=True)
class Packet:
    """A message on its way: its number and copy, the step in which it went out, and what befell it."""

    number: int
    copy: int
    step: int
    microseconds: int
    source: str
    destination: str
    message: Message
    what: str = ""
    fates: list[str] = field(default_factory=list)

    @property
    def comment(self) -> str:
        """#6 AttachRequest, step 3; then what befell it."""
        said = (f"#{self.number} {message_name(self.message)}, step {self.step}", self.what, *self.fates)
        return "; ".join(part for part in said if part)


@dataclass(slots=True)
class Packets:
    """The packets of a run in order, and how many messages no world shows, by name."""

    found: list[Packet] = field(default_factory=list)
    unseen: Counter[str] = field(default_factory=Counter)
    step: int = 0
    microseconds: int = 0
    _last: dict[tuple[int, int], Packet] = field(default_factory=dict)

    def take(self, world: World, action: Action) -> World:
        """Take the next step of a run, and note what it sends; errors as `transition`."""
        done = transition(world, action)
        self.step += 1
        # A step takes a millisecond, so that packets of one moment of lab time follow each other.
        self.microseconds += _STEP + (action.seconds * _SECOND if isinstance(action, Advance) else 0)
        for event in done.events:
            self._note(done.world, event)
        return done.world

    def _note(self, world: World, event: Event) -> None:
        key = (event.number, event.copy)
        match event.kind:
            case EventKind.SENT:
                self._send(world, event)
            case EventKind.COPIED:
                self._copy(event)
            case EventKind.ALTERED:
                self._alter(event)
            case EventKind.LOST if key in self._last:
                why = why_lost(event)
                self._last[key].fates.append(f"LOST ({why})" if why else "LOST")
            case EventKind.REFUSED if key in self._last and event.remark is not None:
                self._last[key].fates.append(f"refused: {words_of_note(event.remark, event.values)}")
            case _:
                pass

    def _send(self, world: World, event: Event) -> None:
        queue = link_of(world, event.node, event.peer).queue
        message = next((each.message for each in queue if each.number == event.number), None)
        if message is None:  # The step that sent it took it off as well.
            self.unseen[event.message] += 1
        else:
            self._add(event, event.node, event.peer, message)

    def _copy(self, event: Event) -> None:
        """A message of which a copy is made is on its way, so it was seen."""
        original = next(packet for key, packet in self._last.items() if key[0] == event.number)
        self._add(event, event.peer, event.node, original.message, f"COPY {event.copy} OF #{event.number}")

    def _alter(self, event: Event) -> None:
        changed = alter(self._last[event.number, event.copy].message)
        self._add(event, event.peer, event.node, changed, f"ALTERED on its way: {event.text}")

    def _add(self, event: Event, source: str, destination: str, message: Message, what: str = "") -> None:
        self.microseconds += 1
        packet = Packet(event.number, event.copy, self.step, self.microseconds, source, destination, message, what)
        self.found.append(packet)
        self._last[event.number, event.copy] = packet


def packets_of(setup: Setup, actions: Iterable[Action]) -> Packets:
    """The packets of a run.

    Raises:
        CommandRefused, NoSuchAction: an action cannot be taken.
    """
    packets, world = Packets(), first_world(setup)
    for action in actions:
        world = packets.take(world, action)
    return packets
