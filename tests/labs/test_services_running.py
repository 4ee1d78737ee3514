"""nodes.labs.services: how a lab runs, what of it is shown, and how it begins again."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from nodes import models
from nodes.labs import labs, services
from nodes.labs.labs import LimitReached, ServiceError, TooEarly, seen_of
from nodes.protocol.world.actions import Advance, Hold
from nodes.protocol.world.genesis import first_world
from tests.support.labs import ATTACH, OPEN_SESSION, attached_lab, everything, loaded, new_lab, rows_of, setup_of, take

pytestmark = pytest.mark.django_db(transaction=True)


def by_hand() -> str:
    """A lab delivered by hand with one message in flight."""
    key = new_lab(pace=None).lab.key
    take(key, ATTACH)
    return key


def seen(key: str) -> str:
    return seen_of(labs.get_lab(key))


def test_run_delivers_until_nothing_can_be_delivered() -> None:
    """Links that are held keep their messages."""
    key = by_hand()
    take(key, Hold("hss", "mme-1"))
    lab = services.run(key, seen(key))

    assert [link.key for link in loaded(lab).links] == [("hss", "mme-1")]


def test_lab_has_no_more_steps_than_the_server_allows(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_STEPS = 5
    key = new_lab().lab.key

    assert take(key, ATTACH).step == 5
    with pytest.raises(LimitReached, match="at most 5 steps"):
        services.take_next(key, seen(key))
    assert services.reset(key, seen(key)).step == 0


def test_pace_is_one_of_four() -> None:
    with pytest.raises(ServiceError, match="The pace is by hand, at once"):
        services.set_pace(new_lab().lab.key, 7)


def test_at_once_moves_what_is_in_flight() -> None:
    lab = services.set_pace(by_hand(), 0)

    assert (lab.pace, lab.step, loaded(lab).links) == (0, 14, ())


def test_paced_lab_takes_no_step_before_it_is_due() -> None:
    key = by_hand()
    with pytest.raises(TooEarly):
        services.take_next(key, seen(key), paced=True)
    services.set_pace(key, 1000)
    with pytest.raises(TooEarly):
        services.take_next(key, seen(key), paced=True)

    models.Lab.objects.filter(key=key).update(next_due=timezone.now())
    lab = services.take_next(key, seen(key), paced=True)

    assert lab.step == 2
    with pytest.raises(TooEarly):
        services.take_next(key, seen(key), paced=True)


def test_what_is_shown_is_of_this_lab() -> None:
    key = new_lab(setup_of(ues=3, mmes=2, servers=2)).lab.key
    services.show(key, ues=("ue-3", "ue-1"), mme="mme-2", application_server="as-2")
    lab = labs.get_lab(key)

    assert (lab.shown_ues, lab.shown_mme, lab.shown_as) == (["ue-3", "ue-1"], "mme-2", "as-2")


WRONG: list[dict[str, Any]] = [
    {"ues": ("ue-4",)},
    {"ues": ()},
    {"ues": ("",)},
    {"mme": ""},
    {"ues": ("ue-1", "ue-1")},
    {"ues": ("ue-1", "ue-2", "ue-3")},
    {"mme": "mme-3"},
    {"application_server": "ue-1"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_not_of_this_lab_is_not_shown(wrong: dict[str, Any]) -> None:
    lab = new_lab(setup_of(ues=3, mmes=2, servers=2)).lab
    before = rows_of(lab)

    with pytest.raises(ServiceError):
        services.show(lab.key, **wrong)

    assert rows_of(lab) == before


def test_reset_lab_does_again_what_it_did() -> None:
    """The same seed and actions: the same world, in steps of the same numbers."""
    lab = attached_lab().lab
    world = loaded(lab)
    lab = services.reset(lab.key, seen_of(lab))
    assert (lab.step, lab.resets, lab.lab_seconds, models.Step.objects.count()) == (0, 1, 0, 0)
    assert everything(loaded(lab)) == everything(first_world(setup_of()))

    assert everything(loaded(take(lab.key, ATTACH, OPEN_SESSION))) == everything(world)


def test_lab_time_is_counted() -> None:
    lab = take(new_lab().lab.key, Advance(90), Advance(3600))

    assert lab.lab_seconds == 3690
