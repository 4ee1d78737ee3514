"""The log of a lab: steps, messages and verdicts of the transitions that one request takes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from django.utils import timezone

from nodes import models
from nodes.labs.checkpoints import checkpoint, distance
from nodes.labs.mapping import Columns, Prepared, insert, prepared, update
from nodes.protocol.identities import GUMMEI, GUTI, PLMNIdentity
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.properties.observation import Observation
from nodes.protocol.properties.verdict import VerdictSummary, diverges, judge, pairs
from nodes.protocol.runs.run import Run
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.diff import Change
from nodes.protocol.world.engine import Event, EventKind, Transition, message_name
from nodes.protocol.world.world import Envelope, Message, World, link_of

_FATES = {EventKind.RECEIVED: "delivered", EventKind.REFUSED: "refused", EventKind.LOST: "lost"}
_TAGS = {EventKind.LOST: "lost", EventKind.RESTARTED: "restart", EventKind.COPIED: "repeat"}
"""The tags of what the network or a node did, the strongest first."""


def plain_leaf(value: Any) -> Any:  # noqa: ANN401 - any leaf of a world, and JSON.
    """A changed leaf as people read it: no type tags, for it is never read back as a value."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, GUTI | GUMMEI | PLMNIdentity):
        return str(value)
    if isinstance(value, tuple):
        return [plain_leaf(each) for each in value]
    if is_dataclass(value):
        return {each.name: plain_leaf(getattr(value, each.name)) for each in fields(value)}
    return value


def _plain_change(change: Change) -> list[Any]:
    return [list(change.path), plain_leaf(change.old), plain_leaf(change.new)]


def _envelope(world: World, event: Event) -> Envelope | None:
    """The message in flight that an event at its receiving end is about; None where it came and went in one step."""
    queue = link_of(world, event.peer, event.node).queue
    return next((each for each in queue if (each.number, each.copy) == (event.number, event.copy)), None)


class Journal:
    """Collects what steps add to the log, and writes it once. Messages are told apart by ordinal.

    `lab` counts the steps; it may have no row yet. `before` is the world that the lab's rows are, None if it has none
    yet; `world` and `observation` are those of now.
    """

    def __init__(self, lab: models.Lab, before: World | None, world: World, observation: Observation) -> None:
        self.lab = lab
        self.before = before
        self.world = world
        self.observation = observation
        self._distance = distance(lab)
        self._checkpoints: list[Columns] = []
        self._steps: list[Columns] = []
        self._sent: dict[int, Columns] = {}
        self._changed: defaultdict[int, Columns] = defaultdict(dict)
        self._verdicts: dict[tuple[str, str], VerdictSummary] = {}
        self._new_verdicts: list[Columns] = []
        self._rows: list[tuple[type[models.Row], Prepared]] = []

    def add(self, action: Action, transition: Transition) -> None:
        """Take over a transition as the lab's next step."""
        before = self.world
        taken = Run(before, self.observation, self.lab.step).after(action, transition)
        self.world, self.observation, self.lab.step = taken.run.world, taken.run.observation, taken.run.step
        self._note_messages(before, transition)
        tag = self._tag(transition.events, self._judge(before, taken.touched))
        self._steps.append(
            {
                "number": self.lab.step,
                "action": to_plain(action, Action),
                "events": to_plain(transition.events, tuple[Event, ...]),
                "changes": [_plain_change(change) for change in taken.changes],
                "procedure": type(action.command).__name__ if isinstance(action, actions.Command) else "",
                "tag": tag,
                "taken": timezone.now(),
            }
        )
        if self.lab.step % self._distance == 0:
            self._checkpoints.append(checkpoint(self.lab, self.world, self.observation))

    def close(self) -> None:
        """Make the rows of all that was added: no transaction need wait for that."""
        for ordinal in self._changed.keys() & self._sent.keys():
            self._sent[ordinal] |= self._changed.pop(ordinal)
        added: tuple[tuple[type[models.Row], Iterable[Columns]], ...] = (
            (models.Message, self._sent.values()),
            (models.Step, self._steps),
            (models.VerdictChange, self._new_verdicts),
            (models.Checkpoint, self._checkpoints),
        )
        self._rows = [(model, prepared(model, rows)) for model, rows in added]

    def write(self, lab: models.Lab) -> None:
        """Write what was there when the journal was closed, as rows of this lab."""
        for ordinal, changed in self._changed.items():
            update(models.Message, {"lab": lab.pk, "ordinal": ordinal}, changed)
        for model, rows in self._rows:
            insert(model, lab, rows)

    def _note_messages(self, before: World, transition: Transition) -> None:
        for link in transition.world.links:
            for envelope in link.queue:
                if envelope.ordinal > before.ordinals:
                    self._sent[envelope.ordinal] = self._message(link.source, link.destination, envelope)
        for event in transition.events:
            if event.kind in _FATES:
                settled = _envelope(before, event)
                if settled is not None:
                    self._changed[settled.ordinal] |= {"settled_step": self.lab.step, "fate": _FATES[event.kind]}
            elif event.kind is EventKind.ALTERED:
                altered = _envelope(transition.world, event)
                if altered is not None:
                    self._changed[altered.ordinal]["body"] = to_plain(altered.message, Message)

    def _message(self, source: str, destination: str, envelope: Envelope) -> Columns:
        return {
            "number": envelope.number,
            "copy": envelope.copy,
            "ordinal": envelope.ordinal,
            "source": source,
            "destination": destination,
            "type": message_name(envelope.message),
            "body": to_plain(envelope.message, Message),
            "sent_step": self.lab.step,
        }

    def _judge(self, before: World, touched: frozenset[str]) -> list[tuple[VerdictSummary, VerdictSummary]]:
        """Judge the pairs that the step touched; what was and what is, where a verdict changed."""
        changed = []
        for pair in pairs(self.world, touched):
            was = self._verdicts.get(pair) or judge(before, *pair).summary
            now = self._verdicts[pair] = judge(self.world, *pair).summary
            if was != now:
                self._note_verdict(pair, was, now)
                changed.append((was, now))
        return changed

    def _note_verdict(self, pair: tuple[str, str], was: VerdictSummary, now: VerdictSummary) -> None:
        ue, server = pair
        self._new_verdicts.append(
            {
                "ue": ue,
                "application_server": server,
                "step": self.lab.step,
                "word": now.word.value,
                "has_new_word": was.word is not now.word,
                "summary": to_plain(now),
            }
        )

    @staticmethod
    def _tag(events: tuple[Event, ...], changed: list[tuple[VerdictSummary, VerdictSummary]]) -> str:
        """The word tag of a step on the scrubber: harm before divergence before what the network or a node did."""
        if any(now.harm > was.harm for was, now in changed):
            return "HARM"
        if any(diverges(was, now) for was, now in changed):
            return "≠"
        kinds = {event.kind for event in events}
        tag = next((tag for kind, tag in _TAGS.items() if kind in kinds), "")
        return tag or ("reorder" if any(event.out_of_order for event in events) else "")
