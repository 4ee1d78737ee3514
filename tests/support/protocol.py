"""How tests of the protocol drive a world: take actions, run until nothing moves, tell what was sent."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from nodes.protocol.entities.application_server import ApplicationServerState, ServerSession
from nodes.protocol.entities.hss.table import HSSState, Subscriber
from nodes.protocol.entities.machine import NoteKind
from nodes.protocol.entities.mme.state import MMEState, UEContext, context_of
from nodes.protocol.entities.scef.table import Record, SCEFState, record_of
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import commands
from nodes.protocol.messages.commands import NodeCommand
from nodes.protocol.messages.nas import NASMessage
from nodes.protocol.messages.s1 import InitialMessage, inside
from nodes.protocol.messages.s6a import CancelLocationRequest
from nodes.protocol.options import HSS, SCEF, Options, Setup, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import Event, EventKind, next_delivery, transition
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.note_words import words_of_note
from nodes.protocol.world.world import Message, World, link_of, node, with_link

StateT = TypeVar("StateT")

IMSI_1 = imsi_of("ue-1")
IMSI_2 = imsi_of("ue-2")
MOST_DELIVERIES = 500

ATTACH = actions.Command("ue-1", commands.Attach("mme-1"))
DETACH = actions.Command("ue-1", commands.Detach())
POWER_CYCLE = actions.Command("ue-1", commands.PowerCycle())
ACCESS = actions.Command("ue-1", commands.Access())
SWITCH_OFF = actions.Command("ue-1", commands.Detach(switch_off=True))
RELEASE = actions.Command("mme-1", commands.ReleaseConnection(IMSI_1))
REAUTHENTICATE = actions.Command("mme-1", commands.Reauthenticate(IMSI_1))
REALLOCATE = actions.Command("mme-1", commands.ReallocateGUTI(IMSI_1))
OPEN_SESSION = actions.Command("ue-1", commands.OpenApplicationSession("as-1"))
ASK = actions.Command("as-1", commands.AskForKey("ue-1"))
SEND_READING = actions.Command("ue-1", commands.SendReading("as-1"))
SEND_COMMAND = actions.Command("as-1", commands.SendCommand("ue-1"))
UPDATE = actions.Command("ue-1", commands.UpdateTrackingArea("mme-1"))
MOVE = actions.Command("ue-1", commands.UpdateTrackingArea("mme-2"))
TO_MME = ("ue-1", "mme-1")
TO_UE = ("mme-1", "ue-1")
TO_NEW_MME = ("ue-1", "mme-2")
FROM_NEW_MME = ("mme-2", "ue-1")
OLD_TO_NEW = ("mme-1", "mme-2")
NEW_TO_OLD = ("mme-2", "mme-1")


@dataclass(frozen=True, slots=True)
class Told:
    """The world in which nothing moves any more, and what happened on the way there."""

    world: World
    events: tuple[Event, ...]

    @property
    def sent(self) -> list[str]:
        """Every message that was sent, in order: `ue-1 > mme-1 AttachRequest`."""
        return [f"{e.node} > {e.peer} {e.message}" for e in self.events if e.kind is EventKind.SENT]

    @property
    def notes(self) -> list[str]:
        """Every note, in order: `ue-1: registered`."""
        return [f"{e.node}: {said(e)}" for e in self.events if e.kind is EventKind.NOTED]

    def of_kind(self, kind: NoteKind) -> list[str]:
        """The notes of one kind."""
        noted = (e for e in self.events if e.kind is EventKind.NOTED and e.note is kind)
        return [f"{e.node}: {said(e)}" for e in noted]

    def of_event(self, kind: EventKind) -> list[str]:
        """What is told of the events of one kind: of a refusal why, else what they name."""
        return [said(e) if e.remark else e.text for e in self.events if e.kind is kind]


def said(event: Event) -> str:
    """What a node says in an event, in words.

    Raises:
        ValueError: it says nothing.
    """
    if event.remark is None:
        raise ValueError(f"no node says anything in {event}")
    return words_of_note(event.remark, event.values)


def first(setup: Setup) -> World:
    return first_world(setup)


def lab(solution: Solution = Solution.PUSH, *, ues: int = 1, mmes: int = 1, servers: int = 1, **options: Any) -> World:
    """The first world of a small lab; further words are fields of Options."""
    chosen = replace(Options(solution=solution), **options)
    return first_world(Setup("test", chosen, ues=ues, mmes=mmes, application_servers=servers))


def take(world: World, *wanted: Action) -> World:
    """The world after these actions; nothing else is delivered."""
    for action in wanted:
        world = transition(world, action).world
    return world


def settle(world: World) -> Told:
    """Deliver in order of sending until nothing is in flight."""
    events: list[Event] = []
    for _ in range(MOST_DELIVERIES):
        action = next_delivery(world)
        if action is None:
            return Told(world, tuple(events))
        done = transition(world, action)
        world = done.world
        events += done.events
    raise AssertionError(f"after {MOST_DELIVERIES} deliveries messages still follow each other")


def ladder(world: World, *wanted: Action) -> Told:
    """Take actions, after each deliver until nothing is in flight."""
    events: list[Event] = []
    for action in wanted:
        done = transition(world, action)
        rest = settle(done.world)
        world = rest.world
        events += (*done.events, *rest.events)
    return Told(world, tuple(events))


def after(world: World, *wanted: Action) -> World:
    """The world that `ladder` ends in."""
    return ladder(world, *wanted).world


def until(world: World, source: str, destination: str, kind: type) -> World:
    """Deliver in order of sending until a message of this kind (or its wrapping) waits first on a link."""
    for _ in range(MOST_DELIVERIES):
        queue = link_of(world, source, destination).queue
        if queue and isinstance(inside(queue[0].message), kind):
            return world
        action = next_delivery(world)
        if action is None:
            break
        world = transition(world, action).world
    raise AssertionError(f"no {kind.__name__} from {source} to {destination}")


def told(world: World, action: Action) -> Told:
    """One action and nothing after it."""
    done = transition(world, action)
    return Told(done.world, done.events)


def uncancelled(world: World, wanted: Action) -> World:
    """The world after an action, in which no Cancel Location of the HSS has reached its MME."""
    world = take(world, wanted)
    for _ in range(MOST_DELIVERIES):
        action = next_delivery(world)
        timer = next((t for t in world.timers if (t.node, t.name) == (HSS, TimerName.LOCATION)), None)
        if action is not None:
            queue = link_of(world, action.source, action.destination).queue
            is_cancelling = isinstance(queue[action.position].message, CancelLocationRequest)
            lost = actions.Drop(action.source, action.destination, action.position)
            world = take(world, lost if is_cancelling else action)
        elif timer is not None:
            world = take(world, actions.Expire(*timer.key[:1], timer.name, timer.subject))
        else:
            return world
    raise AssertionError("the HSS goes on and on")


def expire(node_name: str, timer: TimerName, subject: str) -> actions.Expire:
    return actions.Expire(node_name, timer, subject)


def lose_all(world: World) -> World:
    """Drop every message in flight."""
    while world.links:
        world = take(world, actions.Drop(*world.links[0].key))
    return world


def expire_and_lose(world: World, action: actions.Expire, times: int) -> Told:
    """Let a timer expire again and again; what is sent is lost each time."""
    events: list[Event] = []
    for _ in range(times):
        done = transition(world, action)
        events += done.events
        world = lose_all(done.world)
    return Told(world, tuple(events))


def in_flight(world: World, source: str, destination: str) -> list[Message]:
    return [envelope.message for envelope in link_of(world, source, destination).queue]


def initial(world: World, message: NASMessage, ue_name: str = "ue-1", connection: int = 0) -> InitialMessage:
    """A NAS message as the first on the UE's connection, or on a later one."""
    return InitialMessage(connection or ue(world, ue_name).connection.number, message)


def swap(world: World, source: str, destination: str, message: Message) -> World:
    """Put another message in the place of the first one on a link."""
    link = link_of(world, source, destination)
    return with_link(world, replace(link, queue=(replace(link.queue[0], message=message), *link.queue[1:])))


def command(node_name: str, wanted: NodeCommand) -> actions.Command:
    return actions.Command(node_name, wanted)


def node_as(world: World, name: str, kind: type[StateT]) -> StateT:
    """The node of that name, which is of that kind."""
    state = node(world, name)
    assert isinstance(state, kind)
    return state


def ue(world: World, name: str = "ue-1") -> UEState:
    return node_as(world, name, UEState)


def mme(world: World, name: str = "mme-1") -> MMEState:
    return node_as(world, name, MMEState)


def context(world: World, imsi: IMSI = IMSI_1, name: str = "mme-1") -> UEContext:
    """The UE context at the MME, which has one."""
    found = context_of(mme(world, name), imsi)
    assert found is not None
    return found


def subscriber(world: World) -> Subscriber:
    return node_as(world, HSS, HSSState).subscribers[0]


def scef(world: World) -> SCEFState:
    return node_as(world, SCEF, SCEFState)


def record(world: World, imsi: IMSI = IMSI_1) -> Record:
    """The record at the SCEF, which has one."""
    found = record_of(scef(world), imsi)
    assert found is not None
    return found


def server_session(world: World, ue_name: str = "ue-1", name: str = "as-1") -> ServerSession:
    """The session at the AS, which has one."""
    found = node_as(world, name, ApplicationServerState).session_of(ue_name)
    assert found is not None
    return found


def timers(world: World) -> list[tuple[str, str]]:
    """The timers that run: node and name."""
    return [(timer.node, timer.name.value) for timer in world.timers]
