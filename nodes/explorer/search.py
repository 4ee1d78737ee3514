"""Breadth-first search over packed worlds: every interleaving within bounds, and the shortest way to what is wrong."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from nodes.explorer.answers import Progress
from nodes.explorer.fields import Packed, Relayout
from nodes.explorer.judge import Judge
from nodes.explorer.move import Move
from nodes.explorer.moves import Moves
from nodes.explorer.questions import Question, setup_of
from nodes.explorer.recovery import Recovery
from nodes.explorer.reduction import reduction_of, whole
from nodes.explorer.schedule import Tries, every_move, requests_first
from nodes.explorer.space import Space
from nodes.protocol.properties.catalogue import PropertyID, Witness

REPORT_EVERY = 20_000


class Cancelled(Exception):
    """Whoever was told of the progress wants no more of it."""


@dataclass(frozen=True, slots=True)
class Find:
    """A property is violated: at a state, or by a move from it. `states` were found by then."""

    index: int
    move: Move | None
    states: int
    depth: int


@dataclass(slots=True)
class Graph:
    """What a search found: states in the order of finding, and for each the one that it was first reached from."""

    space: Space
    moves: Moves
    judge: Judge
    states: list[Packed] = field(default_factory=list)
    parents: "array[int]" = field(default_factory=lambda: array("I"))
    finds: dict[PropertyID, Find] = field(default_factory=dict)
    witnesses: set[Witness] = field(default_factory=set)
    depth: int = 0
    is_complete: bool = False


Report = Callable[[Progress], bool]


def search(question: Question, properties: frozenset[PropertyID], report: Report, *, is_reduced: bool = True) -> Graph:
    """Search what a question opens, for some properties, until all are violated, nothing is new, or memory is bound.

    With `is_reduced` what cannot matter to these properties is not tried.

    Raises:
        Cancelled: `report` said no.
    """
    reduction = reduction_of(question, properties) if is_reduced else whole(question)
    space = Space(setup_of(question), reduction, question.network)
    moves, judge = Moves(space), Judge(space, properties)
    while True:
        graph = Graph(space, moves, judge)
        moves.forget(judge.also_read)
        try:
            is_short = is_reduced and properties == {PropertyID.P4}
            tries = requests_first(space, moves) if is_short else every_move(moves)
            _Search(graph, tries, question.bounds.most_states, report).run()
        except Relayout:
            space.lay_out()
            judge.forget()
        else:
            return graph


class _Search:
    def __init__(self, graph: Graph, tries: Tries, most: int, report: Report) -> None:
        self._graph = graph
        self._tries = tries
        self._judge = graph.judge
        self._space = graph.space
        self._most = most
        self._report = report
        self._open = set(graph.judge.watched)
        setup = graph.space.setup
        pairs = [(ue, server) for ue in setup.ue_names for server in setup.application_server_names]
        self._ways_back = [Recovery(graph.space, graph.moves, *pair) for pair in pairs]
        self._is_several = graph.space.setup.ues > 1

    def run(self) -> None:
        graph = self._graph
        states, parents = graph.states, graph.parents
        states.append(self._space.origin)
        parents.append(0)
        seen = {self._space.origin}
        done = 0
        while done < len(states):
            # One level of depth, in pieces that are short enough to tell of.
            end = len(states)
            while done < end:
                upto = min(end, done + REPORT_EVERY)
                if not self._expand(done, upto, seen):
                    return
                self._judge_ways_back(done, upto)
                done = upto
                if not self._report(Progress(len(states), done, graph.depth)):
                    raise Cancelled
            if len(states) > end:
                graph.depth += 1
        graph.is_complete = True

    def _expand(self, start: int, upto: int, seen: set[int]) -> bool:
        """Take every move from some states; False when there is no need, or no room, to go on."""
        graph = self._graph
        states, parents = graph.states, graph.parents
        links, flags, rest = self._space.links_mask, self._judge.watches_flags, self._judge.watches_rest
        most, tries = self._most, self._tries
        for index in range(start, upto):
            packed = states[index]
            for mask, kept, move in tries(packed):
                change = kept(packed & mask)
                if change is None:
                    change = self._take(index, packed, move)
                # Most moves are refused, or lead to what was found.
                if not change or (after := packed + change) in seen:
                    continue
                seen.add(after)
                states.append(after)
                parents.append(index)
                if rest and (not after & links or self._is_several):
                    self._judge_rest(after)
                if flags and self._judge.flags(after):
                    self._find({PropertyID.P5}, len(states) - 1, None)
            if len(states) > most:
                return False
            if not self._open:
                return False
        return True

    def _judge_ways_back(self, start: int, upto: int) -> None:
        """Judge P7 in some states, unless it is known to be violated."""
        for recovery in self._ways_back:
            if PropertyID.P7 not in self._open:
                return
            index = recovery.first_dead_end(self._graph.states, range(start, upto))
            if index is not None:
                self._find({PropertyID.P7}, index, None)

    def _take(self, index: int, packed: Packed, move: Move) -> int:
        """Take a move that no kept change tells of; keep the change if the bits of its mask tell all of it."""
        taken = move.after(packed)
        if taken is None:
            move.memo[packed & move.mask] = 0
            return 0
        after, is_told, shown = self._judge.after(move, packed, taken)
        if shown.witnesses or shown.violated:
            self._graph.witnesses |= shown.witnesses
            self._find(shown.violated, index, move)
            self._judge.drop_spent(self._open, self._graph.witnesses)
        move.keep(packed, taken, after, is_told=is_told)
        return after - packed

    def _judge_rest(self, packed: Packed) -> None:
        shown = self._judge.of_several(packed) if self._is_several else self._judge.at_rest(packed)
        self._graph.witnesses |= shown.witnesses
        self._find(shown.broken, len(self._graph.states) - 1, None)

    def _find(self, violated: set[PropertyID] | frozenset[PropertyID], index: int, move: Move | None) -> None:
        for each in self._open & violated:
            self._open.discard(each)
            states = len(self._graph.states)
            self._graph.finds[each] = Find(index, move, states, self._graph.depth + 1)
