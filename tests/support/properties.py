"""How tests follow the properties: a world with its observation, driven as `helpers_protocol` drives a world alone."""

from dataclasses import dataclass, field, replace

from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.properties.monitor import Observed
from nodes.protocol.properties.observation import Judgement, Observation, PropertyStatus, first_observation, statuses
from nodes.protocol.properties.steps import observe
from nodes.protocol.runs.run import Run
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import next_delivery, transition
from nodes.protocol.world.events import Transition
from nodes.protocol.world.world import World, link_of


@dataclass(frozen=True, slots=True)
class Watched:
    """A run: its world, its observation, how many steps it took, and what its last step showed."""

    world: World
    observation: Observation = field(default_factory=first_observation)
    number: int = 0
    last: Observed | None = None

    def take(self, *wanted: Action) -> "Watched":
        """Take actions; nothing else is delivered."""
        run = self
        for action in wanted:
            run = run._go(action, transition(run.world, action))
        return run

    def _go(self, action: Action, done: Transition) -> "Watched":
        taken = Run(self.world, self.observation, self.number).after(action, done)
        seen = observe(self.world, self.observation.monitor, action, done, sorted(taken.touched))
        return Watched(taken.run.world, taken.run.observation, taken.run.step, seen)

    def settle(self) -> "Watched":
        """Deliver in order of sending until nothing is in flight."""
        run = self
        while (action := next_delivery(run.world)) is not None:
            run = run.take(action)
        return run

    def after(self, *wanted: Action) -> "Watched":
        """Take actions, after each deliver until nothing is in flight."""
        run = self
        for action in wanted:
            run = run.take(action).settle()
        return run

    def until(self, source: str, destination: str, kind: type) -> "Watched":
        """Deliver in order of sending until a message of this kind (or its wrapping) waits first on a link."""
        run = self
        while not run._waits(source, destination, kind):
            action = next_delivery(run.world)
            assert action is not None, f"no {kind.__name__} from {source} to {destination}"
            run = run.take(action)
        return run

    def _waits(self, source: str, destination: str, kind: type) -> bool:
        queue = link_of(self.world, source, destination).queue
        return bool(queue) and isinstance(getattr(queue[0].message, "message", queue[0].message), kind)

    def with_world(self, world: World) -> "Watched":
        """The same run in another world: one that no node would make."""
        return replace(self, world=world)

    @property
    def broken(self) -> dict[str, str]:
        """The reasons of the first violations, by property."""
        return {each.property.value: each.reason for each in self.observation.broken}

    def judgement(self, property_id: PropertyID) -> tuple[Judgement, str]:
        """How a property stands for ue-1, and why."""
        status = self._status(property_id)
        return status.judgement, status.reason

    def broken_at(self, property_id: PropertyID) -> tuple[int | None, int | None]:
        """At which step a property was first broken, and since which it does not hold now."""
        status = self._status(property_id)
        return status.step, status.since

    def _status(self, property_id: PropertyID) -> PropertyStatus:
        (status,) = (
            each for each in statuses(self.world, self.observation, ["ue-1"]) if each.property.id is property_id
        )
        return status


def watched(world: World) -> Watched:
    """A run that begins here."""
    return Watched(world)
