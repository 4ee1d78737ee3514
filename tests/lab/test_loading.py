"""core.lab.loading: a lab as it is, and as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core.lab import fragments, logs, since
from core.lab import loading as moments
from core.lab.loading import live_moment, past_moment, steps_between
from core.lab.moment import ForkRow, Moment, Origin
from core.live.snapshot import LabNotFound
from nodes import models
from nodes.labs import forks, labs, services
from nodes.labs.replay import world_at
from nodes.protocol.messages.commands import (
    AskForKey,
    OpenApplicationSession,
    ReallocateGUTI,
    Reauthenticate,
    SendReading,
)
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.observation import Judgement, statuses
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.world.actions import Action, Advance, Command, Deliver, Drop
from nodes.protocol.world.engine import step
from nodes.protocol.world.genesis import first_world, imsi_of
from tests.support.labs import ATTACH, attached_lab, everything, forget_worlds, new_lab, setup_of, take

pytestmark = pytest.mark.django_db(transaction=True)

REAUTHENTICATE = Command("mme-1", Reauthenticate(imsi_of("ue-1")))
REALLOCATE = Command("mme-1", ReallocateGUTI(imsi_of("ue-1")))
ASK = Command("as-1", AskForKey("ue-1"))
OPEN_SESSION = Command("ue-1", OpenApplicationSession("as-1"))


def words(moment: Moment) -> list[tuple[Word, int]]:
    return [(pair.verdict.word, pair.since) for pair in moment.verdicts]


def test_live_moment_is_the_lab_at_its_last_step() -> None:
    lab = attached_lab(setup_of(ues=2)).lab
    moment = live_moment(lab.key)

    assert (moment.lab_key, moment.title, moment.setup) == (lab.key, "Test", setup_of(ues=2))
    assert moment.at == moment.last_step == lab.step == moment.steps[-1].number
    assert moment.earlier + len(moment.steps) == lab.step
    assert (moment.seen, moment.revision, moment.pace) == (f"0.{lab.step}", lab.revision, 0)
    assert (moment.shown_ues, moment.shown_mme, moment.shown_as) == (("ue-1",), "mme-1", "as-1")
    assert everything(moment.world) == everything(labs.state_of(lab)[0])


def test_live_moment_after_a_restart_is_the_same(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Rows are loaded once: the second page finds the world that the first one loaded."""
    key = attached_lab().lab.key
    before = live_moment(key)
    forget_worlds()

    after = live_moment(key)
    assert after == before
    assert everything(after.world) == everything(before.world)
    with django_assert_num_queries(2):
        live_moment(key)


def test_only_new_steps_of_a_log_are_read_and_verdicts_where_the_word_changed(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """They make of it what reading all of it does."""
    key = attached_lab().lab.key
    services.set_pace(key, None)
    actions: list[Action] = [REAUTHENTICATE, ASK, *[Advance(1)] * 3]
    for action in actions:
        before = live_moment(key).verdicts[0].verdict.word
        world = labs.state_of(take(key, action))[0]
        has_new_word = judge(world, "ue-1", "as-1").word is not before
        with django_assert_num_queries(4 if has_new_word else 3):
            now = live_moment(key)
        logs._kept.clear()
        since._kept.clear()
        assert live_moment(key) == now


def test_of_a_lab_that_was_reset_the_log_is_read_anew() -> None:
    key = attached_lab().lab.key
    live_moment(key)
    services.reset(key, labs.seen_of(labs.get_lab(key)))
    take(key, ATTACH)
    assert [step.action for step in live_moment(key).steps][:1] == [ATTACH]


def test_past_moment_is_what_the_live_one_was() -> None:
    """At each step, but for what is the lab's now: its last step, its marks, what a click sends back."""
    key = new_lab(pace=None).lab.key
    take(key, ATTACH)
    was = [live_moment(key)]
    for _ in range(13):
        services.take_next(key, labs.seen_of(labs.get_lab(key)))
        was.append(live_moment(key))

    for then in was:
        now = past_moment(key, then.at)
        assert everything(now.world) == everything(then.world)
        assert (now.at, now.steps, now.earlier, now.verdicts) == (then.at, then.steps, then.earlier, then.verdicts)
        assert now.last_step == was[-1].at


def test_step_0_is_the_first_world() -> None:
    moment = past_moment(attached_lab().lab.key, 0)

    assert everything(moment.world) == everything(first_world(setup_of()))
    assert (moment.at, moment.steps, moment.earlier) == (0, (), 0)
    assert words(moment) == [(Word.NO_KEY_YET, 0)]


@pytest.mark.parametrize("beyond", [0, 1, 99_999_999])
def test_beyond_the_last_step_is_live(beyond: int) -> None:
    lab = attached_lab().lab

    assert past_moment(lab.key, lab.step + beyond) == live_moment(lab.key)


def test_unknown_lab_is_not_found() -> None:
    with pytest.raises(labs.LabNotFound):
        live_moment("nowhere")
    with pytest.raises(labs.LabNotFound):
        past_moment("nowhere", 3)


def test_ladder_has_the_last_events() -> None:
    """As many whole steps as have MOST_EVENTS events together."""
    moment = live_moment(attached_lab().lab.key)
    events = sum(len(step.events) for step in moment.steps)

    assert events <= logs.MOST_EVENTS
    assert moment.earlier > 0
    assert [step.number for step in moment.steps] == list(range(moment.earlier + 1, moment.at + 1))
    before = past_moment(moment.lab_key, moment.earlier).steps[-1]
    assert events + len(before.events) > logs.MOST_EVENTS


def test_step_with_too_many_events_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_EVENTS", 1)

    assert len(live_moment(take(new_lab(pace=None).lab.key, ATTACH).key).steps) == 1


def test_every_step_is_the_log() -> None:
    lab = attached_lab().lab
    world = first_world(setup_of())
    for record in steps_between(lab, 1, lab.step):
        world = step(world, record.action)

    assert everything(world) == everything(live_moment(lab.key).world)


def test_verdict_says_since_when_its_word_stands() -> None:
    lab = attached_lab().lab
    ((word, since),) = words(live_moment(lab.key))

    assert word is Word.IN_SYNC
    assert judge(past_moment(lab.key, since).world, "ue-1", "as-1").word is word
    assert judge(past_moment(lab.key, since - 1).world, "ue-1", "as-1").word is not word


def test_ends_differ_since_the_step_that_the_scrubber_marks() -> None:
    """Neither the push that arrives nor a request on its way begins the count anew."""
    key = attached_lab().lab.key
    take(key, REAUTHENTICATE)
    apart = live_moment(key)
    (mark,) = (mark.step for mark in apart.marks if mark.tag == "≠")

    assert words(apart) == [(Word.OUT_OF_SYNC, mark)]
    assert words(past_moment(key, mark)) == [(Word.IN_TRANSIT, mark)]
    take(key, REALLOCATE)
    asked = take(key, ASK)
    assert words(live_moment(key)) == [(Word.OUT_OF_SYNC, mark)]
    assert {judge(past_moment(key, step).world, "ue-1", "as-1").word for step in range(mark, asked.step)} == {
        Word.IN_TRANSIT,
        Word.OUT_OF_SYNC,
    }
    mended = take(key, OPEN_SESSION)
    assert words(live_moment(key))[0][0] is Word.IN_SYNC
    assert words(past_moment(key, mended.step - 1))[0][0] is Word.NO_KEY_YET


def test_marks_are_the_steps_worth_finding() -> None:
    lab = attached_lab().lab
    before = lab.step
    lab = take(lab.key, REAUTHENTICATE)
    marks = live_moment(lab.key).marks

    assert [(mark.step, mark.procedure) for mark in marks if mark.procedure] == [
        (1, "Attach"),
        (15, "OpenApplicationSession"),
        (before + 1, "Reauthenticate"),
    ]
    assert [mark.tag for mark in marks if mark.tag] == ["≠"]


def test_paced_lab_says_when_its_next_step_is_due() -> None:
    key = take(new_lab(pace=1000).lab.key, ATTACH).key
    soon = live_moment(key).next_in
    models.Lab.objects.filter(key=key).update(next_due=timezone.now() - timedelta(seconds=5))
    late = live_moment(key).next_in
    models.Lab.objects.filter(key=key).update(next_due=None)

    assert soon is not None
    assert 0 < soon <= 1000
    assert (late, live_moment(key).next_in) == (0, 1000)


def test_lab_with_nothing_to_deliver_has_no_next_step() -> None:
    key = take(new_lab(pace=1000).lab.key, ATTACH).key
    assert past_moment(key, 0).next_in is None

    take(key, Drop("ue-1", "mme-1"))

    assert live_moment(key).next_in is None
    assert live_moment(take(new_lab(pace=None).lab.key, ATTACH).key).next_in is None
    assert live_moment(take(new_lab(pace=None).lab.key, ATTACH, Deliver("ue-1", "mme-1")).key).next_in is None


def test_properties_stand_as_they_did_then() -> None:
    """For the UEs that are shown; re-authentication leaves the AS with the key of another AV, which then fails."""
    lab = attached_lab(setup_of(ues=2)).lab
    before = live_moment(lab.key)
    services.show(lab.key, ues=("ue-1", "ue-2"))
    lab = take(lab.key, REAUTHENTICATE, Command("ue-1", SendReading("as-1")))
    now, then = live_moment(lab.key), past_moment(lab.key, before.at)
    lab_state = labs.state_of(lab)

    assert now.statuses == statuses(*lab_state, ("ue-1", "ue-2"))
    assert then.statuses == statuses(*world_at(lab, before.at), ("ue-1", "ue-2"))
    broken = {each.property.id for each in now.statuses if each.judgement is Judgement.VIOLATED}
    assert broken == {PropertyID.P3}
    assert {each.judgement for each in then.statuses} <= {Judgement.HOLDS, Judgement.NOT_TRIED}
    assert (now.witnesses, then.witnesses) == (lab_state[1].monitor.witnesses, before.witnesses)
    assert before.witnesses == (Witness.KEY_DELIVERED,)


def test_forks_and_origin_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of them, each with its last verdict word on the UE that it shows first."""
    lab = attached_lab(setup_of(ues=2)).lab
    assert (live_moment(lab.key).forks, live_moment(lab.key).origin) == ((), None)
    services.show(lab.key, ues=("ue-2", "ue-1"))
    empty = forks.fork(lab.key, 0).lab
    services.show(lab.key, ues=("ue-1", "ue-2"))
    whole = forks.fork(lab.key, lab.step, title="Mine").lab
    rows = (ForkRow(empty.key, "Test, from step 0", 0, ""), ForkRow(whole.key, "Mine", lab.step, "IN SYNC"))

    assert live_moment(lab.key).forks == past_moment(lab.key, 3).forks == rows
    assert live_moment(whole.key).origin == past_moment(whole.key, 3).origin == Origin(lab.key, "Test", lab.step)
    assert live_moment(whole.key).forks == ()
    monkeypatch.setattr(moments, "MOST_FORKS", 1)
    assert live_moment(lab.key).forks == rows[1:]


def test_lab_of_an_older_model_has_no_moment() -> None:
    """Nor has it fragments: whoever watches it is told that it is gone."""
    lab = attached_lab().lab
    models.Lab.objects.update(model=1)

    with pytest.raises(labs.OldModel):
        live_moment(lab.key)
    with pytest.raises(labs.OldModel):
        past_moment(lab.key, 3)
    with pytest.raises(LabNotFound):
        fragments.snapshot(lab.key)
