"""What the MME does with NAS security before its table is asked."""

import pytest

from nodes.protocol.entities.machine import NoteKind, dropped
from nodes.protocol.entities.mme.nas_security import unwrap
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import nas
from nodes.protocol.messages.s10 import ContextResponse
from nodes.protocol.options import Solution
from nodes.protocol.world import actions
from nodes.protocol.world.engine import EventKind
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    FROM_NEW_MME,
    IMSI_1,
    MOVE,
    OLD_TO_NEW,
    OPEN_SESSION,
    REAUTHENTICATE,
    TO_MME,
    TO_NEW_MME,
    UPDATE,
    after,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    mme,
    settle,
    take,
    timers,
    ue,
    until,
)


def test_access_under_a_context_that_the_mme_abandoned_is_rejected() -> None:
    """SECURITY MODE COMPLETE lost for good: the UE has switched, the MME has not (TS 24.301 §5.4.3.7 b)."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Drop(*TO_MME))
    world = expire_and_lose(world, expire("mme-1", TimerName.T3460, IMSI_1), 5).world
    told = ladder(world, ACCESS)
    assert told.sent[:3] == ["ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceReject", "ue-1 > mme-1 AttachRequest"]
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert ladder(told.world, OPEN_SESSION).sent[-1] == "scef > as-1 KeyRetrievalAnswer"


def test_security_mode_complete_with_a_wrong_mac_is_dropped_and_repeated() -> None:
    """The new context's keys check it (TS 24.301 §4.4.4.3); T3460 then repeats the COMMAND."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    told = ladder(take(world, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: integrity check failed (128-EIA2)"]
    again = ladder(told.world, expire("mme-1", TimerName.T3460, IMSI_1))
    assert again.sent[:2] == ["mme-1 > ue-1 SecurityModeCommand", "ue-1 > mme-1 SecurityModeComplete"]
    assert again.of_kind(NoteKind.ACTIVE)[0] == "mme-1: ACTIVE"


@pytest.mark.clause("TS 24.301", "4.4.4.3")
@pytest.mark.parametrize(
    "message",
    [nas.AttachComplete(), nas.SecurityModeComplete(), nas.TrackingAreaUpdateComplete()],
    ids=lambda message: type(message).__name__,
)
def test_plain_message_that_must_be_protected_is_dropped(message: nas.PlainNAS) -> None:
    state = mme(after(lab(), ATTACH))
    assert unwrap(state, message, "ue-1") == dropped(state, "not integrity protected")


def test_message_under_a_security_context_that_the_mme_does_not_have_is_dropped() -> None:
    state = mme(after(lab(), ATTACH))
    protected = nas.SecurityProtected(nas.AttachComplete(), 5, 0, bytes(4))
    assert unwrap(state, protected, "ue-1") == dropped(state, "no EPS security context for eKSI 5")


# TRACKING AREA UPDATE REQUEST by the GUTI of another MME


def moving() -> World:
    """The request is on its way to the new MME, twice."""
    return take(after(lab(Solution.PULL, mmes=2), ATTACH), MOVE, actions.Duplicate(*TO_NEW_MME))


def test_request_by_a_foreign_guti_is_handed_over_whole() -> None:
    world = moving()
    state = mme(world, "mme-2")
    (request, _) = in_flight(world, *TO_NEW_MME)
    assert unwrap(state, request, "ue-1") == (state, request)


def test_copy_of_the_request_is_dropped_after_the_ue_has_moved() -> None:
    """NAS COUNT: the context that came along has counted it."""
    world = take(moving(), actions.Deliver(*TO_NEW_MME), actions.Hold(*TO_NEW_MME))
    world = settle(world).world
    late = ladder(world, actions.Deliver(*TO_NEW_MME))
    assert late.of_kind(NoteKind.DROPPED) == ["mme-2: NAS COUNT 2 came before"]
    told = ladder(late.world, actions.Release(*TO_NEW_MME))
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


def test_altered_copy_while_complete_is_awaited_is_refused() -> None:
    """Its MAC is not of the context that came along, and one procedure runs at a time."""
    world = take(moving(), actions.Alter(*TO_NEW_MME, position=1), actions.Deliver(*TO_NEW_MME))
    world = until(take(world, actions.Hold(*TO_NEW_MME)), *FROM_NEW_MME, nas.TrackingAreaUpdateAccept)
    told = ladder(world, actions.Deliver(*TO_NEW_MME))
    assert told.of_event(EventKind.REFUSED) == [
        "TrackingAreaUpdateRequest in tracking area update accepted: the MME waits for TRACKING AREA UPDATE COMPLETE"
    ]
    assert ladder(told.world, actions.Release(*TO_NEW_MME)).notes == ["mme-2: tracking area updated, new GUTI valid"]


def test_context_of_an_earlier_stay_does_not_open_the_request() -> None:
    """The acknowledge was lost, so the first MME still has the context, with lower NAS COUNTs: S10 brings a new one."""
    world = take(after(lab(Solution.PULL, mmes=2), ATTACH), MOVE)
    world = until(world, *OLD_TO_NEW, ContextResponse)
    world = take(take(world, actions.Deliver(*OLD_TO_NEW)), actions.Drop("mme-2", "mme-1"))
    told = ladder(settle(world).world, UPDATE)
    assert told.sent[1] == "mme-1 > mme-2 ContextRequest"
    assert context(told.world).gutis == (ue(told.world).guti,)


def test_ue_that_speaks_is_there() -> None:
    """A context that another MME has asked for stays once the UE is heard here."""
    world = until(take(after(lab(Solution.PULL, mmes=2), ATTACH), MOVE), *OLD_TO_NEW, ContextResponse)
    assert context(world).asked_by == "mme-2"
    world = expire_and_lose(world, expire("mme-2", TimerName.S10, "ue-1"), 3).world
    world = after(expire_and_lose(world, expire("ue-1", TimerName.T3430, "ue-1"), 5).world)
    assert context(world).asked_by == "mme-2"
    assert context(after(world, UPDATE)).asked_by is None
