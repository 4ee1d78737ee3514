"""The explorer: what it finds, counted and compared with the lab itself."""

import random
from dataclasses import replace
from unittest.mock import patch

import pytest

from nodes.explorer import fields
from nodes.explorer.answers import Answer, Progress, Verdict, to_json
from nodes.explorer.explore import Cancelled, explore
from nodes.explorer.fields import Part, Relayout
from nodes.explorer.matrix import Search, matrix_questions, searches
from nodes.explorer.questions import Bounds, Network, Question, setup_of
from nodes.explorer.repairs import next_questions, smallest_fixes
from nodes.explorer.search import search
from nodes.explorer.usual import USUAL
from nodes.protocol.entities.hss import table as hss
from nodes.protocol.entities.machine import Step
from nodes.protocol.entities.scef import table as scef
from nodes.protocol.entities.scef.records import on_active_vector_push
from nodes.protocol.entities.scef.state import SCEFState, record_of, with_record
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.options import REPAIRS, ActiveWhen, Solution
from nodes.protocol.properties.catalogue import PROPERTIES, PropertyID, Witness
from nodes.protocol.runs.trace import replay
from nodes.protocol.world import actions
from nodes.protocol.world.engine import step
from nodes.protocol.world.world import World
from tests.benchmarks.plain_search import plain_search

SMALL = Bounds(reauthentications=1, reallocations=0, key_requests=0, readings=0, commands=0)
NO_MESSAGES = Bounds(key_requests=0, readings=0, commands=0)
ONE_OF_EACH = Bounds(reauthentications=1, key_requests=0, readings=1, commands=0)


def go_on(_progress: Progress) -> bool:
    return True


def ask(property_id: PropertyID, solution: Solution, network: Network = Network.ORDERED, **more: object) -> Question:
    return Question(property_id, solution, network, **{"bounds": SMALL} | more)  # type: ignore[arg-type]


AT_REST = (PropertyID.P1, PropertyID.P6)


# Counts


@pytest.mark.parametrize(
    ("solution", "network", "states"),
    [
        (Solution.PULL, Network.ORDERED, 61),
        (Solution.PULL, Network.REORDER, 61),
        (Solution.PULL, Network.REPEAT, 1_126),
        (Solution.PULL, Network.LOSE, 594),
        (Solution.PULL, Network.FAIL, 402),
        (Solution.PUSH, Network.ORDERED, 569),
        (Solution.PUSH, Network.REORDER, 764),
        (Solution.PUSH, Network.REPEAT, 15_431),
        (Solution.PUSH, Network.LOSE, 7_993),
        (Solution.PUSH, Network.FAIL, 5_794),
    ],
)
def test_states_of_a_small_configuration_are_pinned(solution: Solution, network: Network, states: int) -> None:
    graph = search(ask(PropertyID.P7, solution, network), frozenset({PropertyID.P4}), go_on, is_reduced=False)
    assert graph.is_complete
    assert len(graph.states) == states


@pytest.mark.parametrize("solution", Solution)
@pytest.mark.parametrize("property_id", [each for each in PropertyID if each not in {PropertyID.P6, PropertyID.P7}])
def test_the_plain_search_over_worlds_finds_the_same(property_id: PropertyID, solution: Solution) -> None:
    """P6 has other states there: the plain search forgets an old GUTI at rest, the explorer keeps it."""
    if not PROPERTIES[property_id].applies(solution):
        return
    repairs = USUAL[property_id].repairs.get(solution, ())
    bounds = replace(ONE_OF_EACH, reallocations=0) if repairs else ONE_OF_EACH
    question = ask(property_id, solution, repairs=repairs, bounds=bounds)
    (answer,) = explore(Search((question,)), is_reduced=False)
    found = plain_search(question)
    assert (answer.depth if answer.trace else None) == found.broken_after
    if found.broken_after is None:
        assert answer.states == found.states


# Packed worlds are the lab's worlds


def plain_form(world: World) -> tuple[object, ...]:
    """A world without the place of copies on their links, which has no meaning for the explorer."""
    links = []
    for link in world.links:
        own = [each.message for each in link.queue if each.copy == 1]
        links.append((link.key, own, sorted(repr(each.message) for each in link.queue if each.copy > 1)))
    return world.nodes, links, world.timers


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("solution", Solution)
def test_a_walk_over_packed_worlds_is_a_walk_in_the_lab(solution: Solution, network: Network) -> None:
    question = ask(PropertyID.P1, solution, network, bounds=Bounds(detaches=1, accesses=1, restarts=1))
    few = replace(question, bounds=replace(question.bounds, most_states=3000))
    graph = search(few, frozenset({PropertyID.P4}), go_on, is_reduced=False)
    dice = random.Random(7)  # noqa: S311 -- The same states each time.
    # What follows the last states was not looked at: the parts that it has may need more bits.
    for packed in dice.sample(graph.states[: len(graph.states) // 2], 60):
        for move in graph.moves.possible(packed):
            taken = move.take(packed)
            if taken is not None:
                world = graph.space.world(packed)
                assert plain_form(graph.space.world(taken.packed)) == plain_form(step(world, move.action(world)))


@pytest.mark.parametrize("property_id", [PropertyID.P1, PropertyID.P5, PropertyID.P6], ids=lambda each: each.value)
@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("solution", Solution)
def test_what_is_kept_of_a_move_is_what_it_does(solution: Solution, network: Network, property_id: PropertyID) -> None:
    """In every state with the same bits of its mask."""
    bounds = Bounds(reauthentications=1, tracking_area_updates=1, most_states=4_000)
    question = ask(property_id, solution, network, bounds=bounds)
    graph = search(question, frozenset({property_id}), go_on)
    dice = random.Random(7)  # noqa: S311 -- The same states each time.
    compared = 0
    for packed in dice.sample(graph.states, min(len(graph.states), 700)):
        for move in graph.moves.possible(packed):
            kept = move.memo.get(packed & move.mask)
            if kept is not None:
                taken = move.take(packed)
                after = packed if taken is None else graph.judge.after(move, packed, taken)[0]
                assert packed + kept == after, move.action(graph.space.world(packed))
                compared += 1
    assert compared > len(graph.states) / 10


# Counterexamples


def test_what_a_faulty_network_leaves_open_is_looked_for_without_a_fault() -> None:
    few = replace(NO_MESSAGES, most_states=10_000)
    (ordered,) = explore(Search((ask(PropertyID.P2, Solution.PUSH, bounds=few),)))
    (answer,) = explore(Search((ask(PropertyID.P2, Solution.PUSH, Network.REPEAT, bounds=few),)))

    assert ordered.trace is not None
    assert answer.verdict is Verdict.VIOLATED
    assert answer.trace == ordered.trace
    assert answer.states > few.most_states
    assert answer.explanation == (
        f"{ordered.explanation} It takes no fault; a shorter one with a fault is not ruled out."
    )


def test_what_is_open_without_a_fault_too_stays_open() -> None:
    few = replace(NO_MESSAGES, most_states=1_000)
    (answer,) = explore(Search((ask(PropertyID.P2, Solution.PUSH, Network.REPEAT, bounds=few),)))

    assert answer.verdict is Verdict.INCOMPLETE
    assert answer.trace is None


@pytest.mark.parametrize(
    "question",
    [
        ask(PropertyID.P2, Solution.PULL),
        ask(PropertyID.P2, Solution.PUSH, Network.REPEAT),
        ask(PropertyID.P2Q, Solution.PUSH),
        ask(PropertyID.P3, Solution.PUSH, bounds=ONE_OF_EACH),
        ask(PropertyID.P1, Solution.PUSH, Network.FAIL),
        ask(PropertyID.P1A, Solution.PUSH, Network.REORDER, bounds=NO_MESSAGES),
        ask(PropertyID.P6, Solution.PUSH, bounds=Bounds(detaches=1, reauthentications=0)),
    ],
    ids=lambda question: f"{question.property.value}-{question.network.value}",
)
def test_a_counterexample_replays_to_the_first_violation_at_its_last_step(question: Question) -> None:
    (answer,) = explore(Search((question,)))
    assert answer.verdict is Verdict.VIOLATED
    assert answer.trace is not None
    replayed = replay(answer.trace)
    assert replayed.matches
    broken = next(each for each in replayed.observation.broken if each.property is question.property)
    assert (broken.step, broken.reason) == (answer.depth, answer.explanation)
    assert answer.trace.captions[0].text == answer.explanation


@pytest.mark.parametrize("repairs", [(), ("ordered_push",)], ids=["none", "ordered push"])
def test_a_push_that_never_arrives_leaves_an_old_key_for_good(repairs: tuple[str, ...]) -> None:
    """Each copy of one push is lost, and its repetition given up: no fault is counted for them."""
    bounds = replace(SMALL, faults=0, lost_pushes=1)
    (answer,) = explore(Search((ask(PropertyID.P1, Solution.PUSH, repairs=repairs, bounds=bounds),)))
    assert answer.verdict is Verdict.VIOLATED
    assert answer.trace is not None
    dropped = [action for action in answer.trace.actions if isinstance(action, actions.Drop)]
    assert len(dropped) == RULES[TimerName.PUSH].limit
    assert replay(answer.trace).matches


def test_no_second_push_is_lost() -> None:
    """Only one is: the UE's first key is then pushed, or the second one."""
    bounds = replace(SMALL, faults=0, lost_pushes=1)
    graph = search(ask(PropertyID.P5, Solution.PUSH, bounds=bounds), frozenset({PropertyID.P5}), go_on)
    doomed = {graph.space.doomed.of(packed) for packed in graph.states}
    assert len(doomed) > 2
    for packed in graph.states:
        left = graph.space.budgets["lost_pushes"].of(packed)
        assert (graph.space.doomed.of(packed) is None) is (left == 1)


def test_a_dead_end_is_told_and_replays() -> None:
    """An HSS that gives each AV the same RAND: since a UE can be switched off and on, no cell of the matrix has one."""
    with patch.object(hss, "roll", lambda *_what, length: bytes(length)):
        (answer,) = explore(Search((ask(PropertyID.P7, Solution.PUSH, Network.REORDER),)))
        assert answer.verdict is Verdict.VIOLATED
        assert answer.trace is not None
        assert replay(answer.trace).matches
    assert len(answer.trace.actions) == answer.depth
    assert "IN SYNC" in answer.explanation


# Bounds, progress, vacuity


def test_a_search_that_reaches_its_bound_says_so_and_never_holds() -> None:
    question = ask(PropertyID.P1, Solution.PUSH, bounds=Bounds(most_states=500))
    (answer,) = explore(Search((question,)))
    assert answer.verdict is Verdict.INCOMPLETE
    assert "500" in answer.explanation or "50" in answer.explanation
    assert to_json(answer)["verdict"] == "incomplete"


def test_a_search_tells_how_far_it_is_and_stops_when_told() -> None:
    told: list[Progress] = []

    def once(progress: Progress) -> bool:
        told.append(progress)
        return False

    with pytest.raises(Cancelled):
        explore(Search((ask(PropertyID.P1, Solution.PULL),)), once)
    assert len(told) == 1


def test_what_never_comes_up_holds_for_want_of_a_case() -> None:
    question = ask(PropertyID.P2, Solution.PULL, bounds=Bounds(sessions=0, reauthentications=0))
    (answer,) = explore(Search((question,)))
    assert answer.verdict is Verdict.HOLDS
    assert answer.vacuous
    assert "never came up" in answer.explanation


@pytest.mark.parametrize("ues", [1, 2])
def test_that_an_as_catches_up_is_shown_only_where_one_was_behind(ues: int) -> None:
    """P8 without a reallocation: an AS is behind only once its UE was authenticated again."""
    bounds = Bounds(ues=ues, reauthentications=1, reallocations=0)
    tried, untried = (
        explore(Search((ask(PropertyID.P8, Solution.PULL, bounds=each),)))[0]
        for each in (bounds, replace(bounds, reauthentications=0))
    )
    assert (tried.verdict, tried.vacuous) == (Verdict.HOLDS, False)
    assert Witness.AS_BEHIND in tried.witnesses
    assert (untried.verdict, untried.vacuous) == (Verdict.HOLDS, True)
    assert Witness.AS_BEHIND not in untried.witnesses


def test_a_run_is_not_vacuous() -> None:
    """That an AS was behind is looked for where P8 is asked, that an end waited where P1w is."""
    question = ask(PropertyID.P1, Solution.PULL, bounds=Bounds())
    (answer,) = explore(Search((question,)), is_reduced=False)
    assert set(answer.witnesses) == set(Witness) - {Witness.AS_BEHIND, Witness.WAITED}


@pytest.mark.parametrize("bad", [{"ues": 0}, {"faults": 9}, {"most_states": 1}])
def test_a_bound_beyond_its_limits_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Bounds(**bad)


@pytest.mark.parametrize("repairs", [("glue",), ("ordered_push", "named_key")])
def test_repairs_are_named_once_and_in_order(repairs: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="repair"):
        ask(PropertyID.P1, Solution.PUSH, repairs=repairs)


# The matrix and repairs


def test_the_matrix_asks_every_cell_once_and_searches_share_worlds() -> None:
    questions = matrix_questions()
    # 11 properties × 2 solutions × 6 networks × 2, P5 only for solution 12, P4 for both choices of an M-TMSI;
    # 5 properties of keys by name, for one choice of when an AV is active.
    assert len(questions) == len(set(questions)) == 11 * 24 - 12 + 24 + 5 * 12
    groups = searches(questions)
    assert sorted(q for g in groups for q in map(repr, g.questions)) == sorted(map(repr, questions))
    assert all(len({replace(q, property=PropertyID.P1) for q in group.questions}) == 1 for group in groups)


def test_the_smallest_combination_that_mends_is_found() -> None:
    question = ask(PropertyID.P6, Solution.PUSH, bounds=Bounds(detaches=1, reauthentications=0, sessions=0))
    known: list[Answer] = []
    while missing := next_questions(question, known):
        known += [explore(Search((each,)))[0] for each in missing]
    assert smallest_fixes(known) == (("withdraw_guti",),)


# Broken nodes are caught


def test_a_scef_that_skips_the_rand_match_is_caught_by_p1() -> None:
    """Contribution 2.2 step 5."""

    def first_pair(state: SCEFState, message: ActiveVectorPushRequest, source: str) -> Step[SCEFState]:
        done = on_active_vector_push(state, message, source)
        record = record_of(done.state, message.imsi)
        if record is None or not record.pairs:
            return done
        return Step(with_record(done.state, replace(record, active=record.pairs[0].rand, parked=None)), done.outputs)

    assert verdict_with(ActiveVectorPushRequest, first_pair, PropertyID.P1) is Verdict.VIOLATED


def test_a_scef_that_never_clears_active_is_caught_by_p5() -> None:
    """A parked push clears ACTIVE until its pair is known."""

    def keeps_active(state: SCEFState, message: ActiveVectorPushRequest, source: str) -> Step[SCEFState]:
        before = record_of(state, message.imsi)
        done = on_active_vector_push(state, message, source)
        record = record_of(done.state, message.imsi)
        if before is None or before.active is None or record is None or record.active is not None:
            return done
        return Step(with_record(done.state, replace(record, active=before.active)), done.outputs)

    # Four AVs are used up: the fifth's pair may come after the MME's push.
    bounds = Bounds(reauthentications=3, reallocations=0, sessions=0, key_requests=0, readings=0, commands=0)
    assert verdict_with(ActiveVectorPushRequest, keeps_active, PropertyID.P5, bounds) is Verdict.VIOLATED


def verdict_with(kind: type, handler: object, property_id: PropertyID, bounds: Bounds = SMALL) -> Verdict:
    key = (scef.SCEFPhase.PUSH, kind)
    question = ask(property_id, Solution.PUSH, bounds=bounds)
    assert explore(Search((question,)))[0].verdict is Verdict.HOLDS
    with patch.dict(scef.HANDLERS.messages, {key: handler}):
        (answer,) = explore(Search((question,)))
    return answer.verdict


def test_a_hss_that_reuses_a_rand_is_caught() -> None:
    """TS 33.102 §6.3.2: a RAND is not predictable, and so not one that was used; P1a and P7 miss the second key."""
    question = ask(PropertyID.P7, Solution.PUSH)
    assert explore(Search((question,)))[0].verdict is Verdict.HOLDS
    with patch.object(hss, "roll", lambda *_what, length: bytes(length)):
        (answer,) = explore(Search((question,)))
    assert answer.verdict is Verdict.VIOLATED


def test_setup_follows_the_question() -> None:
    question = ask(PropertyID.P1, Solution.PUSH, active_when=ActiveWhen.RES_VERIFIED, repairs=("named_key",))
    setup = setup_of(question)
    assert (setup.options.active_when, setup.options.named_key, setup.ues) == (ActiveWhen.RES_VERIFIED, True, 1)


# Corners


def test_a_part_with_too_many_values_asks_for_more_bits() -> None:
    part = Part("first", 1)
    assert part.number("second") == 1
    with pytest.raises(Relayout):
        part.number("third")
    assert part.bits.width > 1
    assert part.number("third") == 2


def test_a_search_goes_on_when_a_part_has_too_many_values() -> None:
    question = ask(PropertyID.P1, Solution.PUSH)
    (wide,) = explore(Search((question,)))
    with patch.object(fields, "MORE_BITS", 1), patch.object(Part.__init__, "__defaults__", (1,)):
        (narrow,) = explore(Search((question,)))
    assert (narrow.states, narrow.depth, narrow.verdict) == (wide.states, wide.depth, wide.verdict)


def test_one_ue_may_be_at_rest_while_another_is_not() -> None:
    """Solution 12: after a detach the SCEF still answers for the old GUTI, whatever the second UE does."""
    bounds = Bounds(ues=2, reauthentications=0, reallocations=0, sessions=0, key_requests=0, readings=0, detaches=1)
    holds, violated = explore(Search(tuple(ask(each, Solution.PUSH, bounds=bounds) for each in AT_REST)))
    assert holds.verdict is Verdict.HOLDS
    assert violated.trace is not None
    assert replay(violated.trace).matches


def test_an_as_asks_by_every_guti_that_it_learned() -> None:
    """Contribution 3: a reallocation makes the old GUTI useless. In solution 11 it does at once."""
    bounds = Bounds(sessions=2, reauthentications=0, readings=0, commands=0)
    (answer,) = explore(Search((ask(PropertyID.P6, Solution.PULL, bounds=bounds),)), is_reduced=False)
    assert answer.verdict is Verdict.HOLDS
    assert Witness.OLD_GUTI_ASKED in answer.witnesses


def test_what_no_combination_mends_is_asked_with_all_and_then_no_more() -> None:
    question = ask(PropertyID.P2, Solution.PULL)
    known: list[Answer] = []
    while missing := next_questions(question, known):
        known += [explore(Search((each,)))[0] for each in missing]
    offered = len(REPAIRS) - 1  # One makes labs about which P2 says nothing.
    assert len(known) == 2**offered - 1
    assert smallest_fixes(known) == ()
