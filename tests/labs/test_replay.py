"""nodes.labs.replay: worlds of earlier steps, from whatever is nearest."""

from collections.abc import Iterator

import pytest
from cachetools import LRUCache
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from nodes import models
from nodes.labs import checkpoints, labs, replay, services
from nodes.labs.replay import actions_of, world_at
from nodes.protocol.messages.commands import Detach, Reauthenticate
from nodes.protocol.options import Setup
from nodes.protocol.properties.observation import first_observation
from nodes.protocol.runs import trace as traces
from nodes.protocol.runs.trace import Trace, result_of
from nodes.protocol.world.actions import Arm, Command, LinkFault
from nodes.protocol.world.genesis import first_world, imsi_of
from tests.support.labs import ATTACH, OPEN_SESSION, attached_lab, everything, forget_worlds, new_lab, setup_of, take
from tests.support.strategies import picks, setups, walk_from

pytestmark = pytest.mark.django_db(transaction=True)

REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
DISTANCE = 4


@pytest.fixture(autouse=True)
def near_checkpoints(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(checkpoints, "LEAST_DISTANCE", DISTANCE)
    forget_worlds()
    yield
    forget_worlds()


@pytest.fixture
def lab() -> models.Lab:
    """A lab of some steps, in which all that a world has is used."""
    armed = Arm("mme-1", "ue-1", LinkFault.REPEAT)
    return take(attached_lab(setup_of(ues=2)).lab.key, REAUTHENTICATE, armed, Command("ue-1", Detach()))


def truth(lab: models.Lab, step: int) -> tuple[object, ...]:
    """World and observation after a step, replayed from the first."""
    actions = tuple(actions_of(lab, until=step))
    replayed = traces.replay(Trace("", labs.setup_of(lab), actions, ""))
    return *everything(replayed.world), replayed.observation


def found(lab: models.Lab, step: int) -> tuple[object, ...]:
    world, observation = world_at(lab, step)
    assert [world.nodes[world.index[state.name]] for state in world.nodes] == list(world.nodes)
    return *everything(world), observation


def test_each_step_is_what_its_replay_gives(lab: models.Lab) -> None:
    """In either direction, and with nothing kept."""
    steps = range(lab.step + 1)
    expected = [truth(lab, step) for step in steps]

    assert [found(lab, step) for step in steps] == expected
    assert [found(lab, step) for step in reversed(steps)] == expected[::-1]
    for step in steps:
        forget_worlds()
        assert found(lab, step) == expected[step]


def test_step_0_needs_no_log(lab: models.Lab) -> None:
    world, observation = world_at(lab, 0)

    assert everything(world) == everything(first_world(labs.setup_of(lab)))
    assert observation == first_observation()


def test_only_what_comes_after_a_checkpoint_is_replayed(
    lab: models.Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The actions before it may be anything."""
    at = 3 * DISTANCE + 2
    expected = truth(lab, at)
    models.Step.objects.filter(lab=lab, number__lte=3 * DISTANCE).update(action={"type": "Nonsense"})

    with django_assert_num_queries(2):
        assert found(lab, at) == expected


def test_next_step_is_replayed_from_the_last_one(
    lab: models.Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One query for its action; none for what was seen."""
    world_at(lab, 6)

    with django_assert_num_queries(1):
        world_at(lab, 7)
    with django_assert_num_queries(0):
        world_at(lab, 7), world_at(lab, 6), world_at(lab, 5)


def test_log_of_before_a_reset_is_forgotten(lab: models.Lab) -> None:
    before = world_at(lab, 5)
    lab = services.reset(lab.key, labs.seen_of(lab))
    assert models.Checkpoint.objects.count() == 0
    lab = take(lab.key, Command("ue-2", ATTACH.command), Command("ue-2", OPEN_SESSION.command))

    assert found(lab, 5) == truth(lab, 5)
    assert world_at(lab, 5) != before


def test_little_is_kept(lab: models.Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each lab the worlds found last, and of those the labs asked for last."""
    monkeypatch.setattr(replay, "MOST_COURSES", 3)
    monkeypatch.setattr(replay, "_kept", LRUCache(1))
    other = attached_lab().lab

    world_at(lab, 10)
    assert sorted(replay._kept[lab.key, 0]) == [8, 9, 10]
    world_at(lab, 2)
    assert sorted(replay._kept[lab.key, 0]) == [0, 1, 2]
    world_at(other, 1)
    assert set(replay._kept) == {(other.key, 0)}


def test_old_log_is_not_replayed(lab: models.Lab) -> None:
    models.Lab.objects.update(model=1)

    with pytest.raises(labs.OldModel, match="version 1 of the protocol model"):
        world_at(labs.get_lab(lab.key), 3)


@settings(max_examples=15)
@given(setup=setups(), numbers=picks, steps=st.lists(st.integers(0, 40), min_size=3, max_size=6))
def test_whatever_was_done_is_found_again(setup: Setup, numbers: list[int], steps: list[int]) -> None:
    lab = new_lab(setup, pace=None).lab
    actions = [action for _, action, _ in walk_from(first_world(setup), numbers)]
    lab = services.take_all(lab.key, actions, labs.seen_of(lab))

    for step in steps:
        at = min(step, lab.step)
        assert found(lab, at) == truth(lab, at)
    assert result_of(world_at(lab, lab.step)[0]) == result_of(labs.state_of(lab)[0])
