"""nodes.labs.services: several actions in one transaction, and labs of every option loaded again."""

from dataclasses import replace

import pytest

from nodes import models
from nodes.labs import services
from nodes.labs.labs import StaleStep, seen_of
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.messages.commands import Detach, Reauthenticate, UpdateTrackingArea
from nodes.protocol.options import Options, Setup
from nodes.protocol.world.actions import Action, Advance, Arm, Command, Deliver, Hold, LinkFault, Restart
from nodes.protocol.world.genesis import imsi_of
from tests.support.labs import (
    ATTACH,
    attached_lab,
    everything,
    forget_worlds,
    loaded,
    new_lab,
    replayed,
    rows_of,
    setup_of,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)

REAUTHENTICATE_THERE = Command("mme-2", Reauthenticate(imsi_of("ue-1")))
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
UPLINK = ("ue-1", "mme-1")


def by_hand(*actions: Action, setup: Setup | None = None) -> models.Lab:
    """A lab by hand in which an attach has begun, after further actions."""
    return take(new_lab(setup, pace=None).lab.key, ATTACH, *actions)


def test_all_actions_are_taken_or_none() -> None:
    """A lab at once does not run in between, nor after."""
    new = new_lab(setup_of(mmes=2)).lab
    lab = services.take_all(new.key, [ATTACH, Advance(2), Arm(*UPLINK, LinkFault.LOSE), Deliver(*UPLINK)], "0.0")
    assert (lab.step, lab.lab_seconds, lab.armed, lab.revision) == (4, 2, [], new.revision + 1)

    before = rows_of(lab)
    with pytest.raises(NoSuchAction):
        services.take_all(lab.key, [Restart("hss"), Deliver(*UPLINK)], seen_of(lab))
    with pytest.raises(StaleStep):
        services.take_all(lab.key, [Restart("hss")], "0.3")
    assert rows_of(lab) == before


def test_armed_links_are_loaded_again() -> None:
    lab = by_hand(Arm(*UPLINK, LinkFault.REPEAT), Arm("hss", "mme-1", LinkFault.REORDER), Hold("scef", "as-1"))
    forget_worlds()

    assert everything(loaded(lab)) == everything(replayed(lab))
    assert lab.armed == [["hss", "mme-1", "reorder-next"], ["ue-1", "mme-1", "repeat-next"]]
    lab = services.reset(lab.key, seen_of(lab))
    assert (lab.armed, loaded(lab).armed) == ([], ())


def test_change_of_mme_is_loaded_again() -> None:
    lab = attached_lab(setup_of(mmes=2)).lab
    lab = take(lab.key, Command("ue-1", UpdateTrackingArea("mme-2")), REAUTHENTICATE_THERE)
    forget_worlds()

    assert everything(loaded(lab)) == everything(replayed(lab))
    assert list(models.UEContext.objects.values_list("node", flat=True)) == ["mme-2"]


@pytest.mark.parametrize("repair", ["ordered_push", "named_key", "withdraw_guti", "context_carries_rand"])
def test_repairs_are_loaded_again(repair: str) -> None:
    options = replace(Options(), **{repair: True})  # type: ignore[arg-type]
    lab = attached_lab(Setup("test", options, mmes=2)).lab
    lab = take(lab.key, REAUTHENTICATE, Command("ue-1", UpdateTrackingArea("mme-2")), Command("ue-1", Detach()))
    forget_worlds()

    assert everything(loaded(lab)) == everything(replayed(lab))
