"""One sentence on the last step, for those who hear the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from core.lab.parts import Piece
from core.lab.rows import ARROWS, network_words
from core.lab.scene import Scene
from core.words.names import COMMANDS, TIMER_OF_VALUE, message_label
from core.words.notes import sentence_of
from nodes.protocol.world.engine import Event, EventKind
from nodes.protocol.world.note_words import why_lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Piece):
    """One sentence for those who hear the page: "Step 8: SCEF answered AS with Ks of AV 1"."""

    fragment: ClassVar[str] = "status"
    sentence: str


def status(scene: Scene) -> Status:
    """Say what the last step did, losses and refusals included."""
    moment = scene.moment
    last = next((step for step in reversed(moment.steps) if step.number == moment.at), None)
    words = "nothing has happened yet" if last is None else sentence(scene, last.events)
    return Status(sentence=f"Step {moment.at}: {words}.")


def sentence(scene: Scene, events: Iterable[Event]) -> str:
    """Put the events of a step into one sentence, without a full stop."""
    return "; ".join(_clause(scene, event) for event in events)


def _clause(scene: Scene, event: Event) -> str:
    here, there = (scene.name(name) if name else "" for name in (event.node, event.peer))
    if event.kind in ARROWS:
        return _about_message(scene, event, here, there)
    match event.kind:
        case EventKind.COMMAND:
            return f"{here} is told: {COMMANDS[event.text].title}"
        case EventKind.RESTARTED:
            return f"{here} restarts"
        case EventKind.EXPIRED:
            return f"{TIMER_OF_VALUE[event.text]} expires at {here}"
        case EventKind.NOTED:
            return f"{here}: {sentence_of(scene.moment.setup, event)}{_vector(scene, event)}"
        case _:
            return network_words(scene, event)


def _about_message(scene: Scene, event: Event, here: str, there: str) -> str:
    source = event.node if event.kind is EventKind.SENT else event.peer
    label = message_label(event.message, source, has_key=event.vector is not None)
    message = f"{label} #{event.number}{_vector(scene, event)}"
    copy = f"copy {event.copy} of " if event.copy > 1 else ""
    late = " out of order" if event.out_of_order else ""
    match event.kind:
        case EventKind.SENT:
            return f"{here} sends {message} to {there}"
        case EventKind.RECEIVED:
            return f"{here} gets {copy}{message} from {there}{late}"
        case EventKind.REFUSED:
            return f"{here} ignores {copy}{message} from {there}{late}: {sentence_of(scene.moment.setup, event)}"
        case EventKind.LOST:
            why = why_lost(event)
            return f"{copy}{message} from {there} to {here} is lost{f': {why}' if why else ''}"
        case _:
            return f"the network copies {message} from {there} to {here}"


def _vector(scene: Scene, event: Event) -> str:
    badge = scene.badge(event.vector)
    return f" with {badge.text}" if badge else ""
