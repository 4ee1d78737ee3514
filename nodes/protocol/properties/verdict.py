"""Do UE, network and AS use the Ks of the same AV now? One definition, for the page and whoever else asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.ue.state import UNREGISTERED, UEState
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.properties.key_answers import answer_for, network_key
from nodes.protocol.properties.remedy import Prospect, Remedy, asking_words, prospect
from nodes.protocol.world.diff import Change
from nodes.protocol.world.provenance import (
    NamedVector,
    Prose,
    VectorName,
    joined,
    named_vector,
    prose,
    text_of,
    vector_of_ks,
)
from nodes.protocol.world.subjects import ue_of_message, ue_of_timer, why_busy
from nodes.protocol.world.world import Envelope, Link, World, node_as, nodes_of, ue_of_imsi


class Word(Enum):
    """The four verdicts."""

    NO_KEY_YET = "NO KEY YET"
    IN_SYNC = "IN SYNC"
    IN_TRANSIT = "IN TRANSIT"
    OUT_OF_SYNC = "OUT OF SYNC"


APART = (Word.IN_TRANSIT, Word.OUT_OF_SYNC)
"""The words for ends that differ."""


@dataclass(frozen=True, slots=True)
class VerdictSummary:
    """What of a verdict makes history: the word, the three AVs and the harm."""

    word: Word
    ue: VectorName | None
    network: VectorName | None
    application_server: VectorName | None
    harm: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The AVs of the Ks that the UE uses (U), the network would give for its GUTI (N) and the AS holds (A).

    `busy` says why the UE is not at rest. `mends`: asking again, with the GUTI that the AS knows, would lead to
    U = N = A, or leave it so. `prospect` says what asking would come to; None: the AS has no session to ask for.
    `harm` counts messages that did not open at either end. `named`, only with the repair `key_name`: what the network
    would answer to a request that also names the UE's key.
    """

    word: Word
    ue: VectorName | None
    network: VectorName | None
    application_server: VectorName | None
    busy: str | None
    prospect: Prospect | None
    harm: int
    why: Prose
    named: KeyResult | None = None

    @property
    def reason(self) -> str:
        """Why, in words alone."""
        return text_of(self.why)

    @property
    def mends(self) -> bool:
        return self.prospect is not None and self.prospect.remedy is Remedy.ASK

    @property
    def summary(self) -> VerdictSummary:
        return VerdictSummary(self.word, self.ue, self.network, self.application_server, self.harm)


def judge(world: World, ue_name: str, as_name: str) -> Verdict:
    """The verdict on a UE and an AS in this world.

    Raises:
        NoSuchAction: there is no such UE or AS.
    """
    ue, server = node_as(world, ue_name, UEState), node_as(world, as_name, ApplicationServerState)
    session = server.session_of(ue_name)
    held = None if session is None else session.ks
    used = vector_of_ks(world, ue.ks, ue.imsi)
    given = vector_of_ks(world, network_key(world, ue), ue.imsi)
    holds = vector_of_ks(world, held, ue.imsi)
    busy = why_busy(world, ue)
    word = _word(used, given, holds, busy)
    found = None if session is None else prospect(world, ue, as_name, session)
    why = joined(_Reason(world, ue, as_name, session, found, busy).of(word, used, given, holds))
    harm = _harm(ue, as_name, session)
    return Verdict(word, used, given, holds, busy, found, harm, why, _named_answer(world, ue))


def _named_answer(world: World, ue: UEState) -> KeyResult | None:
    name = ue.key_name
    return None if ue.guti is None or name is None else answer_for(world, ue.guti, name)[0]


def _word(used: VectorName | None, given: VectorName | None, holds: VectorName | None, busy: str | None) -> Word:
    if used is None or holds is None:
        return Word.NO_KEY_YET
    if used == given == holds:
        return Word.IN_SYNC
    return Word.OUT_OF_SYNC if busy is None else Word.IN_TRANSIT


def _harm(ue: UEState, as_name: str, session: ServerSession | None) -> int:
    at_ue = sum(each.leg.failed for each in ue.sessions if each.application_server == as_name)
    return at_ue + (0 if session is None else session.leg.failed)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Says why the verdict is what it is."""

    world: World
    ue: UEState
    application_server: str
    session: ServerSession | None
    prospect: Prospect | None
    busy: str | None

    def of(self, word: Word, used: VectorName | None, given: VectorName | None, holds: VectorName | None) -> Prose:
        avs = tuple(named_vector(self.world, each, self.ue.imsi) for each in (used, given, holds))
        match word:
            case Word.IN_SYNC:
                return prose("UE, network and AS use the Ks of {}.", avs[0])
            case Word.NO_KEY_YET if used is None:
                return self._no_key_at_ue(holds, avs[2])
            case Word.NO_KEY_YET:
                return self._no_key_at_as()
            case Word.IN_TRANSIT:
                return (*_who_differs(*avs), f" Not at rest: {self.busy}. ", *self._asking())
            case _:
                return (*_who_differs(*avs), " No message or timer is pending. ", *self._asking())

    def _no_key_at_ue(self, holds: VectorName | None, held: NamedVector) -> Prose:
        detached = self.ue.phase in UNREGISTERED
        sentence = "The UE is not attached." if detached else "The UE has no Ks yet."
        return (sentence,) if holds is None else prose(f"{sentence} The AS still holds {{}}.", held)

    def _no_key_at_as(self) -> Prose:
        if self.session is not None:
            sentence = "The AS has no key for the UE's session."
            return (sentence,) if self.busy is not None else (f"{sentence} ", *self._asking())
        if any(each.application_server == self.application_server for each in self.ue.sessions):
            return ("The UE has its Ks. The AS knows of no session with it and holds no key.",)
        return ("The UE has its Ks. It has opened no session with the AS, which holds no key.",)

    def _asking(self) -> Prose:
        """Nothing where there is no session to ask for: then the AS has no key either."""
        ue, session, found, is_at_rest = self.ue, self.session, self.prospect, self.busy is None
        return (
            ()
            if session is None or found is None
            else asking_words(self.world, ue, session, found, is_at_rest=is_at_rest)
        )


def _who_differs(used: NamedVector, given: NamedVector, holds: NamedVector) -> Prose:
    if used == holds:
        return prose("UE and AS use {}, but the network gives {}.", used, given)
    if used == given:
        return prose("The AS holds {}, the UE uses {}.", holds, used)
    if given == holds:
        return prose("The UE uses {}, network and AS have {}.", used, given)
    return prose("The UE uses {}, the network gives {}, the AS holds {}.", used, given, holds)


def pairs(world: World, ues: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each of these UEs with every AS that has a session with it, and with the first AS in any case."""
    servers = nodes_of(world, ApplicationServerState)
    return tuple(
        (ue, server.name)
        for ue in sorted(ues)
        for server in servers
        if server is servers[0] or server.session_of(ue) is not None
    )


def touched_ues(before: World, after: World, changes: tuple[Change, ...]) -> frozenset[str]:
    """The UEs whose verdict a step may have changed: those its changes, messages and timers are about."""
    names = {_ue_of_path_part(after, part) for change in changes for part in change.path}
    names |= {
        ue_of_message(after, link.source, link.destination, envelope.message)
        for link, envelope in _envelopes_that_differ(before, after)
    }
    names |= {ue_of_timer(after, timer) for timer in set(before.timers) ^ set(after.timers)}
    return frozenset(name for name in names if name is not None)


def _envelopes_that_differ(before: World, after: World) -> list[tuple[Link, Envelope]]:
    """Envelopes that are in one of two worlds only; one that another of the same message stands for is in both."""
    queues = {link.key: link for link in before.links}
    found = []
    for link in after.links:
        old = queues.pop(link.key, None)
        if old is not link:
            gone = () if old is None else old.queue
            found += [(link, e) for e in (*_without(gone, link.queue), *_without(link.queue, gone))]
    return found + [(link, envelope) for link in queues.values() for envelope in link.queue]


def _without(queue: tuple[Envelope, ...], other: tuple[Envelope, ...]) -> list[Envelope]:
    """The envelopes of a queue that the other has not. A step leaves all but a few the very same objects."""
    same = set(map(id, other))
    return [envelope for envelope in queue if id(envelope) not in same and envelope not in other]


def _ue_of_path_part(world: World, part: str) -> str | None:
    """Paths name UEs, IMSIs, and requests such as as-1/ue-1.3."""
    name = part.rpartition("/")[2].partition(".")[0]
    if name.startswith("ue-"):
        return name if name in world.index else None
    state = ue_of_imsi(world, part) if part.isdigit() else None
    return None if state is None else state.name


def diverges(before: VerdictSummary | None, after: VerdictSummary) -> bool:
    """UE and AS had the same key, or none, and now differ."""
    return after.word in APART and (before is None or before.word not in APART)
