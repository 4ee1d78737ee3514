"""The card of the HSS: SQN, the AVs it made, pushes without an answer."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from core.lab.cards.card import Card, Line
from core.lab.cards.deltas import Delta, Deltas, deltas, line
from core.lab.cards.ue import sqn_tail
from core.lab.parts import Change, Prose
from core.lab.scene import Scene
from core.words.names import counted
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.hss.table import Subscriber
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import SQN
from nodes.protocol.world.genesis import EPS_AMF

_MOST_AVS: Final = 6
_AVS_A_LINE: Final = 3
_MOST_AVS_OF_TWO: Final = 2


def hss_card(scene: Scene, name: str) -> Card:
    """Show the subscriptions of the shown UEs."""
    changed = deltas(scene, name)
    lines = tuple(chain.from_iterable(_lines(scene, ue, changed) for ue in scene.ues))
    return Card(
        kind="hss", node=name, name=scene.name(name), lines=lines, is_changed=bool(changed.changes), more=_more(scene)
    )


def _more(scene: Scene) -> str:
    if scene.has_several:
        return ""
    earlier = len(scene.subscriber(scene.ues[0].imsi).issued) - _MOST_AVS
    return f"+ {counted(earlier, 'earlier AV')}" if earlier > 0 else ""


def _lines(scene: Scene, ue: UEState, changed: Deltas) -> list[Line]:
    subscriber = scene.subscriber(ue.imsi)
    path = ("subscribers", ue.imsi)
    delta = changed.at(*path, "sqn")
    old: Prose = () if delta is None else (sqn_tail(SQN(int(str(delta.old)))),)
    issued = counted(len(subscriber.issued), "AV")
    lines = [Line(label=(Strong(scene.name(ue.name)),), value=(issued,))] if scene.has_several else []
    lines.append(line(("SQN",), (sqn_tail(subscriber.sqn),), delta, old))
    lines += _issued(scene, subscriber, changed)
    for push in subscriber.open_pushes:
        at = changed.at(*path, "open_pushes", str(push.push))
        lines.append(line((f"Push {push.push}",), ("open",), at))
    if subscriber.mme is not None:
        lines.append(line(("at",), (scene.name(subscriber.mme),), changed.at(*path, "mme")))
    if not subscriber.is_provisioned:
        lines.append(line((Strong("removed"),), (), changed.at(*path, "is_provisioned")))
    if subscriber.amf != EPS_AMF:
        lines.append(line(("AMF",), (subscriber.amf.hex(),), changed.at(*path, "amf"), (EPS_AMF.hex(),)))
    return lines


def _issued(scene: Scene, subscriber: Subscriber, changed: Deltas) -> list[Line]:
    """Make the lines of badges of the AVs made last, a few to a line."""
    if not subscriber.issued:
        return [Line(label=("no AV issued",))]
    most = _MOST_AVS_OF_TWO if scene.has_several else _MOST_AVS
    last = subscriber.issued[-most:]
    lines = [] if scene.has_several else [Line(label=("AVs issued",))]
    for at in range(0, len(last), _AVS_A_LINE):
        group = last[at : at + _AVS_A_LINE]
        badges = (scene.badge_of_rand(subscriber.imsi, each.rand) for each in group)
        is_new = any(changed.within("subscribers", subscriber.imsi, "issued", each.rand.hex()) for each in group)
        lines.append(line(_spaced(badges), (), Delta(Change.ADDED, None) if is_new else None))
    return lines


def _spaced(badges: Iterable[Badge | None]) -> Prose:
    return tuple(chain.from_iterable((badge, " ") for badge in badges if badge is not None))
