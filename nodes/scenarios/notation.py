"""The notation of scripts: what a line stands for in a world.

Nodes have the lab's names, messages those of their classes: `attach ue-1 at mme-1`, `drop ue-1 > mme-1
SecurityModeComplete`, `run until mme-1 > scef ActiveVectorPushRequest`, `expire T3460 at mme-1`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, get_args

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEState, mme_of
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.messages import commands
from nodes.protocol.octets import AMF
from nodes.protocol.options import HSS
from nodes.protocol.world import actions, engine
from nodes.protocol.world.actions import Action, LinkFault
from nodes.protocol.world.events import message_name
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.subjects import ue_of_timer
from nodes.protocol.world.world import Envelope, Message, World, link_of, node_as
from nodes.scenarios.scenario import ScenarioError

Words: TypeAlias = Mapping[str, Any]
Meaning: TypeAlias = Callable[[World, Words], Iterator[Action]]


def actions_of(world: World, line: str) -> Iterator[Action]:
    """The actions that a line stands for in this world.

    Raises:
        ScenarioError: no line of the notation reads so.
        NoSuchAction: the line names what this world does not have.
        CommandRefused: the UE that it names has no MME.
    """
    for pattern, meaning in _NOTATION:
        match = pattern.fullmatch(line)
        if match is not None:
            return meaning(world, match.groupdict())
    raise ScenarioError("no line of the notation reads so")


def _each(make: Callable[[World, Words], Action]) -> Meaning:
    """A line that is one action."""

    def meaning(world: World, words: Words) -> Iterator[Action]:
        yield make(world, words)

    return meaning


# Commands


def _attach(world: World, words: Words) -> Action:
    """At the MME of that name, else where the UE was last."""
    mme = words["mme"] or mme_of(node_as(world, words["ue"], UEState))
    return actions.Command(words["ue"], commands.Attach(mme))


def _at(who: str, make: Callable[[Words], commands.NodeCommand]) -> Meaning:
    return _each(lambda _world, words: actions.Command(words[who], make(words)))


def _at_mme(make: Callable[[Any], commands.MMECommand]) -> Meaning:
    """A command about a UE to the MME that it is at."""

    def command(world: World, words: Words) -> Action:
        state = node_as(world, words["ue"], UEState)
        return actions.Command(mme_of(state), make(state.imsi))

    return _each(command)


def _at_hss(make: Callable[[Words], commands.HSSCommand]) -> Meaning:
    return _each(lambda _world, words: actions.Command(HSS, make(words)))


def _ask(words: Words) -> commands.AskForKey:
    # The page counts the GUTIs that an AS learned from 1, the protocol from 0.
    index = None if words["number"] is None else int(words["number"]) - 1
    return commands.AskForKey(words["ue"], guti_index=index)


# Messages in flight


def _next(world: World) -> Action:
    action = engine.next_delivery(world)
    if action is None:
        raise NoSuchAction("nothing is in flight that may be delivered")
    return action


def _run(world: World, _words: Words) -> Iterator[Action]:
    """Deliver in order of sending until nothing moves."""
    while engine.next_delivery(world) is not None:
        action = _next(world)
        yield action
        world = engine.step(world, action)


def _run_until(world: World, words: Words) -> Iterator[Action]:
    """Deliver in order of sending until a message of that name is the first on its link."""
    wanted = _message(words["message"])
    while not any(message_name(each.message) == wanted for each in _queue(world, words)[:1]):
        action = _next(world)
        yield action
        world = engine.step(world, action)


def _queue(world: World, words: Words) -> tuple[Envelope, ...]:
    return link_of(world, words["source"], words["destination"]).queue


def _on_message(kind: type[actions.OnMessage]) -> Meaning:
    """Do this to the first message on a link; with a name to the first, or the last, of that name."""

    def action(world: World, words: Words) -> Action:
        wanted = None if words["message"] is None else _message(words["message"])
        queue = enumerate(_queue(world, words))
        places = [place for place, each in queue if wanted in {None, message_name(each.message)}]
        if not places:
            raise NoSuchAction(f"no {wanted or 'message'} is there")
        return kind(words["source"], words["destination"], places[-1 if words["last"] else 0])

    return _each(action)


_MESSAGES: Final = frozenset(each.__name__ for each in get_args(Message))


def _message(name: str) -> str:
    if name not in _MESSAGES:
        raise ScenarioError(f"there is no message {name}")
    return name


# Links, timers, nodes


def _on_link(kind: type[actions.Hold | actions.Release]) -> Meaning:
    return _each(lambda _world, words: kind(words["source"], words["destination"]))


def _armed(fault: LinkFault) -> Meaning:
    return _each(lambda _world, words: actions.Arm(words["source"], words["destination"], fault))


def _expire(world: World, words: Words) -> Action:
    """The only timer of that name at that node, or the only one that is about the UE."""
    name, node, ue = words["timer"], words["node"], words["ue"]
    if name not in _TIMERS:
        raise ScenarioError(f"there is no timer {name}")
    running = [timer for timer in world.timers if (timer.name, timer.node) == (_TIMERS[name], node)]
    running = [timer for timer in running if ue in {None, ue_of_timer(world, timer)}]
    if len(running) != 1:
        raise NoSuchAction(f"{len(running)} timers {name} run there, one is wanted")
    return actions.Expire(node, running[0].name, running[0].subject)


_TIMERS: Final = {timer.value: timer for timer in TimerName}

_TOKENS: Final = {
    "UE": r"(?P<ue>ue-\d+)",
    "MME": r"(?P<mme>mme-\d+)",
    "AS": r"(?P<server>as-\d+)",
    "NODE": r"(?P<node>[a-z]\S*)",
    "LINK": r"(?P<source>[a-z]\S*) > (?P<destination>[a-z]\S*)",
    "MESSAGE": r"(?P<message>[A-Z]\S*)",
    "LAST": r"(?P<last> last)?",
    "TIMER": r"(?P<timer>\S.*\S)",
    "NUMBER": r"(?P<number>\d+)",
    "AMF": r"(?P<amf>[0-9a-f]{4})",
}

_MEANINGS: Final[dict[str, Meaning]] = {
    "attach UE(?: at MME)?": _each(_attach),
    "detach UE": _at("ue", lambda _: commands.Detach()),
    "switch UE off": _at("ue", lambda _: commands.Detach(switch_off=True)),
    "power UE": _at("ue", lambda _: commands.PowerCycle()),
    "access UE": _at("ue", lambda _: commands.Access()),
    "move UE to MME": _at("ue", lambda words: commands.UpdateTrackingArea(words["mme"])),
    "reauthenticate UE": _at_mme(commands.Reauthenticate),
    "reallocate UE": _at_mme(commands.ReallocateGUTI),
    "idle UE": _at_mme(commands.ReleaseConnection),
    "open UE with AS": _at("ue", lambda words: commands.OpenApplicationSession(words["server"])),
    "read UE to AS": _at("ue", lambda words: commands.SendReading(words["server"])),
    "command AS to UE": _at("server", lambda words: commands.SendCommand(words["ue"])),
    "ask AS for UE(?: guti NUMBER)?": _at("server", _ask),
    "third AS for UE": _at("server", lambda words: commands.AskForKey(words["ue"], through_third_party=True)),
    "set sqn UE NUMBER": _at_hss(lambda words: commands.SetSQN(imsi_of(words["ue"]), int(words["number"]))),
    "set amf UE AMF": _at_hss(lambda words: commands.SetAMF(imsi_of(words["ue"]), AMF(bytes.fromhex(words["amf"])))),
    "remove UE": _at_hss(lambda words: commands.SetProvisioned(imsi_of(words["ue"]), provisioned=False)),
    "restore UE": _at_hss(lambda words: commands.SetProvisioned(imsi_of(words["ue"]), provisioned=True)),
    "next": _each(lambda world, _: _next(world)),
    "run": _run,
    "run until LINK MESSAGE": _run_until,
    "deliver LINK(?: MESSAGE)?LAST": _on_message(actions.Deliver),
    "drop LINK(?: MESSAGE)?LAST": _on_message(actions.Drop),
    "duplicate LINK(?: MESSAGE)?LAST": _on_message(actions.Duplicate),
    "alter LINK(?: MESSAGE)?LAST": _on_message(actions.Alter),
    "fail LINK(?: MESSAGE)?LAST": _on_message(actions.Fail),
    "hold LINK": _on_link(actions.Hold),
    "release LINK": _on_link(actions.Release),
    "lose next LINK": _armed(LinkFault.LOSE),
    "repeat next LINK": _armed(LinkFault.REPEAT),
    "reorder next LINK": _armed(LinkFault.REORDER),
    "expire TIMER at NODE(?: about UE)?": _each(_expire),
    "advance NUMBER": _each(lambda _world, words: actions.Advance(int(words["number"]))),
    "restart NODE": _each(lambda _world, words: actions.Restart(words["node"])),
}

_NOTATION: Final = tuple(
    (re.compile(re.sub("[A-Z]+", lambda token: _TOKENS[token[0]], form)), meaning)
    for form, meaning in _MEANINGS.items()
)
