"""What differs between two worlds, to the leaf: rows are saved and cards marked by it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import compress, zip_longest
from operator import is_not
from typing import Any

from nodes.protocol.entities.application_leg import KeyUse, Seen
from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.hss.table import HSSState, IssuedVector, OpenKeysPush, Subscriber
from nodes.protocol.entities.mme.state import (
    Arriving,
    Counters,
    MMEState,
    OpenWithdrawal,
    Peer,
    UEConnection,
    UEContext,
    Unidentified,
    Vector,
)
from nodes.protocol.entities.scef.table import Record, SCEFState, Transaction
from nodes.protocol.entities.third_party import OpenErrand, ThirdPartyState
from nodes.protocol.entities.ue.state import UESession, UEState
from nodes.protocol.identities import GUMMEI, GUTI, PLMNIdentity
from nodes.protocol.messages.pushes import KeyPair
from nodes.protocol.world.world import NodeState, World

KEYS: dict[type, Callable[[Any], str]] = {
    UEContext: lambda context: context.imsi,
    Vector: lambda vector: vector.rand.hex(),
    Counters: lambda counters: counters.imsi,
    Unidentified: lambda waiting: waiting.ue,
    Arriving: lambda arriving: arriving.ue,
    OpenWithdrawal: lambda withdrawal: withdrawal.imsi,
    Peer: lambda peer: peer.mme,
    UEConnection: lambda each: each.ue,
    Subscriber: lambda subscriber: subscriber.imsi,
    IssuedVector: lambda vector: vector.rand.hex(),
    OpenKeysPush: lambda push: str(push.push),
    Record: lambda record: record.imsi,
    KeyPair: lambda pair: pair.rand.hex(),
    Transaction: lambda transaction: f"{transaction.origin}/{transaction.request}",
    OpenErrand: lambda errand: f"{errand.origin}/{errand.request}",
    UESession: lambda session: session.application_server,
    ServerSession: lambda session: session.ue,
    KeyUse: lambda use: use.ks.hex(),
    Seen: lambda seen: f"{seen.counter}/{seen.tag.hex()}",
    **dict.fromkeys(
        (UEState, MMEState, HSSState, SCEFState, ApplicationServerState, ThirdPartyState),
        lambda state: state.name,
    ),
}

_LEAVES = (GUTI, GUMMEI, PLMNIdentity)


@dataclass(frozen=True, slots=True)
class Change:
    """A leaf that differs. `path` starts with the node's name; None stands for "was not there", "is gone"."""

    path: tuple[str, ...]
    old: Any
    new: Any


def changed_nodes(before: World, after: World) -> Iterator[tuple[NodeState, NodeState]]:
    """Pairs of a node's state before and after, where they differ."""
    replaced = map(is_not, before.nodes, after.nodes)
    for old, new in compress(zip(before.nodes, after.nodes, strict=True), replaced):
        if old != new:
            yield old, new


def diff(before: World, after: World) -> tuple[Change, ...]:
    """Every leaf of every node that differs, in the order of nodes and fields."""
    found: list[Change] = []
    for old, new in changed_nodes(before, after):
        _compare((new.name,), old, new, found)
    return tuple(found)


def _compare(path: tuple[str, ...], old: object, new: object, found: list[Change]) -> None:
    if old is new or old == new:
        return
    if type(old) is type(new) and is_dataclass(old) and not isinstance(old, _LEAVES):
        for each in fields(old):
            _compare((*path, each.name), getattr(old, each.name), getattr(new, each.name), found)
    elif isinstance(old, tuple) and isinstance(new, tuple) and type(next(iter(old or new))) in KEYS:
        _compare_keyed(path, old, new, found)
    else:
        found.append(Change(path, old, new))


def _compare_keyed(path: tuple[str, ...], old: tuple[Any, ...], new: tuple[Any, ...], found: list[Change]) -> None:
    key = KEYS[type(next(iter(old or new)))]
    # What is the same value at the same place has not changed: of 1,000 subscribers all but one.
    replaced = [pair for pair in zip_longest(old, new) if pair[0] is not pair[1]]
    was = {key(each): each for each, _ in replaced if each is not None}
    now = {key(each): each for _, each in replaced if each is not None}
    for name in {**was, **now}:
        _compare((*path, name), was.get(name), now.get(name), found)
