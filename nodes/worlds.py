"""The last world of each lab that this process wrote: used only where the lab's row still has that step."""

from collections import OrderedDict
from threading import Lock

from django.db import transaction

from nodes import models
from nodes.protocol.world import World

MOST_WORLDS = 256

_worlds: OrderedDict[str, tuple[tuple[int, int], World]] = OrderedDict()
_lock = Lock()


def cached_world(lab: models.Lab) -> World | None:
    """Return the world of a lab at the step that its row has, if this process knows it."""
    with _lock:
        entry = _worlds.get(lab.key)
        if entry is None or entry[0] != (lab.resets, lab.step):
            return None
        _worlds.move_to_end(lab.key)
        return entry[1]


def remember(lab: models.Lab, world: World) -> None:
    """Keep the world of a lab once the transaction that wrote it is committed."""
    key, at = lab.key, (lab.resets, lab.step)
    transaction.on_commit(lambda: _keep(key, at, world))


def _keep(key: str, at: tuple[int, int], world: World) -> None:
    with _lock:
        _worlds[key] = (at, world)
        _worlds.move_to_end(key)
        while len(_worlds) > MOST_WORLDS:
            _worlds.popitem(last=False)
