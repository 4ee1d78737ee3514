"""A step is seen whole: what it violates, what it puts to the test, and the next history."""

from nodes.protocol.messages.key_requests import KeyRetrievalAnswer
from nodes.protocol.properties.catalogue import PropertyID, Violation, Witness
from nodes.protocol.properties.monitor import Monitor, Observed
from nodes.protocol.properties.steps import observe
from nodes.protocol.properties.verdict import touched_ues
from nodes.protocol.world import actions
from nodes.protocol.world.diff import diff
from nodes.protocol.world.engine import transition
from tests.support.properties import watched
from tests.support.protocol import ASK, ATTACH, OPEN_SESSION, REAUTHENTICATE, lab

TO_AS = ("scef", "as-1")


def test_a_step_that_nothing_speaks_of() -> None:
    world = lab()
    done = transition(world, ATTACH)
    assert observe(world, Monitor(), ATTACH, done, ["ue-1"]) == Observed(Monitor())


def test_a_step_about_no_ue() -> None:
    world = lab()
    hold = actions.Hold("mme-1", "scef")
    done = transition(world, hold)
    assert touched_ues(world, done.world, diff(world, done.world)) == frozenset()
    assert observe(world, Monitor(), hold, done, []) == Observed(Monitor())


def test_a_delivery_is_judged_and_remembered() -> None:
    run = watched(lab()).after(ATTACH, OPEN_SESSION).take(actions.Hold("mme-1", "scef")).after(REAUTHENTICATE)
    run = run.take(ASK).until(*TO_AS, KeyRetrievalAnswer)
    deliver = actions.Deliver(*TO_AS)
    before = run.observation.monitor
    assert [each.number for each in before.quiet] == [2]
    seen = observe(run.world, before, deliver, transition(run.world, deliver), ["ue-1"])
    reason = "as-1 got the Ks of AV 1 while ue-1 used AV 2."
    assert seen.violations == (
        Violation(PropertyID.P2, "ue-1", reason),
        Violation(PropertyID.P2Q, "ue-1", reason),
    )
    assert seen.judged == (PropertyID.P4, PropertyID.P2, PropertyID.P2Q)
    assert seen.monitor.quiet == ()
    assert seen.monitor.witnesses == (Witness.KEY_DELIVERED, Witness.TWO_AVS)
