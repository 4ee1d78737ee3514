"""The tie between a model and the real nodes: every transition that is explored must be one of the model.

The explorer's own moves are taken, breadth first. Each world is read as a state of the model (`reading`); there the
invariant must be true, and each transition between worlds must be a way of the model between their states (`explain`).
So what is proved of all states of the model is true of all worlds that were explored, and the proof goes on where the
search ended, as long as the nodes do nothing else than what the model may do.

What is no way of the model, or breaks its invariant, is a finding: the model says less than the nodes do. That the
lab's own property is broken is one too: the reading, or the model's wording of the property, would say less than the
lab's.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from nodes.explorer.fields import Packed, Relayout
from nodes.explorer.judge import Judge
from nodes.explorer.move import Move
from nodes.explorer.moves import Moves
from nodes.explorer.questions import Question, setup_of
from nodes.explorer.reduction import whole
from nodes.explorer.retrace import run_to
from nodes.explorer.schedule import every_move
from nodes.explorer.search import Find, Graph
from nodes.explorer.space import Space
from nodes.proofs.evaluation import State, View, state_of
from nodes.proofs.explain import Explainer, Steps
from nodes.proofs.model import Model
from nodes.proofs.reading import Told, Vectors, meanings_of
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.properties.monitor import Monitor
from nodes.protocol.properties.states import STATE_PROPERTIES
from nodes.protocol.world.actions import Action
from nodes.protocol.world.world import World, nodes_of

Read = Callable[[World, Monitor, Vectors], Told]
"""What a model's relations hold of in a world, by their names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as the model has it, and the actions that lead there from the first world."""

    what: str
    actions: tuple[Action, ...]


@dataclass(slots=True)
class Tied:
    """What a tie check found. `ways` counts the transitions for each way of the model that they are.

    `states` of the model were met in so many `worlds`. It `is_complete` if there was no more to explore.
    """

    question: Question
    worlds: int = 0
    states: int = 0
    transitions: int = 0
    is_complete: bool = False
    ways: Counter[Steps] = field(default_factory=Counter)
    finding: Finding | None = None

    @property
    def actions(self) -> frozenset[str]:
        """The actions of the model that came up."""
        return frozenset(name for way in self.ways for name in way)


def tie(model: Model, read: Read, question: Question, most_transitions: int) -> Tied:
    """Hold the transitions of a question's lab against a model: all, or so many, or until the first finding."""
    space = Space(setup_of(question), whole(question), question.network)
    moves, judge = Moves(space), Judge(space, {question.property})
    while True:
        moves.forget(judge.also_read)
        try:
            return _Check(model, read, question, Graph(space, moves, judge)).run(most_transitions)
        except Relayout:
            space.lay_out()
            judge.forget()


class _Found(Exception):
    """Something is not as the model has it: in the world of a number, or after a move from it."""

    def __init__(self, what: str, find: Find) -> None:
        super().__init__(what)
        self.what = what
        self.find = find


class _Check:
    def __init__(self, model: Model, read: Read, question: Question, graph: Graph) -> None:
        self._model = model
        self._read = read
        self._graph = graph
        self._property = question.property
        self._vectors = Vectors()
        self._explainer = Explainer(model, meanings_of(self._vectors))
        # What is left of the bounds, and which timers may expire, no model reads.
        unread = graph.space.budgets_mask | graph.space.lost.bits.mask | graph.space.doomed.bits.mask
        self._read_mask = ((1 << graph.space.width) - 1) & ~unread
        self._kept: dict[Packed, State] = {}
        self._states: dict[State, State] = {}
        self._tied = Tied(question)

    def run(self, most_transitions: int) -> Tied:
        tied, graph = self._tied, self._graph
        try:
            self._search(most_transitions)
        except _Found as found:
            _, actions = run_to(graph, tied.question, found.find)
            tied.finding = Finding(found.what, actions)
        tied.worlds, tied.states = len(graph.states), len(self._states)
        return tied

    def _search(self, most_transitions: int) -> None:
        tied, states, parents = self._tied, self._graph.states, self._graph.parents
        states.append(self._graph.space.origin)
        parents.append(0)
        seen = set(states)
        tries = every_move(self._graph.moves)
        for index, packed in enumerate(states):
            if tied.transitions >= most_transitions:
                return
            for mask, kept, move in tries(packed):
                change = kept(packed & mask)
                if change is None:
                    change = self._take(index, packed, move)
                # What a node refuses is no transition.
                if change:
                    self._hold(index, packed, move, packed + change)
                    if packed + change not in seen:
                        seen.add(packed + change)
                        states.append(packed + change)
                        parents.append(index)
        tied.is_complete = True

    def _take(self, index: int, packed: Packed, move: Move) -> int:
        """Take a move that no kept change tells of, as a search does."""
        taken = move.after(packed)
        if taken is None:
            move.memo[packed & move.mask] = 0
            return 0
        after, is_told, shown = self._graph.judge.after(move, packed, taken)
        if self._property in shown.violated:
            raise _Found(f"the lab finds {self._property.value} broken", Find(index, move, 0, 0))
        move.keep(packed, taken, after, is_told=is_told)
        return after - packed

    def _hold(self, index: int, packed: Packed, move: Move, after: Packed) -> None:
        """Hold a transition against the model."""
        find = Find(index, move, 0, 0)
        way = self._explainer.way(self._state(packed, find), self._state(after, find))
        if way is None:
            raise _Found("no way of the model leads there", find)
        self._tied.transitions += 1
        self._tied.ways[way] += 1

    def _state(self, packed: Packed, find: Find) -> State:
        """The state of the model that a world is read as."""
        read = packed & self._read_mask
        state = self._kept.get(read)
        if state is None:
            space = self._graph.space
            world, monitor = space.world(read), space.monitor(read)
            self._vectors.learn(world)
            state = state_of(self._model, self._read(world, monitor, self._vectors))
            self._judge(world, monitor, find)
            if state not in self._states:
                self._states[state] = state
                self._judge_state(self._explainer.view(state), find)
            state = self._kept[read] = self._states[state]
        return state

    def _judge(self, world: World, monitor: Monitor, find: Find) -> None:
        judged = STATE_PROPERTIES.get(self._property)
        if judged is not None and any(judged.is_broken(world, monitor, ue) for ue in nodes_of(world, UEState)):
            raise _Found(f"the lab finds {self._property.value} broken", find)

    def _judge_state(self, view: View, find: Find) -> None:
        for each in self._model.invariant:
            if not view.is_true(each.formula, {}):
                raise _Found(f"not so: {each.name}", find)
