"""What the MME does with NAS security before its table is asked."""

from nodes.protocol import actions
from nodes.protocol.machine import NoteKind
from nodes.protocol.messages import nas
from nodes.protocol.timers import TimerName
from nodes.protocol.ue.state import UEPhase
from tests.helpers_protocol import (
    ACCESS,
    ATTACH,
    IMSI_1,
    OPEN_SESSION,
    REAUTHENTICATE,
    TO_MME,
    after,
    expire,
    expire_and_lose,
    lab,
    ladder,
    take,
    ue,
    until,
)


def test_access_under_a_context_that_the_mme_abandoned_is_rejected() -> None:
    """SECURITY MODE COMPLETE lost for good: the UE has switched, the MME has not (TS 24.301 §5.4.3.7 b)."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    world = take(world, actions.Drop(*TO_MME))
    world = expire_and_lose(world, expire("mme-1", TimerName.T3460, IMSI_1), 5).world
    told = ladder(world, ACCESS)
    assert told.sent == ["ue-1 > mme-1 ServiceRequest", "mme-1 > ue-1 ServiceReject"]
    assert ue(told.world).phase is UEPhase.DEREGISTERED
    assert ladder(told.world, ATTACH, OPEN_SESSION).sent[-1] == "scef > as-1 KeyRetrievalAnswer"


def test_security_mode_complete_with_a_wrong_mac_is_dropped_and_repeated() -> None:
    """The new context's keys check it (TS 24.301 §4.4.4.3); T3460 then repeats the COMMAND."""
    world = until(take(after(lab(), ATTACH), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    told = ladder(take(world, actions.Alter(*TO_MME)), actions.Deliver(*TO_MME))
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: integrity check failed (128-EIA2)"]
    again = ladder(told.world, expire("mme-1", TimerName.T3460, IMSI_1))
    assert again.sent[:2] == ["mme-1 > ue-1 SecurityModeCommand", "ue-1 > mme-1 SecurityModeComplete"]
    assert again.of_kind(NoteKind.ACTIVE)[0] == "mme-1: ACTIVE"
