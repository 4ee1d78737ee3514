"""What happens to one UE does not touch another: rule 7 of `reduction`, step by step, over random runs of two UEs.

A world is projected on a UE: what nodes keep of others is as in the first world, others' messages and timers are gone.
A step about that UE must be the same step there, and a step about another must be none.
"""

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest

from nodes.explorer.commands import commands_of
from nodes.explorer.questions import LIMITS, SEED, Bounds, Question, setup_of
from nodes.explorer.reduction import whole
from nodes.protocol.dice import roll
from nodes.protocol.entities.scef import records
from nodes.protocol.entities.scef.state import Record, SCEFState
from nodes.protocol.entities.ue.state import UEState
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages.s1 import OnConnection
from nodes.protocol.options import REPAIRS, SCEF, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID
from nodes.protocol.world.actions import Action, Command, Deliver, Drop, Duplicate, Expire, Fail, Restart
from nodes.protocol.world.engine import step
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.protocol.world.subjects import ue_of_message, ue_of_timer, why_one_at_a_time
from nodes.protocol.world.world import NodeState, World

BOUNDS = Bounds(ues=2, mmes=2, sessions=2)
STEPS = 250
FAULTS = (Drop, Duplicate, Fail)
OnLink = Deliver | Drop | Duplicate | Fail


# Projection


def owner(world: World, item: object) -> str | None:
    """Whose something is that a node keeps; None: nobody's."""
    return ue_of_message(world, SCEF, SCEF, item)


def part_of(world: World, state: NodeState, first: NodeState, ue: str) -> NodeState:
    """What a node keeps of a UE; of others as much as in the first world."""
    if isinstance(state, UEState):
        return state if state.name == ue else first
    kept: dict[str, Any] = {}
    for each in fields(state):
        now = getattr(state, each.name)
        if isinstance(now, tuple):
            own = [item for item in now if owner(world, item) in {None, ue}]
            others = [item for item in getattr(first, each.name) if owner(world, item) not in {None, ue}]
            kept[each.name] = tuple(sorted((*own, *others), key=lambda item: getattr(item, "imsi", "")))
    return replace(state, **kept)


def projected(world: World, first: World, ue: str) -> World:
    nodes = tuple(part_of(world, *pair, ue) for pair in zip(world.nodes, first.nodes, strict=True))
    queues = (
        replace(link, queue=tuple(e for e in link.queue if ue_of_message(world, *link.key, e.message) == ue))
        for link in world.links
    )
    timers = tuple(timer for timer in world.timers if ue_of_timer(world, timer) == ue)
    return World(nodes, tuple(each for each in queues if each.queue), timers, index=world.index)


def about(world: World, action: Action) -> str | None:
    """The UE that an action is about; None: all, as a restart is."""
    match action:
        case Command(node=node, command=command):
            return owner(world, command) or node
        case Expire(node=node, timer=name, subject=subject):
            timer = next(each for each in world.timers if each.key == (node, name.value, subject))
            return ue_of_timer(world, timer)
        case Deliver() | Drop() | Duplicate() | Fail():
            queue = next(link.queue for link in world.links if link.key == (action.source, action.destination))
            return ue_of_message(world, action.source, action.destination, queue[action.position].message)
        case _:
            return None


def in_projection(world: World, action: Action) -> Action:
    """The same action where only the messages of its UE are on a link."""
    if not isinstance(action, OnLink):
        return action
    ue = about(world, action)
    queue = next(link.queue for link in world.links if link.key == (action.source, action.destination))
    before = queue[: action.position]
    place = sum(ue_of_message(world, action.source, action.destination, each.message) == ue for each in before)
    return replace(action, position=place)


# Random runs


def possible(world: World, commands: tuple[Action, ...], dice: random.Random) -> Action:
    """Something that may happen: mostly a delivery, more than a search would try."""
    kinds = {"command": commands}
    if world.links:
        link = dice.choice(world.links)
        place = dice.randrange(len(link.queue))
        is_nas = isinstance(link.queue[place].message, OnConnection)
        faults = tuple(each(*link.key, place) for each in FAULTS if is_nas or each is not Fail)
        kinds |= {"deliver": (Deliver(*link.key),), "fault": (Deliver(*link.key, place), *faults)}
    if world.timers:
        kinds["expire"] = tuple(Expire(each.node, each.name, each.subject) for each in world.timers)
    weights = {"command": 4, "deliver": 20, "fault": 2, "expire": 1}
    (kind,) = dice.choices(tuple(kinds), [weights[each] for each in kinds])
    return dice.choice(kinds[kind])


def run(question: Question, seed: int) -> Iterator[tuple[World, Action, World]]:
    setup = setup_of(question)
    commands = tuple(action for _, action in commands_of(setup, whole(question)))
    dice = random.Random(seed)  # noqa: S311 -- The same runs each time.
    world = first_world(setup)
    for _ in range(STEPS):
        action = possible(world, commands, dice)
        try:
            after = step(world, action)
        except CommandRefused:
            continue
        yield world, action, after
        world = after


def check(question: Question, seed: int) -> None:
    first = first_world(setup_of(question))
    for world, action, after in run(question, seed):
        whose = about(world, action)
        for ue in ("ue-1", "ue-2"):
            alone = projected(world, first, ue)
            expected = step(alone, in_projection(world, action)) if whose in {None, ue} else alone
            assert projected(after, first, ue) == expected, action
            if whose == ue and isinstance(action, Command):
                assert (why_one_at_a_time(alone, action) is None) == (why_one_at_a_time(world, action) is None)


def is_touched(question: Question) -> bool:
    """Whether some step about one UE is something for another."""
    try:
        for seed in range(20):
            check(question, seed)
    except AssertionError:
        return True
    return False


def ask(solution: Solution, **more: Any) -> Question:
    return Question(PropertyID.P4, solution, **{"bounds": BOUNDS} | more)


COMBINATIONS = ((), *((each,) for each in REPAIRS), REPAIRS)


@pytest.mark.parametrize("moment", ActiveWhen, ids=lambda moment: moment.value)
@pytest.mark.parametrize("repairs", COMBINATIONS, ids=lambda repairs: "-".join(repairs) or "none")
@pytest.mark.parametrize("solution", Solution, ids=lambda solution: str(int(solution)))
def test_a_step_about_one_ue_is_none_for_another(
    solution: Solution, repairs: tuple[str, ...], moment: ActiveWhen
) -> None:
    for seed in range(2):
        check(ask(solution, repairs=repairs, active_when=moment), seed)


def test_runs_have_every_kind_of_step() -> None:
    taken = {type(action) for seed in range(8) for _, action, _ in run(ask(Solution.PUSH), seed)}

    assert taken == {Command, Deliver, Drop, Duplicate, Fail, Expire, Restart}


@pytest.mark.parametrize("solution", Solution, ids=lambda solution: str(int(solution)))
def test_ues_are_not_apart_where_an_m_tmsi_is_used_again(solution: Solution) -> None:
    """So all UEs act there."""
    assert is_touched(ask(solution, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE))


def test_a_scef_that_confuses_ues_is_found() -> None:
    def first_record(state: SCEFState, _guti: object) -> Record | None:
        return next(iter(state.records), None)

    with patch.object(records, "record_of_guti", first_record):
        assert is_touched(ask(Solution.PUSH))


def test_no_two_ues_are_given_the_same_m_tmsi() -> None:
    """In far more allocations than any bounds let happen."""
    ues = [f"ue-{number}" for number in range(1, LIMITS["ues"][1] + 1)]
    mmes = [f"mme-{number}" for number in range(1, LIMITS["mmes"][1] + 1)]
    for mme in mmes:
        rolled = [roll(SEED, mme, imsi_of(ue), "M-TMSI", drawn, length=4) for ue, drawn in product(ues, range(100))]
        assert len(set(rolled)) == len(rolled)
