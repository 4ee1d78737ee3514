"""What the verdict says, held against what happens: each sentence has a check that takes the actions it speaks of.

The actions are taken in a fork of the world, where no link is held or armed. A request is answered before anything
else moves, as the verdict says what would be so now.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase, UEState
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.octets import Ks
from nodes.protocol.properties.verdict import judge
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import step
from nodes.protocol.world.provenance import vector_of_ks, vector_words
from nodes.protocol.world.subjects import ue_of_message, ue_of_timer
from nodes.protocol.world.world import World, link_of, nodes_of, with_node
from tests.support.protocol import node_as, settle


@dataclass(frozen=True, slots=True)
class Pair:
    """A UE and an AS in a world."""

    world: World
    ue_name: str
    server_name: str

    @property
    def ue(self) -> UEState:
        return node_as(self.world, self.ue_name, UEState)

    @property
    def session(self) -> ServerSession | None:
        return node_as(self.world, self.server_name, ApplicationServerState).session_of(self.ue_name)

    @property
    def held(self) -> Ks | None:
        """The Ks of the AS: of several that it knows by name the UE's, if it is among them, else the newest."""
        if self.session is None:
            return None
        return self.ue.ks if self.ue.ks in self.session.keys else self.session.ks

    def words(self, ks: Ks | None) -> str:
        return vector_words(self.world, vector_of_ks(self.world, ks, self.ue.imsi), self.ue.imsi)

    def then(self, *taken: Action) -> "Pair":
        world = self.world
        for action in taken:
            world = step(world, action)
        return Pair(world, self.ue_name, self.server_name)

    def unhindered(self) -> "Pair":
        releases = (actions.Release(*link) for link in self.world.held)
        disarmings = (actions.Disarm(*armed) for armed in self.world.armed)
        return self.then(*releases, *disarmings)

    # What can be done about the key

    def asked(self, guti_index: int | None = None) -> "Pair":
        """The AS asks, and gets its answer before anything else moves."""
        pair = self.unhindered()
        return pair.then(
            actions.Command(self.server_name, commands.AskForKey(self.ue_name, guti_index=guti_index))
        )._answered()

    def opened(self) -> "Pair":
        """The UE opens a session; the AS learns of it at once, asks and gets its answer."""
        return self._told(commands.OpenApplicationSession(self.server_name))

    def read(self) -> "Pair":
        """The UE sends a reading; if the AS asks because of it, it gets its answer."""
        return self._told(commands.SendReading(self.server_name))

    def _told(self, command: commands.NodeCommand) -> "Pair":
        pair = self.unhindered().then(actions.Command(self.ue_name, command))
        last = len(link_of(pair.world, self.ue_name, self.server_name).queue) - 1
        return pair.then(actions.Deliver(self.ue_name, self.server_name, last))._answered()

    def _answered(self) -> "Pair":
        """Deliver what belongs to the open request of the AS, and nothing else."""
        pair = self
        while pair.session is not None and pair.session.open_request is not None:
            request = f"{self.ue_name}.{pair.session.open_request.number}"
            pair = pair.then(pair._next_of(request))
        return pair

    def _next_of(self, request: str) -> actions.Deliver:
        return next(
            actions.Deliver(*link.key, position)
            for link in self.world.links
            for position, envelope in enumerate(link.queue)
            if getattr(envelope.message, "request", None) == request
            and getattr(envelope.message, "origin", None) == self.server_name
        )

    def network_gives(self) -> Ks | None:
        """What the network gives for the UE's GUTI, asked for real by an AS that knows this GUTI and the key's name."""
        if self.ue.guti is None:
            return None
        number = 0 if self.session is None else self.session.requests
        session = ServerSession(self.ue_name, 1_000, (self.ue.guti,), key_name=self.ue.key_name, requests=number)
        server = node_as(self.world, self.server_name, ApplicationServerState)
        others = tuple(each for each in server.sessions if each.ue != self.ue_name)
        knowing = ApplicationServerState(server.name, server.names_keys, (*others, session))
        return Pair(with_node(self.world, knowing), self.ue_name, self.server_name).asked().held

    @property
    def is_in_sync(self) -> bool:
        return self.ue.ks is not None and self.ue.ks == self.held == self.network_gives()

    @property
    def lacks_for_good(self) -> bool:
        """The AS has not the key that the UE uses for the session, and does not get it by asking."""
        own = next((each for each in self.ue.sessions if each.application_server == self.server_name), None)
        used = self.ue.ks if not self.ue.names_keys else None if own is None else own.sending
        return used is not None and not {used} <= {*self.keys, *self.asked().keys}

    @property
    def keys(self) -> tuple[Ks, ...]:
        return () if self.session is None else self.session.keys

    def every_asking(self) -> list["Pair"]:
        """What comes of asking with each GUTI, directly and through the third party, and of messages."""
        assert self.session is not None
        indexes = range(len(self.session.gutis))
        tries: list[Pair] = [self.asked(index) for index in indexes]
        through = (commands.AskForKey(self.ue_name, through_third_party=True, guti_index=index) for index in indexes)
        told = [actions.Command(self.server_name, each) for each in through]
        told.append(actions.Command(self.ue_name, commands.SendReading(self.server_name)))
        told.append(actions.Command(self.server_name, commands.SendCommand(self.ue_name)))
        for action in told:
            try:
                pair = self.unhindered().then(action)
            except CommandRefused:
                continue
            tries.append(Pair(settle(pair.world).world, self.ue_name, self.server_name))
        return tries


Check = Callable[[Pair, "re.Match[str]"], bool]


def _differs(pair: Pair, found: "re.Match[str]") -> bool:
    """Each end that a sentence names has the AV that it names; no other two are equal."""
    said = found.groupdict()
    real = {
        "ue": pair.words(pair.ue.ks),
        "network": pair.words(pair.network_gives()),
        "server": pair.words(pair.held),
    }
    if "both" in said:
        said |= {"network": said["both"], "server": said["both"]}
    if "ends" in said:
        said |= {"ue": said["ends"], "server": said["ends"]}
    is_right = all(real[name] == said[name] for name in real if name in said)
    return is_right and not pair.is_in_sync and len(set(real.values())) > 1


def _is_about(pair: Pair, number: int | None = None) -> bool:
    """Whether a message in flight, or the one of this number, is about the UE."""
    return any(
        ue_of_message(pair.world, *link.key, envelope.message) == pair.ue_name and number in {None, envelope.number}
        for link in pair.world.links
        for envelope in link.queue
    )


def _running(pair: Pair) -> set[tuple[str, str]]:
    return {
        (timer.name.value, timer.node)
        for timer in pair.world.timers
        if timer.name is not TimerName.GUTI_PERIOD and ue_of_timer(pair.world, timer) == pair.ue_name
    }


def _answer(pair: Pair) -> str:
    """What the AS gets by asking: status and meaning, or whose key."""
    after = pair.asked()
    assert after.session is not None
    assert after.session.last_result is not None
    return after.session.last_result.words


def _is_old(pair: Pair, *, count: int) -> bool:
    assert pair.session is not None
    known = len(pair.session.gutis)
    return pair.ue.guti not in pair.session.gutis and (known == 1) is (count == 1)


def _only_by_a_session(pair: Pair, _found: "re.Match[str]") -> bool:
    return pair.opened().is_in_sync and not any(each.is_in_sync for each in pair.every_asking())


def _gives(pair: Pair, found: "re.Match[str]", *, whose: bool) -> bool:
    """Asking gives this AV, of the UE or of another one, and does not lead to IN SYNC."""
    after = pair.asked()
    vector = vector_of_ks(after.world, after.held)
    is_own = vector is not None and vector.imsi == pair.ue.imsi
    is_given = after.session is not None and after.session.last_result is not None
    return is_given and after.words(after.held) == found["av"] and is_own is whose and not after.is_in_sync


_AV = r"(?:AV \d+(?: of [\w-]+)?|no AV)"

CLAIMS: dict[str, Check] = {
    rf"UE, network and AS use the Ks of (?P<av>{_AV})": lambda pair, found: (
        pair.is_in_sync and pair.words(pair.ue.ks) == found["av"]
    ),
    rf"UE and AS use (?P<ends>{_AV}), but the network gives (?P<network>{_AV})": _differs,
    rf"The AS holds (?P<server>{_AV}), the UE uses (?P<ue>{_AV})": lambda pair, found: (
        _differs(pair, found) and pair.network_gives() == pair.ue.ks
    ),
    rf"The UE uses (?P<ue>{_AV}), network and AS have (?P<both>{_AV})": _differs,
    rf"The UE uses (?P<ue>{_AV}), the network gives (?P<network>{_AV}), the AS holds (?P<server>{_AV})": _differs,
    r"No message or timer is pending": lambda pair, _: not _is_about(pair) and not _running(pair),
    r"Not at rest: message #(?P<number>\d+) is in flight": lambda pair, found: _is_about(pair, int(found["number"])),
    r"Not at rest: (?P<timer>.+) runs at (?P<node>[\w-]+)": lambda pair, found: (
        (found["timer"], found["node"]) in _running(pair)
    ),
    r"Not at rest: a push is parked at the SCEF": lambda pair, _: not _is_about(pair) and not _running(pair),
    r"The UE is not attached": lambda pair, _: pair.ue.phase is UEPhase.DEREGISTERED and pair.ue.ks is None,
    r"The UE has no Ks yet": lambda pair, _: pair.ue.phase is not UEPhase.DEREGISTERED and pair.ue.ks is None,
    rf"The AS still holds (?P<av>{_AV})": lambda pair, found: pair.words(pair.held) == found["av"] != "no AV",
    r"The UE has its Ks": lambda pair, _: pair.ue.ks is not None,
    r"It has opened no session with the AS, which holds no key": lambda pair, _: (
        pair.session is None and not any(each.application_server == pair.server_name for each in pair.ue.sessions)
    ),
    r"The AS knows of no session with it and holds no key": lambda pair, _: pair.session is None,
    r"The AS has no key for the UE's session": lambda pair, _: pair.session is not None and pair.held is None,
    r"Asking again would mend it": lambda pair, _: not pair.is_in_sync and pair.asked().is_in_sync,
    rf"Asking again would give (?P<av>{_AV}) and change nothing": lambda pair, found: _gives(pair, found, whose=True),
    rf"Asking again would give (?P<av>{_AV}), the key of another UE": lambda pair, found: _gives(
        pair, found, whose=False
    ),
    rf"Asking again, with an old GUTI, would give (?P<av>{_AV})": lambda pair, found: (
        _gives(pair, found, whose=True)
        and pair.session is not None
        and pair.session.gutis[-1] != pair.ue.guti
        and pair.asked().held == pair.ue.ks
    ),
    r"The AS knows only an old GUTI: asking gives (?P<answer>.+)": lambda pair, found: (
        _is_old(pair, count=1) and _answer(pair) == found["answer"]
    ),
    r"The AS knows only old GUTIs: asking gives (?P<answer>.+)": lambda pair, found: (
        _is_old(pair, count=2) and _answer(pair) == found["answer"]
    ),
    r"Asking again would give no key: (?P<answer>.+)": lambda pair, found: _answer(pair) == found["answer"],
    r"Asking with GUTI (?P<number>\d+), which the AS learned earlier, would mend it": lambda pair, found: (
        pair.asked(int(found["number"]) - 1).is_in_sync and not pair.asked().is_in_sync
    ),
    r"A message of the UE, which names its key, would mend it": lambda pair, _: (
        pair.read().is_in_sync and not pair.asked().is_in_sync
    ),
    r"Only a new session of the UE mends it": _only_by_a_session,
    r"A new session of the UE would mend it": lambda pair, _: pair.opened().is_in_sync and not pair.asked().is_in_sync,
}
"""Every sentence that a reason may have, without its full stop, and whether it is so."""

_SENTENCE = re.compile(r"(?<=\.) ")


def sentences(reason: str) -> list[str]:
    return [each.removesuffix(".") for each in _SENTENCE.split(reason)]


def claim_of(sentence: str) -> str:
    """The claim that a sentence makes; there is exactly one."""
    (claim,) = (each for each in CLAIMS if re.fullmatch(each, sentence))
    return claim


def check_reason(world: World, ue_name: str, server_name: str) -> set[str]:
    """Check all that a verdict says, and give the claims that it made."""
    pair = Pair(world, ue_name, server_name)
    verdict = judge(world, ue_name, server_name)
    made = set()
    for sentence in sentences(verdict.reason):
        claim = claim_of(sentence)
        found = re.fullmatch(claim, sentence)
        assert found is not None
        assert CLAIMS[claim](pair, found), f"{ue_name}, {server_name}: {sentence!r} is not so, in {verdict.reason!r}"
        made.add(claim)
    assert verdict.mends is _is_mended_by_asking(pair)
    return made


def _is_mended_by_asking(pair: Pair) -> bool:
    """Whether an answer with a key leads to IN SYNC, or leaves it so."""
    if pair.session is None:
        return False
    after = pair.asked()
    return after.is_in_sync and after.session is not None and after.session.last_result is KeyResult.OK


def all_pairs(world: World) -> list[tuple[str, str]]:
    return [(ue.name, each.name) for ue in nodes_of(world, UEState) for each in nodes_of(world, ApplicationServerState)]
