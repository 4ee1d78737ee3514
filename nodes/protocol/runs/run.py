"""A run: the world that its steps have led to, and what they have shown. Whoever takes steps folds them with this."""

from dataclasses import dataclass

from nodes.protocol.options import Setup
from nodes.protocol.properties.observation import Observation, first_observation
from nodes.protocol.properties.verdict import touched_ues
from nodes.protocol.world.actions import Action
from nodes.protocol.world.diff import Change, diff
from nodes.protocol.world.engine import transition
from nodes.protocol.world.events import Transition
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World


@dataclass(frozen=True, slots=True)
class Run:
    """After `step` steps."""

    world: World
    observation: Observation
    step: int = 0

    def take(self, action: Action) -> "Taken":
        """Take the next step.

        Raises:
            CommandRefused, NoSuchAction: the action cannot be taken now.
        """
        return self.after(action, transition(self.world, action))

    def after(self, action: Action, done: Transition) -> "Taken":
        """Go on by a transition that the action has made of this run's world."""
        changes = diff(self.world, done.world)
        touched = touched_ues(self.world, done.world, changes)
        observation = self.observation.after(self.step + 1, self.world, action, done, touched)
        return Taken(Run(done.world, observation, self.step + 1), done, changes, touched)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step: the run after it, what happened, what it changed, and the UEs that it is about."""

    run: Run
    transition: Transition
    changes: tuple[Change, ...]
    touched: frozenset[str]


def first_run(setup: Setup) -> Run:
    """Nothing has happened yet."""
    return Run(first_world(setup), first_observation())
