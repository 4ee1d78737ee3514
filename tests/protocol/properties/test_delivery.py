"""P2, P2q and P4: whose key of which AV an AS gets, and when it asked."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.application_server import ApplicationServerState
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult, KeyRetrievalAnswer, KeyRetrievalRequest
from nodes.protocol.octets import Ks
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID, Witness
from nodes.protocol.properties.monitor import QuietRequest
from nodes.protocol.world import actions
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    expire,
    lab,
    node_as,
    swap,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")
TO_SCEF = ("as-1", "scef")
TO_AS = ("scef", "as-1")
ATTACH_2 = actions.Command("ue-2", commands.Attach("mme-1"))
ASK_OLD = actions.Command("as-1", commands.AskForKey("ue-1", guti_index=0))
OLD_KEY = "as-1 got the Ks of AV 1 while ue-1 used AV 2."
QUIET = QuietRequest("as-1", "ue-1", 1, "ue-1")


def judged(run: Watched) -> tuple[PropertyID, ...]:
    """What the last step put to the test."""
    assert run.last is not None
    return run.last.judged


@BOTH
def test_the_ue_uses_the_ks_that_the_as_gets(solution: Solution) -> None:
    run = watched(lab(solution)).after(ATTACH, OPEN_SESSION)
    assert judged(run) == (PropertyID.P4, PropertyID.P2, PropertyID.P2Q)
    assert run.broken == {}
    assert run.observation.monitor.witnesses == (Witness.KEY_DELIVERED,)


@BOTH
def test_a_delivery_without_a_key_is_not_judged(solution: Solution) -> None:
    run = watched(lab(solution)).after(ATTACH, OPEN_SESSION, actions.Restart("mme-1"), actions.Restart("scef"), ASK)
    assert judged(run) == ()
    assert run.broken.keys() <= {"P1a"}


def test_the_push_of_a_reauthentication_is_still_on_its_way() -> None:
    """Solution 12 gives the old Ks, silently: the re-authentication is over, so the request is a quiet one."""
    run = watched(lab()).after(ATTACH, OPEN_SESSION).take(actions.Hold(*PUSHES)).after(REAUTHENTICATE, ASK)
    assert run.broken == {"P2": OLD_KEY, "P2q": OLD_KEY}
    assert run.last is not None
    assert [(each.property, each.ue) for each in run.last.violations] == [
        (PropertyID.P2, "ue-1"),
        (PropertyID.P2Q, "ue-1"),
    ]


@BOTH
def test_an_answer_that_a_reauthentication_overtakes_is_not_quiet(solution: Solution) -> None:
    """The Ks was the right one when it left the network."""
    run = watched(lab(solution)).after(ATTACH, OPEN_SESSION).take(ASK).until(*TO_AS, KeyRetrievalAnswer)
    run = run.take(actions.Hold(*TO_AS)).after(REAUTHENTICATE)
    assert run.observation.monitor.quiet == ()
    run = run.take(actions.Deliver(*TO_AS)).settle()
    assert run.broken == {"P2": OLD_KEY}


def test_a_request_while_a_nas_procedure_runs_is_not_quiet() -> None:
    run = watched(lab()).after(ATTACH, OPEN_SESSION).take(REAUTHENTICATE, ASK)
    assert run.observation.monitor.quiet == ()
    assert run.settle().broken.keys() <= {"P2"}


def test_a_request_is_quiet_from_asking_to_the_answer() -> None:
    run = watched(lab()).after(ATTACH).take(OPEN_SESSION).until(*TO_SCEF, KeyRetrievalRequest)
    assert run.observation.monitor.quiet == (QUIET,)
    assert run.settle().observation.monitor.quiet == ()


def test_a_repeated_request_is_the_same_one() -> None:
    run = watched(lab()).after(ATTACH).take(OPEN_SESSION).until(*TO_SCEF, KeyRetrievalRequest)
    run = run.take(actions.Drop(*TO_SCEF), expire("as-1", TimerName.NORTHBOUND, "ue-1"))
    assert run.observation.monitor.quiet == (QUIET,)
    assert run.settle().broken == {}


def test_a_newer_request_takes_the_place_of_an_older_one() -> None:
    run = watched(lab()).after(ATTACH).take(OPEN_SESSION).until(*TO_SCEF, KeyRetrievalRequest).take(ASK)
    assert run.observation.monitor.quiet == (replace(QUIET, number=2),)


def test_a_guti_that_nobody_holds_stands_for_the_ue_of_the_session() -> None:
    """Solution 12, the push of the reallocation is on its way: the old GUTI yields a key, the one that the UE uses."""
    run = watched(lab()).after(ATTACH, OPEN_SESSION).take(actions.Hold(*PUSHES)).after(REALLOCATE).take(ASK_OLD)
    assert run.observation.monitor.quiet == ()
    run = run.settle()
    assert judged(run) == (PropertyID.P4, PropertyID.P2)
    assert run.broken == {}
    assert run.observation.monitor.witnesses == (Witness.KEY_DELIVERED, Witness.OLD_GUTI_ASKED)


def test_an_old_key_for_a_guti_that_nobody_holds() -> None:
    """P2: both pushes are on their way, so the GUTI of before yields the key of before."""
    run = watched(lab()).after(ATTACH, OPEN_SESSION).take(actions.Hold(*PUSHES)).after(REALLOCATE, REAUTHENTICATE)
    run = run.take(ASK_OLD).settle()
    assert run.broken["P2"] == "as-1 got the Ks of AV 1 while ue-1 used AV 2."


@BOTH
def test_the_key_of_the_ue_that_has_the_guti_now(solution: Solution) -> None:
    """P4: the M-TMSI went to ue-2; the AS remembers it as that of ue-1. The holder uses the Ks: P2 holds."""
    lowest = lab(solution, ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    run = watched(lowest).after(ATTACH, OPEN_SESSION, DETACH, ATTACH_2, ASK)
    wrong = {each: why for each, why in run.broken.items() if each != "P6"}
    assert wrong == {"P4": "as-1 got AV 1 of ue-2 for the session of ue-1."}
    assert judged(run) == (PropertyID.P4, PropertyID.P2, PropertyID.P2Q)


def test_a_guti_is_held_by_the_ue_that_is_registered() -> None:
    """The push for ue-2 is on its way: its GUTI, which ue-1 had, still yields the key of ue-1."""
    run = watched(lab(ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)).after(ATTACH, OPEN_SESSION, DETACH)
    run = run.take(actions.Hold(*PUSHES)).after(ATTACH_2, ASK)
    assert run.broken["P2"] == "as-1 got the Ks of AV 1 of ue-1 while ue-2 used AV 1."
    assert run.last is not None
    assert {each.ue for each in run.last.violations} == {"ue-2"}


def test_a_guti_that_only_a_detached_ue_kept_is_held_by_it() -> None:
    run = watched(lab()).after(ATTACH, OPEN_SESSION, DETACH, ASK)
    assert judged(run) == (PropertyID.P4, PropertyID.P2, PropertyID.P2Q, PropertyID.P6)
    assert run.broken.keys() == {"P6"}


def test_a_key_that_no_hss_knows_is_of_no_ue() -> None:
    """No node sends it: a key of no AV is not that of the UE."""
    run = watched(lab()).after(ATTACH).take(OPEN_SESSION).until(*TO_AS, KeyRetrievalAnswer)
    answer = KeyRetrievalAnswer("as-1", "ue-1.1", KeyResult.OK, Ks(bytes(32)))
    run = run.with_world(swap(run.world, *TO_AS, answer)).settle()
    reason = "as-1 got the Ks of no AV while ue-1 used AV 1."
    nobodys = "as-1 got a key of no AV for the session of ue-1."
    assert run.broken == {"P4": nobodys, "P2": reason, "P2q": reason}


def test_only_the_session_that_was_answered_is_judged() -> None:
    """Two UEs wait for a key; one answer comes."""
    run = watched(lab(ues=2)).after(ATTACH, ATTACH_2).take(OPEN_SESSION)
    run = run.take(actions.Command("ue-2", commands.OpenApplicationSession("as-1"))).until(*TO_AS, KeyRetrievalAnswer)
    assert [each.ue for each in run.observation.monitor.quiet] == ["ue-1", "ue-2"]
    run = run.settle()
    assert run.observation.monitor.quiet == ()
    assert run.broken == {}


def test_a_session_that_is_opened_anew_ends_the_request_before() -> None:
    run = watched(lab()).after(ATTACH).take(OPEN_SESSION).until(*TO_SCEF, KeyRetrievalRequest)
    run = run.after(POWER_CYCLE, ATTACH, OPEN_SESSION)
    server = node_as(run.world, "as-1", ApplicationServerState)
    assert [session.open_request for session in server.sessions] == [None]
    assert run.observation.monitor.quiet == ()
