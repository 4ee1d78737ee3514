"""The UE: its commands, what it refuses, its timers, and what it drops."""

from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step, handle
from nodes.protocol.entities.mme.connections import send_protected
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.procedures import lower_layer_failure
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.entities.ue.table import HANDLERS
from nodes.protocol.errors import CommandRefused, UnexpectedMessage
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.application import Direction, ProtectedMessage
from nodes.protocol.options import Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.outputs import apply
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    IMSI_1,
    MOVE,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SEND_COMMAND,
    SEND_READING,
    TO_MME,
    TO_UE,
    UPDATE,
    Told,
    after,
    command,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    lose_all,
    settle,
    swap,
    take,
    timers,
    told,
    ue,
    uncancelled,
    until,
)

TO_AS = ("ue-1", "as-1")
FROM_AS = ("as-1", "ue-1")
T3410 = expire("ue-1", TimerName.T3410, "ue-1")
T3417 = expire("ue-1", TimerName.T3417, "ue-1")
T3421 = expire("ue-1", TimerName.T3421, "ue-1")
T3411 = expire("ue-1", TimerName.T3411, "ue-1")
T3430 = expire("ue-1", TimerName.T3430, "ue-1")


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


NEW = until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest)
"""On the UE's first connection secure exchange is not established yet, and no challenge was answered."""


def with_key() -> World:
    return after(registered(), OPEN_SESSION)


# Commands


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (DETACH, "The UE is in EMM-DEREGISTERED"),
        (UPDATE, "The UE has no GUTI: it must attach first"),
        (ACCESS, "The UE has never attached, so it has no MME"),
        (OPEN_SESSION, "The UE has no GUTI: it must attach first"),
        (SEND_READING, "The UE has no session with as-1; open one first"),
    ],
    ids=["detach", "tracking area update", "access", "open session", "send reading"],
)
def test_ue_that_never_attached_refuses(refused: actions.Command, why: str) -> None:
    with pytest.raises(CommandRefused, match=why):
        take(lab(), refused)


def test_registered_ue_does_not_attach_again() -> None:
    with pytest.raises(CommandRefused, match="The UE is in EMM-REGISTERED"):
        take(registered(), ATTACH)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (ACCESS, "The UE is in EMM-DEREGISTERED"),
        (UPDATE, "The UE is in EMM-DEREGISTERED"),
        (OPEN_SESSION, "The UE is not registered, so it has no connection to an AS"),
        (SEND_READING, "The UE is not registered, so it has no connection to an AS"),
    ],
    ids=["access", "tracking area update", "open session", "send reading"],
)
def test_detached_ue_refuses(refused: actions.Command, why: str) -> None:
    with pytest.raises(CommandRefused, match=why):
        take(after(with_key(), DETACH), refused)


def test_rejected_ue_has_no_ks_for_its_open_session() -> None:
    world = take(with_key(), REAUTHENTICATE)
    reject = send_protected(context(world), nas.AuthenticationReject())[1].message
    world = settle(swap(world, *TO_UE, reject)).world
    with pytest.raises(CommandRefused, match="no EPS security context, and so no Ks"):
        take(world, SEND_READING)
    told = ladder(world, SEND_COMMAND)
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: no Ks to open it with"]


def test_power_cycle_closes_sessions_and_stops_timers() -> None:
    world = take(after(with_key(), RELEASE), ACCESS)
    assert timers(world) == [("ue-1", "T3417")]
    told = ladder(world, POWER_CYCLE)
    assert timers(told.world) == []
    assert [session.is_open for session in ue(told.world).sessions] == [False]
    with pytest.raises(CommandRefused, match="no session with as-1"):
        take(told.world, SEND_READING)
    assert ladder(told.world, SEND_COMMAND).of_kind(NoteKind.DROPPED) == [
        "ue-1: unknown session, refused before it is opened"
    ]


def test_sessions_are_numbered_over_all_ass_and_sorted_by_as() -> None:
    world = after(lab(Solution.PULL, servers=2), ATTACH)
    for server in ("as-2", "as-1", "as-2"):
        world = after(world, command("ue-1", commands.OpenApplicationSession(server)))
    assert [(session.application_server, session.number) for session in ue(world).sessions] == [
        ("as-1", 2),
        ("as-2", 3),
    ]


def test_counters_go_on_in_a_new_session_under_the_same_key() -> None:
    """The counter is part of the nonce: it never restarts under one K_APP."""
    world = after(with_key(), SEND_READING, OPEN_SESSION)
    world = take(world, SEND_READING)
    message = in_flight(world, *TO_AS)[0]
    assert isinstance(message, ProtectedMessage)
    assert (message.session, message.counter) == (2, 1)


# Timers


@pytest.mark.clause("TS 24.301", "5.5.1.2.6")
def test_attach_is_tried_five_times() -> None:
    """Item c: T3410, and T3411 between the tries; then GUTI and eKSI are deleted, and T3402 runs."""
    world, tries = lose_all(take(after(registered(), DETACH), ATTACH)), 1
    while timers(world) == [("ue-1", "T3410")]:
        world = take(world, T3410)
        if timers(world) == [("ue-1", "T3411")]:
            world, tries = lose_all(take(world, T3411)), tries + 1
    assert tries == 5
    assert (ue(world).phase, ue(world).guti, ue(world).current) == (UEPhase.ATTEMPTING_TO_ATTACH, None, None)
    assert timers(world) == [("ue-1", "T3402")]
    again = ladder(world, expire("ue-1", TimerName.T3402, "ue-1"))
    assert again.sent[0] == "ue-1 > mme-1 AttachRequest"
    assert (ue(again.world).phase, ue(again.world).attempts) == (UEPhase.REGISTERED, 0)


def test_t3410_forgets_the_partial_context() -> None:
    world = until(take(lab(), ATTACH), *TO_MME, nas.AuthenticationResponse)
    assert ue(world).partial is not None
    world = take(world, T3410)
    assert (ue(world).partial, ue(world).answered) == (None, None)


@pytest.mark.clause("TS 24.301", "5.5.2.2.4")
def test_detach_is_tried_five_times_and_then_done_locally() -> None:
    told = expire_and_lose(lose_all(take(registered(), DETACH)), T3421, 4)
    assert told.sent == ["ue-1 > mme-1 DetachRequest"] * 4
    end = ladder(told.world, T3421)
    assert end.of_kind(NoteKind.ABANDONED) == ["ue-1: detached without an answer"]
    assert ue(end.world).phase is UEPhase.DEREGISTERED
    assert context(end.world).registered
    assert ue(after(end.world, ATTACH)).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.6.1.6")
def test_service_request_is_abandoned_on_the_first_expiry_of_t3417() -> None:
    told = ladder(lose_all(take(after(registered(), RELEASE), ACCESS)), T3417)
    assert told.sent == []
    assert told.of_kind(NoteKind.ABANDONED) == ["ue-1: service request abandoned"]
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert ladder(told.world, ACCESS).sent == ["ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceAccept"]


def test_service_accept_that_nobody_waits_for_is_refused() -> None:
    world = until(take(after(registered(), RELEASE), ACCESS), *TO_UE, nas.ServiceAccept)
    assert told(world, T3417).of_event(EventKind.LOST) == ["connection-released"]
    accept = send_protected(context(registered()), nas.ServiceAccept())[1].message
    with pytest.raises(UnexpectedMessage, match="ServiceAccept in EMM-REGISTERED: ue_started_no_such_procedure"):
        handle(HANDLERS, ue(registered()), accept, "mme-1")


@pytest.mark.clause("TS 24.301", "5.5.3.2.6")
def test_tracking_area_update_is_tried_five_times() -> None:
    """Item c: T3430, and T3411 between the tries. The UE stays registered, with its keys, and T3402 runs."""
    before = after(lab(Solution.PULL, mmes=2), ATTACH)
    world, tries = lose_all(take(before, MOVE)), 1
    while timers(world) == [("ue-1", "T3430")]:
        world = take(world, T3430)
        if timers(world) == [("ue-1", "T3411")]:
            world, tries = lose_all(take(world, T3411)), tries + 1
    assert tries == 5
    state = ue(world)
    assert (state.phase, state.mme) == (UEPhase.ATTEMPTING_TO_UPDATE, "mme-2")
    assert (state.guti, state.ks) == (ue(before).guti, ue(before).ks)
    assert timers(world) == [("ue-1", "T3402")]
    again = after(world, expire("ue-1", TimerName.T3402, "ue-1"))
    assert (ue(again).phase, ue(again).attempts) == (UEPhase.REGISTERED, 0)


# What is refused and dropped


@pytest.mark.parametrize("wanted", [UPDATE, DETACH, ACCESS], ids=["update", "detach", "access"])
def test_ue_says_whether_it_is_not_registered_or_has_a_procedure_under_way(wanted: actions.Command) -> None:
    state = ue(after(registered(), DETACH))
    updating = ue(take(registered(), UPDATE))
    for each, hindrance in ((state, Hindrance.NOT_REGISTERED), (updating, Hindrance.IN_NAS_PROCEDURE)):
        with pytest.raises(CommandRefused) as refused:
            HANDLERS.commands[type(wanted.command)](each, wanted.command)
        assert refused.value.why.hindrance is hindrance


def test_ue_that_cannot_attach_says_whether_it_is_registered_or_on_its_way() -> None:
    attach = commands.Attach("mme-1")
    attaching, detaching = ue(take(lab(), ATTACH)), ue(take(registered(), DETACH))
    on_its_way, there = Hindrance.IN_NAS_PROCEDURE, Hindrance.REGISTERED
    for state, hindrance in ((attaching, on_its_way), (detaching, on_its_way), (ue(registered()), there)):
        with pytest.raises(CommandRefused) as refused:
            HANDLERS.commands[commands.Attach](state, attach)
        assert refused.value.why.hindrance is hindrance


@pytest.mark.clause("TS 24.301", "5.5.2.2.4")
def test_detaching_ue_answers_challenges() -> None:
    """Item e, of a detach that is no switch-off."""
    told = ladder(take(registered(), REAUTHENTICATE, DETACH), actions.Deliver(*TO_UE))
    assert told.sent[0] == "ue-1 > mme-1 AuthenticationResponse"
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: no NAS signalling connection with this UE"]
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.2.2.4")
def test_detaching_ue_ignores_a_reallocation() -> None:
    world = take(registered(reallocate_every_minutes=1), DETACH)
    world = take(world, expire("mme-1", TimerName.GUTI_PERIOD, IMSI_1))
    told = ladder(world, actions.Deliver(*TO_UE))
    assert told.of_event(EventKind.REFUSED) == ["ignored while the UE detaches (TS 24.301 §5.5.2.2.4 e)"]
    assert ue(told.world).phase is UEPhase.DEREGISTERED


@pytest.mark.clause("TS 24.301", "4.4.4.2")
@pytest.mark.parametrize(
    "message",
    [
        nas.AttachAccept(GUTI(context(registered()).guti.gummei, 1)),
        nas.SecurityModeCommand(0, b""),
        nas.GUTIReallocationCommand(context(registered()).guti),
        nas.ServiceAccept(),
        nas.TrackingAreaUpdateAccept(),
    ],
    ids=lambda message: type(message).__name__,
)
def test_plain_message_that_must_be_protected_is_dropped(message: nas.PlainNAS) -> None:
    """Before secure exchange is established and after; once it is, nothing goes plain."""
    for before, and_then in ((take(registered(), REALLOCATE), ", though secure exchange is established"), (NEW, "")):
        told = settle(swap(before, *TO_UE, message))
        assert told.of_kind(NoteKind.DROPPED)[0] == f"ue-1: not integrity protected{and_then}"
        assert ue(told.world) == ue(before)


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_plain_authentication_reject_is_discarded_where_no_challenge_was_answered() -> None:
    """Item l: none of T3416, T3418 and T3420 runs."""
    reject = nas.AuthenticationReject()
    dropped = settle(swap(NEW, *TO_UE, reject))
    why = "ue-1: not integrity protected, and none of T3416, T3418 and T3420 runs"
    assert dropped.of_kind(NoteKind.DROPPED) == [why]
    assert ue(dropped.world) == ue(NEW)
    for spoilt in (False, True):
        world = take(NEW, actions.Alter(*TO_UE)) if spoilt else NEW
        answered = take(world, actions.Deliver(*TO_UE))
        step = handle(HANDLERS, ue(answered), reject, "mme-1")
        assert (step.state.phase, step.state.is_barred) == (UEPhase.DEREGISTERED, True)


@pytest.mark.clause("TS 24.301", "4.4.3.2")
def test_repeated_and_late_protected_messages_are_dropped() -> None:
    """NAS COUNT: a copy comes again, and an older COMMAND after a newer one."""
    world = take(registered(), REALLOCATE, actions.Duplicate(*TO_UE))
    told = settle(world)
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: NAS COUNT 2 came before"]
    late = take(registered(), REALLOCATE, expire("mme-1", TimerName.T3450, IMSI_1))
    told = ladder(late, actions.Deliver(*TO_UE, position=1))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: NAS COUNT 2 came before"]
    assert context(told.world).gutis == (ue(told.world).guti,)


@pytest.mark.clause("TS 24.301", "5.4.2.3")
def test_repeated_challenge_is_answered_from_memory_and_gives_no_new_ks() -> None:
    world = take(registered(), REAUTHENTICATE, expire("mme-1", TimerName.T3460, IMSI_1))
    told = settle(world)
    assert told.notes.count("ue-1: RAND seen before: RES from memory") == 1
    again = context(told.world).current
    assert again is not None
    assert ue(told.world).ks == again.ks


@pytest.mark.clause("TS 24.301", "5.4.3.3")
def test_ue_switches_at_security_mode_command_and_not_before() -> None:
    before = registered()
    world = until(take(before, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    assert ue(world).ks == ue(before).ks
    told = ladder(world, actions.Hold(*TO_MME))
    assert told.of_kind(NoteKind.USES) == ["ue-1: uses"]
    assert ue(told.world).ks != ue(before).ks


def test_late_command_of_an_abandoned_procedure_is_dropped() -> None:
    """Altered, it is neither accepted nor answered: there is no partial context any more."""
    world = until(take(registered(), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    world = take(world, actions.Duplicate(*TO_UE))
    told = ladder(take(world, actions.Deliver(*TO_UE)), actions.Alter(*TO_UE))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: integrity check failed (128-EIA2)"]


def test_detached_ue_forgets_a_challenge_it_answered() -> None:
    """RAND and RES are deleted on the way to EMM-DEREGISTERED (§5.4.2.3)."""
    world = lose_all(until(take(registered(), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse))
    world = expire_and_lose(world, expire("mme-1", TimerName.T3460, IMSI_1), 5).world
    assert ue(world).partial is not None
    world = after(world, DETACH)
    assert (ue(world).partial, ue(world).answered) == (None, None)


@pytest.mark.clause("TS 24.301", "5.5.1.2.6")
def test_attach_reject_with_another_cause_than_8_leaves_guti_and_context() -> None:
    """Item d: the UE tries again after T3411."""
    before = after(registered(), POWER_CYCLE)
    world = swap(
        until(take(before, ATTACH, actions.Alter(*TO_MME)), *TO_UE, nas.AuthenticationRequest),
        *TO_UE,
        nas.AttachReject(nas.EMMCause.NETWORK_FAILURE),
    )
    world = take(world, actions.Deliver(*TO_UE))
    assert (ue(world).guti, ue(world).ks) == (ue(before).guti, ue(before).ks)
    assert ue(world).phase is UEPhase.ATTEMPTING_TO_ATTACH


def test_command_of_the_current_context_is_answered_while_a_challenge_is_open() -> None:
    """The eKSI tells a repeated SECURITY MODE COMMAND from the one that is to come."""
    world = until(take(registered(), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    current, partial = context(world).current, ue(world).partial
    assert current is not None
    assert partial is not None
    repeated = nas.SecurityModeCommand(current.ksi, context(world).ue_network_capability)
    _, protected = protect(current, NASDirection.DOWNLINK, repeated)
    told = ladder(swap(world, *TO_UE, protected), actions.Deliver(*TO_UE))
    assert told.notes[0] == "ue-1: repeated SECURITY MODE COMMAND"
    assert ue(told.world).partial is not None


def test_nas_message_of_another_mme_than_its_own_is_dropped() -> None:
    """The MME that the UE has left does not know yet, and challenges it."""
    world = after(lab(Solution.PULL, mmes=2), ATTACH, POWER_CYCLE)
    world = uncancelled(world, command("ue-1", commands.Attach("mme-2")))
    told = ladder(take(world, REAUTHENTICATE), actions.Deliver(*TO_UE))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: the UE has no connection to mme-1"]
    assert ue(told.world) == ue(world)


# TRACKING AREA UPDATE ACCEPT


def updating(world: World) -> World:
    """ACCEPT of the UE's own MME is on its way."""
    return until(take(world, UPDATE), *TO_UE, nas.TrackingAreaUpdateAccept)


def test_accept_without_a_guti_needs_no_complete() -> None:
    told = settle(updating(registered()))
    assert (told.sent, told.notes) == ([], ["ue-1: tracking area updated"])
    assert (ue(told.world).phase, ue(told.world).attempts) == (UEPhase.REGISTERED, 0)


def test_second_accept_without_a_guti_changes_nothing() -> None:
    current = context(registered()).current
    assert current is not None
    _, accept = protect(current, NASDirection.DOWNLINK, nas.TrackingAreaUpdateAccept())
    step = handle(HANDLERS, ue(registered()), accept, "mme-1")
    assert step.outputs == (Note(Remark.UPDATE_ACCEPT_REPEATED),)


@pytest.mark.clause("TS 24.301", "5.5.3.2.6")
def test_accept_on_its_way_is_lost_with_the_connection() -> None:
    """Item c: T3430 has the UE release it locally; the update succeeds on the next one."""
    lost = told(updating(registered()), T3430)
    assert lost.of_event(EventKind.LOST) == ["connection-released"]
    assert in_flight(lost.world, *TO_UE) == []
    assert (ue(lost.world).phase, timers(lost.world)) == (UEPhase.ATTEMPTING_TO_UPDATE, [("ue-1", "T3411")])
    again = ladder(lost.world, T3411)
    assert again.notes == ["ue-1: tracking area updated"]
    assert (ue(again.world).phase, timers(again.world)) == (UEPhase.REGISTERED, [])


def test_challenge_is_answered_while_the_ue_waits_for_accept() -> None:
    world = take(registered(), REAUTHENTICATE)
    challenge = in_flight(world, *TO_UE)[0]
    world = swap(updating(registered()), *TO_UE, challenge)
    assert ladder(world, actions.Deliver(*TO_UE)).sent[0] == "ue-1 > mme-1 AuthenticationResponse"


# Lower layer failure


def failed(world: World) -> Told:
    """The UE's connection to its MME broke; only the UE is told."""
    step = lower_layer_failure(ue(world), "mme-1")
    done = apply(world, Step(step.state, step.outputs), ())
    return Told(done.world, done.events)


@pytest.mark.clause("TS 24.301", "5.5.1.2.6")
@pytest.mark.parametrize(
    ("world", "words", "phase"),
    [
        (take(lab(Solution.PULL), ATTACH), "", UEPhase.ATTEMPTING_TO_ATTACH),
        (take(after(registered(), RELEASE), ACCESS), "service request abandoned", UEPhase.REGISTERED),
        (take(registered(), UPDATE), "", UEPhase.ATTEMPTING_TO_UPDATE),
        (take(registered(), DETACH), "detached without an answer", UEPhase.DEREGISTERED),
    ],
    ids=["attach", "service request", "tracking area update", "detach"],
)
def test_procedure_is_abandoned_at_once(world: World, words: str, phase: UEPhase) -> None:
    told = failed(world)
    assert told.of_kind(NoteKind.ABANDONED) == ["ue-1: connection lost", *([f"ue-1: {words}"] if words else [])]
    assert ue(told.world).phase is phase
    assert not ue(told.world).connection.is_open
    assert timers(told.world) == ([] if words else [("ue-1", "T3411")])


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_answered_challenge_is_forgotten() -> None:
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)
    told = failed(world)
    assert told.of_kind(NoteKind.ABANDONED) == ["ue-1: connection lost"]
    assert (ue(told.world).partial, ue(told.world).answered) == (None, None)
    assert ue(told.world).phase is UEPhase.REGISTERED


@pytest.mark.parametrize("world", [lab(), after(registered(), RELEASE)], ids=["never attached", "idle"])
def test_nothing_runs_and_nothing_is_abandoned(world: World) -> None:
    assert lower_layer_failure(ue(world), "mme-1") == Step(ue(world))


def test_failure_of_a_connection_that_the_ue_has_left_is_nothing_to_it() -> None:
    world = take(after(lab(mmes=2), ATTACH), MOVE)
    assert lower_layer_failure(ue(world), "mme-1") == Step(ue(world))


# Application messages


def test_message_of_another_session_or_direction_is_refused_before_it_is_opened() -> None:
    world = take(with_key(), SEND_COMMAND)
    genuine = in_flight(world, *FROM_AS)[0]
    assert isinstance(genuine, ProtectedMessage)
    other = ProtectedMessage(genuine.session + 1, genuine.direction, genuine.counter, genuine.sealed)
    assert settle(swap(world, *FROM_AS, other)).notes == ["ue-1: unknown session, refused before it is opened"]
    own = ProtectedMessage(genuine.session, Direction.UPLINK, genuine.counter, genuine.sealed)
    assert settle(swap(world, *FROM_AS, own)).notes == ["ue-1: the UE's own direction, refused before it is opened"]


def test_message_under_the_older_key_does_not_open() -> None:
    """The harm at the other end: the AS sends under the Ks of before the re-authentication."""
    told = ladder(after(with_key(), REAUTHENTICATE), SEND_COMMAND)
    assert told.of_kind(NoteKind.NOT_OPENED) == ["ue-1: does not open"]
    assert ue(told.world).sessions[0].leg.failed == 1
