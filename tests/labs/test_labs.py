"""nodes.labs.labs: what a full server does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from nodes import models
from nodes.labs import forks, labs
from tests.support.labs import ATTACH, attached_lab, new_lab, setup_of, take

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def rested(lab: models.Lab, time: timedelta, *, revision: int = labs.MADE_AND_LEFT) -> str:
    """Make a lab one that was last used so long ago, after so many changes; its key."""
    models.Lab.objects.filter(pk=lab.pk).update(used=timezone.now() - time, revision=revision)
    return lab.key


def keys() -> set[str]:
    return set(models.Lab.objects.values_list("key", flat=True))


def test_full_server_ends_the_lab_that_was_made_and_left_longest(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 4
    in_use = rested(new_lab().lab, labs.RESTS_AFTER - MINUTE, revision=500)
    resting = rested(new_lab().lab, 20 * labs.RESTS_AFTER, revision=500)
    left = rested(new_lab().lab, labs.LEFT_AFTER + MINUTE)
    left_longer = rested(new_lab().lab, labs.LEFT_AFTER + 2 * MINUTE)

    new = labs.create_lab(setup_of()).lab.key
    assert keys() == {in_use, resting, left, new}
    newer = labs.create_lab(setup_of()).lab.key
    assert keys() == {in_use, resting, new, newer}
    newest = labs.create_lab(setup_of()).lab.key
    assert keys() == {in_use, new, newer, newest}
    assert left_longer not in keys()


def test_no_lab_in_use_is_ended(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 2
    rested(new_lab().lab, labs.LEFT_AFTER - MINUTE)
    rested(new_lab().lab, labs.RESTS_AFTER - MINUTE, revision=labs.MADE_AND_LEFT + 1)
    before = keys()

    with pytest.raises(labs.LimitReached, match="This server has its 2 labs, and all of them are in use"):
        labs.create_lab(setup_of())
    assert keys() == before


def test_server_that_is_not_full_ends_none() -> None:
    rested(new_lab().lab, labs.RESTS_AFTER + MINUTE)
    labs.create_lab(setup_of())

    assert len(keys()) == 2


def test_few_labs_are_ended_at_once(settings: Settings) -> None:
    """Others wait for the lock meanwhile."""
    for _ in range(labs.MOST_ENDED + 3):
        rested(new_lab().lab, labs.RESTS_AFTER + MINUTE)
    settings.SYNCSCOPE_MOST_LABS = 1

    assert [labs.end_surplus_labs() for _ in range(3)] == [labs.MOST_ENDED, 2, 0]


@pytest.mark.parametrize("days", [2, 400], ids=["resting", "idle"])
def test_lab_is_not_ended_to_make_room_for_its_own_fork(days: int, settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 1
    old = attached_lab().lab
    rested(old, timedelta(days=days))

    with pytest.raises(labs.LimitReached):
        forks.fork(old.key, 3)
    settings.SYNCSCOPE_MOST_LABS = 2
    assert forks.fork(old.key, 3).lab.step == 3
    assert old.key in keys()


def test_replay_of_an_old_lab_may_take_its_place(settings: Settings) -> None:
    """Its steps have been taken by then."""
    settings.SYNCSCOPE_MOST_LABS = 1
    old = attached_lab().lab
    rested(old, timedelta(days=400))

    assert forks.replay_old(old.key).lab.step == old.step


def test_use_of_a_lab_keeps_it(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 2
    used, other = new_lab().lab, new_lab().lab
    for lab in (used, other):
        rested(lab, labs.LEFT_AFTER + MINUTE)
    take(used.key, ATTACH)

    new = labs.create_lab(setup_of()).lab
    assert keys() == {used.key, new.key}
