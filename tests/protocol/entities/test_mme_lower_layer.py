"""Lower layer failure: a NAS message is lost for good, and the MME abandons what runs for that UE."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.machine import NoteKind, Step
from nodes.protocol.entities.mme.connections import connection_of
from nodes.protocol.entities.mme.lower_layer import lower_layer_failure
from nodes.protocol.entities.mme.state import Stage, VectorStatus
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import GUTIWithdrawalRequest
from nodes.protocol.messages.s10 import ContextRequest
from nodes.protocol.options import HSS, SCEF, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.genesis import imsi_of
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    IMSI_1,
    MOVE,
    NEW_TO_OLD,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    TO_MME,
    TO_NEW_MME,
    TO_UE,
    Told,
    after,
    command,
    context,
    expire,
    lab,
    ladder,
    lose_all,
    mme,
    record,
    take,
    timers,
    ue,
    until,
)

PUSHED = ["mme-1 > scef ActiveVectorPushRequest", "scef > mme-1 ActiveVectorPushAnswer"]


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, mmes=2, **options), ATTACH)


T3411 = expire("ue-1", TimerName.T3411, "ue-1")


def failed(world: World, link: tuple[str, str]) -> Told:
    """The first message of a link is lost for good."""
    return ladder(world, actions.Fail(*link))


@pytest.mark.clause("TS 24.301", "5.4.2.7")
@pytest.mark.parametrize("link", [TO_UE, TO_MME], ids=["REQUEST", "RESPONSE"])
def test_reauthentication_is_abandoned_and_the_old_av_stays_active(link: tuple[str, str]) -> None:
    """Item a."""
    before = registered()
    world = take(before, REAUTHENTICATE)
    world = world if link is TO_UE else until(world, *TO_MME, nas.AuthenticationResponse)
    told = failed(world, link)
    assert told.sent == []
    assert "mme-1: authentication abandoned" in told.of_kind(NoteKind.ABANDONED)
    assert timers(told.world) == []
    assert context(told.world).active == context(before).active
    assert [vector.status for vector in context(told.world).vectors] == [
        VectorStatus.ACTIVE,
        VectorStatus.USED,
        VectorStatus.UNUSED,
    ]
    assert (ue(told.world).partial, ue(told.world).answered) == (None, None)
    assert ladder(told.world, REAUTHENTICATE, RELEASE, ACCESS).sent[-1] == "mme-1 > ue-1 ServiceAccept"


@pytest.mark.clause("TS 24.301", "5.4.3.7")
@pytest.mark.parametrize(("link", "is_ahead"), [(TO_UE, False), (TO_MME, True)], ids=["COMMAND", "COMPLETE"])
def test_security_mode_control_is_abandoned(link: tuple[str, str], *, is_ahead: bool) -> None:
    """Item a. With COMPLETE lost the UE has switched and the MME has not."""
    before = registered()
    kind = nas.SecurityModeComplete if is_ahead else nas.SecurityModeCommand
    told = failed(until(take(before, REAUTHENTICATE), *link, kind), link)
    assert "mme-1: security mode control abandoned" in told.of_kind(NoteKind.ABANDONED)
    assert context(told.world).active == context(before).active
    assert (ue(told.world).ks != ue(before).ks) is is_ahead
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.1.6")
@pytest.mark.parametrize("link", [TO_UE, TO_MME], ids=["COMMAND", "COMPLETE"])
@pytest.mark.parametrize(("solution", "pushed"), [(Solution.PULL, []), (Solution.PUSH, PUSHED)], ids=["11", "12"])
def test_reallocation_leaves_both_gutis_valid(solution: Solution, pushed: list[str], link: tuple[str, str]) -> None:
    """Item a."""
    world = take(registered(solution), REALLOCATE)
    world = world if link is TO_UE else until(world, *TO_MME, nas.GUTIReallocationComplete)
    told = failed(world, link)
    assert told.sent == pushed
    assert "mme-1: reallocation abandoned: both GUTIs are valid" in told.of_kind(NoteKind.ABANDONED)
    assert context(told.world).is_unsettled
    assert timers(told.world) == []
    if solution is Solution.PUSH:
        assert record(told.world).gutis == context(told.world).gutis
    assert "mme-1 > ue-1 ServiceAccept" in ladder(told.world, ACCESS).sent


NO_COMPLETE = "attach abandoned: no ATTACH COMPLETE; context kept, marked detached"


@pytest.mark.clause("TS 24.301", "5.5.1.2.7")
@pytest.mark.parametrize(
    ("link", "kind", "why"),
    [
        (TO_UE, nas.AuthenticationRequest, "authentication abandoned"),
        (TO_MME, nas.SecurityModeComplete, "security mode control abandoned"),
        (TO_UE, nas.AttachAccept, NO_COMPLETE),
        (TO_MME, nas.AttachComplete, NO_COMPLETE),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_attach_is_abandoned(link: tuple[str, str], kind: type, why: str) -> None:
    """Item a: after ATTACH ACCEPT the context is kept, marked detached; of a UE that was never known nothing is."""
    told = failed(until(take(lab(), ATTACH), *link, kind), link)
    assert f"mme-1: {why}" in told.of_kind(NoteKind.ABANDONED)
    assert [each.is_detached for each in mme(told.world).contexts] == ([True] if why == NO_COMPLETE else [])
    is_registered = kind is nas.AttachComplete
    assert ue(told.world).phase is (UEPhase.REGISTERED if is_registered else UEPhase.ATTEMPTING_TO_ATTACH)
    assert timers(told.world) == ([] if is_registered else [("ue-1", "T3411")])
    if not is_registered:
        for again in (T3411, ATTACH):
            assert ue(after(told.world, again)).phase is UEPhase.REGISTERED


def test_attach_that_waits_for_avs_is_abandoned() -> None:
    """A copy of ATTACH REQUEST fails while the HSS is asked; its answer is then dropped."""
    world = take(lab(), ATTACH, actions.Duplicate(*TO_MME), actions.Deliver(*TO_MME))
    told = failed(world, TO_MME)
    assert ue(told.world).phase is UEPhase.ATTEMPTING_TO_ATTACH
    assert "mme-1: waiting for AVs abandoned" in told.of_kind(NoteKind.ABANDONED)
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: answers no open request"]
    assert mme(told.world).contexts == ()
    assert [timer for timer in timers(told.world) if timer[0] != HSS] == [("ue-1", "T3411")]


def test_identification_is_abandoned() -> None:
    world = until(take(after(registered(), DETACH), ATTACH), *TO_UE, nas.IdentityRequest)
    told = failed(world, TO_UE)
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: identification abandoned", "ue-1: connection lost"]
    assert mme(told.world).unidentified == ()
    assert timers(told.world) == [("ue-1", "T3411")]


def test_wait_for_the_context_of_a_ue_that_moves_is_abandoned() -> None:
    """A copy of the request fails; what the old MME answers is then dropped, and its context stays."""
    world = take(registered(), MOVE, actions.Duplicate(*TO_NEW_MME), actions.Deliver(*TO_NEW_MME))
    world = until(world, *NEW_TO_OLD, ContextRequest)
    told = failed(world, TO_NEW_MME)
    assert told.of_kind(NoteKind.ABANDONED) == ["ue-1: connection lost", "mme-2: tracking area update abandoned"]
    assert told.of_kind(NoteKind.DROPPED) == ["mme-2: answers no open request"]
    assert mme(told.world, "mme-2").arriving == ()
    assert context(told.world).registered
    assert timers(told.world) == [("ue-1", "T3411")]


@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
@pytest.mark.clause("TS 24.301", "5.5.3.2.7")
def test_tracking_area_update_ends_with_both_gutis_valid() -> None:
    world = until(take(registered(), MOVE), *TO_NEW_MME, nas.TrackingAreaUpdateComplete)
    told = failed(world, TO_NEW_MME)
    assert told.of_kind(NoteKind.ABANDONED) == [
        "ue-1: connection lost",
        "mme-2: no TRACKING AREA UPDATE COMPLETE: abandoned, both GUTIs are valid",
    ]
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti, ue(registered()).guti)
    assert timers(told.world) == []


def test_reallocation_that_waits_for_its_withdrawal_is_put_off() -> None:
    """SERVICE ACCEPT is lost for good; the access had made a reallocation due."""
    world = registered(Solution.PUSH, withdraw_guti=True, reallocate_every_accesses=1)
    world = until(take(after(world, RELEASE), ACCESS), "mme-1", SCEF, GUTIWithdrawalRequest)
    procedure = context(world).procedure
    assert procedure is not None
    assert procedure.stage is Stage.GUTI_WITHDRAWAL
    told = failed(world, TO_UE)
    assert "mme-1: reallocation put off, the GUTI stays" in told.of_kind(NoteKind.ABANDONED)
    assert record(told.world).gutis == context(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


def test_nothing_runs_and_nothing_changes() -> None:
    world = after(registered(), RELEASE)
    assert lower_layer_failure(mme(world), "ue-1") == Step(mme(world))
    assert lower_layer_failure(mme(world, "mme-2"), "ue-1") == Step(mme(world, "mme-2"))


def test_other_ues_procedures_go_on() -> None:
    world = take(lab(ues=2), command("ue-2", commands.Attach("mme-1")), ATTACH)
    world = until(world, *TO_UE, nas.AuthenticationRequest)
    told = failed(world, TO_UE)
    assert [held.imsi for held in mme(told.world).contexts] == [imsi_of("ue-2")]
    assert ue(told.world, "ue-2").phase is UEPhase.REGISTERED


def test_reauthentication_of_a_ue_that_is_silent_can_be_ended_by_its_timer_or_its_failure() -> None:
    """The same end, sooner: "as the last expiry would"."""
    world = take(registered(), REAUTHENTICATE)
    by_failure = failed(world, TO_UE).world
    by_timer = lose_all(world)
    for _ in range(5):
        by_timer = lose_all(take(by_timer, expire("mme-1", TimerName.T3460, IMSI_1)))
    # Only NAS COUNT tells how often the challenge was sent.
    ends = [replace(context(world), current=None) for world in (by_failure, by_timer)]
    assert ends[0] == ends[1]
    assert not any(connection_of(mme(world), "ue-1").is_open for world in (by_failure, by_timer))
    assert ue(after(by_failure, POWER_CYCLE, ATTACH)).phase is UEPhase.REGISTERED
