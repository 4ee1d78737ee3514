"""What is on its way and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from core.lab.buttons import action_button
from core.lab.parts import Button, Piece
from core.lab.scene import Scene
from core.lab.timers import RunningTimer, running_timers
from core.words.names import OURS, message_label
from nodes.diagram.rows import Badge, GUTITag, Note, label_with
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import IMSI
from nodes.protocol.messages.alter import altered_field
from nodes.protocol.messages.s1 import InitialMessage, OnConnection
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Alter, Deliver, Drop, Duplicate, Fail, Hold, LinkFault, Release
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.provenance import VectorName, guti_of_message, vector_of_message
from nodes.protocol.world.subjects import ue_of_message
from nodes.protocol.world.topology import reference_point
from nodes.protocol.world.world import Envelope, link_of, node


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage(Piece):
    """A message in flight. `link` is "MME → SCEF"; `meta` a second line: "T6a, repetition 1 of 4".

    `fate` says what its link will do to it: "will be lost". `place` is its place in the list: the one that comes next
    takes over the buttons, and the focus on them, of the one that was delivered.
    """

    fragment: ClassVar[str] = "queued"
    number: int
    label: str
    link: str
    buttons: tuple[Button, ...]
    place: int = 0
    badge: Badge | None = None
    meta: str = ""
    fate: str = ""
    is_next: bool = False
    is_held: bool = False
    is_ours: bool = False
    """Whether it is not defined by 3GPP; marked †."""
    guti: GUTITag | None = None
    """The GUTI that it carries."""

    @property
    def name(self) -> Note:
        """The label with what belongs to it."""
        return label_with(self.label, self.guti, is_ours=self.is_ours)

    @property
    def id(self) -> str:
        return f"queued-{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlight(Piece):
    """`messages` are those at hand, `rest` the others; `more` counts what is only on a page of its own."""

    fragment: ClassVar[str] = "inflight"
    lab_key: str
    at: int = 0
    messages: tuple[QueuedMessage, ...] = ()
    rest: tuple[QueuedMessage, ...] = ()
    more: int = 0
    waiting: RunningTimer | None = None
    """Where nothing is in flight: the timer that runs out first."""

    @property
    def queue(self) -> "Queue":
        return Queue(self.messages)

    @property
    def parts(self) -> tuple[Piece, ...]:
        return (self.queue, *self.rest) if self.messages else ()

    @property
    def total(self) -> int:
        return len(self.messages) + len(self.rest) + self.more


@dataclass(frozen=True, slots=True)
class Queue(Piece):
    """The messages at hand."""

    fragment: ClassVar[str] = "queue"
    messages: tuple[QueuedMessage, ...]

    @property
    def parts(self) -> tuple[QueuedMessage, ...]:
        return self.messages


MOST_MESSAGES: Final = 8
MOST_FOLDED: Final = 24
"""Messages after the first ones; what is left beyond them has a page of its own."""
_ALTERED: Final = {"MAC-A in AUTN": "MAC-A", "UE network capability": "capability"}
_OVERTAKE: Final = "Out of order: a fault"
_NOT_NAS: Final = "NAS only"
_NO_FIELD: Final = "no field offered"
_FAIL: Final = "Lower layer failure: the message is lost for good, and both ends abandon the procedure"


@dataclass(frozen=True, slots=True)
class _Queued:
    """An envelope with its place: link and position in it."""

    source: str
    destination: str
    position: int
    envelope: Envelope

    @property
    def link(self) -> tuple[str, str]:
        return self.source, self.destination

    @property
    def place(self) -> tuple[str, str, int]:
        return self.source, self.destination, self.position


def in_flight(scene: Scene) -> InFlight:
    """List what is on its way, the next delivery first, then what is about the shown UEs, the oldest first."""
    return _listed(scene, MOST_MESSAGES + MOST_FOLDED)


def all_in_flight(scene: Scene) -> InFlight:
    """List all of it, for a page of its own."""
    return _listed(scene, None)


def _listed(scene: Scene, most: int | None) -> InFlight:
    queue = _queue(scene)
    upcoming = engine.next_delivery(scene.world)
    place = None if upcoming is None else (upcoming.source, upcoming.destination, upcoming.position)
    queue.sort(key=lambda each: (each.place != place, *_rank(scene, each)))
    vectors = {event.number: event.vector for _, events in scene.shown_steps for event in events if _is_sending(event)}
    messages = tuple(
        replace(_message(scene, each, vectors, is_next=each.place == place), place=number)
        for number, each in enumerate(queue[:most])
    )
    return InFlight(
        lab_key=scene.moment.lab_key,
        at=scene.moment.at,
        messages=messages[:MOST_MESSAGES],
        rest=messages[MOST_MESSAGES:],
        more=len(queue) - len(messages),
        waiting=None if queue else next(iter(running_timers(scene)), None),
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
    is_held = each.link in scene.world.held
    return QueuedMessage(
        number=number,
        label=label,
        link=f"{scene.name(each.source)} → {scene.name(each.destination)}",
        buttons=tuple(_buttons(each, f"#{number} {label}", is_held=is_held, is_next=is_next)),
        badge=scene.badge(vector),
        meta=_meta(each),
        fate=_fate(scene, each),
        is_next=is_next,
        is_held=is_held,
        is_ours=name in OURS,
        guti=scene.guti_tag(guti_of_message(envelope.message), _imsi(scene, each)),
    )


def _imsi(scene: Scene, each: _Queued) -> IMSI | None:
    """Find the IMSI of the UE that a message is about."""
    ue = ue_of_message(scene.world, *each.link, each.envelope.message)
    state = None if ue is None else node(scene.world, ue)
    return state.imsi if isinstance(state, UEState) else None


def _meta(each: _Queued) -> str:
    parts = [reference_point(*each.link)]
    if isinstance(each.envelope.message, InitialMessage):
        parts.append("begins a connection")
    if each.envelope.copy > 1:
        parts.append(f"copy {each.envelope.copy} of #{each.envelope.number}")
    if each.position:
        ahead = "1 message is" if each.position == 1 else f"{each.position} messages are"
        parts.append(f"{ahead} ahead of it; delivering this one first is a reordering fault")
    return ", ".join(parts)


def _fate(scene: Scene, each: _Queued) -> str:
    """Say what an armed link does to the message that it would deliver next, and to one that is passed."""
    faults = {fault for *link, fault in scene.world.armed if tuple(link) == each.link}
    queue = link_of(scene.world, *each.link).queue
    is_reordered = LinkFault.REORDER in faults and LinkFault.LOSE not in faults
    goes_first = 1 if is_reordered and len(queue) > 1 else 0
    if each.position != goes_first:
        return f"#{queue[goes_first].number} will overtake it" if each.position < goes_first else ""
    if LinkFault.LOSE in faults:
        return "will be lost"
    words = [f"will overtake #{queue[0].number}"] if goes_first else []
    if is_reordered and not goes_first:
        words.append("waits for the next one to pass")
    if LinkFault.REPEAT in faults:
        words.append("will be repeated")
    return ", ".join(words)


def _buttons(each: _Queued, about: str, *, is_held: bool, is_next: bool) -> Iterator[Button]:
    """Make the buttons of a message, those of the next one with keys; to deliver one behind others is a fault."""

    def key(letter: str) -> str:
        return letter if is_next else ""

    if each.position:
        yield action_button("Overtake", Deliver(*each.place), about=f"{about}, out of order: a fault", title=_OVERTAKE)
    else:
        yield action_button("Deliver", Deliver(*each.place), about=about, primary=is_next)
    if is_held:
        yield action_button("Release", Release(*each.link), about=f"the link of {about}")
    else:
        yield action_button("Hold", Hold(*each.link), about=f"the link of {about}", key_hint=key("H"))
    yield action_button("Drop", Drop(*each.place), about=about, key_hint=key("L"))
    yield action_button("Duplicate", Duplicate(*each.place), about=about, key_hint=key("Y"))
    if isinstance(each.envelope.message, OnConnection):
        yield action_button("Fail", Fail(*each.place), about=about, title=_FAIL, key_hint=key("F"))
    else:
        yield Button("Fail", about=about, enabled=False, reason=_NOT_NAS)
    field = altered_field(each.envelope.message)
    if field is not None:
        yield action_button(f"Alter {_ALTERED.get(field, field)}", Alter(*each.place), about=about, key_hint=key("V"))
    else:
        yield Button("Alter", about=about, enabled=False, reason=_NO_FIELD)
