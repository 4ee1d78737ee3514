"""Worlds of earlier steps: replayed from the nearest one that this process, a checkpoint or the beginning has."""

from collections.abc import Iterator
from threading import Lock
from typing import Final

from cachetools import LRUCache

from nodes import models
from nodes.labs.checkpoints import LabState, distance, last_checkpoint
from nodes.labs.labs import check_model, setup_of
from nodes.protocol.plain.conversion import from_plain
from nodes.protocol.properties.observation import first_observation
from nodes.protocol.runs.run import Run
from nodes.protocol.world.actions import Action
from nodes.protocol.world.genesis import first_world

MOST_LABS: Final = 16
MOST_COURSES: Final = 128  # of each lab; neighbours share most of what they are made of

_kept: LRUCache[tuple[str, int], LRUCache[int, LabState]] = LRUCache(MOST_LABS)
_lock = Lock()


def world_at(lab: models.Lab, step: int) -> LabState:
    """Return the world of a lab after one of its steps, and the observation of then.

    Raises:
        OldModel: the log is of another version of the model.
    """
    check_model(lab)
    at, lab_state = _nearest(lab, step)
    found = {at: lab_state}
    if at < step:
        for number, action in enumerate(actions_of(lab, since=at, until=step), at + 1):
            lab_state = found[number] = _after(number, lab_state, action)
    _keep(lab, found)
    return lab_state


def actions_of(lab: models.Lab, *, since: int = 0, until: int) -> Iterator[Action]:
    """The actions of a lab's steps after `since`, up to and with `until`."""
    rows = models.Step.objects.filter(lab=lab, number__gt=since, number__lte=until).order_by("number")
    for action in rows.values_list("action", flat=True):
        yield from_plain(Action, action)


def _after(number: int, lab_state: LabState, action: Action) -> LabState:
    run = Run(*lab_state, number - 1).take(action).run
    return run.world, run.observation


def _nearest(lab: models.Lab, step: int) -> tuple[int, LabState]:
    """The last step up to this one whose world is at hand."""
    kept = _remembered(lab, step)
    if kept is not None and kept[0] // distance(lab) == step // distance(lab):
        return kept
    return last_checkpoint(lab, until=step) or kept or (0, (first_world(setup_of(lab)), first_observation()))


def _remembered(lab: models.Lab, step: int) -> tuple[int, LabState] | None:
    with _lock:
        courses = _kept.get((lab.key, lab.resets))
        at = max((each for each in courses or () if each <= step), default=None)
        return None if courses is None or at is None else (at, courses[at])


def _keep(lab: models.Lab, found: dict[int, LabState]) -> None:
    """Keep the last of these worlds, and forget those found longest ago."""
    with _lock:
        courses = _kept.setdefault((lab.key, lab.resets), LRUCache(MOST_COURSES))
        courses.update(found)
