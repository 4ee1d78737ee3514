"""Faults of nodes: a restart, with what would be lost by it now."""

from collections.abc import Iterator
from typing import Final

from core.lab.buttons import command_button
from core.lab.lifelines import lifeline_nodes
from core.lab.parts import Button
from core.lab.procedures import ProcedureGroup
from core.lab.scene import Scene
from core.words.notes import sentence_of
from nodes.protocol.errors import CommandRefused
from nodes.protocol.options import HSS, SCEF
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Restart
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.topology import kind_of

_CAN_RESTART: Final = ("mme", HSS, SCEF)


def faults(scene: Scene) -> ProcedureGroup:
    """Offer the restart of each shown node that can restart."""
    return ProcedureGroup(title="Faults of nodes", buttons=tuple(_restarts(scene)))


def _restarts(scene: Scene) -> Iterator[Button]:
    for name in lifeline_nodes(scene):
        if kind_of(name) in _CAN_RESTART:
            yield command_button(scene, f"Restart {scene.name(name)}", Restart(name), hint=what_is_lost(scene, name))


def what_is_lost(scene: Scene, name: str) -> str:
    """Try a restart and repeat what the node says of it, in a few words."""
    try:
        done = engine.transition(scene.world, Restart(name))
    except CommandRefused:
        return ""
    return ", ".join(sentence_of(scene.moment.setup, event) for event in done.events if event.kind is EventKind.NOTED)
