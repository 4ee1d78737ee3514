"""Worlds of the real nodes as states of the model `agreement`: of one UE and one MME."""

from collections import defaultdict

from nodes.proofs.reading import Told, Vectors, contexts, messages, two
from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.entities.mme.state import MMEState, Stage, UEContext
from nodes.protocol.entities.scef.state import SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.pushes import ActiveVectorPushAnswer, ActiveVectorPushRequest, KeysPushRequest, PushOrder
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.rest import is_registered
from nodes.protocol.world.world import World, nodes_of

_OFFERS = {Stage.ATTACH_ACCEPT: "accepting", Stage.GUTI_REALLOCATION: "offered"}


def read_agreement(world: World, _monitor: Monitor, vectors: Vectors) -> Told:
    """What the relations of `agreement` hold of in a world, those of solution 11 and those of 12."""
    told: Told = defaultdict(set)
    _read_ue(world, told)
    for _, context in contexts(world):
        _read_context(context, vectors, told)
    _read_pushes(world, vectors, told)
    _read_record(world, told)
    return told


def _read_ue(world: World, told: Told) -> None:
    for ue in nodes_of(world, UEState):
        told["uses"].update((each.rand,) for each in (ue.current,) if each is not None)
        told["holds"].update((each,) for each in (ue.guti,) if each is not None)
        if is_registered(world, ue):
            told["registered"].add(())


def _read_context(context: UEContext, vectors: Vectors, told: Told) -> None:
    if context.active_k_asme is not None:
        told["active"].add((vectors.rand(derive_ks(context.active_k_asme)),))
        told["current"].add((_current(context),))
    procedure = context.procedure
    if procedure is not None and procedure.stage in _OFFERS:
        told[_OFFERS[procedure.stage]].add((context.guti,))
    if procedure is not None and procedure.stage is Stage.SECURITY_MODE and procedure.partial is not None:
        told["commanded"].add((procedure.partial.rand,))


def _current(context: UEContext) -> object:
    """The GUTI that the last push named.

    While a new one is on offer in a reallocation, or chosen in an attach that has not come to SECURITY MODE COMPLETE,
    that is still the old one.
    """
    procedure = context.procedure
    is_new = procedure is not None and procedure.stage in {Stage.GUTI_REALLOCATION, Stage.SECURITY_MODE}
    return context.guti if context.old_guti is None or not is_new else context.old_guti


def _read_pushes(world: World, vectors: Vectors, told: Told) -> None:
    """An order stands in a push and at both ends; answers, which only have a number, are read by that."""
    orders: dict[int, PushOrder | None] = {}
    for mme in nodes_of(world, MMEState):
        told["counted"].update((each.order,) for each in mme.counters if each.order is not None)
    for _, context in contexts(world):
        if (push := context.open_push) is not None:
            told["awaited"].add((push.order,))
            told["pushed"].add((push.order, push.rand, *two(push.gutis)))
            orders[push.push] = push.order
    for _, _, message in messages(world):
        if isinstance(message, ActiveVectorPushRequest):
            told["pushed"].add((message.order, message.rand, *two(message.gutis)))
        elif isinstance(message, KeysPushRequest):
            told["keys_pushed"].update((vectors.rand(pair.ks),) for pair in message.pairs)
        elif isinstance(message, ActiveVectorPushAnswer) and message.push in orders:
            told["answered"].add((orders[message.push],))


def _read_record(world: World, told: Told) -> None:
    for scef in nodes_of(world, SCEFState):
        for each in scef.records:
            told["pair"].update((pair.rand,) for pair in each.pairs)
            told["flagged"].update((rand,) for rand in (each.active,) if rand is not None)
            told["parked"].update((rand,) for rand in (each.parked,) if rand is not None)
            told["bound"].update((guti,) for guti in each.gutis)
            if each.order is not None:
                told["taken"].add((each.order,))
                told["pushed"].add((each.order, each.active or each.parked, *two(each.gutis)))
