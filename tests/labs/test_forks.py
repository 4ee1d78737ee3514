"""nodes.labs.forks: labs made of steps that were taken elsewhere."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from nodes import models
from nodes.labs import forks, labs, services
from nodes.labs.forks import Go
from nodes.labs.labs import LimitReached, ServiceError, StaleStep, seen_of
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages.commands import Reauthenticate
from nodes.protocol.options import Setup
from nodes.protocol.world.actions import Action, Command, Deliver, Hold, Restart
from nodes.protocol.world.genesis import first_world, imsi_of
from nodes.scenarios import all_scenarios
from tests.support.labs import (
    ATTACH,
    attached_lab,
    everything,
    forget_worlds,
    loaded,
    new_lab,
    protocol_rows,
    replayed,
    rows_of,
    setup_of,
    state,
    take,
)
from tests.support.strategies import picks, setups, walk_from

pytestmark = pytest.mark.django_db(transaction=True)

REAUTHENTICATE_THERE = Command("mme-2", Reauthenticate(imsi_of("ue-1")))
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
UPLINK = ("ue-1", "mme-1")


def by_hand(*actions: Action, setup: Setup | None = None) -> models.Lab:
    """A lab by hand in which an attach has begun, after further actions."""
    return take(new_lab(setup, pace=None).lab.key, ATTACH, *actions)


def fork(lab: models.Lab, at: int, **how: Any) -> models.Lab:
    return labs.get_lab(forks.fork(lab.key, at, **how).lab.key)


# Forks


def test_fork_has_the_first_steps_of_its_parent() -> None:
    parent = attached_lab(setup_of(ues=2, mmes=2, servers=2)).lab
    services.show(parent.key, ues=("ue-2", "ue-1"), mme="mme-2", application_server="as-2")
    new = forks.fork(parent.key, 5)
    lab = labs.get_lab(new.lab.key)

    assert (lab.step, lab.parent, lab.forked_at, lab.title) == (5, parent, 5, "Test, from step 5")
    assert (lab.shown_ues, lab.shown_mme, lab.shown_as) == (["ue-2", "ue-1"], "mme-2", "as-2")
    assert (lab.pace, labs.setup_of(lab)) == (0, labs.setup_of(parent))
    assert labs.may_drive(lab, new.drive_key)
    assert not labs.may_drive(parent, new.drive_key)
    assert everything(loaded(lab)) == everything(replayed(lab))
    steps = [list(each.step_rows.filter(number__lte=5).values_list("number", "action")) for each in (lab, parent)]
    assert steps[0] == steps[1]


@settings(max_examples=15)
@given(setup=setups(), numbers=picks, at=st.integers(0, 40))
def test_fork_has_the_rows_of_steps_taken_one_by_one(setup: Setup, numbers: list[int], at: int) -> None:
    actions = [action for _, action, _ in walk_from(first_world(setup), numbers)]
    parent = new_lab(setup, pace=None).lab
    parent = services.take_all(parent.key, actions, seen_of(parent))
    one_by_one = new_lab(setup, pace=None).lab
    at = min(at, parent.step)
    one_by_one = take(one_by_one.key, *actions[:at])
    forget_worlds()

    lab = fork(parent, at)

    assert protocol_rows(lab) == protocol_rows(one_by_one)
    assert state(lab) == state(one_by_one)
    assert everything(loaded(lab)) == everything(replayed(one_by_one))
    assert labs.state_of(lab) == labs.state_of(one_by_one)


def test_parent_stays_as_it_is_and_tells_of_its_fork() -> None:
    parent = attached_lab().lab
    before = rows_of(parent)
    fork(parent, 3)
    after = rows_of(parent)

    assert after.pop("Lab")[0]["revision"] == before.pop("Lab")[0]["revision"] + 1
    assert after == before


def test_fork_goes_on_with_an_action() -> None:
    """By hand as its parent: one step and no more."""
    lab = fork(by_hand(Deliver(*UPLINK)), 1, action=Hold(*UPLINK))

    assert (lab.step, lab.pace, loaded(lab).held) == (2, None, (UPLINK,))


def test_fork_of_a_lab_at_once_runs_after_what_is_not_done_by_hand() -> None:
    parent = attached_lab().lab
    delivered = fork(parent, 1, action=Deliver(*UPLINK))
    restarted = fork(parent, 3, action=Restart("scef"))

    assert delivered.step == 2
    assert restarted.step > 4
    assert loaded(restarted).links == ()


def test_fork_goes_on_with_what_is_in_flight() -> None:
    parent = attached_lab().lab
    there, one, all_of_it = (fork(parent, 3, go=go) for go in (None, Go.NEXT, Go.RUN))

    assert (there.step, one.step, all_of_it.step) == (3, 4, 14)
    for go in Go:
        with pytest.raises(ServiceError, match="Nothing is in flight"):
            forks.fork(parent.key, 0, go=go)


def test_refused_fork_makes_no_lab() -> None:
    parent = by_hand()
    before = rows_of(parent)
    asked: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"at": 2}, StaleStep),
        ({"at": 1, "seen": "1.1"}, StaleStep),
        ({"at": 1, "action": ATTACH}, CommandRefused),
        ({"at": 0, "action": Deliver(*UPLINK)}, NoSuchAction),
    ]
    for how, error in asked:
        with pytest.raises(error):
            forks.fork(parent.key, **how)
    with pytest.raises(labs.LabNotFound):
        forks.fork("nowhere", 0)

    assert models.Lab.objects.count() == 1
    assert rows_of(parent) == before


def test_fork_needs_room(settings: Settings) -> None:
    parent = by_hand()
    settings.SYNCSCOPE_MOST_LABS = 1

    with pytest.raises(LimitReached):
        forks.fork(parent.key, 1)


def test_page_of_a_later_step_may_fork() -> None:
    parent = by_hand(Deliver(*UPLINK))

    assert fork(parent, 1, seen="0.1").step == 1


def test_fork_outlives_its_parent() -> None:
    parent = by_hand()
    lab = fork(parent, 1)
    parent.delete()

    lab = labs.get_lab(lab.key)
    assert (lab.parent, lab.forked_at, loaded(lab).messages) == (None, 1, 1)


def test_title_of_a_fork_of_a_fork_stays_short() -> None:
    lab = fork(fork(by_hand(), 1), 0)

    assert lab.title == "Test, from step 0"
    assert fork(lab, 0, title="Mine").title == "Mine"


def test_fork_keeps_the_scenario() -> None:
    name = all_scenarios()[0].name
    parent = labs.create_lab(setup_of(), scenario=name).lab

    assert fork(parent, 0).scenario == name
