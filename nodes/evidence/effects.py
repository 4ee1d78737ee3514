"""What comes of a broken property, computed from the last step of its counterexample.

It is asked of the octets there, never of the story: which key was given or would be, whose it is, and whether the UE
uses it.
"""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from nodes.explorer.records import Record
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.octets import Ks
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.catch_up import behind
from nodes.protocol.properties.key_answers import answer_for, answer_to_as, network_key
from nodes.protocol.properties.rest import is_registered
from nodes.protocol.runs.trace import Replayed, from_text, replay
from nodes.protocol.world.provenance import vector_of_ks
from nodes.protocol.world.world import World, nodes_of


class Effect(Enum):
    """From the least to the gravest."""

    WRONG_RECORD = "wrong record"
    MESSAGE_LOST = "message lost"
    NO_KEY = "no key"
    OLD_KEY = "old key"
    OTHER_KEY = "another UE’s key"


def effect_of(record: Record) -> Effect | None:
    """The gravest effect that the counterexample of a violated cell shows; None where there is none."""
    return _effect_of(record.trace, record.question.property) if record.trace else None


@lru_cache(maxsize=1024)
def _effect_of(trace: str, property_id: PropertyID) -> Effect | None:
    effects = set(_effects(replay(from_text(trace)), property_id))
    return max(effects, key=tuple(Effect).index, default=None)


def _effects(end: Replayed, property_id: PropertyID) -> Iterator[Effect]:
    world = end.world
    match property_id:
        case PropertyID.P3 | PropertyID.P3N:
            yield Effect.MESSAGE_LOST
        case PropertyID.P5:
            yield Effect.WRONG_RECORD
        case PropertyID.P1 | PropertyID.P1A | PropertyID.P1W | PropertyID.P1N | PropertyID.P1AN:
            yield from _of_keys_that_the_network_gives(world)
        case PropertyID.P6 | PropertyID.P6N:
            given = ((each, answer_for(world, each.guti)[1]) for each in end.observation.monitor.retired)
            yield from (_effect(world, ks, each.imsi) for each, ks in given if ks is not None)
        case PropertyID.P8:
            yield from _of_keys_that_an_as_would_get(world)
        case PropertyID.P2 | PropertyID.P2Q | PropertyID.P2N | PropertyID.P4 | PropertyID.P7:
            yield from _of_keys_that_an_as_holds(world)


def _of_keys_that_the_network_gives(world: World) -> Iterator[Effect]:
    for ue in nodes_of(world, UEState):
        ks = network_key(world, ue)
        if ks != ue.ks and is_registered(world, ue):
            yield _effect(world, ks, ue.imsi)


def _of_keys_that_an_as_would_get(world: World) -> Iterator[Effect]:
    for ue in nodes_of(world, UEState):
        for _, session, used in behind(world, ue):
            ks = answer_to_as(world, session)[1]
            if ks != used:
                yield _effect(world, ks, ue.imsi)


def _of_keys_that_an_as_holds(world: World) -> Iterator[Effect]:
    ues = {ue.name: ue for ue in nodes_of(world, UEState)}
    for server in nodes_of(world, ApplicationServerState):
        for session in server.sessions:
            ue = ues[session.ue]
            if session.ks is None or session.ks != ue.ks:
                yield _effect(world, session.ks, ue.imsi)


def _effect(world: World, ks: Ks | None, imsi: str) -> Effect:
    if ks is None:
        return Effect.NO_KEY
    vector = vector_of_ks(world, ks)
    return Effect.OLD_KEY if vector is None or vector.imsi == imsi else Effect.OTHER_KEY
