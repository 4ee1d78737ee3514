"""nodes.labs.services: one transaction each, refusals that change nothing, and who is told."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from nodes import models
from nodes.labs import labs, services
from nodes.labs.labs import LabNotFound, LimitReached, ServiceError, StaleStep, seen_of
from nodes.labs.signals import lab_changed
from nodes.protocol.errors import CommandRefused, NoSuchAction
from nodes.protocol.messages.commands import Access, Attach
from nodes.protocol.options import Options, Setup, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Advance, Command, Deliver, Drop, Hold, Release
from tests.support.labs import ATTACH, attached_lab, loaded, new_lab, rows_of, setup_of, take

pytestmark = pytest.mark.django_db(transaction=True)

UPLINK = ("ue-1", "mme-1")


def by_hand() -> str:
    """A lab delivered by hand with one message in flight."""
    key = new_lab(pace=None).lab.key
    take(key, ATTACH)
    return key


def seen(key: str) -> str:
    return seen_of(labs.get_lab(key))


@pytest.fixture
def told() -> Iterator[list[tuple[str, int]]]:
    """What watchers were told: lab key and revision."""
    heard: list[tuple[str, int]] = []

    def hear(lab_key: str, revision: int, **_signal: object) -> None:
        heard.append((lab_key, revision))

    lab_changed.connect(hear)
    yield heard
    lab_changed.disconnect(hear)


def test_new_lab_is_found_by_its_key_and_driven_by_its_drive_key() -> None:
    setup = Setup("seed", Options(solution=Solution.PULL), ues=3)
    new = labs.create_lab(setup, title="A lab")
    lab = labs.get_lab(new.lab.key)

    assert (lab.title, lab.solution, lab.seed, lab.step, lab.pace) == ("A lab", 11, "seed", 0, 0)
    assert (lab.shown_ues, lab.shown_mme, lab.shown_as) == (["ue-1"], "mme-1", "as-1")
    assert labs.setup_of(lab) == setup
    assert labs.may_drive(lab, new.drive_key)
    assert not labs.may_drive(lab, "")
    assert not labs.may_drive(lab, lab.drive_hash)
    assert new.drive_key not in str(rows_of(lab))


def test_labs_have_keys_of_their_own() -> None:
    one, other = new_lab(), new_lab()

    assert len({one.lab.key, other.lab.key, one.drive_key, other.drive_key}) == 4
    assert not labs.may_drive(one.lab, other.drive_key)


def test_as_many_labs_as_the_server_allows(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 2
    new_lab(), new_lab()

    with pytest.raises(LimitReached, match="This server has its 2 labs"):
        new_lab()
    assert models.Lab.objects.count() == 2


def test_idle_lab_makes_room(settings: Settings) -> None:
    settings.SYNCSCOPE_MOST_LABS = 2
    settings.SYNCSCOPE_IDLE_DAYS = 30
    idle, used = new_lab().lab, new_lab().lab
    long_ago = timezone.now() - timedelta(days=31)
    models.Lab.objects.filter(pk=idle.pk).update(used=long_ago)

    new = labs.create_lab(setup_of())

    assert set(models.Lab.objects.values_list("key", flat=True)) == {used.key, new.lab.key}
    assert set(models.Node.objects.values_list("lab", flat=True)) == {used.pk, new.lab.pk}


@pytest.mark.parametrize(
    "ask",
    [
        labs.get_lab,
        lambda key: services.take(key, ATTACH, "0.0"),
        lambda key: services.take_next(key, "0.0"),
        lambda key: services.run(key, "0.0"),
        lambda key: services.reset(key, "0.0"),
        lambda key: services.set_pace(key, None),
        lambda key: services.show(key, mme="mme-1"),
    ],
    ids=["get_lab", "take", "take_next", "run", "reset", "set_pace", "show"],
)
def test_unknown_lab_is_not_found(ask: Callable[[str], object]) -> None:
    with pytest.raises(LabNotFound):
        ask("nowhere")


def test_command_runs_to_its_end_where_the_pace_is_at_once() -> None:
    lab = take(new_lab().lab.key, ATTACH)

    assert lab.step == 14
    assert loaded(lab).links == ()


def test_message_done_by_hand_is_not_followed_by_a_run() -> None:
    key = by_hand()
    services.show(key, mme="mme-1")
    models.Lab.objects.filter(key=key).update(pace=0)

    lab = take(key, Hold(*UPLINK))
    assert lab.step == 2
    lab = take(key, actions.Duplicate(*UPLINK), Drop(*UPLINK))
    assert (lab.step, len(loaded(lab).links)) == (4, 1)
    lab = take(key, Deliver(*UPLINK))
    assert lab.step == 5


def test_what_is_released_goes_on_at_once() -> None:
    key = by_hand()
    models.Lab.objects.filter(key=key).update(pace=0)
    take(key, Hold(*UPLINK))

    lab = take(key, Release(*UPLINK))

    assert lab.step > 3
    assert loaded(lab).links == ()


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (ATTACH, CommandRefused),
        (Command("ue-2", Access()), NoSuchAction),
        (Command("ue-1", Attach("mme-9")), NoSuchAction),
        (Deliver("mme-1", "ue-1"), NoSuchAction),
        (Release(*UPLINK), CommandRefused),
        (Advance(0), CommandRefused),
        (Advance(10**12), CommandRefused),
    ],
    ids=["runs already", "no such UE", "no such MME", "nothing there", "not held", "no time", "too much time"],
)
def test_refused_action_changes_no_row_and_tells_nobody(
    action: actions.Action, error: type[Exception], told: list[tuple[str, int]]
) -> None:
    key = by_hand()
    lab = labs.get_lab(key)
    before, heard = rows_of(lab), list(told)

    with pytest.raises(error):
        services.take(key, action, seen(key))

    assert rows_of(lab) == before
    assert told == heard


@pytest.mark.parametrize("past", ["0.0", "0.2", "1.1", "", "nonsense", "0.²"])
def test_stale_page_changes_no_row(past: str) -> None:
    key = by_hand()
    lab = labs.get_lab(key)
    before = rows_of(lab)

    with pytest.raises(StaleStep, match="Nothing was changed"):
        services.take(key, Deliver(*UPLINK), past)

    assert rows_of(lab) == before


def test_stale_page_is_told_where_the_lab_is() -> None:
    key = by_hand()

    with pytest.raises(StaleStep, match="This page showed step 0; the lab is at step 1 now"):
        services.run(key, "0.0")
    services.reset(key, seen(key))
    with pytest.raises(StaleStep, match="The lab was reset since this page was shown"):
        services.take_next(key, "0.1")


def test_watchers_are_told_of_each_revision_once(told: list[tuple[str, int]]) -> None:
    key = by_hand()
    del told[:]
    services.take_next(key, seen(key))
    services.set_pace(key, 1000)
    services.show(key, application_server="as-1")
    services.reset(key, seen(key))

    last = labs.get_lab(key).revision
    assert told == [(key, revision) for revision in range(last - 3, last + 1)]


def test_nothing_in_flight_cannot_be_delivered() -> None:
    lab = attached_lab().lab

    for ask in (services.take_next, services.run):
        with pytest.raises(ServiceError, match="Nothing is in flight"):
            ask(lab.key, seen_of(lab))
