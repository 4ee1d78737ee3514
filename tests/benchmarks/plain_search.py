"""The explorer's search without its craft: breadth first over whole worlds, through the lab's own `transition`.

A yardstick for speed and an independent count. It knows what the network *ordered* allows, for one UE, MME and AS:
deliveries in order and commands. Handlers are asked once for each node and message, as the explorer asks them.

Run: python -m tests.benchmarks.plain_search [property, by default P1] [solution, by default 12] [bound=number ...]
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from unittest.mock import patch

from nodes.explorer.questions import Bounds, Network, Question, setup_of
from nodes.protocol.entities.machine import Handlers, Step, handle
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import CommandRefused, UnexpectedMessage
from nodes.protocol.messages import commands
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.states import STATE_PROPERTIES
from nodes.protocol.properties.steps import observe
from nodes.protocol.world import message_actions
from nodes.protocol.world.actions import Action, Command, Deliver
from nodes.protocol.world.engine import transition
from nodes.protocol.world.events import Transition
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.subjects import why_one_at_a_time
from nodes.protocol.world.world import NodeState, World, node_as

UE: Final = "ue-1"
COMMANDS: Final[Mapping[str, Command]] = {
    "attaches": Command(UE, commands.Attach("mme-1")),
    "reauthentications": Command("mme-1", commands.Reauthenticate(imsi_of(UE))),
    "reallocations": Command("mme-1", commands.ReallocateGUTI(imsi_of(UE))),
    "sessions": Command(UE, commands.OpenApplicationSession("as-1")),
    "key_requests": Command("as-1", commands.AskForKey(UE)),
    "readings": Command(UE, commands.SendReading("as-1")),
    "commands": Command("as-1", commands.SendCommand(UE)),
}
"""What each bound allows."""

Left = tuple[int, ...]
"""How many more commands of each kind there may be."""


@dataclass(frozen=True, slots=True)
class Node:
    """A state of the search."""

    world: World
    left: Left
    monitor: Monitor


@dataclass(slots=True)
class Found:
    """What a search has found. `broken_after`: the steps of the shortest way to break the property, if there is one."""

    states: int = 1
    depth: int = 0
    broken_after: int | None = None


def plain_search(question: Question) -> Found:
    """Search until the property is broken, all is found, or there are as many states as the bounds allow."""
    if question.network is not Network.ORDERED:
        raise ValueError("the plain search knows no network but the ordered one")
    left = tuple(getattr(question.bounds, each) for each in COMMANDS)
    first = Node(first_world(setup_of(question)), left, Monitor())
    seen, level, found = {first}, [first], Found()
    with _memoised():
        while level:
            reached: list[Node] = []
            for node in level:
                for after, is_broken in _after(node, question.property):
                    is_new = after not in seen
                    if is_new:
                        seen.add(after)
                        reached.append(after)
                    if is_broken or (is_new and _is_broken_in(after, question.property)):
                        return Found(len(seen), found.depth + 1, found.depth + 1)
                if len(seen) > question.bounds.most_states:
                    return replace(found, states=len(seen))
            level = reached
            found.depth += bool(level)
    return replace(found, states=len(seen))


def _is_broken_in(node: Node, wanted: PropertyID) -> bool:
    judged = STATE_PROPERTIES.get(wanted)
    return judged is not None and judged.is_broken(node.world, node.monitor, node_as(node.world, UE, UEState))


def _after(node: Node, wanted: PropertyID) -> Iterator[tuple[Node, bool]]:
    """The next states, each with whether the step breaks the property."""
    for action, done, left in _steps(node):
        if wanted in {PropertyID.P1, PropertyID.P1A}:
            # The world alone tells it.
            yield Node(done.world, left, node.monitor), False
            continue
        seen = observe(node.world, node.monitor, action, done, (UE,))
        yield (
            Node(done.world, left, _needed(seen.monitor, wanted)),
            any(each.property is wanted for each in seen.violations),
        )


def _needed(monitor: Monitor, wanted: PropertyID) -> Monitor:
    """The history that the property looks at; the rest would tell states apart that are one to it."""
    match wanted:
        case PropertyID.P2Q:
            return Monitor(quiet=monitor.quiet)
        case PropertyID.P5:
            return Monitor(authenticated=monitor.authenticated)
        case PropertyID.P6:
            return Monitor(retired=monitor.retired)
        case _:
            return Monitor()


def _steps(node: Node) -> Iterator[tuple[Action, Transition, Left]]:
    for link in node.world.links:
        action = Deliver(*link.key)
        yield action, transition(node.world, action), node.left
    for place, (command, left) in enumerate(zip(COMMANDS.values(), node.left, strict=True)):
        if not left or why_one_at_a_time(node.world, command) is not None:
            continue
        try:
            done = transition(node.world, command)
        except CommandRefused:
            continue
        yield command, done, (*node.left[:place], left - 1, *node.left[place + 1 :])


@contextmanager
def _memoised() -> Iterator[None]:
    """Ask a handler once for each node's state and message."""
    kept: dict[tuple[NodeState, object, str], Step[NodeState] | UnexpectedMessage] = {}

    def memoised(handlers: Handlers, state: NodeState, message: object, source: str) -> Step[NodeState]:
        key = (state, message, source)
        done = kept.get(key)
        if done is None:
            try:
                done = handle(handlers, state, message, source)
            except UnexpectedMessage as refused:
                done = refused
            kept[key] = done
        if isinstance(done, UnexpectedMessage):
            raise done
        return done

    with patch.object(message_actions, "handle", memoised):
        yield


def main(arguments: list[str]) -> None:
    wanted = PropertyID(arguments[0]) if arguments else PropertyID.P1
    solution = Solution(int(arguments[1])) if arguments[1:] else Solution.PUSH
    given = {name: int(number) for name, _, number in (each.partition("=") for each in arguments[2:])}
    started = time.perf_counter()
    found = plain_search(Question(wanted, solution, bounds=Bounds(**given)))
    took = time.perf_counter() - started
    print(f"{found.states:,} states, depth {found.depth}, {found.states / took:,.0f} states/s")
    print(f"broken after {found.broken_after} steps" if found.broken_after else "not broken")


if __name__ == "__main__":
    main(sys.argv[1:])
