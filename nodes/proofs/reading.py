"""Worlds of the real nodes read as states of the models: the map that the tie check is about.

Values are the nodes' own: an IMSI, a RAND for its AV, a GUTI, the names of AS and UE for a session. Of a history
(`logic.Relation.is_history`) a world shows a part: messages in flight, and what nodes keep of it.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from nodes.proofs.evaluation import Meanings
from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.dice import roll
from nodes.protocol.entities.hss.state import HSSState
from nodes.protocol.entities.mme.state import MMEState, UEContext
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages.nas import AuthenticationResponse
from nodes.protocol.messages.s1 import inside
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.world import World, nodes_of

Told = defaultdict[str, set[tuple[Any, ...]]]
"""What is true in a world, by the names of a model's relations."""


class Vectors:
    """The AVs of a lab, and which UE each is for: the same in all its worlds, learned as the HSS makes them."""

    def __init__(self) -> None:
        self._owners: dict[RAND, IMSI] = {}
        self._rands: dict[Ks, RAND] = {}

    def learn(self, world: World) -> None:
        """Take over what the HSS of a world has made.

        Raises:
            ValueError: two UEs have one RAND, or two AVs one Ks.
        """
        for hss in nodes_of(world, HSSState):
            for subscriber in hss.subscribers:
                for each in subscriber.issued:
                    if each.rand not in self._owners:
                        self._rands[derive_ks(each.k_asme)] = each.rand
                        self._owners[each.rand] = subscriber.imsi

    def owner(self, rand: RAND) -> IMSI:
        return self._owners[rand]

    def rand(self, ks: Ks) -> RAND:
        return self._rands[ks]


def opener(session: tuple[str, str]) -> IMSI:
    """The IMSI of the UE of a session: AS and UE."""
    return imsi_of(session[1])


def contexts(world: World) -> Iterator[tuple[MMEState, UEContext]]:
    for mme in nodes_of(world, MMEState):
        for context in mme.contexts:
            yield mme, context


def messages(world: World) -> Iterator[tuple[str, str, object]]:
    """What is in flight, from whom to whom, taken out of what it is carried in."""
    for link in world.links:
        for envelope in link.queue:
            yield link.source, link.destination, inside(envelope.message)


def two(gutis: tuple[GUTI, ...]) -> tuple[GUTI, GUTI]:
    """One or two GUTIs as two, which may be the same."""
    return gutis[0], gutis[-1]


def chosen_gutis(world: World) -> Iterator[tuple[GUTI, IMSI]]:
    """Every GUTI that an MME ever drew, by its dice, for an IMSI: where no M-TMSI is used again."""
    for mme in nodes_of(world, MMEState):
        for each in mme.counters:
            for number in range(each.m_tmsis):
                octets = roll(mme.seed, mme.name, each.imsi, "M-TMSI", number, length=4)
                yield GUTI(mme.gummei, int.from_bytes(octets, "big")), each.imsi


def responses(world: World) -> Iterator[RAND]:
    """The AVs to whose challenge there is a response in flight, as far as an MME has the AV."""
    by_res = {vector.xres: vector.rand for _, context in contexts(world) for vector in context.vectors}
    for _, _, message in messages(world):
        if isinstance(message, AuthenticationResponse) and message.res in by_res:
            yield by_res[message.res]


def meanings_of(vectors: Vectors) -> Meanings:
    """What the functions of all models are for what worlds are read as, and the order of numbers."""
    return {"owner": vectors.owner, "opener": opener, "before": lambda one, other: one < other}
