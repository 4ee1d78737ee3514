"""The way to what a search found, as a trace that a lab can open."""

from itertools import pairwise

from nodes.explorer.move import Move
from nodes.explorer.questions import Question, setup_of
from nodes.explorer.search import Find, Graph
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID
from nodes.protocol.runs.trace import Caption, Trace, replay, result_of
from nodes.protocol.world.actions import Action
from nodes.protocol.world.engine import step
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World

DEAD_END = "From here no delivery, no expiry and nothing that UE or AS can do leads to IN SYNC."


def retrace(graph: Graph, question: Question, find: Find) -> tuple[Trace, str]:
    """The shortest counterexample, and in one sentence what is wrong after its last action."""
    world, actions = run_to(graph, question, find)
    title = f"{question.property.value} {PROPERTIES[question.property].title}: counterexample"
    trace = Trace(title, setup_of(question), actions, result_of(world))
    explanation = _explanation(trace, question.property)
    caption = Caption(len(actions), explanation)
    return Trace(title, setup_of(question), actions, trace.result, captions=(caption,)), explanation


def _explanation(trace: Trace, property_id: PropertyID) -> str:
    """The reason that a lab gives for the last step, which is the first that violates the property."""
    if property_id is PropertyID.P7:
        return DEAD_END
    broken = replay(trace).observation.broken
    return next(each.reason for each in broken if each.property is property_id and each.step == len(trace.actions))


def run_to(graph: Graph, question: Question, find: Find) -> tuple[World, tuple[Action, ...]]:
    """The world that a find is in, or that its move leads to, and the actions that lead there from the first world."""
    world, actions = first_world(setup_of(question)), []
    path = _path(graph, find.index)
    for before, after in pairwise(path):
        actions.append(_action(graph, world, before, after))
        world = step(world, actions[-1])
    if find.move is not None:
        actions.append(find.move.action(world))
        world = step(world, actions[-1])
    return world, tuple(actions)


def _path(graph: Graph, index: int) -> list[int]:
    path = [graph.states[index]]
    while index:
        index = graph.parents[index]
        path.append(graph.states[index])
    return path[::-1]


def _action(graph: Graph, world: World, before: int, after: int) -> Action:
    """What led from one packed world to the next, where it stands in the world as it is."""
    return next(move.action(world) for move in graph.moves.possible(before) if _leads(graph, move, before, after))


def _leads(graph: Graph, move: Move, before: int, after: int) -> bool:
    taken = move.take(before)
    return taken is not None and graph.judge.after(move, before, taken)[0] == after
