"""The ends of the logs of labs, as this process has read them: written steps stay as they are, so it reads new ones."""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache
from django.db.models import TextField
from django.db.models.functions import Cast

from core.lab.gutis import gutis_in, in_order
from core.lab.moment import HistoryMark, PlainChange, StepRecord
from core.lab.selection import subject_of_action
from nodes import models
from nodes.protocol.options import MOST_UES
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import Event
from nodes.protocol.world.genesis import imsi_of

MOST_EVENTS: Final = 40  # of the ladder on the page
MOST_MARKS: Final = 150
MOST_LOGS: Final = 256

STEP: Final = ("number", "action", "events", "changes")
_MARK: Final = ("tag", "procedure", "action")


@dataclass(frozen=True, slots=True)
class Log:
    """The last steps of a lab up to one, and the marks and the GUTIs along all of them."""

    at: int
    steps: tuple[StepRecord, ...]
    marks: tuple[HistoryMark, ...]
    gutis: tuple[str, ...]


_kept: Final[LRUCache[tuple[str, int], Log]] = LRUCache(MOST_LOGS)
_lock: Final = Lock()


def live_log(lab: models.Lab) -> Log:
    """Return the end of a lab's log at the step that its row has."""
    key = lab.key, lab.resets
    with _lock:
        known = _kept.get(key)
    log = known if known is not None and known.at == lab.step else _read(lab, known)
    with _lock:
        _kept[key] = log
    return log


def _read(lab: models.Lab, known: Log | None) -> Log:
    """Read what is new since a log that is known and near; else all that is shown."""
    if known is None or not known.at < lab.step <= known.at + MOST_EVENTS:
        return log_until(lab, lab.step)
    rows = models.Step.objects.filter(lab=lab, number__gt=known.at, number__lte=lab.step).order_by("number")
    found = tuple(rows.values_list(*STEP, *_MARK))
    steps = (*known.steps, *(record(*row[: len(STEP)]) for row in found))
    marks = (_mark(row[0], *row[len(STEP) :]) for row in found if any(row[len(STEP) : -1]))
    new = steps[len(known.steps) :]
    gutis = in_order(known.gutis, (guti for step in new for guti in gutis_in(step.changes)))
    return Log(lab.step, _ending(steps), (*known.marks, *marks)[-MOST_MARKS:], gutis)


def log_until(lab: models.Lab, at: int) -> Log:
    """Read the last steps up to `at`, and all marks, of which some may come later."""
    rows = models.Step.objects.filter(lab=lab, number__lte=at).order_by("-number")
    steps = tuple(record(*row) for row in reversed(rows.values_list(*STEP)[:MOST_EVENTS]))
    return Log(at, _ending(steps), _marks(lab), _gutis(lab))


def record(number: int, action: Any, events: Any, changes: Any) -> StepRecord:  # noqa: ANN401 - JSON.
    """One step, from its columns `STEP`."""
    return StepRecord(
        number,
        from_plain(Action, action),
        from_plain(tuple[Event, ...], events),
        tuple(map(_plain_change, changes)),
    )


def _plain_change(change: Any) -> PlainChange:  # noqa: ANN401 - JSON.
    path, old, new = change
    return PlainChange(tuple(path), old, new)


def _ending(steps: tuple[StepRecord, ...]) -> tuple[StepRecord, ...]:
    """The last of some steps, not more than MOST_EVENTS, that together have so many events; at least one."""
    steps, events = steps[-MOST_EVENTS:], 0
    for index, step in enumerate(reversed(steps)):
        events += len(step.events)
        if index and events > MOST_EVENTS:
            return steps[-index:]
    return steps


def _gutis(lab: models.Lab) -> tuple[str, ...]:
    """Read them from the steps that have any: what is known of later ones numbers the earlier ones just so."""
    with _lock:
        known = _kept.get((lab.key, lab.resets))
    if known is not None and known.at == lab.step:
        return known.gutis
    rows = models.Step.objects.filter(lab=lab).annotate(text=Cast("changes", TextField()))
    found = rows.filter(text__contains='"guti"').order_by("number").values_list("changes", flat=True)
    return in_order((), (guti for changes in found for guti in gutis_in(map(_plain_change, changes))))


def _marks(lab: models.Lab) -> tuple[HistoryMark, ...]:
    rows = models.Step.objects.filter(lab=lab).exclude(procedure="", tag="").order_by("-number")
    found = rows.values_list("number", *_MARK)[:MOST_MARKS]
    return tuple(_mark(*row) for row in reversed(found))


def _mark(step: int, tag: str, procedure: str, action: Any) -> HistoryMark:  # noqa: ANN401 - JSON.
    subject = subject_of_action(from_plain(Action, action)) if procedure else None
    return HistoryMark(step, tag, procedure, _ues_by_imsi().get(subject or "", subject or ""))


@cache
def _ues_by_imsi() -> dict[str, str]:
    names = (f"ue-{number}" for number in range(1, MOST_UES + 1))
    return {imsi_of(name): name for name in names}
