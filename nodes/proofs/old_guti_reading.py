"""Worlds of the real nodes as states of the model `old_guti`: of one UE and one MME."""

from collections import defaultdict

from nodes.proofs.reading import Told, Vectors, chosen_gutis, contexts, messages, two
from nodes.protocol.entities.mme.state import MMEState
from nodes.protocol.entities.scef.state import SCEFState
from nodes.protocol.messages.pushes import (
    ActiveVectorPushAnswer,
    ActiveVectorPushRequest,
    GUTIWithdrawalAnswer,
    GUTIWithdrawalRequest,
    PushOrder,
)
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.world.world import World, nodes_of


def read_old_guti(world: World, monitor: Monitor, _vectors: Vectors) -> Told:
    """What the relations of `old_guti` hold of in a world."""
    told: Told = defaultdict(set)
    told["chosen"].update((guti,) for guti, _ in chosen_gutis(world))
    told["retired"].update((each.guti,) for each in monitor.retired)
    for _, context in contexts(world):
        told["valid"].update((guti,) for guti in context.gutis)
        if context.procedure is not None and context.procedure.renewal is not None:
            told["promised"].add((context.procedure.renewal.guti,))
    _read_record(world, told)
    orders = _read_mmes(world, told)
    for _, _, message in messages(world):
        _read_message(message, orders, told)
    return told


def _read_record(world: World, told: Told) -> None:
    for scef in nodes_of(world, SCEFState):
        for each in scef.records:
            told["bound"].update((guti,) for guti in each.gutis)
            told["named"].update((guti,) for guti in each.gutis)
            if each.order is None:
                continue
            told["taken"].add((each.order,))
            if each.gutis:
                told["pushed"].add((each.order, each.gutis[0], each.gutis[-1]))
            else:
                told["withdrawn"].add((each.order,))


def _read_mmes(world: World, told: Told) -> dict[int, PushOrder | None]:
    """What the MME waits for says better than the record which GUTIs are named. Returns its order, by its number."""
    orders: dict[int, PushOrder | None] = {}
    for mme in nodes_of(world, MMEState):
        told["counted"].update((each.order,) for each in mme.counters if each.order is not None)
        for withdrawal in mme.withdrawals:
            told["awaited"].add((withdrawal.order,))
            told["withdrawn"].add((withdrawal.order,))
            told["named"] = set()
            orders[withdrawal.push] = withdrawal.order
    for _, context in contexts(world):
        if (push := context.open_push) is not None:
            told["awaited"].add((push.order,))
            told["pushed"].add((push.order, *two(push.gutis)))
            told["named"] = {(guti,) for guti in push.gutis}
            orders[push.push] = push.order
    return orders


def _read_message(message: object, orders: dict[int, PushOrder | None], told: Told) -> None:
    match message:
        case ActiveVectorPushRequest():
            told["pushed"].add((message.order, *two(message.gutis)))
        case GUTIWithdrawalRequest():
            told["withdrawn"].add((message.order,))
        case ActiveVectorPushAnswer() | GUTIWithdrawalAnswer() if message.push in orders:
            told["answered"].add((orders[message.push],))
