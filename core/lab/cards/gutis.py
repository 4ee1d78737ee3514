"""Lines of a card that show GUTIs: the tag, and the octets beside it where there is room."""

from collections.abc import Iterable
from itertools import chain

from core.lab.cards.card import Line
from core.lab.cards.deltas import Delta, line
from core.lab.parts import Octets, Prose
from core.lab.scene import Scene
from nodes.diagram.rows import GUTITag
from nodes.protocol.identities import GUTI, IMSI


def guti_line(scene: Scene, guti: GUTI, imsi: IMSI, delta: Delta | None) -> Line:
    """Make the line of a GUTI that is held for the UE of an IMSI; on a narrow card the tag stands for the word."""
    tag = scene.guti(guti, imsi)
    if delta is not None and delta.old is not None:
        return line(("GUTI",), (tag,), delta, (scene.guti(str(delta.old)),))
    octets = Octets(str(guti), "GUTI")
    if not isinstance(tag, GUTITag):
        return line(("GUTI",), (octets,), delta)
    is_short = not tag.state and not scene.has_several and delta is None
    has_room = not (tag.state and scene.has_several)
    return line(("GUTI ", tag) if is_short else (tag,), (octets,) if has_room else (), delta)


def guti_tags(scene: Scene, gutis: Iterable[GUTI | str], imsi: IMSI) -> Prose:
    """Give the tags of several GUTIs."""
    tags = (scene.guti(guti, imsi) for guti in gutis)
    return tuple(chain.from_iterable((tag, " ") for tag in tags))[:-1] or ("none",)
