"""The log of a lab: steps, messages and verdicts of the transitions that one transaction takes."""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from nodes import models
from nodes.protocol import actions
from nodes.protocol.actions import Action
from nodes.protocol.diff import Change, diff
from nodes.protocol.engine import Event, EventKind, Transition, message_name
from nodes.protocol.identities import GUMMEI, GUTI, PLMNIdentity
from nodes.protocol.plain import from_plain, to_plain
from nodes.protocol.verdict import VerdictSummary, diverges, judge, pairs, touched_ues
from nodes.protocol.world import Envelope, Message, World

_FATES = {EventKind.RECEIVED: "delivered", EventKind.REFUSED: "refused", EventKind.LOST: "lost"}


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


class Journal:
    """Collects what a transaction's steps add to the log, and writes it once."""

    def __init__(self, lab: models.Lab, world: World) -> None:
        self.lab = lab
        self.world = world
        self._steps: list[models.Step] = []
        self._sent: dict[tuple[int, int], models.Message] = {}
        self._settled: dict[tuple[int, int], tuple[int, str]] = {}
        self._altered: dict[tuple[int, int], Any] = {}
        self._verdicts: dict[tuple[str, str], models.VerdictChange] = {}
        self._new_verdicts: list[models.VerdictChange] = []

    def add(self, action: Action, transition: Transition) -> None:
        """Take over a transition as the lab's next step."""
        before, self.world = self.world, transition.world
        self.lab.step += 1
        changes = diff(before, self.world)
        self._note_messages(before, transition)
        tag = self._tag(transition.events, self._judge(before, changes))
        self._steps.append(
            models.Step(
                lab=self.lab,
                number=self.lab.step,
                action=to_plain(action, Action),
                events=to_plain(transition.events, tuple[Event, ...]),
                changes=[_plain_change(change) for change in changes],
                procedure=type(action.command).__name__ if isinstance(action, actions.Command) else "",
                tag=tag,
            )
        )

    def write(self) -> None:
        """Write all that was added."""
        new = {key: row for key, row in self._sent.items()}
        for key, (step, fate) in self._settled.items():
            if key in new:
                new[key].settled_step, new[key].fate = step, fate
            else:
                self._row(key).update(settled_step=step, fate=fate)
        for key, body in self._altered.items():
            if key in new:
                new[key].body = body
            else:
                self._row(key).update(body=body)
        models.Message.objects.bulk_create(new.values())
        models.Step.objects.bulk_create(self._steps)
        models.VerdictChange.objects.bulk_create(self._new_verdicts)

    def _row(self, key: tuple[int, int]) -> Any:  # noqa: ANN401 - a query set.
        return models.Message.objects.filter(lab=self.lab, number=key[0], copy=key[1])

    def _note_messages(self, before: World, transition: Transition) -> None:
        for link in transition.world.links:
            for envelope in link.queue:
                if envelope.ordinal > before.ordinals:
                    key = (envelope.number, envelope.copy)
                    self._sent[key] = self._message(link.source, link.destination, envelope)
        for event in transition.events:
            key = (event.number, event.copy)
            if event.kind in _FATES:
                self._settled[key] = (self.lab.step, _FATES[event.kind])
            elif event.kind is EventKind.ALTERED:
                self._altered[key] = self._body_of(transition.world, event)

    def _message(self, source: str, destination: str, envelope: Envelope) -> models.Message:
        return models.Message(
            lab=self.lab,
            number=envelope.number,
            copy=envelope.copy,
            ordinal=envelope.ordinal,
            source=source,
            destination=destination,
            type=message_name(envelope.message),
            body=to_plain(envelope.message, Message),
            sent_step=self.lab.step,
        )

    @staticmethod
    def _body_of(world: World, event: Event) -> Any:  # noqa: ANN401 - JSON.
        return next(
            to_plain(envelope.message, Message)
            for link in world.links
            for envelope in link.queue
            if (envelope.number, envelope.copy) == (event.number, event.copy)
        )

    def _judge(self, before: World, changes: tuple[Change, ...]) -> list[tuple[VerdictSummary | None, VerdictSummary]]:
        """Judge the pairs that the step touched; what was and what is, where a verdict changed."""
        touched = touched_ues(before, self.world, changes)
        changed = []
        for ue, server in pairs(self.world, touched):
            row = self._last_verdict(ue, server)
            was = None if row is None else from_plain(VerdictSummary, row.summary)
            now = judge(self.world, ue, server).summary
            if was == now:
                continue
            since = self.lab.step if row is None or was is None or was.word is not now.word else row.since
            new = models.VerdictChange(
                lab=self.lab,
                ue=ue,
                application_server=server,
                step=self.lab.step,
                since=since,
                word=now.word.value,
                summary=to_plain(now),
            )
            self._verdicts[ue, server] = new
            self._new_verdicts.append(new)
            changed.append((was, now))
        return changed

    def _last_verdict(self, ue: str, server: str) -> models.VerdictChange | None:
        key = (ue, server)
        if key not in self._verdicts:
            rows = models.VerdictChange.objects.filter(lab=self.lab, ue=ue, application_server=server)
            found = rows.order_by("-step").first()
            if found is None:
                return None
            self._verdicts[key] = found
        return self._verdicts[key]

    @staticmethod
    def _tag(events: tuple[Event, ...], changed: list[tuple[VerdictSummary | None, VerdictSummary]]) -> str:
        """The word tag of a step on the scrubber: harm before divergence before loss."""
        if any(now.harm > (0 if was is None else was.harm) for was, now in changed):
            return "HARM"
        if any(diverges(was, now) for was, now in changed):
            return "≠"
        return "lost" if any(event.kind is EventKind.LOST for event in events) else ""
