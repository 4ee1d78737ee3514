"""nodes.labs.cache: the last world of a lab, kept by the process that wrote it."""

import pytest
from cachetools import LRUCache
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from nodes import models
from nodes.labs import cache, labs
from nodes.protocol.errors import CommandRefused
from nodes.protocol.messages.commands import Detach
from nodes.protocol.world.actions import Command
from nodes.protocol.world.genesis import first_world
from nodes.protocol.world.world import World
from tests.support.labs import ATTACH, cached_world, everything, forget_worlds, loaded, new_lab, setup_of, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    forget_worlds()


def test_world_is_kept_from_the_beginning() -> None:
    assert cached_world(new_lab().lab) == first_world(setup_of())


def test_world_is_kept_after_each_transaction() -> None:
    lab = take(new_lab().lab.key, ATTACH)
    world = cached_world(lab)

    assert world is not None
    assert everything(world) == everything(loaded(lab))


def test_world_of_another_step_is_not_used() -> None:
    """Another process has taken a step: the row says so."""
    lab = take(new_lab().lab.key, ATTACH)
    models.Lab.objects.filter(pk=lab.pk).update(step=lab.step + 1)

    assert cached_world(labs.get_lab(lab.key)) is None


def test_world_of_before_a_reset_is_not_used() -> None:
    lab = new_lab().lab
    models.Lab.objects.filter(pk=lab.pk).update(resets=1)

    assert cached_world(labs.get_lab(lab.key)) is None


def test_world_of_a_transaction_that_fails_is_not_kept() -> None:
    lab = take(new_lab().lab.key, ATTACH)
    before = cached_world(lab)

    with transaction.atomic():
        take(lab.key, Command("ue-1", Detach()))
        transaction.set_rollback(True)

    assert cached_world(labs.get_lab(lab.key)) is before


def test_world_of_a_refused_action_is_not_kept() -> None:
    new = new_lab(pace=None)
    lab = take(new.lab.key, ATTACH)
    before = cached_world(lab)

    with pytest.raises(CommandRefused):
        take(lab.key, ATTACH)

    assert cached_world(labs.get_lab(lab.key)) is before


def test_world_that_was_loaded_is_kept(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lab = take(new_lab().lab.key, ATTACH)
    forget_worlds()
    with transaction.atomic():
        labs.state_of(lab)[0]

    with django_assert_num_queries(0):
        assert cached_world(lab) == labs.state_of(lab)[0]


def test_worlds_used_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_worlds", LRUCache(2))
    first, second = new_lab().lab, new_lab().lab
    cached_world(first)
    third = new_lab().lab

    def kept(lab: models.Lab) -> World | None:
        return cached_world(lab)

    assert [kept(lab) is not None for lab in (first, second, third)] == [True, False, True]
