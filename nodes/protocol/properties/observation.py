"""What a run has shown of the properties so far: a small value, made anew by each step and stored beside the world."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.options import Solution
from nodes.protocol.properties.catalogue import PROPERTIES, Property, PropertyID
from nodes.protocol.properties.monitor import Monitor, Observed
from nodes.protocol.properties.recovery import find_recovery
from nodes.protocol.properties.rest import is_at_rest
from nodes.protocol.properties.states import STATE_PROPERTIES, broken_in, names_keys, says_something, solution_of
from nodes.protocol.properties.steps import observe
from nodes.protocol.properties.verdict import pairs
from nodes.protocol.world.actions import Action
from nodes.protocol.world.events import Transition
from nodes.protocol.world.world import World, node_as


@dataclass(frozen=True, slots=True)
class FirstViolation:
    """The first violation of a property in a run."""

    property: PropertyID
    step: int
    ue: str
    reason: str


@dataclass(frozen=True, slots=True)
class LastingViolation:
    """A property of states does not hold now for a UE, since the step."""

    property: PropertyID
    ue: str
    step: int


MOST_LASTING = 64
"""Violations that last, of which the step is known. Of more only the first of each property is told anyway."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The history, the first violation of each property, what does not hold now, and which properties were tried.

    It stays small: `monitor` is bounded as it says, `broken` and `tried` have at most one entry for each property,
    `standing` has at most `MOST_LASTING`.
    """

    monitor: Monitor = field(default_factory=Monitor)
    broken: tuple[FirstViolation, ...] = ()
    standing: tuple[LastingViolation, ...] = ()
    tried: tuple[PropertyID, ...] = ()

    def after(
        self, number: int, before: World, action: Action, transition: Transition, touched: Iterable[str]
    ) -> "Observation":
        """The observation after step `number`; `touched` names the UEs that it is about (`verdict.touched_ues`)."""
        world = transition.world
        names = sorted(touched)
        seen = observe(before, self.monitor, action, transition, names)
        ues = [node_as(world, name, UEState) for name in names]
        now = [(each, ue) for ue in ues for each in broken_in(world, seen.monitor, ue)]
        found = [FirstViolation(each.property, number, each.ue, each.reason) for each in seen.violations]
        found += [
            FirstViolation(each, number, ue.name, STATE_PROPERTIES[each].reason(world, seen.monitor, ue))
            for each, ue in now
            if not self.has_broken(each)
        ]
        return Observation(
            seen.monitor,
            _first_of_each((*self.broken, *found)),
            self._lasting(number, world, seen.monitor, ues, {(each, ue.name) for each, ue in now}),
            self._tried(world, seen, ues),
        )

    def has_broken(self, property_id: PropertyID) -> bool:
        return any(each.property is property_id for each in self.broken)

    def _lasting(
        self, number: int, world: World, monitor: Monitor, ues: list[UEState], now: set[tuple[PropertyID, str]]
    ) -> tuple[LastingViolation, ...]:
        """What does not hold after this step. A property of rest that did not hold stays so until the UE rests again.

        An old GUTI is no longer one when another UE, which the step is about, gets it.
        """
        if not now and not self.standing:
            return ()
        touched = {ue.name for ue in ues}
        resting = {ue.name for ue in ues if is_at_rest(world, ue)}
        with_old_guti = {each.imsi for each in monitor.retired}

        def is_over(lasting: LastingViolation) -> bool:
            if lasting.property is PropertyID.P6 and node_as(world, lasting.ue, UEState).imsi not in with_old_guti:
                return True
            return lasting.ue in (touched if STATE_PROPERTIES[lasting.property].is_judged_always else resting)

        kept = [each for each in self.standing if (each.property, each.ue) in now or not is_over(each)]
        known = {(each.property, each.ue) for each in kept}
        kept += [LastingViolation(each, ue, number) for each, ue in now - known]
        return tuple(sorted(kept, key=_by_step))[:MOST_LASTING]

    def _tried(self, world: World, seen: Observed, ues: list[UEState]) -> tuple[PropertyID, ...]:
        new = [each for each in seen.judged if each not in self.tried]
        for each, judged in STATE_PROPERTIES.items():
            if not judged.is_tried or each in self.tried or not says_something(world, each):
                continue
            if any(judged.is_tried(world, ue) for ue in ues):
                new.append(each)
        return tuple(each for each in PropertyID if each in {*self.tried, *new}) if new else self.tried


def _by_step(lasting: LastingViolation) -> tuple[int, str, str]:
    return lasting.step, lasting.property.value, lasting.ue


def _first_of_each(broken: tuple[FirstViolation, ...]) -> tuple[FirstViolation, ...]:
    """The first of each property, in the order of steps."""
    first: dict[PropertyID, FirstViolation] = {}
    for each in broken:
        first.setdefault(each.property, each)
    return tuple(first.values())


def first_observation() -> Observation:
    """Nothing has happened yet."""
    return Observation()


class Judgement(Enum):
    """What a run has shown of a property."""

    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class PropertyStatus:
    """What a run has shown of a property.

    `step` is that of its first violation. `since`, of a property of states only: the step since which it does not hold
    now; None where it holds again.
    """

    property: Property
    judgement: Judgement
    reason: str = ""
    step: int | None = None
    since: int | None = None


def statuses(world: World, observation: Observation, ues: Iterable[str]) -> tuple[PropertyStatus, ...]:
    """The status of each property about such labs. One that was broken once stays so; P7 is tried for these UEs.

    What P5 says of solution 12 is listed in solution 11, too, as not tried.
    """
    ues, by_name = tuple(ues), names_keys(world)
    listed = (each for each, stated in PROPERTIES.items() if stated.applies(Solution.PUSH, by_name=by_name))
    return tuple(
        _status_of_p7(world, ues) if each is PropertyID.P7 else _status(world, observation, each, ues)
        for each in listed
    )


def _status(world: World, observation: Observation, property_id: PropertyID, ues: tuple[str, ...]) -> PropertyStatus:
    judged = PROPERTIES[property_id]
    broken = next((each for each in observation.broken if each.property is property_id), None)
    if broken is not None:
        whose = f"{broken.ue}: " if "ue-2" in world.index else ""
        since = min((each.step for each in observation.standing if each.property is property_id), default=None)
        return PropertyStatus(judged, Judgement.VIOLATED, f"{whose}{broken.reason}", broken.step, since)
    if property_id in observation.tried:
        return PropertyStatus(judged, Judgement.HOLDS)
    if not judged.applies(solution_of(world)):
        return PropertyStatus(judged, Judgement.NOT_TRIED, "Solution 11 keeps no records at the SCEF.")
    reason = _broken_now(world, observation, property_id, ues)
    if reason:
        return PropertyStatus(judged, Judgement.VIOLATED, reason)
    return PropertyStatus(judged, Judgement.NOT_TRIED, judged.untried)


def _broken_now(world: World, observation: Observation, property_id: PropertyID, ues: tuple[str, ...]) -> str:
    """Why it does not hold now, or nothing.

    A stored run of before this property was watched has not tried it, and may violate it all the same.
    """
    if property_id not in STATE_PROPERTIES:
        return ""
    judged = STATE_PROPERTIES[property_id]
    states = (node_as(world, name, UEState) for name in ues)
    broken = (ue for ue in states if judged.is_broken(world, observation.monitor, ue))
    return next((judged.reason(world, observation.monitor, ue) for ue in broken), "")


def _status_of_p7(world: World, ues: Iterable[str]) -> PropertyStatus:
    p7 = PROPERTIES[PropertyID.P7]
    ways = [find_recovery(world, *pair) for pair in pairs(world, ues)]
    longest = 0
    for way in ways:
        if way is None:
            return PropertyStatus(p7, Judgement.NOT_TRIED, p7.untried)
        longest = max(longest, len(way))
    return PropertyStatus(p7, Judgement.HOLDS, f"{longest} steps lead to IN SYNC." if longest else "IN SYNC now.")
