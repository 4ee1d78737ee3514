"""Which events of the shown steps are about the shown UEs and the shown AS."""

from collections.abc import Iterator

from core.lab.moment import Moment, StepRecord
from nodes.protocol.world.actions import Action, Advance, Command, Expire, Restart
from nodes.protocol.world.engine import Event, EventKind


def select(moment: Moment, shown: frozenset[str]) -> Iterator[tuple[StepRecord, tuple[Event, ...]]]:
    """Leave out what is about other UEs; an event says so itself, or by the message whose receipt caused it."""
    subjects: dict[int, str] = {}
    for step in moment.steps:
        subject = _subject(step, subjects)
        for event in step.events:
            if event.kind is EventKind.SENT and subject is not None:
                subjects[event.number] = subject
        is_ours = subject is None or subject in shown
        yield step, tuple(event for event in step.events if is_ours and _is_shown(moment, event))


def _subject(step: StepRecord, subjects: dict[int, str]) -> str | None:
    """Name the UE or IMSI that a step is about; None: nobody, everybody, or unknown."""
    if isinstance(step.action, Restart):
        return None
    named = subject_of_action(step.action)
    if named is not None:
        return named
    for event in step.events:
        if event.number in subjects and event.kind is not EventKind.SENT:
            return subjects[event.number]
    return next((part for change in step.changes if (part := _subject_of_path(change.path))), None)


def _subject_of_path(path: tuple[str, ...]) -> str | None:
    candidates = (subject_of(part) for part in path)
    return next((part for part in candidates if part.startswith("ue-") or part.isdigit()), None)


def _is_shown(moment: Moment, event: Event) -> bool:
    """Whether both ends of an event have, or may get, a lifeline."""
    for name in (event.node, event.peer):
        if name.startswith("ue-") and name not in moment.shown_ues:
            return False
        if name.startswith("as-") and name != moment.shown_as:
            return False
    return True


def subject_of(text: str) -> str:
    """Name the UE or IMSI in "as-1/ue-1.3", "ue-1.3", an IMSI with a push's number, or itself."""
    return text.rpartition("/")[2].partition(".")[0]


def subject_of_action(action: Action) -> str | None:
    """Name the UE or IMSI that an action is about, if the action alone says so."""
    match action:
        case Command(node=name, command=command):
            subject = getattr(command, "imsi", None) or getattr(command, "ue", None)
            return subject or name
        case Expire(subject=subject):
            return subject_of(subject)
        case Advance() | Restart():
            return None
        case _:
            ends = (action.source, action.destination)
            return next((end for end in ends if end.startswith("ue-")), None)
