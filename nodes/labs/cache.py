"""The last world of each lab that this process wrote: used only where the lab's row still has that step."""

from threading import Lock
from typing import Final

from cachetools import LRUCache
from django.db import transaction

from nodes import models
from nodes.labs.checkpoints import LabState
from nodes.protocol.properties.observation import Observation
from nodes.protocol.world.world import World

MOST_WORLDS: Final = 256

_worlds: LRUCache[str, tuple[tuple[int, int], World, Observation]] = LRUCache(MOST_WORLDS)
_lock = Lock()


def cached_state(lab: models.Lab) -> LabState | None:
    """Return the world of a lab at the step that its row has, and its observation, if this process knows them."""
    with _lock:
        entry = _worlds.get(lab.key)
    if entry is None or entry[0] != (lab.resets, lab.step):
        return None
    return entry[1:]


def remember(lab: models.Lab, world: World, observation: Observation) -> None:
    """Keep the world and the observation of a lab once the transaction that wrote them is committed."""
    key, at = lab.key, (lab.resets, lab.step)
    transaction.on_commit(lambda: _keep(key, at, world, observation))


def _keep(key: str, at: tuple[int, int], world: World, observation: Observation) -> None:
    with _lock:
        _worlds[key] = (at, world, observation)
