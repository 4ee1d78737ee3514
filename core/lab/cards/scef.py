"""The card of the SCEF: pairs and the ACTIVE flag in solution 12, open transactions in solution 11."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from core.lab.cards.card import Card, Line, Pair
from core.lab.cards.deltas import Delta, Deltas, av_list, deltas, line, mark, ours
from core.lab.cards.gutis import guti_tags
from core.lab.parts import Change, Octets, Prose
from core.lab.scene import Scene
from core.words.names import counted
from nodes.diagram.rows import Badge, Strong
from nodes.protocol.entities.application_leg import named
from nodes.protocol.entities.scef.table import Record, Transaction, record_of
from nodes.protocol.messages.pushes import KeyPair
from nodes.protocol.options import Solution

_MOST_PAIRS: Final = 4
_MOST_PAIRS_OF_TWO: Final = 2


def scef_card(scene: Scene, name: str) -> Card:
    """Show what the SCEF holds about the shown UEs."""
    changed = deltas(scene, name)
    return _pull(scene, name, changed) if scene.solution is Solution.PULL else _push(scene, name, changed)


# Solution 11


def _pull(scene: Scene, name: str, changed: Deltas) -> Card:
    shown = [each for each in scene.scef.transactions if scene.is_about(each.request)]
    return Card(
        kind="scef",
        node=name,
        name=scene.name(name),
        lines=tuple(chain.from_iterable(_transaction(scene, each, changed) for each in shown)),
        is_changed=bool(changed.changes),
        empty="" if shown else "No open transaction.",
        more="Solution 11 keeps no key.",
    )


def _transaction(scene: Scene, open_: Transaction, changed: Deltas) -> tuple[Line, ...]:
    delta = changed.at("transactions", f"{open_.origin}/{open_.request}", "guti")
    return (
        line((f"{scene.name(open_.requester)} asked",), (scene.guti(open_.guti),), delta),
        line(("waits for",), (scene.name(open_.mme),)),
    )


# Solution 12


def _push(scene: Scene, name: str, changed: Deltas) -> Card:
    records = tuple(record for ue in scene.ues if (record := record_of(scene.scef, ue.imsi)) is not None)
    active = _active(scene, records[0]) if records and not scene.has_several else None
    return Card(
        kind="scef",
        node=name,
        name=scene.name(name),
        role="ACTIVE" if active else "",
        badge=active,
        lines=tuple(chain.from_iterable(_lines(scene, record, changed) for record in records)),
        pairs=() if scene.has_several else tuple(_pairs(scene, records, changed)),
        is_changed=bool(changed.changes),
        empty="" if records else "No record yet.",
        more=_more(scene, records),
    )


def _active(scene: Scene, record: Record) -> Badge | None:
    return scene.badge_of_rand(record.imsi, record.active)


def _more(scene: Scene, records: tuple[Record, ...]) -> str:
    earlier = len(records[0].pairs) - _MOST_PAIRS if records and not scene.has_several else 0
    return f"+ {counted(earlier, 'earlier pair')}" if earlier > 0 else ""


def _lines(scene: Scene, record: Record, changed: Deltas) -> list[Line]:
    owner = next(ue for ue in scene.ues if ue.imsi == record.imsi)
    label: Prose = (Strong(scene.name(owner.name)),) if scene.has_several else ("GUTI",)
    lines = [_gutis(scene, label, record, changed.at("records", record.imsi, "gutis"))]
    if record.parked is not None:
        badge = scene.badge_of_rand(record.imsi, record.parked)
        delta = changed.at("records", record.imsi, "parked")
        lines.append(line(("parked push",), (badge,) if badge else ("unknown RAND",), delta))
    if record.order is not None:
        order = f"{record.order.epoch}.{record.order.count}"
        path = ("records", record.imsi, "order")
        delta = changed.at(*path, "epoch") or changed.at(*path, "count")
        lines.append(ours(line(("last order",), (order,), Delta(delta.change, None) if delta else None)))
    if record.confirmed:
        keys = (ks for name in record.confirmed if (ks := named((pair.ks for pair in record.pairs), name)) is not None)
        delta = mark(changed.at("records", record.imsi, "confirmed"))
        lines.append(ours(line(("confirmed",), av_list(scene, owner, keys), delta)))
    if scene.has_several:
        left_out = len(record.pairs) - len(_shown(record, _MOST_PAIRS_OF_TWO))
        if left_out:
            lines[0] = replace(lines[0], value=(*lines[0].value, f" + {counted(left_out, 'pair')}"))
        lines += _pair_lines(scene, record, changed)
    return lines


def _gutis(scene: Scene, label: Prose, record: Record, delta: Delta | None) -> Line:
    """Make the line of the GUTIs that are bound, with octets when it is one that nothing replaced."""
    was = delta.old if delta is not None and isinstance(delta.old, list) else []
    if delta is not None and not was:
        delta = Delta(Change.ADDED, None) if record.gutis else None
    tags = guti_tags(scene, record.gutis, record.imsi)
    if len(record.gutis) == 1 and not was and not scene.has_several:
        return line((*label, " ", *tags), (Octets(str(record.gutis[0]), "GUTI"),), delta)
    return line(label, tags, delta, guti_tags(scene, map(str, was), record.imsi) if delta else ())


def _shown(record: Record, most: int) -> tuple[KeyPair, ...]:
    """Choose the last pairs, and the ACTIVE one in any case."""
    last = record.pairs[-most:]
    active = next((pair for pair in record.pairs if pair.rand == record.active), None)
    return last if active is None or active in last else (active, *last[1:])


def _pairs(scene: Scene, records: tuple[Record, ...], changed: Deltas) -> Iterator[Pair]:
    for record in records:
        for pair in _shown(record, _MOST_PAIRS):
            badge = scene.badge_of_rand(record.imsi, pair.rand)
            if badge is not None:
                yield _pair(record, pair, badge, changed)


def _pair_lines(scene: Scene, record: Record, changed: Deltas) -> Iterator[Line]:
    """Make a line of each pair, without its RAND: two tables do not fit."""
    for pair in _shown(record, _MOST_PAIRS_OF_TWO):
        badge = scene.badge_of_rand(record.imsi, pair.rand)
        change = _change(record, pair, changed)
        flag = (" ", Strong("ACTIVE")) if pair.rand == record.active else ()
        label: Prose = (badge or "AV", *flag)
        yield line(label, (Octets(pair.ks.hex(), "Ks"),), Delta(change, None) if change else None)


def _pair(record: Record, pair: KeyPair, badge: Badge, changed: Deltas) -> Pair:
    return Pair(
        badge=badge,
        rand=Octets(pair.rand.hex(), "RAND"),
        ks=Octets(pair.ks.hex(), "Ks"),
        is_active=pair.rand == record.active,
        change=_change(record, pair, changed),
    )


def _change(record: Record, pair: KeyPair, changed: Deltas) -> Change | None:
    path = ("records", record.imsi)
    added = changed.at(*path, "pairs", pair.rand.hex())
    if added is not None:
        return added.change
    flag = changed.at(*path, "active")
    # The flag came to one pair and went from another.
    is_flagged = flag is not None and pair.rand.hex() in (flag.old, record.active and record.active.hex())
    return Change.MODIFIED if is_flagged else None
