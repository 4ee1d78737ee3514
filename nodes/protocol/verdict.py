"""Do UE, network and AS use the Ks of the same AV now? One definition, for the page and whoever else asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from nodes.protocol import scef as scef_node
from nodes.protocol.application_server import ApplicationServerState, ServerSession
from nodes.protocol.busy import ue_of_message, ue_of_timer, why_busy
from nodes.protocol.diff import Change
from nodes.protocol.identities import GUTI
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyRequest
from nodes.protocol.mme.keys import key_for
from nodes.protocol.mme.state import MMEState
from nodes.protocol.octets import Ks
from nodes.protocol.options import SCEF, Solution
from nodes.protocol.provenance import VectorName, vector_of_ks
from nodes.protocol.scef import SCEFState
from nodes.protocol.ue.state import UEPhase, UEState
from nodes.protocol.world import Envelope, Link, World, nodes_of, the, ue_of_imsi


class Word(Enum):
    """The four verdicts."""

    NO_KEY_YET = "NO KEY YET"
    IN_SYNC = "IN SYNC"
    IN_TRANSIT = "IN TRANSIT"
    OUT_OF_SYNC = "OUT OF SYNC"


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

    `busy` says why the UE is not at rest. `mends`: asking again would give the AS the UE's key, that is N = U.
    `harm` counts messages that did not open at either end. `named`, only with the repair `key_name`: what the network
    would answer to a request that also names the UE's key.
    """

    word: Word
    ue: VectorName | None
    network: VectorName | None
    application_server: VectorName | None
    busy: str | None
    mends: bool
    harm: int
    reason: str
    named: KeyResult | None = None

    @property
    def summary(self) -> VerdictSummary:
        return VerdictSummary(self.word, self.ue, self.network, self.application_server, self.harm)


def judge(world: World, ue_name: str, as_name: str) -> Verdict:
    """The verdict on a UE and an AS in this world.

    Raises:
        NoSuchAction: there is no such UE or AS.
    """
    ue, server = the(world, ue_name, UEState), the(world, as_name, ApplicationServerState)
    session = server.session_of(ue_name)
    held = None if session is None else session.ks
    used = vector_of_ks(world, ue.ks, ue.imsi)
    given = vector_of_ks(world, network_key(world, ue), ue.imsi)
    holds = vector_of_ks(world, held, ue.imsi)
    busy = why_busy(world, ue)
    word = _word(used, given, holds, busy)
    reason = _no_key(ue, session) if word is Word.NO_KEY_YET else _reason(word, used, given, holds, busy)
    harm = _harm(ue, as_name, session)
    return Verdict(word, used, given, holds, busy, given == used, harm, reason, _named_answer(world, ue))


def network_key(world: World, ue: UEState) -> Ks | None:
    """The Ks, 32 octets, that the network would hand out now for the UE's GUTI."""
    return None if ue.guti is None else answer_for(world, ue.guti)[1]


def answer_for(world: World, guti: GUTI, key_name: str | None = None) -> tuple[KeyResult, Ks | None]:
    """What the network would answer now to a key request, and the Ks, 32 octets."""
    scef = the(world, SCEF, SCEFState)
    if scef.solution is Solution.PUSH:
        result, ks, _ = scef_node.key_for(scef, guti, key_name)
        return result, ks
    (route,) = (route for route in scef.routes if route.gummei == guti.gummei)
    result, ks, _ = key_for(the(world, route.mme, MMEState), T6aKeyRequest("", "", guti, key_name))
    return result, ks


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


def _no_key(ue: UEState, session: ServerSession | None) -> str:
    if ue.ks is None:
        return "The UE is not attached." if ue.phase is UEPhase.DEREGISTERED else "The UE has no Ks yet."
    if session is None:
        return "The UE has its Ks. It has opened no session with the AS, which holds no key."
    return "The AS has no key for the UE's session."


def _reason(
    word: Word,
    used: VectorName | None,
    given: VectorName | None,
    holds: VectorName | None,
    busy: str | None,
) -> str:
    if word is Word.IN_SYNC:
        return f"UE, network and AS use the Ks of {av_words(used)}."
    differing = _who_differs(used, given, holds)
    if busy is not None:
        return f"{differing} Not at rest: {busy}. {_asking(used, given)}"
    return f"{differing} Nothing is under way. {_asking(used, given)}"


def av_words(vector: VectorName | None) -> str:
    return "no AV" if vector is None else f"AV {vector.number}"


def _who_differs(used: VectorName | None, given: VectorName | None, holds: VectorName | None) -> str:
    if used == holds:
        return f"UE and AS use {av_words(used)}, but the network gives {av_words(given)}."
    if used == given:
        return f"The AS holds {av_words(holds)}, the UE uses {av_words(used)}."
    if given == holds:
        return f"The UE uses {av_words(used)}, network and AS have {av_words(given)}."
    return f"The UE uses {av_words(used)}, the network gives {av_words(given)}, the AS holds {av_words(holds)}."


def _asking(used: VectorName | None, given: VectorName | None) -> str:
    if given is None:
        return "Asking again would give no key."
    if given == used:
        return "Asking again would mend it."
    return f"Asking again would give {av_words(given)} and mend nothing."


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
    apart = after.word in (Word.OUT_OF_SYNC, Word.IN_TRANSIT)
    return apart and (before is None or before.word in (Word.NO_KEY_YET, Word.IN_SYNC))
