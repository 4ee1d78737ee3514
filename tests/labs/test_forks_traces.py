"""nodes.labs.forks: traces of labs, labs of traces, and labs of an older model."""

from typing import Any

import pytest
from pytest_django import Settings

from nodes import models
from nodes.labs import forks, labs, services
from nodes.labs.labs import LimitReached, OldModel, ServiceError, seen_of
from nodes.protocol.messages.commands import Reauthenticate
from nodes.protocol.options import Setup
from nodes.protocol.plain.conversion import to_plain
from nodes.protocol.runs.trace import MODEL_VERSION, Trace, from_text, replay, result_of, to_text
from nodes.protocol.world.actions import Action, Advance, Command, Deliver, Hold
from nodes.protocol.world.genesis import imsi_of
from nodes.scenarios import all_scenarios, trace_of
from tests.support.labs import (
    ATTACH,
    attached_lab,
    everything,
    loaded,
    new_lab,
    protocol_rows,
    replayed,
    setup_of,
    state,
    take,
)

pytestmark = pytest.mark.django_db(transaction=True)

REAUTHENTICATE_THERE = Command("mme-2", Reauthenticate(imsi_of("ue-1")))
REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
UPLINK = ("ue-1", "mme-1")


def by_hand(*actions: Action, setup: Setup | None = None) -> models.Lab:
    """A lab by hand in which an attach has begun, after further actions."""
    return take(new_lab(setup, pace=None).lab.key, ATTACH, *actions)


# Traces


def trace_from(lab: models.Lab, **others: Any) -> Trace:
    """The trace of a lab as a file has it, with other fields."""
    trace = from_text(to_text(forks.export_trace(lab.key)))
    return Trace(
        **{name: getattr(trace, name) for name in ("title", "setup", "actions", "result", "model", "scenario")} | others
    )


def test_exported_trace_replays_to_the_lab() -> None:
    lab = attached_lab().lab
    trace = forks.export_trace(lab.key)

    assert (trace.title, trace.setup, trace.model, len(trace.actions)) == ("Test", setup_of(), MODEL_VERSION, lab.step)
    assert trace.result == result_of(labs.state_of(lab)[0])
    assert replay(trace).matches


@pytest.mark.parametrize("at", [0, 5, 99])
def test_trace_of_the_first_steps(at: int) -> None:
    lab = attached_lab().lab
    trace = forks.export_trace(lab.key, at)

    assert len(trace.actions) == min(at, lab.step)
    assert replay(trace).matches


def test_imported_trace_is_the_lab_again() -> None:
    lab = take(attached_lab(setup_of(ues=2)).lab.key, REAUTHENTICATE, Advance(3))
    imported = forks.import_trace(trace_from(lab))
    copy = labs.get_lab(imported.lab.key)

    assert (imported.refusal, imported.matches, imported.same_model) == (None, True, True)
    assert (copy.title, copy.pace, copy.parent, copy.scenario) == ("Test", None, None, "")
    assert labs.may_drive(copy, imported.drive_key)
    assert protocol_rows(copy) == protocol_rows(lab)
    assert state(copy) == state(lab)
    assert everything(loaded(copy)) == everything(loaded(lab))


def test_import_ends_at_the_first_refusal() -> None:
    lab = by_hand()
    actions = (ATTACH, Deliver(*UPLINK), Deliver("ue-1", "nobody"), Hold(*UPLINK))
    imported = forks.import_trace(trace_from(lab, actions=actions))

    assert imported.refusal is not None
    assert imported.refusal.startswith("action 3: Deliver ue-1 > nobody: ")
    assert (imported.matches, imported.lab.step, everything(loaded(imported.lab))) == (
        False,
        2,
        everything(replayed(imported.lab)),
    )


def test_import_says_what_differs() -> None:
    lab = by_hand()
    other_result, other_model = trace_from(lab, result="00"), trace_from(lab, model=1)

    assert [(i.matches, i.same_model) for i in map(forks.import_trace, (other_result, other_model))] == [
        (False, True),
        (True, False),
    ]


def test_import_keeps_a_scenario_that_is_known() -> None:
    trace = trace_of(all_scenarios()[0].name)
    known = forks.import_trace(trace)
    unknown = forks.import_trace(trace_from(known.lab, scenario="no-such-scenario"), title="Mine")

    assert (known.matches, known.lab.scenario, known.lab.title) == (True, trace.scenario, trace.title)
    assert (unknown.lab.scenario, unknown.lab.title) == ("", "Mine")


def test_import_is_no_larger_than_the_server_allows(settings: Settings) -> None:
    trace = trace_from(by_hand(setup=setup_of(ues=3)))
    settings.SYNCSCOPE_MOST_UES = 2
    with pytest.raises(LimitReached, match="at most 2 UEs here; the trace has 3"):
        forks.import_trace(trace)
    settings.SYNCSCOPE_MOST_UES, settings.SYNCSCOPE_MOST_STEPS = 3, 0
    with pytest.raises(LimitReached, match="at most 0 steps"):
        forks.import_trace(trace)

    assert models.Lab.objects.count() == 1


@pytest.mark.parametrize("seed", ["a\0b", "\ud800", "a\nb"])
def test_seed_that_cannot_be_stored_is_refused(seed: str) -> None:
    with pytest.raises(ServiceError, match="The seed has characters that cannot be shown"):
        forks.import_trace(Trace("", Setup(seed), (), ""))


def test_title_is_cut_to_what_can_be_stored() -> None:
    imported = forks.import_trace(Trace("\0\ud800" + "x" * 200, Setup("seed"), (), ""))

    assert imported.lab.title == "x" * 80


def test_trace_has_no_more_actions_than_a_file_may(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = attached_lab().lab
    monkeypatch.setattr("nodes.labs.forks.MOST_ACTIONS", 5)

    with pytest.raises(LimitReached, match="at most 5 actions"):
        forks.export_trace(lab.key)
    assert len(forks.export_trace(lab.key, 5).actions) == 5


# Older models


def old(lab: models.Lab, **columns: Any) -> models.Lab:
    """The lab as if a server with version 1 of the model had made it."""
    models.Lab.objects.filter(pk=lab.pk).update(model=1, observation={}, **columns)
    return labs.get_lab(lab.key)


def test_lab_of_an_older_model_is_not_opened() -> None:
    lab = old(by_hand())
    for ask in (
        lambda: services.take(lab.key, Deliver(*UPLINK), seen_of(lab)),
        lambda: services.reset(lab.key, seen_of(lab)),
        lambda: forks.fork(lab.key, 1),
        lambda: forks.export_trace(lab.key),
        lambda: labs.state_of(lab)[0],
    ):
        with pytest.raises(OldModel, match="made with version 1 of the protocol model; this server has version"):
            ask()


def test_steps_of_an_older_model_become_a_new_lab() -> None:
    """An option that its set-up does not name has its default."""
    lab = attached_lab().lab
    plain: Any = to_plain(setup_of())
    for name in ("context_carries_rand", "named_key", "ordered_push", "withdraw_guti"):
        del plain["options"][name]
    lab = old(lab, setup=plain)
    again = forks.replay_old(lab.key)

    assert (again.refusal, again.matches, again.same_model, again.lab.title) == (None, False, False, "Test")
    assert (again.lab.step, again.lab.model) == (lab.step, MODEL_VERSION)
    assert everything(loaded(again.lab)) == everything(replayed(again.lab))


def test_steps_of_an_older_model_are_taken_as_far_as_this_one_allows() -> None:
    unknown, refused = by_hand(Deliver(*UPLINK)), by_hand(Deliver(*UPLINK))
    models.Step.objects.filter(lab=unknown, number=2).update(action={"type": "Teleport"})
    models.Step.objects.filter(lab=refused, number=2).update(action=to_plain(ATTACH, Action))
    one, other = (forks.replay_old(old(lab).key) for lab in (unknown, refused))

    assert (one.lab.step, other.lab.step) == (1, 1)
    assert str(one.refusal).startswith("action 2 cannot be read any more: ")
    assert str(other.refusal).startswith("action 2: ue-1: Attach mme-1: ")


def test_set_up_that_cannot_be_read_is_said() -> None:
    lab = old(by_hand(), setup={"seed": "x", "moons": 3})

    with pytest.raises(ServiceError, match="The set-up of this lab cannot be read any more"):
        forks.replay_old(lab.key)
