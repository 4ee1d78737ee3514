"""Attach, identification, detach and accesses at the MME, with what may fail on the way."""

from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Send, Step, StopTimer, handle
from nodes.protocol.entities.mme import attach, detach
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.state import VectorStatus
from nodes.protocol.entities.mme.table import HANDLERS
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UE_NETWORK_CAPABILITY, UEPhase
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands, nas, s6a
from nodes.protocol.messages.s1 import inside
from nodes.protocol.options import HSS, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    IMSI_1,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    TO_MME,
    TO_UE,
    after,
    context,
    expire,
    expire_and_lose,
    in_flight,
    initial,
    lab,
    ladder,
    lose_all,
    mme,
    record,
    settle,
    swap,
    take,
    timers,
    ue,
    uncancelled,
    until,
)

T3410 = expire("ue-1", TimerName.T3410, "ue-1")
T3411 = expire("ue-1", TimerName.T3411, "ue-1")
T3450 = expire("mme-1", TimerName.T3450, IMSI_1)
T3470 = expire("mme-1", TimerName.T3470, "ue-1")
IDENTITY_REQUEST = "mme-1 > ue-1 IdentityRequest"


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


def detached(solution: Solution = Solution.PULL) -> World:
    """The UE has a GUTI that the MME no longer knows."""
    return after(registered(solution), DETACH)


# Identification


@pytest.mark.clause("TS 24.301", "5.4.4.6")
def test_identification_is_abandoned_on_the_fifth_expiry_of_t3470() -> None:
    world = lose_all(until(take(detached(), ATTACH), *TO_UE, nas.IdentityRequest))
    told = expire_and_lose(world, T3470, 5)
    assert told.sent == [IDENTITY_REQUEST] * 4
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: identification abandoned"]
    assert mme(told.world).unidentified == ()
    assert timers(told.world) == [("ue-1", "T3410")]


def test_identification_begins_anew_with_a_repeated_attach_request() -> None:
    world = take(until(take(detached(), ATTACH), *TO_UE, nas.IdentityRequest), T3470)
    told = settle(take(lose_all(world), T3410, T3411))
    assert told.sent[0] == IDENTITY_REQUEST
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert timers(told.world) == []


def test_attach_by_imsi_ends_an_identification() -> None:
    """The UE lost its GUTI while the MME waits for IDENTITY RESPONSE."""
    world = until(take(detached(), ATTACH), *TO_UE, nas.IdentityRequest)
    world = take(lose_all(world), T3410, T3411)
    told = settle(swap(world, *TO_MME, initial(world, nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY))))
    assert IDENTITY_REQUEST not in told.sent
    assert mme(told.world).unidentified == ()
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert timers(told.world) == []


def test_messages_of_a_ue_that_is_being_identified_wait() -> None:
    world = until(take(detached(), ATTACH), *TO_UE, nas.IdentityRequest)
    world = take(world, actions.Deliver(*TO_UE))
    told = settle(swap(world, *TO_MME, nas.AuthenticationFailure(nas.EMMCause.MAC_FAILURE)))
    assert told.of_event(EventKind.REFUSED) == ["the MME waits for IDENTITY RESPONSE"]


def test_foreign_guti_does_not_become_valid() -> None:
    """The MME knows the IMSI, but the GUTI of the request is another one: nobody may be found by it."""
    before = registered()
    guti = ue(before).guti
    assert guti is not None
    foreign = GUTI(guti.gummei, guti.m_tmsi ^ 1)
    world = take(before, POWER_CYCLE, ATTACH)
    world = swap(world, *TO_MME, initial(world, nas.AttachRequest(foreign, 0, UE_NETWORK_CAPABILITY)))
    world = until(world, *TO_UE, nas.SecurityModeCommand)
    assert context(world).old_guti == guti
    assert ue(settle(world).world).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.4.4.6")
def test_identification_ends_with_the_connection_that_it_runs_on() -> None:
    """Item a: the UE is heard on a new one."""
    world = take(until(take(detached(), ATTACH), *TO_UE, nas.IdentityRequest), POWER_CYCLE)
    guti = ue(world).guti
    assert guti is not None
    request = initial(world, nas.TrackingAreaUpdateRequest(guti, 0), connection=9)
    told = settle(swap(take(lose_all(world), ATTACH), *TO_MME, request))
    assert told.notes[0] == "mme-1: identification abandoned"
    assert mme(told.world).unidentified == ()
    assert [name for node, name in timers(told.world) if node == "mme-1"] == []
    assert connection_of(mme(told.world), "ue-1").number == 9


@pytest.mark.clause("TS 24.301", "5.4.4.6")
def test_same_attach_request_leaves_an_identification_with_its_timer() -> None:
    """Item d: T3470 of an identification that follows a failed challenge goes on."""
    world = until(take(lab(), ATTACH), *TO_UE, nas.AuthenticationRequest)
    request = in_flight(take(lab(), ATTACH), *TO_MME)[0]
    world = until(take(world, actions.Alter(*TO_UE)), *TO_UE, nas.IdentityRequest)
    world = lose_all(world)
    step = handle(HANDLERS, mme(world), initial(world, inside(request), connection=2), "ue-1")  # type: ignore[arg-type]
    assert [output for output in step.outputs if isinstance(output, StopTimer)] == []
    assert ("mme-1", "T3470") in timers(world)


# Attach


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_same_attach_request_again_goes_on_with_what_runs() -> None:
    """Item e: the second one, on a new connection, is ignored while no ATTACH ACCEPT was sent."""
    world = until(take(lab(), ATTACH), HSS, "mme-1", s6a.AuthenticationInformationAnswer)
    told = settle(take(world, T3410, T3411))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: the same request again: the attach goes on"]
    assert len(context(told.world).vectors) == 3
    assert ue(told.world).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_same_attach_request_after_accept_gets_accept_again() -> None:
    """Item d: on a new connection, by a UE that has got nothing since."""
    world = take(lab(Solution.PULL), ATTACH)
    request = nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY)
    world = until(world, *TO_UE, nas.AttachAccept)
    step = handle(HANDLERS, mme(world), initial(world, request, connection=2), "ue-1")
    sent = [output.message.message for output in step.outputs if isinstance(output, Send)]
    assert sent == [nas.AttachAccept(context(world).guti)]


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_other_attach_request_aborts_the_attach_that_runs() -> None:
    """Item e: it differs, here in the capability that somebody changed on the way of the first one."""
    world = until(take(lab(Solution.PULL), ATTACH, actions.Alter(*TO_MME)), *TO_MME, nas.AuthenticationResponse)
    told = settle(take(lose_all(world), T3410, T3411))
    assert told.sent[0] == "mme-1 > ue-1 AuthenticationRequest"
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert context(told.world).ue_network_capability == UE_NETWORK_CAPABILITY
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_accept_is_repeated_after_complete_was_lost() -> None:
    """Item c: T3450."""
    world = until(take(lab(), ATTACH), *TO_MME, nas.AttachComplete)
    told = ladder(take(world, actions.Drop(*TO_MME)), T3450)
    assert told.sent == ["mme-1 > ue-1 AttachAccept", "ue-1 > mme-1 AttachComplete"]
    assert told.notes == ["ue-1: repeated ATTACH ACCEPT", "mme-1: registered"]
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_attach_is_abandoned_on_the_fifth_expiry_of_t3450(solution: Solution) -> None:
    """Item c: the MME marks the context detached, the SCEF keeps its record, the UE learns it at its next access."""
    world = lose_all(until(take(lab(solution), ATTACH), *TO_MME, nas.AttachComplete))
    told = expire_and_lose(world, T3450, 5)
    assert told.sent == ["mme-1 > ue-1 AttachAccept"] * 4
    assert told.of_kind(NoteKind.ABANDONED) == [
        "mme-1: attach abandoned: no ATTACH COMPLETE; context kept, marked detached"
    ]
    assert context(told.world).is_detached
    assert context(told.world).gutis == (ue(told.world).guti,)
    if solution is Solution.PUSH:
        assert record(told.world).gutis == (ue(told.world).guti,)
    access = ladder(told.world, RELEASE, ACCESS)
    assert access.sent[1:4] == [
        "ue-1 > mme-1 ServiceRequest",
        "mme-1 > ue-1 ServiceReject",
        "ue-1 > mme-1 AttachRequest",
    ]
    assert access.notes[2:4] == [
        "mme-1: the context is marked detached, cause #10",
        "ue-1: rejected, cause #10; attaches again",
    ]
    assert ue(access.world).phase is UEPhase.REGISTERED
    assert context(access.world).registered


def test_attach_aborts_a_reauthentication() -> None:
    world = lose_all(take(registered(), REAUTHENTICATE, POWER_CYCLE))
    world = expire_and_lose(world, expire("mme-1", TimerName.T3460, IMSI_1), 1).world
    request = nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY)
    step = attach.on_attach_request(mme(world), request, "ue-1")
    procedure = step.state.contexts[0].procedure
    assert procedure is not None
    assert procedure.attach
    assert step.state.contexts[0].gutis == (ue(world).guti,)
    assert step.state.contexts[0].registered


@pytest.mark.parametrize("solution", Solution, ids=str)
@pytest.mark.parametrize("has_new_guti", [False, True], ids=["UE has the old one", "UE has the new one"])
def test_attach_request_settles_two_valid_gutis(*, solution: Solution, has_new_guti: bool) -> None:
    """After a failed reallocation "the next NAS message that carries the UE's GUTI" tells which one it has."""
    world = take(registered(solution), REALLOCATE)
    if has_new_guti:
        world = take(world, actions.Deliver(*TO_UE))
    world = settle(expire_and_lose(lose_all(world), T3450, 4).world).world
    world = settle(take(world, T3450)).world
    assert context(world).is_unsettled
    told = ladder(world, POWER_CYCLE, ATTACH)
    assert "mme-1: two valid GUTIs settled" in told.notes
    if solution is Solution.PUSH:
        pushed = [line for line in told.sent if line == "mme-1 > scef ActiveVectorPushRequest"]
        assert len(pushed) == 2
        assert record(told.world).gutis == (ue(told.world).guti,)
    assert context(told.world).gutis == (ue(told.world).guti,)


def test_attach_by_imsi_settles_nothing_and_makes_one_guti_valid() -> None:
    world = take(registered(Solution.PUSH), REALLOCATE)
    world = settle(expire_and_lose(lose_all(world), T3450, 5).world).world
    request = nas.AttachRequest(IMSI_1, nas.NO_KSI, UE_NETWORK_CAPABILITY)
    world = take(world, POWER_CYCLE, ATTACH)
    told = settle(swap(world, *TO_MME, initial(world, request)))
    assert "mme-1: two valid GUTIs settled" not in told.notes
    assert context(told.world).gutis == (ue(told.world).guti,)


@pytest.mark.parametrize("ordered_push", [False, True])
def test_stale_avs_are_not_used_where_pushes_have_an_order(*, ordered_push: bool) -> None:
    """The UE comes back by attach, and nobody had cancelled its context.

    Only an answer of the HSS tells the first MME the epoch that it is in.
    """
    world = after(lab(Solution.PUSH, mmes=2, ordered_push=ordered_push), ATTACH, POWER_CYCLE)
    world = after(uncancelled(world, actions.Command("ue-1", commands.Attach("mme-2"))), POWER_CYCLE)
    told = ladder(world, ATTACH)
    statuses = [vector.status for vector in context(told.world).vectors]
    unused, asked = VectorStatus.UNUSED, "mme-1 > hss AuthenticationInformationRequest"
    if ordered_push:
        assert asked in told.sent
        deleted = [VectorStatus.DELETED] * 2
        assert statuses == [VectorStatus.USED, *deleted, VectorStatus.ACTIVE, unused, unused]
    else:
        assert asked not in told.sent
        assert statuses == [VectorStatus.USED, VectorStatus.ACTIVE, unused]
    assert record(told.world).gutis == (ue(told.world).guti,)


def test_attach_by_its_own_guti_keeps_the_unused_avs() -> None:
    told = ladder(registered(Solution.PUSH, ordered_push=True), POWER_CYCLE, ATTACH)
    assert "mme-1 > hss AuthenticationInformationRequest" not in told.sent


# Detach


@pytest.mark.clause("TS 24.301", "5.5.2.2.2")
def test_repeated_detach_request_is_accepted_again() -> None:
    """On a new connection the MME, which has forgotten the UE, answers plain."""
    world = take(after(registered(), RELEASE), DETACH)
    current = ue(world).current
    assert current is not None
    request = nas.DetachRequest(context(world).guti, current.ksi)
    gone = detach.on_detach_request(mme(world), request, "ue-1").state
    step = handle(HANDLERS, gone, in_flight(world, *TO_MME)[0], "ue-1")
    assert step.outputs == (Note(Remark.DETACH_ACCEPTED_WITHOUT_CONTEXT), Send("ue-1", nas.DetachAccept()))


@pytest.mark.clause("TS 24.301", "5.5.2.2.2")
def test_copy_of_a_detach_request_finds_no_connection() -> None:
    told = ladder(take(registered(), DETACH), actions.Duplicate(*TO_MME))
    assert told.sent == ["mme-1 > ue-1 DetachAccept", "mme-1 > ue-1 ConnectionRelease"]
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: no NAS signalling connection with this UE"]
    assert ue(told.world).phase is UEPhase.DEREGISTERED


def test_detach_accept_goes_plain_while_there_is_no_current_context() -> None:
    """The UE has switched and detaches before the MME has SECURITY MODE COMPLETE."""
    world = until(take(lab(), ATTACH), *TO_MME, nas.SecurityModeComplete)
    current = ue(world).current
    assert current is not None
    _, request = protect(current, NASDirection.UPLINK, nas.DetachRequest(context(world).guti, current.ksi))
    world = take(swap(world, *TO_MME, request), actions.Deliver(*TO_MME))
    assert in_flight(world, *TO_UE) == [nas.DetachAccept()]
    assert mme(world).contexts == ()


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_detach_stops_every_timer_of_the_ue(solution: Solution) -> None:
    """A detach ends the repetition of pushes for good."""
    world = registered(solution, reallocate_every_minutes=1)
    world = take(until(take(world, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete), actions.Deliver(*TO_MME))
    world = ladder(lose_all(world), DETACH).world
    assert timers(world) == []


# Accesses


def test_service_request_with_a_guti_that_is_not_valid_is_rejected() -> None:
    before = after(registered(), RELEASE)
    current, guti = ue(before).current, ue(before).guti
    assert current is not None
    assert guti is not None
    stale = nas.ServiceRequest(GUTI(guti.gummei, guti.m_tmsi ^ 1), current.ksi)
    _, protected = protect(current, NASDirection.UPLINK, stale)
    world = take(before, ACCESS)
    told = settle(swap(world, *TO_MME, initial(world, protected)))
    assert told.sent[:2] == ["mme-1 > ue-1 ServiceReject", "ue-1 > mme-1 AttachRequest"]
    assert told.notes[0] == "mme-1: GUTI is not valid for this UE, cause #9"
    assert ue(told.world).phase is UEPhase.REGISTERED


def test_repeated_service_request_counts_once() -> None:
    """The connection that the copy begins is there already."""
    told = ladder(take(after(registered(), RELEASE), ACCESS), actions.Duplicate(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: a copy: the connection that it began is known"]
    assert context(told.world).accesses == 1


@pytest.mark.clause("TS 24.301", "5.4.1.6")
@pytest.mark.parametrize(
    ("begun", "aborted"),
    [(REAUTHENTICATE, "authentication aborted"), (REALLOCATE, "GUTI reallocation aborted (TS 24.301 §5.4.1.6 d)")],
    ids=["challenge", "reallocation"],
)
def test_detach_that_meets_a_procedure_of_the_mme_aborts_it(begun: actions.Action, aborted: str) -> None:
    """Item d; §5.4.3.7 c for security mode control."""
    told = settle(take(registered(), begun, DETACH))
    assert f"mme-1: {aborted}" in told.of_kind(NoteKind.ABANDONED)
    assert mme(told.world).contexts == ()
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.3.7")
def test_detach_that_meets_security_mode_command_ends_with_the_connection() -> None:
    """Item c: the UE accepts the COMMAND, and with it a context that the MME has given up: it discards the answer."""
    told = settle(take(until(take(registered(), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse), DETACH))
    assert mme(told.world).contexts == ()
    assert told.sent[-2:] == ["ue-1 > mme-1 SecurityModeComplete", "mme-1 > ue-1 ConnectionRelease"]
    assert told.of_kind(NoteKind.ABANDONED)[-1] == "ue-1: detached without an answer"
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []


# What is not called by the table


@pytest.mark.parametrize("world", [lab(), registered()], ids=["no context", "no procedure"])
def test_t3450_that_nothing_waits_for_changes_nothing(world: World) -> None:
    assert attach.on_t3450_expiry(mme(world), IMSI_1) == Step(mme(world), (Note(Remark.NO_PROCEDURE_WAITS),))


def test_t3470_that_nothing_waits_for_changes_nothing() -> None:
    assert attach.on_t3470_expiry(mme(lab()), "ue-1") == Step(mme(lab()), (Note(Remark.NO_IDENTIFICATION_RUNS),))


def test_contexts_are_sorted_by_imsi() -> None:
    world = lab(ues=3)
    for number in (3, 1, 2):
        world = after(world, actions.Command(f"ue-{number}", ATTACH.command))
    assert [each.imsi for each in mme(world).contexts] == [imsi_of(f"ue-{number}") for number in (1, 2, 3)]
