"""Which AV a value comes from: the n-th AV that the AuC made for an IMSI. For people; no node knows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from nodes.protocol.crypto.eps_keys import derive_kn, derive_ks
from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.hss.table import HSSState, IssuedVector, Subscriber, subscriber_of
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import GUTI, IMSI
from nodes.protocol.messages import nas
from nodes.protocol.messages.application import OpenSession, ProtectedMessage
from nodes.protocol.messages.key_requests import (
    KeyRetrievalAnswer,
    KeyRetrievalRequest,
    T6aKeyAnswer,
    T6aKeyRequest,
)
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s1 import inside
from nodes.protocol.messages.s10 import ContextResponse, MMContext
from nodes.protocol.octets import KASME, KN, RAND, Ks
from nodes.protocol.options import HSS
from nodes.protocol.world.world import World, node, node_as, ue_of_imsi


@dataclass(frozen=True, slots=True)
class VectorName:
    """An AV as people name it: number `number`, from 1, of those made for `imsi`."""

    imsi: IMSI
    number: int


def vector_words(world: World, vector: VectorName | None, home: IMSI) -> str:
    """An AV in words; that of another IMSI than `home` is named with its UE."""
    if vector is None:
        return "no AV"
    if vector.imsi == home:
        return f"AV {vector.number}"
    other = ue_of_imsi(world, vector.imsi)
    return f"AV {vector.number} of {vector.imsi if other is None else other.name}"


@dataclass(frozen=True, slots=True)
class NamedVector:
    """An AV in a sentence, or that there is none, and its words there."""

    vector: VectorName | None
    words: str


@dataclass(frozen=True, slots=True)
class NamedGUTIs:
    """GUTIs in a sentence, the newest last, and their words there: "an old GUTI"."""

    gutis: tuple[GUTI, ...]
    words: str


Named: TypeAlias = NamedVector | NamedGUTIs
Prose: TypeAlias = tuple[str | Named, ...]
"""Sentences in which AVs and GUTIs stand as such, so that a page can draw them."""


def named_vector(world: World, vector: VectorName | None, home: IMSI) -> NamedVector:
    """An AV as it stands in a sentence about a UE; `home` is that UE's IMSI."""
    return NamedVector(vector, vector_words(world, vector, home))


def prose(sentence: str, *named: Named) -> Prose:
    """Put AVs and GUTIs into the places {} of a sentence."""
    first, *rest = sentence.split("{}")
    pairs = zip(named, rest, strict=True)
    return tuple(part for part in (first, *(part for pair in pairs for part in pair)) if part)


def joined(parts: Prose) -> Prose:
    """The same with texts that follow each other made one."""
    groups = groupby(parts, lambda part: isinstance(part, str))
    return tuple(part for is_text, group in groups for part in ((text_of(tuple(group)),) if is_text else group))


def text_of(parts: Prose) -> str:
    """The words alone."""
    return "".join(part if isinstance(part, str) else part.words for part in parts)


def _subscribers(world: World, imsi: IMSI | None) -> tuple[Subscriber, ...]:
    state = node_as(world, HSS, HSSState)
    if imsi is None:
        return state.subscribers
    subscriber = subscriber_of(state, imsi)
    return () if subscriber is None else (subscriber,)


def _newest_first(subscriber: Subscriber) -> Iterator[tuple[int, IssuedVector]]:
    """The AVs of a subscription with their numbers. What is asked for is mostly among the last of them."""
    return zip(range(len(subscriber.issued), 0, -1), reversed(subscriber.issued), strict=True)


def vector_of_rand(world: World, rand: RAND | None, imsi: IMSI | None = None) -> VectorName | None:
    """The AV of a RAND; `imsi` narrows the search."""
    if rand is None:
        return None
    for subscriber in _subscribers(world, imsi):
        for number, vector in _newest_first(subscriber):
            if vector.rand == rand:
                return VectorName(subscriber.imsi, number)
    return None


def vector_of_ks(world: World, ks: Ks | None, imsi: IMSI | None = None) -> VectorName | None:
    """The AV of a Ks; `imsi` is tried first."""
    if ks is None:
        return None
    for subscriber in (*(() if imsi is None else _subscribers(world, imsi)), *_subscribers(world, None)):
        for number, vector in _newest_first(subscriber):
            if derive_ks(vector.k_asme) == ks:
                return VectorName(subscriber.imsi, number)
    return None


def vector_of_name(world: World, name: KN | None) -> VectorName | None:
    """The AV whose Ks has this name, 8 octets (repair `named_key`)."""
    if name is None:
        return None
    for subscriber in _subscribers(world, None):
        for number, vector in _newest_first(subscriber):
            if derive_kn(derive_ks(vector.k_asme)) == name:
                return VectorName(subscriber.imsi, number)
    return None


def vector_of_k_asme(world: World, k_asme: KASME | None, imsi: IMSI) -> VectorName | None:
    """The AV of a K_ASME: it names the key of a security context that came over S10 without its RAND."""
    for subscriber in _subscribers(world, imsi):
        for number, vector in _newest_first(subscriber):
            if vector.k_asme == k_asme:
                return VectorName(imsi, number)
    return None


def vector_of_message(world: World, message: object) -> VectorName | None:
    """The AV whose RAND, Ks or K_ASME a message carries, or whose Ks it names."""
    match inside(message):
        case nas.AuthenticationRequest(rand=rand) | ActiveVectorPushRequest(rand=rand):
            return vector_of_rand(world, rand)
        case OpenSession(key_name=name) | KeyRetrievalRequest(key_name=name) | T6aKeyRequest(key_name=name):
            return vector_of_name(world, name)
        case KeyRetrievalAnswer(ks=ks) | T6aKeyAnswer(ks=ks):
            return vector_of_ks(world, ks)
        case ContextResponse(context=MMContext(imsi=imsi, k_asme=k_asme)):
            return vector_of_k_asme(world, k_asme, imsi)
        case _:
            return None


def guti_of_message(message: object) -> GUTI | None:
    """The GUTI that a message carries; where it carries those of a reallocation that is not settled, the newer one."""
    carrier = inside(message)
    if isinstance(carrier, nas.AttachRequest):
        return carrier.identity if isinstance(carrier.identity, GUTI) else None
    gutis: tuple[GUTI, ...] = getattr(carrier, "gutis", ())
    guti: GUTI | None = gutis[0] if gutis else getattr(carrier, "guti", None)
    return guti


def vector_of_sending(world: World, source: str, destination: str, message: object) -> VectorName | None:
    """The same at the moment of sending, when it is also known under whose Ks a message is sealed."""
    if not isinstance(message, ProtectedMessage):
        return vector_of_message(world, message)
    if message.key_name is not None:
        return vector_of_name(world, message.key_name)
    sender = node(world, source)
    if isinstance(sender, UEState):
        return vector_of_ks(world, sender.ks, sender.imsi)
    session = sender.session_of(destination) if isinstance(sender, ApplicationServerState) else None
    return None if session is None else vector_of_ks(world, session.ks)
