"""Tracking area update at the MME: at the UE's own one, and what follows ACCEPT after a change of MME."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.mme import tau
from nodes.protocol.entities.security import NASDirection, protect
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s1 import inside
from nodes.protocol.octets import RES
from nodes.protocol.options import SCEF, MTMSIReuse, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.world import World, with_node
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    FROM_NEW_MME,
    IMSI_1,
    IMSI_2,
    MOVE,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    SWITCH_OFF,
    TO_MME,
    TO_NEW_MME,
    TO_UE,
    UPDATE,
    after,
    command,
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
    scef,
    settle,
    swap,
    take,
    timers,
    ue,
    until,
)

T3411 = expire("ue-1", TimerName.T3411, "ue-1")
T3430 = expire("ue-1", TimerName.T3430, "ue-1")
T3450 = expire("mme-1", TimerName.T3450, IMSI_1)
T3450_AT_NEW = expire("mme-2", TimerName.T3450, IMSI_1)
REQUEST = "ue-1 > mme-1 TrackingAreaUpdateRequest"
ACCEPT = "mme-1 > ue-1 TrackingAreaUpdateAccept"
REJECT = "mme-1 > ue-1 TrackingAreaUpdateReject"
UPDATING = UEPhase.TRACKING_AREA_UPDATING_INITIATED.value
ATTACH_REQUEST = "ue-1 > mme-1 AttachRequest"
ACCEPT_OF_NEW = "mme-2 > ue-1 TrackingAreaUpdateAccept"
COMPLETE_TO_NEW = "ue-1 > mme-2 TrackingAreaUpdateComplete"
PUSHED = ["mme-2 > scef ActiveVectorPushRequest", "scef > mme-2 ActiveVectorPushAnswer"]


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, mmes=2, **options), ATTACH)


def settled_by(world: World) -> World:
    """The UE has given up its connection after T3430, and tries again after T3411."""
    return take(world, T3430, T3411)


def stale_request(world: World) -> nas.SecurityProtected:
    """A request of the UE by a GUTI that is not valid."""
    current, guti = ue(world).current, ue(world).guti
    assert current is not None
    assert guti is not None
    stale = nas.TrackingAreaUpdateRequest(GUTI(guti.gummei, guti.m_tmsi ^ 1), current.ksi)
    return protect(current, NASDirection.UPLINK, stale)[1]


def completing(world: World) -> World:
    """The UE has got ACCEPT from its new MME, its COMPLETE is on the way."""
    return until(take(world, MOVE), *TO_NEW_MME, nas.TrackingAreaUpdateComplete)


# At the UE's own MME


@pytest.mark.clause("TS 24.301", "5.5.3.2.4")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_update_at_the_own_mme_changes_nothing(solution: Solution) -> None:
    """Normal tracking area updating accepted by the network: no new GUTI, and so no COMPLETE."""
    before = registered(solution)
    told = ladder(before, UPDATE)
    assert told.sent == [REQUEST, ACCEPT]
    assert told.notes == ["ue-1: tracking area updated"]
    assert (ue(told.world).phase, ue(told.world).guti) == (UEPhase.REGISTERED, ue(before).guti)
    assert context(told.world).gutis == context(before).gutis
    assert timers(told.world) == []
    assert ladder(after(told.world, RELEASE), ACCESS).sent[-1] == "mme-1 > ue-1 ServiceAccept"


@pytest.mark.parametrize("solution", Solution, ids=str)
@pytest.mark.parametrize("has_new_guti", [False, True], ids=["UE has the old one", "UE has the new one"])
def test_update_settles_two_valid_gutis(*, solution: Solution, has_new_guti: bool) -> None:
    """After a failed reallocation "the next NAS message that carries the UE's GUTI" tells which one it has."""
    world = take(registered(solution), REALLOCATE)
    if has_new_guti:
        world = take(world, actions.Deliver(*TO_UE))
    world = settle(expire_and_lose(lose_all(world), T3450, 5).world).world
    world = lose_all(world)
    assert context(world).is_unsettled
    told = ladder(world, UPDATE)
    assert "mme-1: two valid GUTIs settled" in told.notes
    assert context(told.world).gutis == (ue(told.world).guti,)
    if solution is Solution.PUSH:
        assert record(told.world).gutis == (ue(told.world).guti,)


@pytest.mark.clause("TS 24.301", "5.5.3.2.5")
def test_guti_that_is_not_valid_is_rejected() -> None:
    """Cause #9: the UE deletes GUTI and eKSI, is deregistered, and attaches by itself."""
    before = registered()
    guti = ue(before).guti
    told = settle(swap(take(before, UPDATE), *TO_MME, stale_request(before)))
    assert told.sent[:2] == [REJECT, ATTACH_REQUEST]
    assert told.notes[:2] == [
        "mme-1: GUTI is not valid for this UE, cause #9",
        "ue-1: rejected, cause #9; attaches again",
    ]
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert ue(told.world).guti != guti
    assert timers(told.world) == []


def test_ue_without_context_is_rejected() -> None:
    before = after(registered(), RELEASE)
    world = with_node(before, replace(mme(before), contexts=()))
    told = ladder(world, UPDATE)
    assert told.sent[:3] == [REQUEST, REJECT, ATTACH_REQUEST]
    assert told.notes[0] == "mme-1: no context of this UE, cause #9"
    assert ue(told.world).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_ue_whose_request_does_not_verify_is_authenticated() -> None:
    """SECURITY MODE COMPLETE was lost for good: the UE has switched, the MME has not."""
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Fail(*TO_MME))
    told = ladder(world, UPDATE)
    assert told.sent == [
        REQUEST,
        "mme-1 > ue-1 AuthenticationRequest",
        "ue-1 > mme-1 AuthenticationResponse",
        "mme-1 > ue-1 SecurityModeCommand",
        "ue-1 > mme-1 SecurityModeComplete",
        ACCEPT,
    ]
    assert told.notes[0] == "mme-1: the request does not verify: authenticates first"
    current = context(told.world).current
    assert current is not None
    assert ue(told.world).ks == current.ks
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_context_stays_as_it_is_if_the_ue_is_not_authenticated() -> None:
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = until(take(world, actions.Fail(*TO_MME), UPDATE), *TO_MME, nas.AuthenticationResponse)
    before = context(world)
    told = settle(swap(world, *TO_MME, nas.AuthenticationResponse(RES(bytes(8)))))
    assert told.sent == ["mme-1 > ue-1 AuthenticationReject"]
    kept = context(told.world)
    assert kept.registered
    assert (kept.gutis, kept.current, kept.active) == (before.gutis, before.current, before.active)


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_request_with_a_wrong_mac_is_discarded_once_secure_exchange_is_established() -> None:
    told = ladder(take(registered(), UPDATE, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == [
        "mme-1: integrity check failed (128-EIA2), and secure exchange is established"
    ]
    assert settle(settled_by(told.world)).sent == [ACCEPT]


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_request_with_a_wrong_mac_on_a_new_connection_leads_to_an_authentication() -> None:
    told = ladder(take(after(registered(), RELEASE), UPDATE, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.notes[0] == "mme-1: the request does not verify: authenticates first"
    assert told.sent[-1] == ACCEPT
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.2.2")
def test_challenge_has_another_eksi_than_the_request_that_led_to_it() -> None:
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Fail(*TO_MME), UPDATE)
    request = inside(in_flight(world, *TO_MME)[0])
    challenge = inside(in_flight(until(world, *TO_UE, nas.AuthenticationRequest), *TO_UE)[0])
    assert isinstance(request, nas.TrackingAreaUpdateRequest)
    assert isinstance(challenge, nas.AuthenticationRequest)
    assert challenge.ksi not in {request.ksi, 0}


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_same_request_again_changes_nothing_while_the_ue_is_authenticated() -> None:
    """Item e: it comes on a new connection, and the authentication goes on there."""
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = until(take(world, actions.Fail(*TO_MME), UPDATE), *TO_UE, nas.AuthenticationRequest)
    procedure = context(world).procedure
    told = ladder(settled_by(world), actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: the same request again: the authentication goes on"]
    assert context(told.world).procedure == procedure
    again = ladder(told.world, expire("mme-1", TimerName.T3460, IMSI_1))
    assert again.sent[-1] == ACCEPT
    assert timers(again.world) == []


# It meets a procedure of the MME


@pytest.mark.clause("TS 24.301", "5.4.3.7")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_request_that_meets_security_mode_command_leaves_ue_and_network_apart(solution: Solution) -> None:
    """Item c: the MME aborts security mode control, but the UE accepts the COMMAND. T3430 then settles it."""
    world = until(take(registered(solution=solution), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)
    world = take(world, UPDATE)
    told = ladder(world, actions.Deliver(*TO_MME))
    assert "mme-1: security mode control aborted (TS 24.301 §5.4.3.7 c)" in told.of_kind(NoteKind.ABANDONED)
    assert [each.partition(": ")[0] for each in told.of_kind(NoteKind.DROPPED)] == ["ue-1", "mme-1"]
    assert ue(told.world).phase is UEPhase.TRACKING_AREA_UPDATING_INITIATED
    current = context(told.world).current
    assert current is not None
    assert ue(told.world).ks != current.ks
    assert timers(told.world) == [("ue-1", "T3430")]
    settled = settle(settled_by(told.world))
    assert ACCEPT in settled.sent
    renewed = context(settled.world).current
    assert renewed is not None
    assert ue(settled.world).ks == renewed.ks


@pytest.mark.clause("TS 24.301", "5.4.3.7")
def test_request_that_meets_a_challenge_goes_on_beside_it() -> None:
    """Item d."""
    world = take(registered(), REAUTHENTICATE, UPDATE)
    told = ladder(world, actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.ABANDONED) == []
    assert told.sent[0] == ACCEPT
    assert ue(told.world).phase is UEPhase.REGISTERED
    current = context(told.world).current
    assert current is not None
    assert ue(told.world).ks == current.ks != ue(registered()).ks


@pytest.mark.clause("TS 24.301", "5.4.3.7")
def test_request_under_the_context_that_security_mode_control_would_bring_is_authenticated() -> None:
    """Item c: COMPLETE was lost, and the MME gives up the context that the UE uses."""
    world = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    discarded = ladder(take(world, actions.Drop(*TO_MME)), UPDATE)
    assert discarded.of_kind(NoteKind.DROPPED) == [
        "mme-1: no EPS security context for eKSI 1, and secure exchange is established"
    ]
    told = settle(settled_by(discarded.world))
    assert told.notes[:2] == [
        "mme-1: security mode control aborted (TS 24.301 §5.4.3.7 a)",
        "mme-1: the request does not verify: authenticates first",
    ]
    current = context(told.world).current
    assert current is not None
    assert ue(told.world).ks == current.ks


def test_request_that_neither_verifies_nor_has_a_valid_guti_is_rejected() -> None:
    before = until(take(registered(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    before = take(before, actions.Fail(*TO_MME))
    world = take(before, UPDATE)
    told = settle(swap(world, *TO_MME, initial(world, stale_request(before))))
    assert told.sent[:2] == [REJECT, ATTACH_REQUEST]
    assert told.notes[0] == "mme-1: GUTI is not valid for this UE, cause #9"


@pytest.mark.clause("TS 24.301", "5.4.3.7")
def test_reject_ends_the_challenge_on_its_connection() -> None:
    """The connection is released with it, so nothing can be answered there."""
    before = registered()
    world = swap(take(before, REAUTHENTICATE, UPDATE), *TO_MME, stale_request(before))
    world = take(world, actions.Deliver(*TO_MME))
    assert context(world).procedure is None
    assert [name for node, name in timers(world) if node == "mme-1"] == []


def test_late_request_of_a_ue_that_attaches_is_dropped() -> None:
    """It was overtaken: the UE has lost power since."""
    attaching = take(registered(), POWER_CYCLE, ATTACH)
    request = nas.TrackingAreaUpdateRequest(context(attaching).guti, 0)
    challenged = mme(until(attaching, *TO_MME, nas.AuthenticationResponse))
    step = tau.on_tracking_area_update_request_in_a_challenge(challenged, request, "ue-1")
    assert step == Step(challenged, (Note(Remark.UE_ATTACHES, NoteKind.DROPPED),))
    commanded = mme(until(attaching, *TO_MME, nas.SecurityModeComplete))
    step = tau.on_tracking_area_update_request_in_a_procedure(commanded, request, "ue-1")
    assert step == Step(commanded, (Note(Remark.UE_ATTACHES, NoteKind.DROPPED),))


@pytest.mark.clause("TS 24.301", "5.5.3.2.5")
def test_request_of_a_ue_that_is_marked_detached_is_rejected_with_cause_10() -> None:
    """ATTACH COMPLETE never came; the UE takes itself for registered."""
    world = take(until(take(lab(), ATTACH), *TO_MME, nas.AttachComplete), actions.Fail(*TO_MME))
    told = ladder(world, UPDATE)
    assert told.notes[:2] == [
        "mme-1: the context is marked detached, cause #10",
        "ue-1: rejected, cause #10; attaches again",
    ]
    assert context(told.world).registered


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
def test_request_before_attach_complete_is_rejected_and_the_new_guti_valid() -> None:
    """Item g: ATTACH COMPLETE was lost, and the UE takes itself for registered."""
    world = until(take(registered(), POWER_CYCLE, ATTACH), *TO_MME, nas.AttachComplete)
    world = take(world, actions.Drop(*TO_MME))
    guti = ue(world).guti
    told = ladder(world, UPDATE)
    assert told.notes[:2] == ["mme-1: before ATTACH COMPLETE, cause #10", "ue-1: rejected, cause #10; attaches again"]
    assert guti in context(told.world).gutis or ue(told.world).guti != guti
    assert context(told.world).registered


@pytest.mark.clause("TS 24.301", "5.4.1.6")
def test_request_that_meets_a_reallocation_aborts_it() -> None:
    """Item e; the UE ignores the COMMAND (§5.5.3.2.6 g). The GUTI of the request settles the two that are valid."""
    world = take(registered(reallocate_every_minutes=1), UPDATE)
    world = take(world, expire("mme-1", TimerName.GUTI_PERIOD, IMSI_1))
    told = ladder(world, actions.Deliver(*TO_MME))
    assert told.of_event(EventKind.REFUSED) == ["ignored while a TAU runs (TS 24.301 §5.5.3.2.6 g)"]
    assert "mme-1: GUTI reallocation aborted (TS 24.301 §5.4.1.6 e)" in told.of_kind(NoteKind.ABANDONED)
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert context(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == [("mme-1", "GUTI period")]


# At the new MME, after ACCEPT


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_accept_is_repeated_after_complete_was_lost() -> None:
    world = take(completing(registered()), actions.Drop(*TO_NEW_MME))
    told = ladder(settle(world).world, T3450_AT_NEW)
    assert told.sent == [ACCEPT_OF_NEW, COMPLETE_TO_NEW]
    assert told.notes == [
        "ue-1: repeated TRACKING AREA UPDATE ACCEPT",
        "mme-2: tracking area updated, new GUTI valid",
    ]
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_same_request_after_accept_gets_accept_again() -> None:
    world = until(take(registered(), MOVE), *FROM_NEW_MME, nas.TrackingAreaUpdateAccept)
    world = settle(take(world, actions.Drop(*FROM_NEW_MME))).world
    told = settle(settled_by(world))
    assert told.sent == [ACCEPT_OF_NEW, COMPLETE_TO_NEW]
    assert "mme-2: the same request again: ACCEPT is sent again" in told.notes
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
@pytest.mark.parametrize(
    ("options", "pushed", "last"),
    [
        ({"solution": Solution.PULL}, [], []),
        ({"solution": Solution.PUSH}, [], ["mme-2: no RAND of the active AV: nothing to push"]),
        ({"solution": Solution.PUSH, "context_carries_rand": True}, PUSHED, ["scef: ACTIVE"]),
    ],
    ids=["11", "12", "12, RAND carried"],
)
def test_update_is_abandoned_on_the_fifth_expiry_of_t3450(
    options: dict[str, Any], pushed: list[str], last: list[str]
) -> None:
    """COMPLETE is lost each time. Both GUTIs are valid and pushed, until the UE is heard by the new one."""
    before = registered(**options)
    world = settle(take(completing(before), actions.Drop(*TO_NEW_MME))).world
    told = expire_and_lose(world, T3450_AT_NEW, 4)
    assert told.sent == [ACCEPT_OF_NEW] * 4
    end = ladder(told.world, T3450_AT_NEW)
    assert end.sent == pushed
    abandoned = "mme-2: no TRACKING AREA UPDATE COMPLETE: abandoned, both GUTIs are valid"
    assert end.notes == [abandoned, *last]
    assert end.of_kind(NoteKind.ABANDONED) == [abandoned]
    assert timers(end.world) == []
    both = (ue(end.world).guti, ue(before).guti)
    assert context(end.world, name="mme-2").gutis == both
    if pushed:
        assert record(end.world).gutis == both
    idle = after(end.world, actions.Command("mme-2", commands.ReleaseConnection(IMSI_1)))
    settling = ladder(idle, ACCESS)
    assert [sent for sent in settling.sent if "Service" in sent][-1] == "mme-2 > ue-1 ServiceAccept"
    assert "mme-2: two valid GUTIs settled" in settling.notes
    assert context(settling.world, name="mme-2").gutis == both[:1]
    if pushed:
        assert record(settling.world).gutis == both[:1]


def never_accepted(before: World | None = None) -> World:
    """The UE has got no ACCEPT of its new MME, which has given up, and waits to try again."""
    world = until(take(before or registered(), MOVE), *FROM_NEW_MME, nas.TrackingAreaUpdateAccept)
    world = settle(lose_from_new(world)).world
    for _ in range(4):
        world = lose_from_new(take(world, T3450_AT_NEW))
    world = settle(take(world, T3450_AT_NEW)).world
    for _ in range(4):
        world = lose_all(settled_by(world))
    world = take(world, T3430)
    assert (ue(world).phase, ue(world).mme) == (UEPhase.ATTEMPTING_TO_UPDATE, "mme-2")
    assert timers(world) == [("ue-1", "T3402")]
    return world


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_ue_that_never_got_accept_is_known_by_its_old_guti() -> None:
    """Its GUTI is the old MME's, which has no context any more; the new one has it and gives its own GUTI again."""
    world = never_accepted()
    new, old = context(world, name="mme-2").gutis
    assert old == ue(world).guti
    told = ladder(world, MOVE)
    assert told.sent == ["ue-1 > mme-2 TrackingAreaUpdateRequest", ACCEPT_OF_NEW, COMPLETE_TO_NEW]
    assert told.notes == [
        "mme-2: the UE has not got its new GUTI",
        "ue-1: tracking area updated, new GUTI",
        "mme-2: tracking area updated, new GUTI valid",
    ]
    assert ue(told.world).guti == new
    assert context(told.world, name="mme-2").gutis == (new,)
    assert timers(told.world) == []


@pytest.mark.parametrize("command", [commands.Reauthenticate, commands.ReallocateGUTI])
def test_ue_that_answers_paging_by_an_update_is_given_its_guti_first(
    command: type[commands.Reauthenticate | commands.ReallocateGUTI],
) -> None:
    idle = after(never_accepted(), actions.Command("mme-2", commands.ReleaseConnection(IMSI_1)))
    told = ladder(idle, actions.Command("mme-2", command(IMSI_1)))
    assert told.sent == [
        "mme-2 > ue-1 Paging",
        "ue-1 > mme-2 TrackingAreaUpdateRequest",
        ACCEPT_OF_NEW,
        COMPLETE_TO_NEW,
    ]
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-2: put off: the UE is given its GUTI first"]
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_unverified_update_by_the_old_guti_is_accepted_after_a_challenge() -> None:
    """It is altered on the way: the MME authenticates the UE, then gives it its GUTI."""
    world = take(never_accepted(), MOVE, actions.Alter(*TO_NEW_MME))
    told = settle(world)
    assert "mme-2: the request does not verify: authenticates first" in told.notes
    assert told.sent[-2:] == [ACCEPT_OF_NEW, COMPLETE_TO_NEW]
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti,)


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_old_guti_that_another_ue_has_by_now_is_valid_for_that_one_only(solution: Solution) -> None:
    """The old MME has given the M-TMSI again, and the UE that has it moves, too."""
    options: dict[str, Any] = {"m_tmsi_reuse": MTMSIReuse.LOWEST_FREE, "context_carries_rand": True}
    world = never_accepted(after(lab(solution, mmes=2, ues=2, **options), ATTACH))
    assert mme(world).contexts == ()
    new, old = context(world, name="mme-2").gutis
    told = ladder(world, command("ue-2", commands.Attach("mme-1")))
    assert ue(told.world, "ue-2").guti == old
    told = ladder(told.world, command("ue-2", commands.UpdateTrackingArea("mme-2")))
    assert context(told.world, name="mme-2").gutis == (new,)
    assert context(told.world, IMSI_2, name="mme-2").gutis == (ue(told.world, "ue-2").guti,)
    if solution is Solution.PUSH:
        assert [record.gutis for record in scef(told.world).records] == [(new,), (ue(told.world, "ue-2").guti,)]


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_detach_waits_for_the_end_of_the_update() -> None:
    """Detach containing other causes than switch off: COMPLETE was lost, ACCEPT is sent again until it is given up."""
    world = settle(take(completing(registered()), actions.Drop(*TO_NEW_MME))).world
    told = ladder(world, DETACH)
    assert told.sent == ["ue-1 > mme-2 DetachRequest"]
    assert told.notes == ["mme-2: the tracking area update ends first (TS 24.301 §5.5.3.2.7 g)"]
    told = expire_and_lose(told.world, T3450_AT_NEW, 4)
    end = ladder(told.world, T3450_AT_NEW)
    assert end.sent == ["mme-2 > ue-1 DetachAccept"]
    assert end.notes[:2] == [
        "mme-2: no TRACKING AREA UPDATE COMPLETE: abandoned, both GUTIs are valid",
        "mme-2: detached, GUTI freed",
    ]
    assert mme(end.world, "mme-2").contexts == ()
    assert timers(end.world) == []


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_switch_off_aborts_the_update() -> None:
    world = settle(take(completing(registered()), actions.Drop(*TO_NEW_MME))).world
    told = ladder(world, SWITCH_OFF)
    assert "mme-2: tracking area update accepted aborted (TS 24.301 §5.5.3.2.7 g)" in told.notes
    assert mme(told.world, "mme-2").contexts == ()
    assert timers(told.world) == []


def lose_from_new(world: World) -> World:
    """Lose what is on its way from the new MME to the UE."""
    return take(world, *[actions.Drop(*FROM_NEW_MME) for _ in in_flight(world, *FROM_NEW_MME)])


def test_period_of_gutis_begins_at_the_new_mme() -> None:
    told = ladder(registered(reallocate_every_minutes=1), MOVE)
    assert timers(told.world) == [("mme-2", "GUTI period")]


def test_push_after_complete_names_rand_guti_and_imsi() -> None:
    world = until(
        take(registered(Solution.PUSH, context_carries_rand=True), MOVE), "mme-2", SCEF, ActiveVectorPushRequest
    )
    guti, moved = ue(world).guti, context(world, name="mme-2").moved
    assert guti is not None
    assert moved is not None
    assert moved.rand is not None
    assert in_flight(world, "mme-2", SCEF) == [ActiveVectorPushRequest(IMSI_1, 1, moved.rand, (guti,))]


def test_repeated_request_outside_its_phase_is_an_error_of_the_caller() -> None:
    world = registered()
    guti = ue(world).guti
    assert guti is not None
    with pytest.raises(LookupError, match=f"no tracking area update runs for {IMSI_1}"):
        tau.on_repeated_tracking_area_update_request(mme(world), nas.TrackingAreaUpdateRequest(guti, 0), "ue-1")
