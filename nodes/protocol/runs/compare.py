"""Two runs side by side: the same procedures and faults under two sets of options, and where they differ."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from nodes.protocol.identities import IMSI
from nodes.protocol.options import Options, Setup
from nodes.protocol.properties.observation import Observation
from nodes.protocol.properties.verdict import VerdictSummary, Word, judge
from nodes.protocol.runs.rerun import Skipped, Sort, Tick, follow_run, no_tick, run
from nodes.protocol.runs.run import first_run
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import next_delivery
from nodes.protocol.world.events import EventKind, Transition, message_name
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import Message, World

FIRST_AS = "as-1"
_NOTHING_YET = VerdictSummary(Word.NO_KEY_YET, None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Recording:
    """A run: `worlds[n]` after n actions, verdicts on each UE and one AS, and what became of the properties.

    `verdicts[n]` has the UEs that any step touched until then; `verdict` answers for all.
    """

    setup: Setup
    actions: tuple[Action, ...]
    worlds: tuple[World, ...]
    transitions: tuple[Transition, ...]
    verdicts: tuple[Mapping[str, VerdictSummary], ...]
    observation: Observation

    def verdict(self, step: int, ue: str) -> VerdictSummary:
        """The verdict on a UE and the AS after so many actions."""
        return self.verdicts[step].get(ue, _NOTHING_YET)


class Side(Enum):
    """Which of two runs."""

    MINE = "mine"
    THEIRS = "theirs"


class Fact(Enum):
    """What two verdicts differ in, the plainest first."""

    NETWORK = "network"
    UE = "ue"
    APPLICATION_SERVER = "application-server"
    HARM = "harm"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Difference:
    """The verdicts on a UE differ when so many actions of each side are taken: in what, and what it is on each side."""

    step_mine: int
    step_theirs: int
    ue: str
    what: Fact
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class OnlyMessage:
    """A message that only one side ever sends, and the action of the original after which it is first sent."""

    name: str
    source: str
    destination: str
    side: Side
    step_mine: int


class How(Enum):
    """How the messages of two sides differ that send the same kinds of them."""

    NUMBER = "number"
    ORDER = "order"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class MessagesDiffer:
    """The first message at which the two sides differ, and the action of the original after which it is sent.

    `mine` and `theirs`: how often each side sends messages of its kind.
    """

    how: How
    name: str
    source: str
    destination: str
    mine: int
    theirs: int
    step_mine: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`mine` is the original, `theirs` follows it (see follow). `upto[i]`: how far theirs is after mine's action i.

    `first` is the first difference of verdicts at all, `first_at_rest` the first one while neither side has anything
    to deliver. Without a `first_message` that only one side ever sends, `messages` says how they differ otherwise;
    without that too both sides send the same ones.
    """

    mine: Recording
    theirs: Recording
    upto: tuple[int, ...]
    skipped: tuple[Skipped, ...]
    first: Difference | None
    first_at_rest: Difference | None
    first_message: OnlyMessage | None
    messages: MessagesDiffer | None


def compare(
    setup: Setup,
    actions: Sequence[Action],
    other: Options,
    application_server: str = FIRST_AS,
    tick: Tick = no_tick,
) -> Comparison:
    """Compare a run with the same run under other options, by the verdicts on each UE and this AS.

    `tick` is called at each step of either side.

    Raises:
        CommandRefused, NoSuchAction: the original itself cannot be taken.
    """
    originals = run(setup, actions, tick)
    followed = follow_run(setup, actions, originals, replace(setup, options=other), tick)
    mine = _run(setup, tuple(actions), originals, application_server, tick)
    theirs = _run(followed.setup, followed.actions, followed.transitions, application_server, tick)
    differences = list(_differences(mine, theirs, followed.upto))
    at_rest = (each for each in differences if _is_at_rest(mine, each.step_mine, theirs, each.step_theirs))
    first_message = _first_message(mine, theirs, followed.upto)
    return Comparison(
        mine,
        theirs,
        followed.upto,
        followed.skipped,
        next(iter(differences), None),
        next(at_rest, None),
        first_message,
        _messages_differ(mine, theirs, followed.upto) if first_message is None else None,
    )


def _run(
    setup: Setup,
    actions: tuple[Action, ...],
    transitions: tuple[Transition, ...],
    application_server: str,
    tick: Tick,
) -> Recording:
    run = first_run(setup)
    worlds: list[World] = [run.world]
    verdicts: list[Mapping[str, VerdictSummary]] = [{}]
    for action, done in zip(actions, transitions, strict=True):
        tick()
        taken = run.after(action, done)
        run = taken.run
        worlds.append(run.world)
        judged = {ue: judge(run.world, ue, application_server).summary for ue in sorted(taken.touched)}
        verdicts.append({**verdicts[-1], **judged} if judged else verdicts[-1])
    return Recording(setup, actions, tuple(worlds), transitions, tuple(verdicts), run.observation)


def _is_at_rest(mine: Recording, step_mine: int, theirs: Recording, step_theirs: int) -> bool:
    return next_delivery(mine.worlds[step_mine]) is None and next_delivery(theirs.worlds[step_theirs]) is None


# Differences


def _differences(mine: Recording, theirs: Recording, upto: tuple[int, ...]) -> Iterator[Difference]:
    """The first UE whose verdicts differ, after each action of the original after which there is one."""
    for step_mine, step_theirs in enumerate(upto, 1):
        ues = {**mine.verdicts[step_mine], **theirs.verdicts[step_theirs]}
        for ue in ues:
            verdicts = mine.verdict(step_mine, ue), theirs.verdict(step_theirs, ue)
            if verdicts[0] != verdicts[1]:
                yield Difference(step_mine, step_theirs, ue, *_plainest(ue, *verdicts))
                break


def _plainest(ue: str, mine: VerdictSummary, theirs: VerdictSummary) -> tuple[Fact, str, str]:
    """The plainest fact that differs: what the network gives, what UE and AS have, the harm, at last the word."""
    imsi = imsi_of(ue)
    facts = (
        (Fact.NETWORK, _av(mine.network, imsi), _av(theirs.network, imsi)),
        (Fact.UE, _av(mine.ue, imsi), _av(theirs.ue, imsi)),
        (Fact.APPLICATION_SERVER, _av(mine.application_server, imsi), _av(theirs.application_server, imsi)),
        (Fact.HARM, str(mine.harm), str(theirs.harm)),
        (Fact.WORD, mine.word.value, theirs.word.value),
    )
    return next(fact for fact in facts if fact[1] != fact[2])


def _av(vector: VectorName | None, imsi: IMSI) -> str:
    if vector is None:
        return "no AV"
    return f"AV {vector.number}" if vector.imsi == imsi else f"AV {vector.number} of {vector.imsi}"


# Messages


def _first_message(mine: Recording, theirs: Recording, upto: tuple[int, ...]) -> OnlyMessage | None:
    """The first message that only one side ever sends; of two after the same action, mine."""
    sent = {Side.MINE: _first_sent(mine), Side.THEIRS: _first_sent(theirs)}
    mine_only = [(step, Side.MINE, sort) for sort, step in sent[Side.MINE].items() if sort not in sent[Side.THEIRS]]
    theirs_only = [
        (_step_mine(upto, their_step), Side.THEIRS, sort)
        for sort, their_step in sent[Side.THEIRS].items()
        if sort not in sent[Side.MINE]
    ]
    found = min((*mine_only, *theirs_only), key=lambda each: each[0], default=None)
    if found is None:
        return None
    step, side, (source, destination, name) = found
    return OnlyMessage(name, source, destination, side, step)


def _first_sent(each: Recording) -> dict[Sort, int]:
    """What a run sends, in order, with the number of the action that sends it first."""
    found: dict[Sort, int] = {}
    for step, done in enumerate(each.transitions, 1):
        for event in done.events:
            if event.kind is EventKind.SENT:
                found.setdefault((event.node, event.peer, event.message), step)
    return found


def _step_mine(upto: tuple[int, ...], step_theirs: int) -> int:
    """The action of the original with which the other side takes its own action of this number."""
    return next(step for step, taken in enumerate(upto, 1) if taken >= step_theirs)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that a run sent, its kind, and the action of the original after which it was sent."""

    step_mine: int
    sort: Sort
    message: Message


def _all_sent(each: Recording, step_mine: Callable[[int], int]) -> list[_Sent]:
    """Everything that a run sends, in order; copies that the network makes are not sent."""
    found = []
    for step, (before, after) in enumerate(pairwise(each.worlds), 1):
        new = [
            (envelope.ordinal, (*link.key, message_name(envelope.message)), envelope.message)
            for link in after.links
            for envelope in link.queue
            if envelope.ordinal > before.ordinals and envelope.copy == 1
        ]
        found += [_Sent(step_mine(step), sort, message) for _, sort, message in sorted(new, key=lambda one: one[0])]
    return found


def _messages_differ(mine: Recording, theirs: Recording, upto: tuple[int, ...]) -> MessagesDiffer | None:
    """How two sides differ that send the same kinds of messages."""
    my_sent = _all_sent(mine, lambda step: step)
    their_sent = _all_sent(theirs, lambda step: _step_mine(upto, step))
    counts = Counter(each.sort for each in my_sent), Counter(each.sort for each in their_sent)

    def differ(how: How, sent: _Sent) -> MessagesDiffer:
        source, destination, name = sent.sort
        return MessagesDiffer(
            how, name, source, destination, counts[0][sent.sort], counts[1][sent.sort], sent.step_mine
        )

    surplus = [*_surplus(my_sent, counts[1]), *_surplus(their_sent, counts[0])]
    if surplus:
        return differ(How.NUMBER, min(surplus, key=lambda each: each.step_mine))
    for one, other in zip(my_sent, their_sent, strict=True):
        if one.sort != other.sort:
            return differ(How.ORDER, one)
    changed = (one for one, other in zip(my_sent, their_sent, strict=True) if one.message != other.message)
    return next((differ(How.CONTENTS, one) for one in changed), None)


def _surplus(sent: list[_Sent], others: Mapping[Sort, int]) -> Iterator[_Sent]:
    """What one side sends beyond the number that the other side sends of a kind."""
    numbers: Counter[Sort] = Counter()
    for each in sent:
        numbers[each.sort] += 1
        if numbers[each.sort] > others[each.sort]:
            yield each
