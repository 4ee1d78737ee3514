"""What a node makes of a message, a command or an expiry: its own handlers, each asked once for each of its values."""

from collections.abc import Callable
from dataclasses import dataclass

from nodes.explorer.fields import Packed
from nodes.explorer.space import LinkKey, Local, Space, TimerKey
from nodes.protocol.entities.machine import (
    LoseFrom,
    NoteKind,
    Send,
    StartTimer,
    Step,
    StopTimer,
    dropped,
    handle,
)
from nodes.protocol.entities.timers import WAITING_TIMERS, TimerName
from nodes.protocol.errors import CommandRefused, UnexpectedMessage
from nodes.protocol.messages.commands import NodeCommand
from nodes.protocol.world.outputs import started, with_timer
from nodes.protocol.world.world import HANDLERS, NodeState, Timer


@dataclass(frozen=True, slots=True)
class Reaction:
    """The node's next value, what it sends (link and message, by number), the timers it touched, what it told.

    `waits` are timers that it started and that supervise nothing; `lost_from` the nodes whose messages to it are lost.
    """

    node: str
    local: int
    sends: tuple[tuple[LinkKey, int], ...] = ()
    timers: frozenset[TimerKey] = frozenset()
    notes: frozenset[NoteKind] = frozenset()
    waits: tuple[TimerKey, ...] = ()
    lost_from: tuple[str, ...] = ()


class Reactions:
    """Reactions of one space, kept by the number of the node's value and what happens to it."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._kept: dict[tuple[object, ...], Reaction | None] = {}

    def of_message(self, packed: Packed, key: LinkKey, message: int) -> Reaction:
        """A message reaches the node at the end of a link. What it refuses only goes."""
        source, name = key
        return _sure(
            self._of(packed, name, ("message", source, message), lambda local: self._message(local, key, message))
        )

    def _message(self, local: Local, key: LinkKey, message: int) -> tuple[Step[NodeState], tuple[Timer, ...]]:
        try:
            done = handle(HANDLERS[type(local.state)], local.state, self._space.messages[message], key[0])
        except UnexpectedMessage as refusal:
            done = dropped(local.state, refusal.remark)
        return done, local.timers

    def of_command(self, packed: Packed, name: str, command: NodeCommand) -> Reaction | None:
        """A command; None when the node refuses it."""
        return self._of(
            packed,
            name,
            ("command", command),
            lambda local: (HANDLERS[type(local.state)].commands[type(command)](local.state, command), local.timers),
        )

    def of_expiry(self, packed: Packed, key: TimerKey) -> Reaction:
        """A timer that runs expires."""
        name, timer, subject = key

        def expire(local: Local) -> tuple[Step[NodeState], tuple[Timer, ...]]:
            expiry = HANDLERS[type(local.state)].expiries[TimerName(timer)]
            return expiry(local.state, subject), tuple(each for each in local.timers if each.key != key)

        return _sure(self._of(packed, name, ("expiry", timer, subject), expire))

    def of_failure(self, packed: Packed, name: str, peer: str) -> Reaction:
        """The connection of a UE and an MME broke: one of them is told."""
        return _sure(self._of(packed, name, ("failure", peer), lambda local: _told(local, peer)))

    def of_restart(self, packed: Packed, name: str) -> Reaction | None:
        """A node restarts: its timers stop."""
        return self._of(packed, name, ("restart",), _restarted)

    def _of(
        self,
        packed: Packed,
        name: str,
        what: tuple[object, ...],
        handler: Callable[[Local], tuple[Step[NodeState], tuple[Timer, ...]] | None],
    ) -> Reaction | None:
        part = self._space.nodes[name]
        key = (name, part.bits.of(packed), *what)
        if key not in self._kept:
            try:
                done = handler(part.of(packed))
            except CommandRefused:
                done = None
            self._kept[key] = None if done is None else self._outcome(part.of(packed), *done)
        return self._kept[key]

    def _outcome(self, before: Local, done: Step[NodeState], timers: tuple[Timer, ...]) -> Reaction:
        """Carry out outputs as `outputs.apply` does."""
        name = done.state.name
        sends: list[tuple[LinkKey, int]] = []
        # A restart stops timers without a word.
        touched: set[TimerKey] = {timer.key for timer in set(before.timers) - set(timers)}
        waits: set[TimerKey] = set()
        lost_from: list[str] = []
        notes: set[NoteKind] = set()
        for output in done.outputs:
            match output:
                case Send():
                    sends.append(((name, output.destination), self._space.message_number(output.message)))
                case StartTimer():
                    timer = started(name, output)
                    timers = with_timer(timers, timer)
                    touched.add(timer.key)
                    if timer.name in WAITING_TIMERS:
                        waits.add(timer.key)
                case StopTimer():
                    key = (name, output.name.value, output.subject)
                    timers = tuple(each for each in timers if each.key != key)
                    touched.add(key)
                    waits.discard(key)
                case LoseFrom():
                    lost_from.append(output.source)
                case _:
                    notes.add(output.kind)
        local = self._space.nodes[name].number(Local(done.state, timers))
        told = frozenset(notes)
        return Reaction(name, local, tuple(sends), frozenset(touched), told, tuple(sorted(waits)), tuple(lost_from))


def _told(local: Local, peer: str) -> tuple[Step[NodeState], tuple[Timer, ...]] | None:
    tell = HANDLERS[type(local.state)].lower_layer_failure
    return None if tell is None else (tell(local.state, peer), local.timers)


def _restarted(local: Local) -> tuple[Step[NodeState], tuple[Timer, ...]] | None:
    restart = HANDLERS[type(local.state)].restart
    return None if restart is None else (restart(local.state), ())


def _sure(outcome: Reaction | None) -> Reaction:
    """Only commands are refused."""
    assert outcome is not None  # noqa: S101 -- Says to the type checker what the line above says.
    return outcome
