"""`explore(search) -> answers`: the explorer's front door."""

from collections.abc import Callable
from dataclasses import replace

from nodes.explorer.answers import Answer, Progress, Verdict
from nodes.explorer.matrix import Search
from nodes.explorer.questions import LIMITS, Network, Question
from nodes.explorer.retrace import retrace
from nodes.explorer.search import Cancelled, Graph, search
from nodes.explorer.usual import USUAL
from nodes.protocol.properties.catalogue import Witness

__all__ = ["Cancelled", "explore"]


def _go_on(_progress: Progress) -> bool:
    return True


def explore(
    asked: Search, report: Callable[[Progress], bool] = _go_on, *, is_reduced: bool = True
) -> tuple[Answer, ...]:
    """Answer the questions of a search, in their order.

    `report` is told about every 20,000 states how far it is, and answers whether to go on. `is_reduced`: as `search`.

    Every network lets messages through in order too: what it leaves open within the bound on states is looked for
    there, where there are fewer states.

    Raises:
        Cancelled: `report` said no.
    """
    graph = search(asked.questions[0], asked.properties, report, is_reduced=is_reduced)
    undecided = asked.properties - graph.finds.keys()
    spare = None
    if undecided and not graph.is_complete and asked.questions[0].network is not Network.ORDERED:
        spare = search(_without_a_fault(asked.questions[0]), undecided, report, is_reduced=is_reduced)
    return tuple(_answer(graph, question, spare) for question in asked.questions)


def _without_a_fault(question: Question) -> Question:
    """The same on the ordered network, which has fewer states: a part of the bound is enough to try."""
    bounds = replace(question.bounds, most_states=max(question.bounds.most_states // 2, LIMITS["most_states"][0]))
    return replace(question, network=Network.ORDERED, bounds=bounds)


def _answer(graph: Graph, question: Question, spare: Graph | None) -> Answer:
    """The answer of a graph; where it was not searched to its end, of one of the same runs without a fault."""
    if spare is not None and question.property in spare.finds and question.property not in graph.finds:
        found = _found(spare, question)
        words = f"{found.explanation} It takes no fault; a shorter one with a fault is not ruled out."
        return replace(found, states=found.states + len(graph.states), explanation=words)
    return _found(graph, question)


def _found(graph: Graph, question: Question) -> Answer:
    witnesses = tuple(each for each in Witness if each in graph.witnesses)
    find = graph.finds.get(question.property)
    if find is not None:
        trace, explanation = retrace(graph, question, find)
        return Answer(
            question, Verdict.VIOLATED, find.states, len(trace.actions), explanation, trace, witnesses=witnesses
        )
    states = len(graph.states)
    if not graph.is_complete:
        words = f"Incomplete: the bound was reached after {states:,} states; nothing is shown either way."
        return Answer(question, Verdict.INCOMPLETE, states, graph.depth, words, witnesses=witnesses)
    case = USUAL[question.property].case
    is_vacuous = case is not None and case not in graph.witnesses
    words = f"Holds in all {states:,} states, up to {graph.depth} steps"
    words += ", but its case never came up." if is_vacuous else "."
    return Answer(question, Verdict.HOLDS, states, graph.depth, words, witnesses=witnesses, vacuous=is_vacuous)
