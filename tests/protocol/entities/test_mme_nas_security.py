"""What the MME does with NAS security before its table is asked."""

from dataclasses import replace

import pytest

from nodes.protocol.crypto.eps_keys import derive_ks
from nodes.protocol.entities.machine import Note, NoteKind, Opened, Send, Step, dropped, ignored
from nodes.protocol.entities.mme.connections import close, connection_of, send_protected, with_connection
from nodes.protocol.entities.mme.nas_security import unwrap
from nodes.protocol.entities.mme.state import with_context
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import nas
from nodes.protocol.messages.s1 import ConnectionRelease, InitialMessage
from nodes.protocol.messages.s10 import ContextResponse
from nodes.protocol.options import AfterAbandonedSMC, AttachAuthenticates, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    FROM_NEW_MME,
    IMSI_1,
    MOVE,
    OLD_TO_NEW,
    OPEN_SESSION,
    POWER_CYCLE,
    REAUTHENTICATE,
    RELEASE,
    SWITCH_OFF,
    TO_MME,
    TO_NEW_MME,
    TO_UE,
    UPDATE,
    after,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    mme,
    record,
    settle,
    take,
    timers,
    ue,
    until,
)

KEEP = AfterAbandonedSMC.KEEP


def test_access_under_a_context_that_the_mme_abandoned_is_rejected() -> None:
    """SECURITY MODE COMPLETE lost for good: the UE has switched, the MME has not (TS 24.301 §5.4.3.7 b)."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Drop(*TO_MME))
    world = expire_and_lose(world, expire("mme-1", TimerName.T3460, IMSI_1), 5).world
    told = ladder(after(world, RELEASE), ACCESS)
    assert told.sent[:3] == ["ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceReject", "ue-1 > mme-1 AttachRequest"]
    assert ue(told.world).phase is UEPhase.REGISTERED
    assert ladder(told.world, OPEN_SESSION).sent[-1] == "scef > as-1 KeyRetrievalAnswer"


def test_security_mode_complete_with_a_wrong_mac_is_dropped_and_repeated() -> None:
    """The new context's keys check it (TS 24.301 §4.4.4.3); T3460 then repeats the COMMAND."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    told = ladder(take(world, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == [
        "mme-1: integrity check failed (128-EIA2), and secure exchange is established"
    ]
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
    """Whether secure exchange is established on the connection, not established yet, or there is no connection."""
    state = mme(after(lab(), ATTACH))
    why = Remark.NOT_PROTECTED
    assert unwrap(state, message, "ue-1") == dropped(state, Remark.NOT_SECURED, why.value)
    new = with_connection(state, "ue-1", connection_of(state, "ue-1").next())
    assert unwrap(new, message, "ue-1") == dropped(new, why)
    none = close(state, "ue-1")
    released = Send("ue-1", ConnectionRelease(1))
    note = Note(Remark.NO_CONNECTION_WITH_UE, NoteKind.DROPPED)
    assert unwrap(none, message, "ue-1") == Step(none, (note, released))
    assert unwrap(none, message, "ue-9") == Step(none, (note,))


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_plain_challenge_answer_is_processed_until_secure_exchange_is_established() -> None:
    state = mme(after(lab(), ATTACH))
    message = nas.AuthenticationFailure(nas.EMMCause.MAC_FAILURE)
    assert isinstance(unwrap(state, message, "ue-1"), Step)
    new = with_connection(state, "ue-1", connection_of(state, "ue-1").next())
    assert unwrap(new, message, "ue-1") == Opened(new, message)


def test_message_under_a_security_context_that_the_mme_does_not_have_is_dropped() -> None:
    state = mme(after(lab(), ATTACH))
    protected = nas.SecurityProtected(nas.AttachComplete(), 5, 0, bytes(4))
    why = (Remark.NO_SECURITY_CONTEXT.value, 5)
    assert unwrap(state, protected, "ue-1") == dropped(state, Remark.NOT_SECURED, *why)


@pytest.mark.clause("TS 24.301", "5.3.1.1")
def test_copy_of_an_initial_message_begins_no_connection() -> None:
    """It was recorded, and comes again: the number of its connection is not new."""
    world = after(lab(), ATTACH, RELEASE)
    recorded = in_flight(take(world, ACCESS), *TO_MME)[0]
    state = mme(after(world, ACCESS, RELEASE))
    assert unwrap(state, recorded, "ue-1") == dropped(state, Remark.COPY_OF_FIRST_MESSAGE)


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_detach_request_that_does_not_verify_leads_to_an_authentication() -> None:
    """On a new connection; once that has succeeded the detach is done."""
    told = ladder(take(after(lab(), ATTACH, RELEASE), DETACH), actions.Alter(*TO_MME))
    assert told.notes[0] == "mme-1: the request does not verify: authenticates first"
    assert "mme-1 > ue-1 DetachAccept" in told.sent
    assert mme(told.world).contexts == ()
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_switch_off_that_does_not_verify_is_ignored() -> None:
    told = ladder(take(after(lab(), ATTACH, RELEASE), SWITCH_OFF), actions.Alter(*TO_MME))
    assert told.notes == ["mme-1: the UE is said to be switched off, but that does not verify"]
    assert context(told.world).registered


@pytest.mark.clause("TS 24.301", "5.5.2.2.2")
def test_switch_off_that_verifies_is_not_answered() -> None:
    told = ladder(after(lab(), ATTACH), SWITCH_OFF)
    assert told.sent == ["ue-1 > mme-1 DetachRequest"]
    assert mme(told.world).contexts == ()
    assert not connection_of(mme(told.world), "ue-1").is_open
    gone = ladder(take(after(told.world, ATTACH, RELEASE), SWITCH_OFF), actions.Restart("mme-1"))
    assert gone.notes[-1] == "mme-1: no context: nothing to detach"


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_request_that_does_not_verify_by_a_kept_context_is_authenticated_first() -> None:
    """`after_abandoned_smc` keep, and somebody alters the request."""
    world = until(take(after(lab(after_abandoned_smc=KEEP), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Fail(*TO_MME))
    assert context(world).kept is not None
    told = ladder(take(world, UPDATE), actions.Alter(*TO_MME))
    assert "mme-1: the request does not verify: authenticates first" in told.notes
    assert context(told.world).kept is None
    assert ue(told.world).ks == derive_ks(context(told.world).active.k_asme)  # type: ignore[union-attr]


@pytest.mark.parametrize("wanted", [UPDATE, ACCESS], ids=["TAU", "service request"])
def test_kept_context_is_taken_into_use_by_an_initial_message(wanted: actions.Action) -> None:
    """`after_abandoned_smc` keep: no AV is spent, and the SCEF is told. Not defined by 3GPP."""
    world = until(take(after(lab(after_abandoned_smc=KEEP), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Fail(*TO_MME))
    told = ladder(world, wanted)
    assert "mme-1: ACTIVE" in told.notes
    assert "mme-1 > ue-1 AuthenticationRequest" not in told.sent
    assert context(told.world).kept is None
    assert ue(told.world).ks == derive_ks(context(told.world).active.k_asme)  # type: ignore[union-attr]
    assert record(told.world).active == context(told.world).active_rand


@pytest.mark.parametrize("option", [KEEP, AfterAbandonedSMC.FORGET])
def test_late_complete_of_an_abandoned_security_mode_control_is_discarded(option: AfterAbandonedSMC) -> None:
    before = after(lab(after_abandoned_smc=option), ATTACH)
    world = take(until(take(before, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete), actions.Hold(*TO_MME))
    for _ in range(5):
        world = take(world, expire("mme-1", TimerName.T3460, IMSI_1))
    told = ladder(world, actions.Release(*TO_MME))
    assert "mme-1: ACTIVE" not in told.notes
    assert (context(told.world).kept is not None) is (option is KEEP)


def test_context_is_not_kept_after_the_ue_has_rejected_it() -> None:
    """`after_abandoned_smc` keep: SECURITY MODE REJECT says that the UE has not taken it. Not defined by 3GPP."""
    world = until(take(after(lab(after_abandoned_smc=KEEP), ATTACH), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    told = ladder(take(world, actions.Alter(*TO_UE)), actions.Deliver(*TO_UE))
    assert "ue-1 > mme-1 SecurityModeReject" in told.sent
    assert context(told.world).kept is None


def test_context_is_not_kept_by_an_attach_that_needs_no_authentication() -> None:
    """The UE is registered anew under the context that it has."""
    only_if_not = AttachAuthenticates.ONLY_IF_NOT_VERIFIED
    begun = after(lab(after_abandoned_smc=KEEP, attach_authenticates=only_if_not), ATTACH)
    world = until(take(begun, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    world = take(world, actions.Fail(*TO_UE))
    assert context(world).kept is not None
    told = ladder(world, POWER_CYCLE, ATTACH)
    assert "mme-1: ATTACH REQUEST is verified: no authentication" in told.notes
    assert context(told.world).kept is None


@pytest.mark.clause("TS 24.301", "4.4.4.3")
def test_access_that_does_not_verify_is_rejected_with_cause_9_where_the_context_is_marked_detached() -> None:
    """What may be a forgery is told nothing of the state of the UE."""
    attached = after(lab(), ATTACH)
    state = mme(attached)
    detached = with_context(state, replace(context(attached), registered=False))
    guti = ue(attached).guti
    assert guti is not None
    step = unwrap(detached, InitialMessage(2, nas.ServiceRequest(guti, 0)), "ue-1")
    assert isinstance(step, Step)
    assert Send("ue-1", nas.ServiceReject(nas.EMMCause.UE_IDENTITY_CANNOT_BE_DERIVED)) in step.outputs


def test_message_to_a_ue_without_a_security_context_goes_plain() -> None:
    new = context(until(take(lab(), ATTACH), "mme-1", "ue-1", nas.AuthenticationRequest))
    assert send_protected(new, nas.DetachAccept()) == (new, Send("ue-1", nas.DetachAccept()))


# TRACKING AREA UPDATE REQUEST by the GUTI of another MME


def moving() -> World:
    """The request is on its way to the new MME, twice."""
    return take(after(lab(Solution.PULL, mmes=2), ATTACH), MOVE, actions.Duplicate(*TO_NEW_MME))


def test_request_by_a_foreign_guti_is_handed_over_whole() -> None:
    world = moving()
    state = mme(world, "mme-2")
    (request, _) = in_flight(world, *TO_NEW_MME)
    assert isinstance(request, InitialMessage)
    opened = unwrap(state, request, "ue-1")
    assert isinstance(opened, Opened)
    assert opened.message == request.message


def test_copy_of_the_request_is_dropped_after_the_ue_has_moved() -> None:
    """The connection that it begins is known."""
    world = take(moving(), actions.Deliver(*TO_NEW_MME), actions.Hold(*TO_NEW_MME))
    world = settle(world).world
    late = ladder(world, actions.Deliver(*TO_NEW_MME))
    assert late.of_kind(NoteKind.DROPPED) == ["mme-2: a copy: the connection that it began is known"]
    told = ladder(late.world, actions.Release(*TO_NEW_MME))
    assert context(told.world, name="mme-2").gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


def test_request_that_is_played_back_on_another_connection_is_dropped() -> None:
    """NAS COUNT: the context that came along has counted it."""
    world = moving()
    recorded = in_flight(world, *TO_NEW_MME)[0]
    assert isinstance(recorded, InitialMessage)
    state = mme(settle(world).world, "mme-2")
    step = unwrap(state, InitialMessage(9, recorded.message), "ue-1")
    assert step.outputs == (ignored(Remark.NAS_COUNT_REPEATED, 2),)


def test_altered_copy_while_complete_is_awaited_is_dropped() -> None:
    world = take(moving(), actions.Alter(*TO_NEW_MME, position=1), actions.Deliver(*TO_NEW_MME))
    world = until(take(world, actions.Hold(*TO_NEW_MME)), *FROM_NEW_MME, nas.TrackingAreaUpdateAccept)
    told = ladder(world, actions.Deliver(*TO_NEW_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-2: a copy: the connection that it began is known"]
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
    world = take(world, expire("ue-1", TimerName.T3430, "ue-1"))
    assert context(world).asked_by == "mme-2"
    assert context(after(world, UPDATE)).asked_by is None
