"""What is on its way and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.panels import Button, InFlight, QueuedMessage
from core.view.buttons import action_button
from core.view.scene import Scene
from core.view.words import OURS, message_label, reference_point
from nodes.protocol import engine
from nodes.protocol.actions import Alter, Deliver, Drop, Duplicate, Hold, Release
from nodes.protocol.alter import altered_field
from nodes.protocol.engine import EventKind
from nodes.protocol.provenance import VectorName, vector_of_message
from nodes.protocol.world import Envelope

MOST_MESSAGES: Final = 8
_ALTERED: Final = {"MAC-A in AUTN": "MAC-A", "UE network capability": "capability"}


@dataclass(frozen=True, slots=True)
class _Queued:
    """An envelope with its place: link and position in it."""

    source: str
    destination: str
    position: int
    envelope: Envelope

    @property
    def place(self) -> tuple[str, str, int]:
        return self.source, self.destination, self.position


def in_flight(scene: Scene) -> InFlight:
    """List what is on its way, the next delivery first, then what is about the shown UEs, the oldest first."""
    queue = _queue(scene)
    upcoming = engine.next_delivery(scene.world)
    place = None if upcoming is None else (upcoming.source, upcoming.destination, upcoming.position)
    queue.sort(key=lambda each: (each.place != place, *_rank(scene, each)))
    shown = queue[:MOST_MESSAGES]
    vectors = {event.number: event.vector for _, events in scene.told for event in events if _is_sending(event)}
    return InFlight(
        revision=scene.moment.revision,
        messages=tuple(_message(scene, each, vectors, is_next=each.place == place) for each in shown),
        more=len(queue) - len(shown),
    )


def _is_sending(event: engine.Event) -> bool:
    return event.kind is EventKind.SENT and event.vector is not None


def _queue(scene: Scene) -> list[_Queued]:
    return [
        _Queued(link.source, link.destination, position, envelope)
        for link in scene.world.links
        for position, envelope in enumerate(link.queue)
    ]


def _rank(scene: Scene, each: _Queued) -> tuple[bool, int]:
    is_foreign = not scene.concerns(each.source, each.destination, each.envelope.message)
    return is_foreign, each.envelope.ordinal


def _message(scene: Scene, each: _Queued, vectors: dict[int, VectorName | None], *, is_next: bool) -> QueuedMessage:
    envelope = each.envelope
    number = envelope.number
    vector = vectors.get(number) or vector_of_message(scene.world, envelope.message)
    name = engine.message_name(envelope.message)
    label = message_label(name, each.source, has_key=vector is not None)
    is_held = (each.source, each.destination) in scene.world.held
    return QueuedMessage(
        number=number,
        label=label,
        link=f"{scene.name(each.source)} → {scene.name(each.destination)}",
        buttons=tuple(_buttons(each, f"#{number} {label}", is_held=is_held, is_next=is_next)),
        badge=scene.badge(vector),
        meta=_meta(each),
        is_next=is_next,
        is_held=is_held,
        is_ours=name in OURS,
    )


def _meta(each: _Queued) -> str:
    parts = [reference_point(each.source, each.destination)]
    if each.envelope.copy > 1:
        parts.append(f"copy {each.envelope.copy} of #{each.envelope.number}")
    if each.position:
        parts.append(f"behind {each.position} on its link")
    return ", ".join(parts)


def _buttons(each: _Queued, about: str, *, is_held: bool, is_next: bool) -> Iterator[Button]:
    """Make the buttons of a message; to deliver one that is behind others on its link is a fault."""
    link = (each.source, each.destination)
    deliver = "Overtake" if each.position else "Deliver"
    yield action_button(deliver, Deliver(*each.place), about=about, primary=is_next)
    if is_held:
        yield action_button("Release", Release(*link), about=f"the link of {about}")
    else:
        yield action_button("Hold", Hold(*link), about=f"the link of {about}")
    yield action_button("Drop", Drop(*each.place), about=about)
    yield action_button("Duplicate", Duplicate(*each.place), about=about)
    field = altered_field(each.envelope.message)
    if field is not None:
        yield action_button(f"Alter {_ALTERED.get(field, field)}", Alter(*each.place), about=about)
