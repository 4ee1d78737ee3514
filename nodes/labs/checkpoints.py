"""Worlds of the log that are stored whole, every so many steps, so that what is past is near one of them."""

import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from nodes import models
from nodes.labs.mapping import Columns
from nodes.protocol.plain.conversion import from_plain, to_plain
from nodes.protocol.properties.observation import Observation
from nodes.protocol.world.world import World

if TYPE_CHECKING:
    from typing_extensions import TypeForm

LEAST_DISTANCE = 64  # steps

T = TypeVar("T")
LabState = tuple[World, Observation]
"""A world, and what is known of how it came about."""


def distance(lab: models.Lab) -> int:
    """How many steps lie between two checkpoints of a lab: a world of many UEs is dear to store."""
    ues: int = lab.setup["ues"]
    return max(LEAST_DISTANCE, ues)


def checkpoint(lab: models.Lab, world: World, observation: Observation) -> Columns:
    """The row of a lab's checkpoint at the step that the lab has."""
    return {"step": lab.step, "world": _packed(world), "observation": _packed(observation)}


def last_checkpoint(lab: models.Lab, *, until: int) -> tuple[int, LabState] | None:
    """The last checkpoint of a lab up to a step: its step, and what it was there."""
    row = models.Checkpoint.objects.filter(lab=lab, step__lte=until).order_by("-step").first()
    if row is None:
        return None
    world = _unpacked(World, row.world)
    index = {state.name: position for position, state in enumerate(world.nodes)}
    return row.step, (replace(world, index=index), _unpacked(Observation, row.observation))


def _packed(value: object) -> bytes:
    return pack(to_plain(value))


def _unpacked(type_: "TypeForm[T]", octets: bytes | memoryview) -> T:
    return from_plain(type_, unpack(octets))


def pack(plain: object) -> bytes:
    # The fastest level: worlds are written in the transaction of a click, and shrink to a tenth all the same.
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), level=1)


def unpack(octets: bytes | memoryview) -> Any:  # noqa: ANN401 - JSON.
    return json.loads(zlib.decompress(octets))
