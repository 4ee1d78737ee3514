"""What a node puts out: messages on links, timers, notes."""

from dataclasses import replace

from nodes.protocol.entities.machine import Note, NoteKind, Output, Send, StartTimer, Step, StopTimer
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import nas
from nodes.protocol.remarks import Remark
from nodes.protocol.world.events import Event, EventKind
from nodes.protocol.world.outputs import apply, without_timer
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import Envelope, Timer, World, link_of
from tests.support.protocol import ATTACH, IMSI_1, TO_UE, after, context, lab, mme, ue

WORLD = after(lab(), ATTACH)


def carried_out(world: World, *outputs: Output) -> World:
    """The world after the MME put this out."""
    return apply(world, Step(mme(world), outputs), ()).world


def test_state_is_taken_and_outputs_are_carried_out_in_order() -> None:
    state = replace(mme(WORLD), seed="another")
    told = (Event(EventKind.EXPIRED, "mme-1", text="T3460"),)
    outputs = (
        Note(Remark.ACTIVE),
        Send("ue-1", nas.IdentityRequest()),
        StartTimer(TimerName.T3470, "ue-1"),
        Note(Remark.NO_KEY, values=("time-out", 504)),
    )
    done = apply(WORLD, Step(state, outputs), told)
    number = WORLD.messages + 1
    assert done.events == (
        *told,
        Event(EventKind.NOTED, "mme-1", remark=Remark.ACTIVE),
        Event(EventKind.SENT, "mme-1", "ue-1", number, 1, "IdentityRequest"),
        Event(EventKind.NOTED, "mme-1", remark=Remark.NO_KEY, values=("time-out", 504)),
    )
    assert mme(done.world) == state
    (envelope,) = link_of(done.world, *TO_UE).queue
    assert (envelope.number, envelope.copy, envelope.ordinal) == (number, 1, WORLD.ordinals + 1)
    assert envelope == Envelope(nas.IdentityRequest(), 0, 0, 0)
    assert (done.world.messages, done.world.ordinals) == (number, WORLD.ordinals + 1)


def test_timers_start_with_their_rule_or_the_seconds_given_and_start_anew() -> None:
    world = carried_out(WORLD, StartTimer(TimerName.T3470, "ue-1"), StartTimer(TimerName.GUTI_PERIOD, IMSI_1, 90))
    assert world.timers == (
        Timer("mme-1", TimerName.GUTI_PERIOD, IMSI_1, 90),
        Timer("mme-1", TimerName.T3470, "ue-1", 6),
    )
    again = carried_out(world, StartTimer(TimerName.GUTI_PERIOD, IMSI_1, 30))
    assert [timer.remaining for timer in again.timers] == [30, 6]


def test_timer_is_stopped_and_one_that_does_not_run_is_no_error() -> None:
    stop = StopTimer(TimerName.T3470, "ue-1")
    assert carried_out(WORLD, stop) == WORLD
    assert carried_out(WORLD, StartTimer(TimerName.T3470, "ue-1"), stop) == WORLD
    assert without_timer(WORLD, ("mme-1", "T3470", "ue-1")) is WORLD


def test_note_names_its_av_by_rand_or_by_ks() -> None:
    vector = context(WORLD).vectors[1]
    notes = (
        Note(Remark.ACTIVE, NoteKind.ACTIVE, rand=vector.rand),
        Note(Remark.KS_HELD, NoteKind.KEY_DELIVERED, ks=ue(WORLD).ks),
        Note(Remark.REGISTERED),
    )
    events = apply(WORLD, Step(mme(WORLD), notes), ()).events
    assert [(event.note, event.vector) for event in events] == [
        (NoteKind.ACTIVE, VectorName(IMSI_1, 2)),
        (NoteKind.KEY_DELIVERED, VectorName(IMSI_1, 1)),
        (NoteKind.PLAIN, None),
    ]
