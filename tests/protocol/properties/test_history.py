"""What the history keeps of a run, and what of it is forgotten."""

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s10 import ContextResponse
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import Witness
from nodes.protocol.properties.monitor import Authenticated, Retired
from nodes.protocol.world import actions
from tests.support.properties import Watched, watched
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
    context,
    expire,
    lab,
    ue,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")
S10 = ("mme-1", "mme-2")


def retired(run: Watched) -> list[str]:
    return [str(each.guti) for each in run.observation.monitor.retired]


def guti(run: Watched) -> str:
    return str(ue(run.world).guti)


# Two AVs under one GUTI


@BOTH
def test_two_avs_are_used_under_one_guti(solution: Solution) -> None:
    run = watched(lab(solution)).after(ATTACH)
    assert run.observation.monitor.witnesses == ()
    assert run.after(REAUTHENTICATE).observation.monitor.witnesses == (Witness.TWO_AVS,)


def test_a_second_attach_changes_the_guti_too() -> None:
    run = watched(lab()).after(ATTACH, DETACH, ATTACH)
    assert run.observation.monitor.witnesses == ()


# Old GUTIs


@BOTH
def test_a_reallocation_retires_the_old_guti_when_it_is_complete(solution: Solution) -> None:
    run = watched(lab(solution)).after(ATTACH)
    old = guti(run)
    run = run.take(REALLOCATE).until(*TO_MME, nas.GUTIReallocationComplete)
    assert retired(run) == []
    # In solution 11 nobody knows it at once; in solution 12 the SCEF does until the push arrives.
    run = run.take(actions.Deliver(*TO_MME))
    assert retired(run) == ([] if solution is Solution.PULL else [old])
    assert retired(run.settle()) == []


def test_a_reallocation_that_fails_retires_nothing_until_it_is_settled() -> None:
    """TS 24.301 §5.4.1.6: both GUTIs are valid."""
    run = watched(lab()).after(ATTACH)
    old = guti(run)
    run = run.take(REALLOCATE)
    for _ in range(5):
        run = run.until(*TO_UE, nas.GUTIReallocationCommand).take(actions.Drop(*TO_UE)).settle()
        run = run.take(expire("mme-1", TimerName.T3450, IMSI_1))
    run = run.settle()
    assert context(run.world).is_unsettled
    offered = str(context(run.world).guti)
    assert retired(run) == []
    run = run.after(RELEASE).take(ACCESS).until(*PUSHES, ActiveVectorPushRequest)
    assert (retired(run), guti(run)) == ([offered], old)
    assert retired(run.settle()) == []


def test_an_attach_is_no_reallocation() -> None:
    """The GUTI from before the attach is dropped at ATTACH COMPLETE; P6 speaks of reallocation and detach."""
    run = watched(lab()).after(ATTACH, POWER_CYCLE).take(actions.Hold(*PUSHES)).after(ATTACH)
    assert retired(run) == []


def test_a_restart_is_no_detach() -> None:
    run = watched(lab()).after(ATTACH, actions.Restart("mme-1"))
    assert run.observation.monitor.retired == ()
    assert "P6" not in run.broken


def test_a_detach_retires_the_guti_while_it_yields_a_key() -> None:
    run = watched(lab()).after(ATTACH)
    old = ue(run.world).guti
    assert old is not None
    assert run.after(DETACH).observation.monitor.retired == (Retired(old, IMSI_1),)


def test_a_guti_that_is_allocated_again_is_not_old() -> None:
    run = watched(lab(ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)).after(ATTACH, DETACH)
    assert retired(run) == [guti(run)]
    run = run.take(actions.Command("ue-2", commands.Attach("mme-1"))).until("mme-1", "hss", object)
    assert retired(run) == []


def test_a_change_of_mme_retires_nothing() -> None:
    run = watched(lab(mmes=2)).after(ATTACH, actions.Command("ue-1", commands.UpdateTrackingArea("mme-2")))
    assert retired(run) == []


# AVs that a UE was authenticated with


def authenticated(run: Watched) -> tuple[Authenticated, ...]:
    return run.observation.monitor.authenticated


def test_the_av_before_is_remembered_until_the_ue_is_at_rest() -> None:
    run = watched(lab()).after(ATTACH)
    first = Authenticated(IMSI_1, context(run.world).vectors[0].rand)
    assert authenticated(run) == ()
    run = run.take(REAUTHENTICATE).until(*TO_UE, nas.SecurityModeCommand)
    assert authenticated(run) == ()
    run = run.take(actions.Deliver(*TO_UE))
    assert authenticated(run) == (first,)
    assert authenticated(run.settle()) == ()


def test_solution_11_needs_no_such_history() -> None:
    run = watched(lab(Solution.PULL)).after(ATTACH).take(REAUTHENTICATE).until(*TO_UE, nas.SecurityModeCommand)
    assert authenticated(run.take(actions.Deliver(*TO_UE))) == ()


def abandoned() -> Watched:
    """`res-verified`: RES of AV 2 is verified, the UE never uses it."""
    run = watched(lab(active_when=ActiveWhen.RES_VERIFIED)).after(ATTACH).take(REAUTHENTICATE)
    run = run.until(*TO_UE, nas.SecurityModeCommand)
    for _ in range(4):
        run = run.take(actions.Drop(*TO_UE)).settle().take(expire("mme-1", TimerName.T3460, IMSI_1))
    return run.take(actions.Drop(*TO_UE), expire("mme-1", TimerName.T3460, IMSI_1)).settle()


def test_an_av_that_is_active_and_that_the_ue_does_not_use_stays_known() -> None:
    run = abandoned()
    assert authenticated(run) == (Authenticated(IMSI_1, context(run.world).vectors[1].rand),)


def test_an_active_av_stays_known_when_the_scef_has_lost_its_record() -> None:
    """The MME may push it again."""
    run = abandoned()
    assert authenticated(run.take(actions.Restart("scef")).after(RELEASE, ACCESS)) == authenticated(run)


def test_it_is_forgotten_once_the_next_av_is_active() -> None:
    assert authenticated(abandoned().after(REAUTHENTICATE)) == ()


def test_a_rand_is_kept_as_long_as_a_push_in_flight_names_it() -> None:
    run = watched(lab()).take(ATTACH).until(*PUSHES, ActiveVectorPushRequest)
    run = run.take(actions.Duplicate(*PUSHES), actions.Deliver(*PUSHES), actions.Hold(*PUSHES)).settle()
    first = Authenticated(IMSI_1, context(run.world).vectors[0].rand)
    run = run.after(REAUTHENTICATE).take(actions.Deliver(*PUSHES, 1), actions.Hold("scef", "mme-1"))
    assert authenticated(run) == (first,)
    assert authenticated(run.take(actions.Drop(*PUSHES))) == ()


def test_a_rand_is_kept_as_long_as_s10_carries_it() -> None:
    """Option `context_carries_rand`: a copy of the MM context could still come, and its RAND be pushed."""
    run = watched(lab(mmes=2, context_carries_rand=True)).after(ATTACH)
    first = Authenticated(IMSI_1, context(run.world).vectors[0].rand)
    run = run.take(actions.Command("ue-1", commands.UpdateTrackingArea("mme-2"))).until(*S10, ContextResponse)
    run = run.take(actions.Duplicate(*S10), actions.Deliver(*S10), actions.Hold(*S10)).settle()
    run = run.after(actions.Command("mme-2", commands.Reauthenticate(IMSI_1)))
    assert authenticated(run) == (first,)
    assert authenticated(run.take(actions.Drop(*S10))) == ()


def test_the_history_of_another_ue_stays() -> None:
    lowest = lab(ues=2, active_when=ActiveWhen.RES_VERIFIED)
    run = watched(lowest).after(ATTACH, actions.Command("ue-2", commands.Attach("mme-1")))
    run = run.after(actions.Command("ue-2", commands.Detach()))
    kept = run.observation.monitor.retired
    assert len(kept) == 1
    run = run.take(REAUTHENTICATE).until(*TO_UE, nas.SecurityModeCommand).take(actions.Deliver(*TO_UE))
    assert len(authenticated(run)) == 1
    run = run.settle()
    assert (run.observation.monitor.retired, authenticated(run)) == (kept, ())
