"""S10 between two MMEs: a UE takes its security context and its unused AVs along."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step, StopTimer
from nodes.protocol.entities.mme import attach, authentication, s10
from nodes.protocol.entities.mme.state import VectorStatus, counters_of
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UE_NETWORK_CAPABILITY, UEPhase
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import GUTIWithdrawalRequest, PushOrder
from nodes.protocol.messages.s10 import ContextAcknowledge, ContextRequest, ContextResponse, MMContext, S10Cause
from nodes.protocol.options import SCEF, ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.verdict import Word, judge
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.outputs import apply
from nodes.protocol.world.world import World, with_node
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    OLD_TO_NEW,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    RELEASE,
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
    lab,
    ladder,
    lose_all,
    mme,
    record,
    server_session,
    settle,
    subscriber,
    take,
    timers,
    ue,
    uncancelled,
    until,
)

S10 = expire("mme-2", TimerName.S10, "ue-1")
T3411 = expire("ue-1", TimerName.T3411, "ue-1")
T3430 = expire("ue-1", TimerName.T3430, "ue-1")
REAUTHENTICATE_AT_NEW = command("mme-2", commands.Reauthenticate(IMSI_1))
ATTACH_AT_NEW = command("ue-1", commands.Attach("mme-2"))
REQUEST = "ue-1 > mme-2 TrackingAreaUpdateRequest"
S10_REQUEST = "mme-2 > mme-1 ContextRequest"
S10_RESPONSE = "mme-1 > mme-2 ContextResponse"
ACKNOWLEDGE = "mme-2 > mme-1 ContextAcknowledge"
ACCEPT = "mme-2 > ue-1 TrackingAreaUpdateAccept"
COMPLETE = "ue-1 > mme-2 TrackingAreaUpdateComplete"
REJECT = "mme-2 > ue-1 TrackingAreaUpdateReject"
LOCATED = "mme-2 > hss UpdateLocationRequest"
CANCELLED = ["hss > mme-1 CancelLocationRequest", "hss > mme-2 UpdateLocationAnswer"]
CANCEL_ACK = "mme-1 > hss CancelLocationAnswer"
CHANGE = [
    *(REQUEST, S10_REQUEST, S10_RESPONSE, ACKNOWLEDGE, LOCATED, ACCEPT),
    *(*CANCELLED, COMPLETE, CANCEL_ACK),
]


def with_key(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, mmes=2, **options), ATTACH, OPEN_SESSION)


def asking(world: World) -> World:
    """CONTEXT REQUEST is on its way."""
    return until(take(world, MOVE), *NEW_TO_OLD, ContextRequest)


def answered(world: World) -> World:
    """CONTEXT RESPONSE is on its way."""
    return until(take(world, MOVE), *OLD_TO_NEW, ContextResponse)


def acknowledging(world: World) -> World:
    """CONTEXT ACKNOWLEDGE is on its way."""
    return until(take(world, MOVE), *NEW_TO_OLD, ContextAcknowledge)


def word(world: World) -> Word:
    return judge(world, "ue-1", "as-1").word


# Whole ladders


@pytest.mark.clause("TS 23.401", "5.3.3.1")
def test_change_of_mme_in_solution_11_keeps_ue_network_and_as_in_sync() -> None:
    """Tracking Area Update procedure: the new MME derives Ks from the K_ASME that came along."""
    before = with_key()
    told = ladder(before, MOVE)
    assert told.sent == CHANGE
    assert told.notes == [
        "mme-2: GUTI of mme-1, asks it for the context",
        "mme-1: context to mme-2",
        "mme-2: context from mme-1",
        "mme-1: context kept until Cancel Location: the UE is at mme-2",
        "hss: the UE is at mme-2",
        "ue-1: tracking area updated, new GUTI",
        "mme-1: the UE is at another MME: context dropped",
        "mme-2: tracking area updated, new GUTI valid",
    ]
    assert timers(told.world) == []
    assert mme(told.world).contexts == ()
    guti = ue(told.world).guti
    assert guti is not None
    assert guti.gummei == mme(told.world, "mme-2").gummei
    assert context(told.world, name="mme-2").gutis == (guti,)
    assert word(told.world) is Word.IN_SYNC
    again = after(told.world, OPEN_SESSION)
    assert server_session(again).ks == ue(again).ks == ue(before).ks
    assert word(again) is Word.IN_SYNC


def test_old_guti_is_unknown_after_a_change_of_mme_in_solution_11() -> None:
    told = ladder(after(with_key(), MOVE), ASK)
    assert "mme-1: GUTI unknown" in told.notes


def test_without_rand_the_new_mme_cannot_push_until_a_reauthentication() -> None:
    """Solution 12, `context_carries_rand` off: asking by the new GUTI gives no key."""
    told = ladder(with_key(Solution.PUSH), MOVE)
    assert told.sent == CHANGE
    assert told.notes[-1] == "mme-2: no RAND of the active AV: nothing to push"
    asked = ladder(told.world, OPEN_SESSION)
    assert asked.notes[-2:] == ["scef: GUTI unknown", "as-1: no key: guti-unknown (404)"]
    assert word(asked.world) is Word.NO_KEY_YET
    mended = after(asked.world, REAUTHENTICATE_AT_NEW, OPEN_SESSION)
    assert word(mended) is Word.IN_SYNC


def test_with_rand_the_new_mme_pushes_and_all_stay_in_sync() -> None:
    told = ladder(with_key(Solution.PUSH, context_carries_rand=True), MOVE)
    assert told.sent == [*CHANGE, "mme-2 > scef ActiveVectorPushRequest", "scef > mme-2 ActiveVectorPushAnswer"]
    assert word(told.world) is Word.IN_SYNC
    assert record(told.world).gutis == (ue(told.world).guti,)
    assert word(after(told.world, OPEN_SESSION)) is Word.IN_SYNC


@pytest.mark.parametrize("solution", Solution, ids=str)
def test_next_challenge_uses_an_av_that_came_along(solution: Solution) -> None:
    told = ladder(after(with_key(solution), MOVE), REAUTHENTICATE_AT_NEW)
    assert told.sent[0] == "mme-2 > ue-1 AuthenticationRequest"
    held = context(told.world, name="mme-2")
    assert [vector.rand for vector in held.vectors] == [v.rand for v in subscriber(told.world).issued[1:]]
    assert [vector.status for vector in held.vectors] == [VectorStatus.ACTIVE, VectorStatus.UNUSED]
    assert held.moved is None


@pytest.mark.parametrize("solution", Solution, ids=str)
@pytest.mark.parametrize("reuse", MTMSIReuse, ids=lambda reuse: reuse.value)
def test_ue_moves_there_and_back(solution: Solution, reuse: MTMSIReuse) -> None:
    world = with_key(solution, context_carries_rand=True, m_tmsi_reuse=reuse)
    for _ in range(2):
        told = ladder(world, MOVE, UPDATE)
        assert word(told.world) is Word.IN_SYNC
        assert timers(told.world) == []
        world = after(told.world, OPEN_SESSION, RELEASE, ACCESS)
        assert word(world) is Word.IN_SYNC
        assert mme(world, "mme-2").contexts == ()
    assert ue(world).ks == ue(with_key(solution)).ks


@pytest.mark.parametrize("store_ks", [False, True])
def test_new_mme_stores_ks_where_the_lab_has_it(*, store_ks: bool) -> None:
    held = context(after(with_key(store_ks=store_ks), MOVE), name="mme-2")
    assert held.current is not None
    assert held.ks == (held.current.ks if store_ks else None)


# What is carried


@pytest.mark.parametrize("carries", [False, True])
def test_mm_context(*, carries: bool) -> None:
    """K_ASME, eKSI, NAS COUNTs after the request, unused AVs; the RAND only by option, the order only by repair."""
    before = with_key(Solution.PUSH, context_carries_rand=carries, ordered_push=carries)
    current = context(before).current
    assert current is not None
    world = answered(before)
    (response,) = in_flight(world, *OLD_TO_NEW)
    assert isinstance(response, ContextResponse)
    moved = response.context
    assert moved is not None
    unused = tuple(moved.vectors)
    assert response == ContextResponse(
        "ue-1",
        S10Cause.REQUEST_ACCEPTED,
        MMContext(
            IMSI_1,
            current.ksi,
            current.k_asme,
            current.uplink + 1,
            current.downlink,
            context(before).ue_network_capability,
            unused,
            current.rand if carries else None,
            PushOrder(1, 1) if carries else None,
        ),
    )
    assert [v.rand for v in unused] == [v.rand for v in subscriber(world).issued[1:]]
    assert context(world) == replace(context(before), asked_by="mme-2", is_located=False)


def test_context_that_came_without_rand_has_none() -> None:
    held = context(after(with_key(Solution.PUSH), MOVE), name="mme-2")
    assert held.current is not None
    assert (held.current.rand, held.active_rand, held.active) == (None, None, None)
    assert held.active_k_asme == held.current.k_asme
    assert held.attach_request is None


def test_current_context_goes_where_the_active_av_is_another_one() -> None:
    """`active_when` res-verified, SECURITY MODE failed: the MME counts an AV as active that nobody uses."""
    before = with_key(active_when=ActiveWhen.RES_VERIFIED)
    world = until(take(before, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    world = settle(take(world, actions.Fail(*TO_UE))).world
    told = ladder(world, MOVE)
    assert "mme-1: the active AV is not that of the current context: the current one goes" in told.notes
    assert context(told.world, name="mme-2").active_k_asme == getattr(ue(told.world).current, "k_asme", None)
    assert word(told.world) is Word.IN_SYNC


def test_new_mme_counts_on_from_the_order_of_the_old_one() -> None:
    """Repair `ordered_push`: one place is left to the withdrawal of the old MME."""
    told = ladder(with_key(Solution.PUSH, context_carries_rand=True, ordered_push=True, withdraw_guti=True), MOVE)
    assert "mme-1 > scef GUTIWithdrawalRequest" in told.sent
    assert counters_of(mme(told.world), IMSI_1).order == PushOrder(1, 2)
    assert counters_of(mme(told.world, "mme-2"), IMSI_1).order == PushOrder(1, 3)
    assert word(told.world) is Word.IN_SYNC


def test_old_mme_withdraws_its_guti() -> None:
    """Repair `withdraw_guti`: the old GUTI yields no key although the new MME cannot push."""
    before = with_key(Solution.PUSH, withdraw_guti=True)
    world = until(take(before, MOVE), "mme-1", SCEF, GUTIWithdrawalRequest)
    told = settle(world)
    assert record(told.world).gutis == ()
    assert timers(told.world) == []
    assert ladder(told.world, ASK).notes[-2:] == ["scef: GUTI unknown", "as-1: no key: guti-unknown (404)"]


# What is refused


ATTACH_REQUEST = "ue-1 > mme-2 AttachRequest"


def test_guti_of_an_mme_that_nobody_knows() -> None:
    world = with_key()
    world = with_node(world, replace(mme(world, "mme-2"), peers=()))
    told = ladder(world, MOVE)
    assert told.sent[:3] == [REQUEST, REJECT, ATTACH_REQUEST]
    assert told.notes[:2] == [
        "mme-2: no MME is known by GUMMEI 99f999800101, cause #9",
        "ue-1: rejected, cause #9; attaches again",
    ]
    assert timers(told.world) == []


def test_silent_old_mme_is_asked_three_times() -> None:
    told = expire_and_lose(lose_all(asking(with_key())), S10, 2)
    assert told.sent == [S10_REQUEST] * 2
    end = ladder(told.world, S10)
    assert end.sent[:2] == [REJECT, ATTACH_REQUEST]
    assert end.of_kind(NoteKind.ABANDONED) == ["mme-2: tracking area update abandoned"]
    assert "mme-2: mme-1 is silent, cause #9" in end.notes
    assert mme(end.world, "mme-2").arriving == ()
    assert ue(end.world).phase is UEPhase.REGISTERED
    again = after(end.world, OPEN_SESSION)
    assert word(again) is Word.IN_SYNC


def test_ue_without_context_at_the_old_mme_must_attach_again() -> None:
    world = with_key()
    world = with_node(world, replace(mme(world), contexts=()))
    told = ladder(world, MOVE)
    assert told.sent[:5] == [REQUEST, S10_REQUEST, S10_RESPONSE, REJECT, ATTACH_REQUEST]
    assert told.notes[1:4] == [
        "mme-1: no context of this GUTI and eKSI, cause 64",
        "mme-2: mme-1 has no such context, cause #9",
        "ue-1: rejected, cause #9; attaches again",
    ]


def test_ue_that_is_ahead_of_the_old_mme_must_attach_again() -> None:
    """SECURITY MODE COMPLETE was lost for good: the eKSI tells it."""
    world = until(take(with_key(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    told = ladder(take(world, actions.Fail(*TO_MME)), MOVE)
    assert told.sent[3:5] == [REJECT, ATTACH_REQUEST]
    assert context(told.world, name="mme-2").registered


def test_request_with_a_wrong_mac_is_rejected() -> None:
    """The old MME checks it; without the IMSI the new one has nobody to authenticate. Our decision."""
    told = ladder(take(with_key(), MOVE, actions.Alter(*TO_NEW_MME)), actions.Deliver(*TO_NEW_MME))
    assert told.sent[:4] == [S10_REQUEST, S10_RESPONSE, REJECT, ATTACH_REQUEST]
    assert told.notes[1:3] == [
        "mme-1: integrity check failed (128-EIA2), cause 92",
        "mme-2: mme-1: the request does not verify, cause #9",
    ]
    assert context(told.world, name="mme-2").registered


def test_context_of_a_ue_that_attaches_does_not_go() -> None:
    """A late request of before: the UE has gone back to its old MME."""
    world = take(asking(with_key()), actions.Duplicate(*NEW_TO_OLD), actions.Deliver(*NEW_TO_OLD))
    world = take(world, actions.Hold(*NEW_TO_OLD))
    world = take(lose_all_but_held(world), POWER_CYCLE)
    world = until(take(after(world, actions.Advance(15)), ATTACH), *TO_MME, nas.SecurityModeComplete)
    told = ladder(world, actions.Deliver(*NEW_TO_OLD))
    assert "mme-1: the UE is not registered here, cause 64" in told.notes
    assert "mme-2: answers no open request" in told.of_kind(NoteKind.DROPPED)
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert word(after(told.world, actions.Release(*NEW_TO_OLD), OPEN_SESSION)) is Word.IN_SYNC


def lose_all_but_held(world: World) -> World:
    for link in world.links:
        if link.key not in world.held:
            world = take(world, *[actions.Drop(*link.key) for _ in link.queue])
    return world


# What runs at the old MME is aborted


def challenging(world: World) -> World:
    """The old MME has begun a re-authentication while the UE's request was on its way."""
    step = authentication.reauthenticate(mme(world), commands.Reauthenticate(IMSI_1))
    return apply(world, Step(step.state, step.outputs), ()).world


def test_challenge_of_the_old_mme_is_aborted_and_its_av_used_up() -> None:
    told = settle(challenging(asking(with_key())))
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: authentication aborted (TS 24.301 §5.4.2.7 a)"]
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: the UE has no connection to mme-1"]
    held = context(told.world, name="mme-2")
    assert [vector.rand for vector in held.vectors] == [v.rand for v in subscriber(told.world).issued[2:]]
    assert timers(told.world) == []
    assert word(told.world) is Word.IN_SYNC


def test_reallocation_of_the_old_mme_is_aborted_and_both_gutis_stay_valid() -> None:
    """Until the UE is heard there again: here it comes back, because the new MME is never answered."""
    world = take(asking(with_key(Solution.PUSH, reallocate_every_minutes=1)), actions.Hold(*TO_UE))
    world = take(world, expire("mme-1", TimerName.GUTI_PERIOD, IMSI_1), actions.Deliver(*NEW_TO_OLD))
    assert timers(world) == [("mme-1", "GUTI period"), ("mme-2", "S10 answer"), ("ue-1", "T3430")]
    held = context(world)
    assert (held.procedure, held.is_unsettled, len(held.gutis)) == (None, True, 2)
    world = take(lose_all(world), actions.Release(*TO_UE))
    world = take(world, T3430)
    told = ladder(lose_all(after_silence(world)), UPDATE)
    assert "mme-1: two valid GUTIs settled" in told.notes
    assert record(told.world).gutis == context(told.world).gutis == (ue(told.world).guti,)
    assert word(told.world) is Word.IN_SYNC


def after_silence(world: World) -> World:
    """The new MME gives up; its TRACKING AREA UPDATE REJECT is lost."""
    return expire_and_lose(world, S10, 3).world


def test_withdrawal_before_a_reallocation_is_aborted_and_the_guti_pushed_again() -> None:
    world = asking(with_key(Solution.PUSH, reallocate_every_minutes=1, withdraw_guti=True, context_carries_rand=True))
    world = take(world, expire("mme-1", TimerName.GUTI_PERIOD, IMSI_1), actions.Deliver(*NEW_TO_OLD))
    held = context(world)
    assert held.procedure is None
    assert held.open_push is not None
    told = settle(world)
    assert word(told.world) is Word.IN_SYNC
    assert timers(told.world) == [("mme-2", "GUTI period")]


# Lost, late and repeated


def test_request_that_comes_again_while_the_context_is_asked_for_is_dropped() -> None:
    told = settle(take(asking(with_key()), T3430, T3411))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-2: the same request again: the context is asked for"]
    assert word(told.world) is Word.IN_SYNC
    assert timers(told.world) == []


def test_other_request_while_the_context_is_asked_for_is_asked_for_anew() -> None:
    world = asking(with_key())
    arriving = mme(world, "mme-2").arriving[0]
    request = nas.TrackingAreaUpdateRequest(s10_guti(world), 6)
    other = replace(arriving.request, message=request)
    step = s10.on_tracking_area_update_request_by_foreign_guti(mme(world, "mme-2"), other, "ue-1")
    assert step.state.arriving == (replace(arriving, request=other),)


def s10_guti(world: World) -> GUTI:
    (request,) = in_flight(world, *NEW_TO_OLD)
    assert isinstance(request, ContextRequest)
    return request.guti


def test_repeated_context_request_gets_the_same_answer() -> None:
    world = take(answered(with_key()), actions.Hold(*OLD_TO_NEW), S10)
    told = settle(world)
    assert told.notes == ["mme-1: context to mme-2 again"]
    first, second = in_flight(told.world, *OLD_TO_NEW)
    assert first == second
    end = ladder(told.world, actions.Release(*OLD_TO_NEW))
    assert end.of_kind(NoteKind.DROPPED) == ["mme-2: answers no open request"]
    assert word(end.world) is Word.IN_SYNC
    assert timers(end.world) == []


def test_repeated_acknowledge_is_dropped() -> None:
    told = settle(take(acknowledging(with_key()), actions.Duplicate(*NEW_TO_OLD)))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: acknowledges no context that goes"]


def test_context_whose_acknowledge_was_lost_goes_with_cancel_location() -> None:
    """TS 23.401 §5.3.3.1, from memory: all its timers go with it."""
    world = take(acknowledging(with_key(reallocate_every_minutes=1)), actions.Drop(*NEW_TO_OLD))
    told = settle(world)
    assert "mme-1: the UE is at another MME: context dropped" in told.notes
    assert timers(told.world) == [("mme-2", "GUTI period")]


def test_lost_acknowledge_leaves_the_old_context_until_the_ue_comes_back() -> None:
    """Nor is it cancelled. The context of the earlier stay is replaced, with its timers."""
    world = take(acknowledging(with_key(reallocate_every_minutes=1)), actions.Drop(*NEW_TO_OLD))
    world = uncancelled(world, actions.Hold(*NEW_TO_OLD))
    world = take(world, actions.Release(*NEW_TO_OLD))
    assert context(world).asked_by == "mme-2"
    assert ("mme-1", "GUTI period") in timers(world)
    told = ladder(world, UPDATE)
    assert "mme-1: replaces the context of an earlier stay" in told.notes
    assert context(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == [("mme-1", "GUTI period")]
    assert mme(told.world, "mme-2").contexts == ()
    assert word(told.world) is Word.IN_SYNC


def test_late_acknowledge_does_not_drop_the_context_of_a_ue_that_has_come_back() -> None:
    """The UE never got ACCEPT, and is heard at its old MME before the acknowledge arrives there."""
    world = take(acknowledging(with_key()), actions.Hold(*NEW_TO_OLD), actions.Hold("mme-2", "ue-1"))
    world = take(world, actions.Drop("mme-2", "ue-1"), actions.Release("mme-2", "ue-1"))
    world = lose_to_ue(take(world, T3430))
    told = ladder(world, UPDATE, actions.Release(*NEW_TO_OLD))
    assert told.of_kind(NoteKind.DROPPED)[-1] == "mme-1: acknowledges no context that goes"
    assert "mme-1: cancels an earlier stay: the UE is here again" in told.notes
    assert context(told.world).registered
    assert word(told.world) is Word.IN_SYNC


def lose_to_ue(world: World) -> World:
    """The new MME repeats ACCEPT in vain."""
    for _ in range(4):
        world = take(world, expire("mme-2", TimerName.T3450, IMSI_1), actions.Drop("mme-2", "ue-1"))
    return take(world, expire("mme-2", TimerName.T3450, IMSI_1))


def test_answer_to_a_request_of_before_is_not_taken_for_another_k_asme() -> None:
    """The UE has run AKA at its old MME since: the MAC of its new request says so."""
    world = take(answered(with_key()), actions.Hold(*OLD_TO_NEW))
    for timer in (S10, S10, S10, T3430):
        world = lose_all_but_held(take(world, timer))
    world = after(world, UPDATE, REAUTHENTICATE)
    told = ladder(world, MOVE)
    assert mme(told.world, "mme-2").arriving != ()
    late = ladder(told.world, actions.Deliver(*OLD_TO_NEW))
    assert late.of_kind(NoteKind.DROPPED) == ["mme-2: not the context that protects this request"]
    end = ladder(late.world, actions.Release(*OLD_TO_NEW))
    assert end.sent == [ACKNOWLEDGE, LOCATED, ACCEPT, *CANCELLED, COMPLETE, CANCEL_ACK]
    current = context(end.world, name="mme-2").current
    assert current is not None
    assert current.ks == ue(end.world).ks


def test_attach_while_the_context_is_asked_for_goes_on_as_an_attach() -> None:
    world = take(asking(with_key()), actions.Hold(*NEW_TO_OLD), POWER_CYCLE)
    step = attach.on_attach_request(mme(world, "mme-2"), request_of_attach(world), "ue-1")
    assert step.state.arriving == ()
    assert [unidentified.ue for unidentified in step.state.unidentified] == ["ue-1"]
    assert step.outputs[0] == StopTimer(TimerName.S10, "ue-1")


def request_of_attach(world: World) -> nas.AttachRequest:
    guti = ue(world).guti
    assert guti is not None
    return nas.AttachRequest(guti, 0, UE_NETWORK_CAPABILITY)


def test_identified_attach_ends_the_wait_for_the_context() -> None:
    world = asking(with_key())
    request = nas.AttachRequest(IMSI_1, 0, UE_NETWORK_CAPABILITY)
    step = attach.on_attach_request(mme(world, "mme-2"), request, "ue-1")
    assert step.state.arriving == ()
    assert StopTimer(TimerName.S10, "ue-1") in step.outputs


# What is not called by the table


def test_s10_expiry_that_nothing_waits_for_changes_nothing() -> None:
    state = mme(with_key(), "mme-2")
    assert s10.on_s10_expiry(state, "ue-1") == Step(state, (Note(Remark.NO_CONTEXT_ASKED_FOR),))


def test_other_message_than_a_request_is_an_error_of_the_caller() -> None:
    world = take(after(with_key(), RELEASE), ACCESS)
    message = in_flight(world, *TO_MME)[0].message  # type: ignore[union-attr]
    assert isinstance(message, nas.SecurityProtected)
    with pytest.raises(TypeError, match="ServiceRequest is not for another MME"):
        s10.on_tracking_area_update_request_by_foreign_guti(mme(world, "mme-2"), message, "ue-1")
