"""A script compiled: beats of lines become the actions of one run, with the world before and after each.

`maybe` before a line leaves it out where it is impossible: under a repair there may be nothing left to do late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.options import Setup
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from nodes.scenarios.notation import actions_of
from nodes.scenarios.scenario import ScenarioError

MAYBE: Final = "maybe "


@dataclass(frozen=True, slots=True)
class Compiled:
    """The actions, the world before the first and after each, and how many actions precede each beat."""

    actions: tuple[Action, ...]
    worlds: tuple[World, ...]
    starts: tuple[int, ...]


def compile_script(setup: Setup, beats: Iterable[tuple[str, ...]]) -> Compiled:
    """Compile beats of lines, each line in the world that those before it lead to.

    Raises:
        ScenarioError: a line is not of the notation, or impossible there; the text names beat, line and rule.
    """
    taken: list[Action] = []
    worlds = [first_world(setup)]
    starts = []
    for number, lines in enumerate(beats, 1):
        starts.append(len(taken))
        for line in lines:
            try:
                done, after = _carry_out(worlds[-1], line)
            except (CommandRefused, NoSuchAction, ScenarioError) as error:
                raise ScenarioError(f"beat {number}, {line!r}: {error}") from None
            taken += done
            worlds += after
    return Compiled(tuple(taken), tuple(worlds), tuple(starts))


def _carry_out(world: World, line: str) -> tuple[list[Action], list[World]]:
    """The actions of a line and the world after each; of an impossible `maybe` line none."""
    done: list[Action] = []
    after: list[World] = []
    try:
        for action in actions_of(world, line.removeprefix(MAYBE)):
            world = engine.step(world, action)
            done.append(action)
            after.append(world)
    except (CommandRefused, NoSuchAction):
        if not line.startswith(MAYBE):
            raise
        return [], []
    return done, after
