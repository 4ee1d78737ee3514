"""What the last step changed at one node, to the leaf, and lines of a card that show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from core.lab.cards.card import Line
from core.lab.moment import PlainChange
from core.lab.parts import Change, Prose
from core.lab.scene import Scene
from nodes.diagram.rows import Badge
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import Ks
from nodes.protocol.world.provenance import vector_of_ks

NONE: Final[Prose] = ("none",)


@dataclass(frozen=True, slots=True)
class Delta:
    """A changed leaf: what happened to it and what it was, as plain data."""

    change: Change
    old: object


@dataclass(frozen=True, slots=True)
class Deltas:
    """The last step's changes at one node. Paths begin below the node."""

    changes: tuple[PlainChange, ...]
    depth: int = 1

    def at(self, *path: str) -> Delta | None:
        """Tell what happened to the leaf at a path; it may have come or gone with all that holds it."""
        for change in self.changes:
            where = change.path[self.depth :]
            if where == path[: len(where)]:
                delta = _delta(change, path[len(where) :])
                if delta is not None:
                    return delta
        return None

    def within(self, *path: str) -> bool:
        """Whether anything at or below a path changed."""
        return any(change.path[self.depth :][: len(path)] == path for change in self.changes)


def deltas(scene: Scene, node: str) -> Deltas:
    """Give the changes of the last step at a node, as far as they are about the shown UEs."""
    steps = scene.moment.steps
    if not steps or steps[-1].number != scene.moment.at:
        return Deltas(())
    changes = (change for change in steps[-1].changes if change.path[0] == node)
    return Deltas(tuple(change for change in changes if _is_about_shown(scene, change)))


def _is_about_shown(scene: Scene, change: PlainChange) -> bool:
    node, *rest = change.path
    return node.startswith("ue-") or any(scene.is_about(part) for part in rest)


def _delta(change: PlainChange, rest: tuple[str, ...]) -> Delta | None:
    old, new = _dig(change.old, rest), _dig(change.new, rest)
    if old == new:
        # What holds it came or went, and it was of no value before and after.
        return None
    if old is None:
        return Delta(Change.ADDED, None)
    return Delta(Change.DELETED if new is None else Change.MODIFIED, old)


def _dig(value: object, path: tuple[str, ...]) -> object:
    """Follow a path into plain data. A list is left as it is: its members are named by their keys."""
    for name in path:
        if not isinstance(value, dict):
            return value
        value = value.get(name)
    return value


def mark(delta: Delta | None) -> Delta | None:
    """Keep that something changed, and not what it was, for which there is no room."""
    return None if delta is None else Delta(delta.change, None)


def av_list(scene: Scene, ue: UEState, keys: Iterable[Ks]) -> Prose:
    """List the AVs whose Ks a node keeps for a UE."""
    parts: list[str | Badge] = []
    for ks in keys:
        badge = scene.badge(vector_of_ks(scene.world, ks, ue.imsi))
        parts += [" "] if parts else []
        parts.append(badge or "other")
    return tuple(parts)


def ours(shown: Line) -> Line:
    """Mark what is not defined by 3GPP."""
    return replace(shown, is_ours=True)


def line(label: Prose, value: Prose, delta: Delta | None = None, old: Prose = ()) -> Line:
    """Make a line of a card; `old` is what the changed value was, in the card's words."""
    if delta is None:
        return Line(label=label, value=value)
    if delta.change is Change.ADDED:
        return Line(label=label, value=value, change=delta.change)
    return Line(label=label, value=value, change=delta.change, old=old)
