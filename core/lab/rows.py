"""From events to rows of the ladder: arrows, what nodes say about them, and what happens to links and time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.lab.moment import StepRecord
from core.lab.scene import Scene
from core.words.names import FAULT_OF_VALUE, OURS, TIMER_OF_VALUE, message_label
from core.words.notes import note_of, sentence_of, with_guti
from nodes.diagram.rows import SETTLING, Badge, GUTITag, Note, Row, RowKind, Strong
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, KeysPushAnswer
from nodes.protocol.world.engine import Event, EventKind
from nodes.protocol.world.note_words import why_lost
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.topology import reference_point

ARROWS: Final = {
    EventKind.SENT: RowKind.SEND,
    EventKind.RECEIVED: RowKind.RECEIVE,
    EventKind.REFUSED: RowKind.REFUSED,
    EventKind.LOST: RowKind.LOST,
    EventKind.COPIED: RowKind.COPIED,
}
_UNREAD: Final = frozenset({NoteKind.DROPPED, NoteKind.MISMATCH})
"""What a node says of a message that it does not read on."""
_PUSH_ANSWERS: Final = frozenset({KeysPushAnswer.__name__, ActiveVectorPushAnswer.__name__})


@dataclass(frozen=True, slots=True)
class _Pending:
    """What a node said, or a timer that expired there, before it is known whether the node sends something.

    After a restart the node says what it lost.
    """

    node: str
    timer: str = ""
    note: Note = ()
    kind: RowKind = RowKind.LOCAL

    @property
    def before_sending(self) -> Note:
        return self.note or (f"on {self.timer}",)

    @property
    def alone(self) -> Note:
        return joined((f"{self.timer} expires",) if self.timer else (), self.note)


class RowMaker:
    """Makes the rows of one step after the other; remembers what messages carried when they were sent."""

    def __init__(self, scene: Scene, columns: Mapping[str, int], harm: Mapping[int, int]) -> None:
        self.scene = scene
        self.columns = columns
        self.harm = harm
        self._vectors: dict[int, VectorName | None] = {}
        self._gutis: dict[int, GUTITag | None] = {}
        self._answered: dict[int, Badge | None] = {}
        self._rows: list[Row] = []
        self._pending: _Pending | None = None

    def rows(self, step: StepRecord, events: Iterable[Event], tag: str) -> tuple[Row, ...]:
        """Make the rows of a step. `tag` marks the first of what nodes did in it."""
        self._rows = []
        for event in events:
            self._take(step.number, event)
        self._flush(step.number)
        rows = self._rows
        # What the network copied is told before what its receiver did with it.
        marked = next((i for i, row in enumerate(rows) if row.kind is not RowKind.COPIED), 0)
        if rows and tag == "≠" and not rows[marked].mark:
            rows[marked] = replace(rows[marked], mark=tag)
        return tuple(rows)

    def _take(self, step: int, event: Event) -> None:
        if event.kind in ARROWS:
            self._arrow(step, event)
        elif event.kind is EventKind.NOTED:
            self._note(step, event)
        elif event.kind is EventKind.EXPIRED:
            self._flush(step)
            self._pending = _Pending(event.node, TIMER_OF_VALUE[event.text])
        elif event.kind is EventKind.RESTARTED:
            self._flush(step)
            self._pending = _Pending(event.node, kind=RowKind.RESTART)
        elif event.kind is not EventKind.COMMAND:
            self._flush(step)
            self._rows.append(self._network(step, event))

    def _arrow(self, step: int, event: Event) -> None:
        note: Note = (Strong("out of order"),) if event.out_of_order else ()
        if event.kind is EventKind.SENT:
            self._vectors[event.number] = event.vector
            self._gutis[event.number] = self._guti(event)
            pending = self._pending
            if pending is not None and pending.node == event.node and pending.kind is not RowKind.RESTART:
                note, self._pending = pending.before_sending, None
        elif reason := self._reason(event):
            note = joined(note, (reason,))
        self._flush(step)
        vector = event.vector or self._vectors.get(event.number)
        source = event.node if event.kind is EventKind.SENT else event.peer
        self._rows.append(
            Row(
                step=step,
                kind=ARROWS[event.kind],
                lifeline=self.columns[event.node],
                peer=self.columns[event.peer],
                message=event.number,
                copy=event.copy,
                label=message_label(event.message, source, has_key=vector is not None),
                badge=self.scene.badge(vector),
                about=self._about(event),
                is_ours=event.message in OURS,
                guti=self._gutis.get(event.number),
                note=note,
                mark="lost" if event.kind is EventKind.LOST else "",
            )
        )

    def _reason(self, event: Event) -> str:
        """Why a message was refused or lost; nothing of others."""
        return sentence_of(self.scene.moment.setup, event) or why_lost(event)

    def _guti(self, event: Event) -> GUTITag | None:
        """Give the tag of what a message carries: whom it names changes with time, and the row does not say that."""
        return self.scene.guti_tag(event.guti)

    def _about(self, event: Event) -> Badge | None:
        """Give the AV of the push that an answer answers."""
        if event.message not in _PUSH_ANSWERS:
            return None
        if event.kind is EventKind.SENT:
            received = (row for row in self._rows if row.lifeline == self.columns[event.node] and row.kind in SETTLING)
            self._answered[event.number] = next((row.badge for row in received), None)
        return self._answered.get(event.number)

    def _note(self, step: int, event: Event) -> None:
        """Put a note on the row in which its node got a message, else before what the node sends next."""
        note = note_of(self.scene.moment.setup, event, self.scene.badge(event.vector))
        index = self._receipt(event.node)
        if self._pending is not None and self._pending.node == event.node:
            self._pending = replace(self._pending, note=joined(self._pending.note, note))
        elif index is None or self._rows[index].mark.startswith("HARM"):
            self._flush(step)
            self._pending = _Pending(event.node, note=note)
        elif event.note is NoteKind.NOT_OPENED:
            # The tag says it all.
            self._rows[index] = replace(self._rows[index], mark=f"HARM {self.harm[step]}")
        else:
            row = self._rows[index]
            kind = RowKind.REFUSED if event.note in _UNREAD else row.kind
            self._rows[index] = replace(row, kind=kind, note=joined(row.note, with_guti(note, row.guti)))

    def _receipt(self, node: str) -> int | None:
        """Find the row of this step in which a node got a message."""
        column = self.columns[node]
        found = (i for i, row in enumerate(self._rows) if row.lifeline == column and row.kind in SETTLING)
        return next(found, None)

    def _flush(self, step: int) -> None:
        """Give what a node said about itself a row of its own."""
        if self._pending is not None:
            column, kind = self.columns[self._pending.node], self._pending.kind
            self._rows.append(Row(step=step, kind=kind, lifeline=column, note=self._pending.alone))
            self._pending = None

    def _network(self, step: int, event: Event) -> Row:
        note = (network_words(self.scene, event),)
        if event.kind is EventKind.ADVANCED:
            return Row(step=step, kind=RowKind.NETWORK, lifeline=0, note=note)
        here, there = self.columns[event.node], self.columns[event.peer]
        return Row(step=step, kind=RowKind.NETWORK, lifeline=here, peer=there, note=note)


def network_words(scene: Scene, event: Event) -> str:
    """Say what was done to a link, to a message on it, or to lab time."""
    if event.kind is EventKind.ADVANCED:
        return f"{event.values[0]} s of lab time pass"
    link = f"{reference_point(event.peer, event.node)}, {scene.name(event.peer)} → {scene.name(event.node)}"
    if event.kind is EventKind.ALTERED:
        return f"#{event.number}: {event.text} altered in transit"
    if event.kind in {EventKind.ARMED, EventKind.DISARMED}:
        taken_back = ", taken back" if event.kind is EventKind.DISARMED else ""
        return f"{link}: {FAULT_OF_VALUE[event.text]}{taken_back}"
    return f"{link}: {event.kind.value}"


def joined(first: Note, second: Note) -> Note:
    return (*first, ", ", *second) if first and second else (*first, *second)
