"""Worlds of the real nodes as states of the models `right_ue` and `one_active`, which share relations."""

from collections import defaultdict

from nodes.proofs.reading import Told, Vectors, chosen_gutis, contexts, messages, responses, two
from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.scef.state import SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.messages.application import OpenSession
from nodes.protocol.messages.key_requests import KeyRetrievalAnswer, KeyRetrievalRequest, T6aKeyAnswer, T6aKeyRequest
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, KeysPushRequest
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.rest import shown_rands
from nodes.protocol.world.world import World, nodes_of


def read_right_ue(world: World, _monitor: Monitor, vectors: Vectors) -> Told:
    """What the relations of `right_ue` hold of in a world."""
    told: Told = defaultdict(set)
    told["allocated"].update(chosen_gutis(world))
    for mme, context in contexts(world):
        told["valid"].update((mme.name, context.imsi, guti) for guti in context.gutis)
        if context.open_push is not None:
            told["pushed"].add((context.imsi, context.open_push.rand, *two(context.open_push.gutis)))
    _read_active(world, vectors, told)
    _read_sessions(world, vectors, told)
    _read_records(world, told)
    for source, destination, message in messages(world):
        _read_message(source, destination, message, vectors, told)
    return told


def read_one_active(world: World, monitor: Monitor, vectors: Vectors) -> Told:
    """What the relations of `one_active` hold of in a world."""
    told: Told = defaultdict(set)
    told["responded"].update((rand,) for rand in responses(world))
    told["verified"].update((each.rand,) for each in monitor.authenticated)
    for ue in nodes_of(world, UEState):
        known = (ue.current, ue.partial, ue.answered)
        told["responded"].update((each.rand,) for each in known if each is not None and each.rand is not None)
        told["verified"].update((rand,) for rand in shown_rands(world, ue))
    for _, context in contexts(world):
        if context.open_push is not None:
            told["pushed"].add((context.imsi, context.open_push.rand))
    _read_active(world, vectors, told)
    _read_records(world, told)
    for _, _, message in messages(world):
        if isinstance(message, ActiveVectorPushRequest):
            told["pushed"].add((message.imsi, message.rand))
        elif isinstance(message, KeysPushRequest):
            told["keys_pushed"].update((message.imsi, vectors.rand(pair.ks)) for pair in message.pairs)
    return told


def _read_active(world: World, vectors: Vectors, told: Told) -> None:
    """By K_ASME: the MME that a UE came to need not know the RAND."""
    for mme, context in contexts(world):
        if context.active_k_asme is not None:
            told["active"].add((mme.name, context.imsi, vectors.rand(derive_ks(context.active_k_asme))))


def _read_sessions(world: World, vectors: Vectors, told: Told) -> None:
    for ue in nodes_of(world, UEState):
        told["named"].update(((each.application_server, ue.name), each.guti) for each in ue.sessions)
    for server in nodes_of(world, ApplicationServerState):
        for each in server.sessions:
            session = (server.name, each.ue)
            told["named"].update((session, guti) for guti in each.gutis)
            if each.open_request is not None:
                told["asked"].add((session, each.open_request.guti))
            if each.ks is not None:
                told["got"].add((session, vectors.rand(each.ks)))


def _read_records(world: World, told: Told) -> None:
    for scef in nodes_of(world, SCEFState):
        for each in scef.records:
            told["pair"].update((each.imsi, pair.rand) for pair in each.pairs)
            told["flagged"].update((each.imsi, rand) for rand in (each.active,) if rand is not None)
            told["parked"].update((each.imsi, rand) for rand in (each.parked,) if rand is not None)
            told["bound"].update((each.imsi, guti) for guti in each.gutis)


def _read_message(source: str, destination: str, message: object, vectors: Vectors, told: Told) -> None:
    match message:
        case OpenSession():
            told["named"].add(((destination, source), message.guti))
        case KeyRetrievalRequest() | T6aKeyRequest():
            told["asked"].add((_session(message.origin, message.request), message.guti))
        case KeyRetrievalAnswer() | T6aKeyAnswer() if message.ks is not None:
            told["answered"].add((_session(message.origin, message.request), vectors.rand(message.ks)))
        case KeysPushRequest():
            told["keys_pushed"].update((message.imsi, vectors.rand(pair.ks)) for pair in message.pairs)
        case ActiveVectorPushRequest():
            told["pushed"].add((message.imsi, message.rand, *two(message.gutis)))


def _session(origin: str, request: str) -> tuple[str, str]:
    """AS and UE of a key request, which is named for them."""
    return origin, request.rpartition(".")[0]
