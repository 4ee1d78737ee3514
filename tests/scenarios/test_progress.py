"""nodes.scenarios.progress: where a lab is on the path of its scenario, by its world."""

from functools import cache

import pytest

from nodes.protocol.messages.commands import OpenApplicationSession
from nodes.protocol.runs.trace import Caption, Trace
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action, Command, Hold, Release
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from nodes.scenarios.progress import caption_index, next_stop, own_steps, position_on, to_next_stop
from tests.support.labs import ATTACH, setup_of

HOLD, RELEASE = Hold("mme-1", "scef"), Release("mme-1", "scef")
OPEN = Command("ue-1", OpenApplicationSession("as-1"))


@cache
def attach() -> tuple[Action, ...]:
    """Every action of an attach with nothing held."""
    taken: list[Action] = [ATTACH]
    world = engine.step(first_world(setup_of()), ATTACH)
    while (delivery := engine.next_delivery(world)) is not None:
        taken.append(delivery)
        world = engine.step(world, delivery)
    return tuple(taken)


def worlds(*actions: Action) -> tuple[World, ...]:
    found = [first_world(setup_of())]
    for action in actions:
        found.append(engine.step(found[-1], action))
    return tuple(found)


def trace(*steps: int) -> Trace:
    return Trace("Attach", setup_of(), attach(), "", captions=tuple(Caption(step, f"at {step}") for step in steps))


def test_each_world_of_the_path_has_its_position() -> None:
    path = worlds(*attach())

    assert [position_on(path, world, step) for step, world in enumerate(path)] == list(range(len(path)))


def test_another_way_to_the_same_world_counts() -> None:
    """A hold and its release leave no trace in a world, so the lab is on the path, two steps later."""
    path = worlds(*attach())
    detour = worlds(ATTACH, HOLD, RELEASE)

    assert [position_on(path, world, step) for step, world in enumerate(detour)] == [0, 1, None, 1]


def test_a_world_that_the_path_passes_twice_is_told_by_the_lab_s_step() -> None:
    path = worlds(HOLD, RELEASE, ATTACH)

    assert [position_on(path, path[0], step) for step in (0, 1, 2, 7)] == [0, 2, 2, 2]


def test_a_world_beside_the_path_has_no_position() -> None:
    assert position_on(worlds(*attach()), worlds(HOLD)[-1], 1) is None


@pytest.mark.parametrize(("position", "index"), [(0, 0), (4, 0), (5, 1), (8, 1), (9, 2), (40, 2)])
def test_the_last_caption_that_is_reached_is_shown(position: int, index: int) -> None:
    assert caption_index(trace(0, 5, 9).captions, position) == index


def test_before_the_first_caption_the_first_is_shown() -> None:
    assert caption_index(trace(3, 5).captions, 1) == 0


def test_the_next_stop_is_the_next_caption_or_the_end() -> None:
    told = trace(0, 5, 9)

    assert [next_stop(told, position) for position in (0, 4, 5, 9)] == [5, 5, 9, len(attach())]
    assert to_next_stop(told, 3) == attach()[3:5]
    assert to_next_stop(told, len(attach())) == ()


def test_the_first_steps_that_are_the_scenario_s_own_are_counted() -> None:
    told = trace(0)

    assert own_steps(told, ()) == 0
    assert own_steps(told, (HOLD, *attach())) == 0
    assert own_steps(told, (*attach()[:4], HOLD, *attach()[4:])) == 4
    assert own_steps(told, (*attach(), OPEN)) == len(attach())
