"""EMM-IDLE: release by the MME, and paging before what it starts (TS 24.301 §5.3.1.2, §5.6.2)."""

from typing import Any

import pytest

from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.mme import service
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.state import Stage
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.errors import CommandRefused
from nodes.protocol.hindrances import Hindrance
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import Paging
from nodes.protocol.options import AttachAuthenticates, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
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
    SWITCH_OFF,
    TO_MME,
    TO_UE,
    UPDATE,
    after,
    context,
    expire,
    expire_and_lose,
    in_flight,
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
    until,
)

T3413 = expire("mme-1", TimerName.T3413, IMSI_1)
T3430 = expire("ue-1", TimerName.T3430, "ue-1")
T3411 = expire("ue-1", TimerName.T3411, "ue-1")
PAGED = ["mme-1 > ue-1 Paging", "ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceAccept"]


def idle(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH, RELEASE)


# Release


@pytest.mark.clause("TS 24.301", "5.3.1.2")
def test_release_ends_the_connection_at_both_ends_and_leaves_the_keys() -> None:
    before = after(lab(), ATTACH)
    told = ladder(before, RELEASE)
    assert told.sent == ["mme-1 > ue-1 ConnectionRelease"]
    assert not ue(told.world).connection.is_open
    assert not connection_of(mme(told.world), "ue-1").is_open
    assert (ue(told.world).ks, ue(told.world).guti) == (ue(before).ks, ue(before).guti)
    assert timers(told.world) == []


@pytest.mark.parametrize(
    ("world", "hindrance"),
    [
        (lab(), Hindrance.NO_CONTEXT_AT_MME),
        (idle(), Hindrance.NOT_CONNECTED),
        (take(after(lab(), ATTACH), REAUTHENTICATE), Hindrance.NAS_PROCEDURE_RUNS),
    ],
    ids=["no context", "idle", "a procedure runs"],
)
def test_release_is_refused_with_its_reason(world: World, hindrance: Hindrance) -> None:
    with pytest.raises(CommandRefused) as refused:
        take(world, RELEASE)
    assert refused.value.why.hindrance is hindrance


@pytest.mark.clause("TS 24.301", "5.5.3.2.6")
def test_release_that_meets_an_update_has_it_tried_again() -> None:
    """Item b: the request finds no connection, and the UE begins a new one after T3411."""
    told = settle(take(after(lab(), ATTACH), RELEASE, UPDATE))
    assert told.of_kind(NoteKind.DROPPED)[0] == "mme-1: no NAS signalling connection with this UE"
    assert (ue(told.world).phase, timers(told.world)) == (UEPhase.ATTEMPTING_TO_UPDATE, [("ue-1", "T3411")])
    assert ladder(told.world, T3411).sent[-1] == "mme-1 > ue-1 TrackingAreaUpdateAccept"


def test_late_release_of_an_earlier_connection_changes_nothing() -> None:
    world = take(after(lab(), ATTACH), RELEASE, POWER_CYCLE)
    assert in_flight(world, *TO_UE) == []
    attached = after(world, ATTACH)
    late = swap(take(attached, REAUTHENTICATE), *TO_UE, in_flight(take(after(lab(), ATTACH), RELEASE), *TO_UE)[0])
    told = ladder(late, actions.Deliver(*TO_UE))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: releases a connection that is no more"]
    assert ue(told.world).connection.is_open


# Paging


@pytest.mark.clause("TS 24.301", "5.6.2.2.1")
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_idle_ue_is_paged_before_an_authentication(solution: Solution) -> None:
    told = ladder(idle(solution), REAUTHENTICATE)
    assert told.sent[:4] == [*PAGED, "mme-1 > ue-1 AuthenticationRequest"]
    assert isinstance(in_flight(until(take(idle(), REAUTHENTICATE), *TO_UE, Paging), *TO_UE)[0], Paging)
    current = context(told.world).current
    assert current is not None
    assert ue(told.world).ks == current.ks != ue(idle(solution)).ks
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.6.2.2.1")
def test_idle_ue_is_paged_before_a_reallocation() -> None:
    told = ladder(idle(), REALLOCATE)
    assert told.sent == [*PAGED, "mme-1 > ue-1 GUTIReallocationCommand", "ue-1 > mme-1 GUTIReallocationComplete"]
    assert context(told.world).gutis == (ue(told.world).guti,)


def test_reallocation_of_an_idle_ue_waits_for_its_withdrawal_and_then_for_paging() -> None:
    told = ladder(idle(Solution.PUSH, withdraw_guti=True), REALLOCATE)
    assert told.sent.index("scef > mme-1 GUTIWithdrawalAnswer") < told.sent.index("mme-1 > ue-1 Paging")
    assert record(told.world).gutis == (ue(told.world).guti,)


@pytest.mark.clause("TS 24.301", "5.4.1.6")
@pytest.mark.parametrize("has_new_guti", [False, True], ids=["UE has the old one", "UE has the new one"])
def test_both_gutis_are_paged_by_turns(*, has_new_guti: bool) -> None:
    """Item a: first the old S-TMSI, then the new one; the answer settles which is valid."""
    world = take(after(lab(Solution.PULL), ATTACH), REALLOCATE)
    world = take(world, actions.Deliver(*TO_UE)) if has_new_guti else world
    link = TO_MME if has_new_guti else TO_UE
    world = settle(take(world, actions.Fail(*link))).world
    world = settle(take(world, REAUTHENTICATE)).world
    if has_new_guti:
        assert timers(world) == [("mme-1", "T3413")]
        world = settle(take(world, T3413)).world
    assert context(world).gutis == (ue(world).guti,)
    assert timers(world) == []


@pytest.mark.parametrize("begun", [REAUTHENTICATE, REALLOCATE], ids=["authentication", "reallocation"])
def test_paging_without_an_answer_is_given_up(begun: actions.Action) -> None:
    """How often the MME pages is this demonstrator's decision."""
    told = expire_and_lose(lose_all(take(idle(Solution.PUSH), begun)), T3413, 4)
    assert told.sent[:3] == ["mme-1 > ue-1 Paging"] * 3
    assert len(told.of_kind(NoteKind.ABANDONED)) == 1
    assert context(told.world).procedure is None
    assert ue(after(told.world, ACCESS)).phase is UEPhase.REGISTERED


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_answer_to_paging_that_does_not_verify_is_rejected_and_paging_goes_on() -> None:
    """§5.6.2.2.1: T3413 is kept running."""
    world = until(take(idle(), REAUTHENTICATE), *TO_MME, nas.ServiceRequest)
    told = ladder(take(world, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.notes[0] == "mme-1: the request does not verify, cause #9"
    assert "mme-1 > ue-1 ServiceReject" in told.sent
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert timers(told.world) == []


def test_answer_to_paging_by_a_guti_that_is_not_valid_is_rejected() -> None:
    world = until(take(idle(), REAUTHENTICATE), *TO_MME, nas.ServiceRequest)
    state, guti = mme(world), ue(world).guti
    assert guti is not None
    other = GUTI(guti.gummei, guti.m_tmsi ^ 1)
    step = service.on_service_request_after_paging(state, nas.ServiceRequest(other, 0), "ue-1")
    assert step.outputs[0] == Note(Remark.REJECTS_GUTI, values=(9,))
    step = service.on_tracking_area_update_request_after_paging(state, nas.TrackingAreaUpdateRequest(other, 0), "ue-1")
    assert step.outputs[0] == Note(Remark.REJECTS_GUTI, values=(9,))
    assert step.state.contexts[0].procedure == context(world).procedure


@pytest.mark.clause("TS 24.301", "5.6.2.2.1")
def test_ue_whose_update_had_failed_answers_with_another_one() -> None:
    world = lose_all(take(idle(), UPDATE))
    world = take(world, T3430)
    told = ladder(world, REAUTHENTICATE)
    assert told.sent[:3] == [
        "mme-1 > ue-1 Paging",
        "ue-1 > mme-1 TrackingAreaUpdateRequest",
        "mme-1 > ue-1 TrackingAreaUpdateAccept",
    ]
    assert told.sent[-1] == "ue-1 > mme-1 SecurityModeComplete"
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.6.2.2.1")
@pytest.mark.parametrize(
    ("before", "why"),
    [
        (ACCESS, "paging ignored: the UE has a connection, or is about to"),
        (SWITCH_OFF, "paging ignored: the UE is not registered"),
    ],
    ids=["access", "switch-off"],
)
def test_ue_that_is_on_its_way_or_gone_ignores_paging(before: actions.Action, why: str) -> None:
    world = take(idle(), REAUTHENTICATE, actions.Hold(*TO_MME), before)
    told = settle(world)
    assert told.of_kind(NoteKind.DROPPED)[:1] == ([f"ue-1: {why}"] if before is ACCESS else [])


def test_ue_ignores_the_paging_of_another_one() -> None:
    stray = Paging(GUTI(context(idle()).guti.gummei, 1))
    told = settle(swap(take(idle(), REAUTHENTICATE), *TO_UE, stray))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: pages another S-TMSI"]


def test_attached_ue_that_was_switched_off_ignores_paging() -> None:
    world = take(idle(), REAUTHENTICATE)
    paging = in_flight(world, *TO_UE)[0]
    gone = take(world, POWER_CYCLE)
    told = settle(swap(gone, *TO_UE, paging)) if in_flight(gone, *TO_UE) else settle(gone)
    assert "ue-1: paging ignored: the UE is not registered" in told.of_kind(NoteKind.DROPPED)


def test_detach_attach_and_failure_end_or_survive_paging() -> None:
    """A detach and an attach end it; the failure of a connection that is not there leaves it."""
    world = lose_all(take(idle(Solution.PUSH), REALLOCATE))
    assert mme(after(world, DETACH)).contexts == ()
    attached = after(world, POWER_CYCLE, ATTACH)
    assert context(attached).procedure is None
    assert timers(attached) == []
    failed = settle(take(world, ACCESS, actions.Fail(*TO_MME))).world
    procedure = context(failed).procedure
    assert procedure is not None
    assert procedure.stage is Stage.PAGING


@pytest.mark.parametrize("world", [lab(), idle()], ids=["no context", "no procedure"])
def test_t3413_that_nothing_waits_for_changes_nothing(world: World) -> None:
    assert service.on_t3413_expiry(mme(world), IMSI_1) == Step(mme(world), (Note(Remark.NO_UE_PAGED),))


# A protected ATTACH REQUEST


@pytest.mark.clause("TS 24.301", "4.4.2.3")
@pytest.mark.parametrize("solution", Solution, ids=str)
@pytest.mark.parametrize("option", AttachAuthenticates, ids=lambda option: option.value)
def test_attach_request_that_verifies_may_skip_authentication(option: AttachAuthenticates, solution: Solution) -> None:
    """By the lab's choice: then the UE stays on its AV, under a new GUTI."""
    before = after(lab(solution, attach_authenticates=option), ATTACH)
    told = ladder(before, POWER_CYCLE, ATTACH)
    skipped = option is AttachAuthenticates.ONLY_IF_NOT_VERIFIED
    assert ("mme-1 > ue-1 AuthenticationRequest" not in told.sent) is skipped
    assert (ue(told.world).ks == ue(before).ks) is skipped
    assert ue(told.world).guti != ue(before).guti
    assert context(told.world).gutis == (ue(told.world).guti,)
    if solution is Solution.PUSH:
        assert record(told.world).gutis == (ue(told.world).guti,)
    altered = ladder(take(before, POWER_CYCLE, ATTACH), actions.Alter(*TO_MME))
    assert "mme-1 > ue-1 AuthenticationRequest" in altered.sent


# A UE that notices that its connection failed


@pytest.mark.clause("TS 24.301", "5.5.3.2.2")
@pytest.mark.parametrize("notices", [False, True])
def test_ue_that_notices_a_failure_updates_its_tracking_area(*, notices: bool) -> None:
    world = take(after(lab(ue_notices_failure=notices), ATTACH), REAUTHENTICATE)
    told = ladder(world, actions.Fail(*TO_UE))
    assert ("ue-1 > mme-1 TrackingAreaUpdateRequest" in told.sent) is notices
    assert ue(told.world).connection.is_open is notices
    assert ue(told.world).phase is UEPhase.REGISTERED
