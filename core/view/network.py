"""Timers that run, lab time, and the links that can be held."""

from collections.abc import Iterator
from typing import Final

from core.panels import LinkChip, Network
from core.view.buttons import action_button
from core.view.scene import Scene
from core.view.timers import running_timers
from core.view.words import duration, reference_point
from nodes.protocol.actions import Advance, Hold, Release
from nodes.protocol.options import HSS, SCEF, Solution

_ADVANCES: Final = (10, 60, 600)


def network(scene: Scene) -> Network:
    """List the timers of the shown UEs and a chip for each link that matters."""
    return Network(
        revision=scene.moment.revision,
        timers=running_timers(scene),
        links=tuple(_chips(scene)),
        lab_time=duration(scene.moment.lab_seconds),
        advance=tuple(action_button(f"+{duration(seconds)}", Advance(seconds)) for seconds in _ADVANCES),
    )


def _chips(scene: Scene) -> Iterator[LinkChip]:
    """Make a chip for the link that matters most on each reference point, and for every other one that is held."""
    usual = _usual_links(scene)
    others = tuple(link for link in scene.world.held if link not in usual and _is_shown(scene, link))
    for link in (*usual, *others):
        yield _chip(scene, link)


def _usual_links(scene: Scene) -> tuple[tuple[str, str], ...]:
    moment = scene.moment
    mme, server = moment.shown_mme, moment.shown_as
    towards_ue = tuple((mme, ue) for ue in moment.shown_ues)
    if scene.solution is Solution.PULL:
        return ((SCEF, mme), (HSS, mme), *towards_ue, (SCEF, server))
    return ((mme, SCEF), (HSS, SCEF), (HSS, mme), *towards_ue, (SCEF, server))


def _is_shown(scene: Scene, link: tuple[str, str]) -> bool:
    return not any(end.startswith("ue-") and end not in scene.subjects for end in link)


def _chip(scene: Scene, link: tuple[str, str]) -> LinkChip:
    is_on = link in scene.world.held
    words = f"{reference_point(*link)} to {scene.name(link[1])}"
    action = Release(*link) if is_on else Hold(*link)
    return LinkChip(button=action_button(f"{words}: {'held' if is_on else 'open'}", action), is_on=is_on)
