"""The nodes do nothing that the models do not do; and where they do, it is found."""

from collections import Counter

import pytest

from nodes.explorer.questions import Bounds, Network, Question
from nodes.proofs import agreement, old_guti, one_active, right_ue
from nodes.proofs.agreement_reading import read_agreement
from nodes.proofs.keys_reading import read_one_active, read_right_ue
from nodes.proofs.logic import none_of
from nodes.proofs.model import Conjunct, Model
from nodes.proofs.old_guti_reading import read_old_guti
from nodes.proofs.statements import STATEMENTS
from nodes.proofs.tie import Read, tie
from nodes.proofs.ties import questions_of, tie_all
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.world.actions import Command, Deliver
from nodes.protocol.world.world import World

FEW = Bounds(sessions=0, key_requests=0, readings=0, commands=0, reallocations=0, reauthentications=1)

BOTH = ("ordered_push", "withdraw_guti")
ORDERED_PUSH = Question(PropertyID.P1, Solution.PUSH, bounds=FEW, repairs=("ordered_push",))


def without(model: Model, name: str) -> Model:
    """A model that lacks an action."""
    kept = tuple(each for each in model.actions if each.name != name)
    return Model(model.sorts, model.functions, model.relations, kept, model.invariant, model.axioms)


def test_every_transition_is_one_of_the_model() -> None:
    """Some 300 in each lab here; `manage.py prove --tie` has a million and more."""
    transitions: Counter[str] = Counter()
    for statement, tied in tie_all(STATEMENTS, 24_000):
        assert (statement.name, tied.question.network, tied.finding) == (statement.name, tied.question.network, None)
        assert tied.worlds >= tied.states
        transitions[statement.name] += tied.transitions

    assert set(transitions) == {each.name for each in STATEMENTS}
    assert transitions.total() >= 20_000


@pytest.mark.slow
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)
def test_every_action_of_a_model_comes_up(statement: object) -> None:
    """Nothing in a model is there in vain: the nodes take every one of its steps."""
    (wanted,) = [each for each in STATEMENTS if each is statement]
    rare = {each.name for each in wanted.model.actions}
    for transitions in (12_000, 40_000, 120_000):  # Most come up soon.
        rare -= {name for _, tied in tie_all((wanted,), transitions) for name in tied.actions}
        if not rare:
            break

    assert rare == set()


def test_each_statement_is_tied_on_the_networks_that_it_is_about() -> None:
    networks = {each.name: {question.network for question in questions_of(each)} for each in STATEMENTS}

    assert networks["P1-12"] == {Network.ORDERED, Network.REORDER, Network.REPEAT, Network.LOSE}
    assert networks["P4-11"] == networks["P5-12"] == networks["P6-12"] == set(Network)


@pytest.mark.parametrize(
    ("model", "name", "read", "question"),
    [
        (agreement.PULL, "switch", read_agreement, Question(PropertyID.P1, Solution.PULL, bounds=FEW)),
        (agreement.PUSHING, "take_push", read_agreement, ORDERED_PUSH),
        (right_ue.PULL, "activate", read_right_ue, Question(PropertyID.P4, Solution.PULL, bounds=FEW)),
        (right_ue.PUSHING, "take_keys", read_right_ue, Question(PropertyID.P4, Solution.PUSH, bounds=FEW)),
        (one_active.MODEL, "verify", read_one_active, Question(PropertyID.P5, Solution.PUSH, bounds=FEW)),
        (old_guti.MODEL, "push", read_old_guti, Question(PropertyID.P6, Solution.PUSH, bounds=FEW, repairs=BOTH)),
    ],
)
def test_what_the_model_lacks_is_found_with_the_way_there(
    model: Model, name: str, read: Read, question: Question
) -> None:
    tied = tie(without(model, name), read, question, 10_000)

    assert tied.finding is not None
    assert tied.finding.what == "no way of the model leads there"
    assert isinstance(tied.finding.actions[0], Command)
    assert isinstance(tied.finding.actions[-1], Deliver)


@pytest.mark.parametrize(("solution", "model"), [(Solution.PULL, right_ue.PULL), (Solution.PUSH, right_ue.PUSHING)])
def test_keys_are_delivered_in_the_labs_that_are_held_against_a_model(solution: Solution, model: Model) -> None:
    bounds = Bounds(reauthentications=0, reallocations=0, key_requests=0, readings=0, commands=0)

    tied = tie(model, read_right_ue, Question(PropertyID.P4, solution, bounds=bounds), 10_000)

    assert (tied.is_complete, tied.finding) == (True, None)
    assert {"open", "ask", "answer", "get"} <= tied.actions


def test_an_invariant_that_is_not_so_is_found() -> None:
    never = Conjunct("no AV is ever active", none_of(agreement.active))
    model = Model(agreement.PULL.sorts, (), agreement.PULL.relations, agreement.PULL.actions, (never,))

    tied = tie(model, read_agreement, Question(PropertyID.P1, Solution.PULL, bounds=FEW), 10_000)

    assert tied.finding is not None
    assert tied.finding.what == "not so: no AV is ever active"


def _blind(_world: World, _monitor: object, _vectors: object) -> dict[str, set[tuple[object, ...]]]:
    return {}


@pytest.mark.parametrize(
    "question",
    [
        Question(PropertyID.P1, Solution.PUSH, Network.REORDER, bounds=FEW),
        Question(PropertyID.P2, Solution.PULL, bounds=Bounds(reallocations=0, readings=0, commands=0)),
    ],
    ids=["a world", "a step"],
)
def test_what_the_lab_finds_broken_no_reading_hides(question: Question) -> None:
    """Read as if nothing ever happened, every world satisfies the invariant: the lab's own judgement remains."""
    tied = tie(one_active.MODEL, _blind, question, 1_000_000)  # type: ignore[arg-type]

    assert tied.finding is not None
    assert tied.finding.what == f"the lab finds {question.property.value} broken"


def test_without_the_repair_a_push_that_comes_late_is_no_step_of_the_model() -> None:
    """P1 of solution 12 needs `ordered_push`: the SCEF of a lab without it takes what the model's does not."""
    question = Question(PropertyID.P1, Solution.PUSH, bounds=FEW)

    assert tie(agreement.PUSHING, read_agreement, question, 10_000).finding is not None


def test_an_m_tmsi_that_is_used_again_is_no_step_of_the_model() -> None:
    bounds = Bounds(ues=2, detaches=1, reauthentications=0, reallocations=0, readings=0, commands=0)
    question = Question(PropertyID.P4, Solution.PULL, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE, bounds=bounds)

    assert tie(right_ue.PULL, read_right_ue, question, 10_000).finding is not None


def test_a_lab_that_is_explored_whole_says_so() -> None:
    tied = tie(agreement.PULL, read_agreement, Question(PropertyID.P1, Solution.PULL, bounds=FEW), 10_000)

    assert tied.is_complete
    assert tied.finding is None
    assert tied.transitions == sum(tied.ways.values())
