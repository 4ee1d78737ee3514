"""What is done to links: they are held, or armed with a fault that happens once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import ClassVar, Final

from core.lab.buttons import toggle_button
from core.lab.lifelines import lifeline_nodes
from core.lab.parts import Button, Piece
from core.lab.scene import Scene
from core.words.names import FAULTS
from nodes.protocol.options import HSS, SCEF, THIRD_PARTY, Solution
from nodes.protocol.world.actions import Arm, Disarm, Hold, LinkFault, Release
from nodes.protocol.world.topology import are_linked, kind_of, reference_point


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow(Piece):
    """A link and what can be done to it: `point` is T6a, `ends` "MME → SCEF"; `chips` are toggles.

    `source` and `destination` are what the protocol calls its ends.
    """

    fragment: ClassVar[str] = "link-row"
    source: str
    destination: str
    point: str
    ends: str
    chips: tuple[Button, ...]

    @property
    def name(self) -> str:
        return f"{self.point} {self.ends}"

    @property
    def id(self) -> str:
        return f"link-{self.source}-{self.destination}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Piece):
    """What is done to links: `usual` are those at hand, `others` all others."""

    fragment: ClassVar[str] = "network"
    usual: tuple[LinkRow, ...] = ()
    others: tuple[LinkRow, ...] = ()

    @property
    def parts(self) -> tuple[LinkRow, ...]:
        return (*self.usual, *self.others)


MOST_ROWS: Final = 1024
"""Rows that are kept: nothing is done to most links, and there are many."""

_MOST_MMES: Final = 2
"""Of a lab with so many MMEs all have their links listed, of a larger one those with a lifeline."""
_TITLES: Final = {
    LinkFault.LOSE: "The next message that this link would deliver is lost: a fault, once",
    LinkFault.REPEAT: "The next message that this link delivers leaves a copy behind: a fault, once",
    LinkFault.REORDER: "Of the next two messages of this link the second passes the first: a fault, once",
}
_CHIPS: Final = {LinkFault.LOSE: "lose", LinkFault.REPEAT: "repeat", LinkFault.REORDER: "reorder"}
_HOLD_TITLE: Final = "Messages of this link wait until they are delivered by hand"
_ORDER: Final = ("ue", "mme", HSS, SCEF, THIRD_PARTY, "as")

_Ends = tuple[str, str]


def network(scene: Scene) -> Network:
    """List the usual links and those that something is done to, then all others."""
    usual = _usual_links(scene)
    every = tuple(_all_links(scene))
    touched = _touched(scene)
    first = (*usual, *(ends for ends in every if ends in touched and ends not in usual))
    return Network(
        usual=tuple(_row(scene, ends) for ends in first),
        others=tuple(_row(scene, ends) for ends in every if ends not in first),
    )


def _usual_links(scene: Scene) -> tuple[_Ends, ...]:
    """Choose the link that matters most on each reference point."""
    moment = scene.moment
    mme, server = scene.ues[0].mme or moment.shown_mme, moment.shown_as
    towards_ue = tuple((ue.mme or mme, ue.name) for ue in scene.ues)
    if scene.solution is Solution.PULL:
        return ((SCEF, mme), (HSS, mme), *towards_ue, (SCEF, server))
    return ((mme, SCEF), (HSS, SCEF), (HSS, mme), *towards_ue, (SCEF, server))


def _touched(scene: Scene) -> frozenset[_Ends]:
    return frozenset(scene.world.held) | {(source, destination) for source, destination, _fault in scene.world.armed}


def _all_links(scene: Scene) -> Iterator[_Ends]:
    """Give both directions of each reference point between the nodes at hand."""
    setup = scene.moment.setup
    mmes = setup.mme_names if setup.mmes <= _MOST_MMES else ()
    nodes = {*lifeline_nodes(scene), *mmes, THIRD_PARTY}
    for source, destination in permutations(sorted(nodes, key=_place), 2):
        if are_linked(scene.world, source, destination):
            yield source, destination


def _place(node: str) -> tuple[int, str]:
    return _ORDER.index(kind_of(node)), node


def _row(scene: Scene, ends: _Ends) -> LinkRow:
    world = scene.world
    names = scene.name(ends[0]), scene.name(ends[1])
    armed = frozenset(fault for fault in FAULTS if (*ends, fault) in world.armed)
    return _link_row(ends, names, is_held=ends in world.held, armed=armed)


@lru_cache(MOST_ROWS)
def _link_row(ends: _Ends, names: _Ends, *, is_held: bool, armed: frozenset[LinkFault]) -> LinkRow:
    point, words = reference_point(*ends), f"{names[0]} → {names[1]}"
    about = f"{point} {words}"
    hold = Release(*ends) if is_held else Hold(*ends)
    chips = [toggle_button("hold", hold, is_on=is_held, about=about, title=_HOLD_TITLE)]
    for fault, label in _CHIPS.items():
        action = Disarm(*ends, fault) if fault in armed else Arm(*ends, fault)
        chips.append(toggle_button(label, action, is_on=fault in armed, about=about, title=_TITLES[fault]))
    return LinkRow(source=ends[0], destination=ends[1], point=point, ends=words, chips=tuple(chips))
