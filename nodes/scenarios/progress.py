"""Where a lab is on the path of its scenario. Worlds are compared, so whatever leads to one of the path counts."""

from collections.abc import Iterable
from itertools import takewhile

from nodes.protocol.runs.trace import Caption, Trace
from nodes.protocol.world import engine
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World


def position_on(path: tuple[World, ...], world: World, step: int) -> int | None:
    """How many of the scenario's actions lead to the world that a lab has at a step; None: it is off the path.

    A path may pass through a world twice. Then the lab's own step tells where it is, if that fits, else the last
    place counts.
    """
    if step < len(path) and path[step] == world:
        return step
    return next((place for place in reversed(range(len(path))) if path[place] == world), None)


def caption_index(captions: tuple[Caption, ...], position: int) -> int:
    """Which caption is shown: the last one that the position has reached, or the first of all."""
    return max((index for index, caption in enumerate(captions) if caption.step <= position), default=0)


def next_stop(trace: Trace, position: int) -> int:
    """The position of the next caption; at the last one, the end of the actions."""
    return next((caption.step for caption in trace.captions if caption.step > position), len(trace.actions))


def to_next_stop(trace: Trace, position: int) -> tuple[Action, ...]:
    """The actions from a position to the next caption."""
    return trace.actions[position : next_stop(trace, position)]


def runs_along(trace: Trace, path: tuple[World, ...], position: int) -> bool:
    """Whether delivering in order until nothing moves leads from a position along the path."""
    for action, world in zip(trace.actions[position:], path[position:], strict=False):
        delivery = engine.next_delivery(world)
        if delivery is None or delivery != action:
            return delivery is None
    return engine.next_delivery(path[-1]) is None


def own_steps(trace: Trace, actions: Iterable[Action]) -> int:
    """How many of a lab's first steps are the scenario's own; `actions` are those of its log."""
    pairs = zip(trace.actions, actions, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
