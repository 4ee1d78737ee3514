"""Timers that run, and lab time."""

from typing import Final

from core.panels import Button, Network
from core.view.buttons import action_button
from core.view.scene import Scene
from core.view.timers import running_timers
from core.view.words import duration
from nodes.protocol.world.actions import Advance

_ADVANCES: Final = (10, 60, 600)


def network(scene: Scene) -> Network:
    """List the timers of the shown UEs, and offer to let lab time pass."""
    return Network(
        revision=scene.moment.revision,
        timers=running_timers(scene),
        lab_time=duration(scene.moment.lab_seconds),
        advance=tuple(_advance(seconds, key_hint="" if index else "W") for index, seconds in enumerate(_ADVANCES)),
    )


def _advance(seconds: int, *, key_hint: str) -> Button:
    return action_button(f"+{duration(seconds)}", Advance(seconds), key_hint=key_hint)
