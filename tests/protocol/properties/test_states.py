"""P1, P1a, P5 and P6, each in a world where it holds and in one where it does not."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.entities.scef.table import Record, with_record
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.identities import IMSI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.pushes import ActiveVectorPushRequest, KeyPair
from nodes.protocol.octets import RAND, Ks
from nodes.protocol.options import ActiveWhen, MTMSIReuse, Solution
from nodes.protocol.properties.catalogue import PropertyID, Violation
from nodes.protocol.properties.monitor import Authenticated, Monitor, Retired
from nodes.protocol.properties.rest import is_at_rest, is_registered, shown_rands
from nodes.protocol.properties.states import STATE_PROPERTIES, av_of, broken_in, flags_wrongly
from nodes.protocol.world import actions
from nodes.protocol.world.world import World, with_node
from tests.support.properties import Watched, watched
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    TO_MME,
    TO_UE,
    after,
    context,
    expire,
    expire_and_lose,
    lab,
    mme,
    record,
    scef,
    settle,
    take,
    ue,
    until,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")


def violations(world: World, monitor: Monitor | None = None) -> tuple[Violation, ...]:
    seen, state = monitor or Monitor(), ue(world)
    return tuple(
        Violation(each, state.name, STATE_PROPERTIES[each].reason(world, seen, state))
        for each in broken_in(world, seen, state)
    )


def with_context_of(world: World, **changes: object) -> World:
    """The world with other values in the MME's context of ue-1."""
    changed = replace(context(world), **changes)  # type: ignore[arg-type]
    others = tuple(each for each in mme(world).contexts if each.imsi != IMSI_1)
    return with_node(world, replace(mme(world), contexts=tuple(sorted((*others, changed), key=lambda c: c.imsi))))


def with_record_of(world: World, changed: Record) -> World:
    return with_node(world, with_record(scef(world), changed))


# Words of the definitions


@BOTH
def test_registered_from_attach_complete_to_detach(solution: Solution) -> None:
    world = lab(solution)
    assert not is_registered(world, ue(world))
    world = until(take(world, ATTACH), *TO_MME, nas.AttachComplete)
    assert not is_registered(world, ue(world))
    world = settle(world).world
    assert is_registered(world, ue(world))
    world = after(world, DETACH)
    assert not is_registered(world, ue(world))


def test_a_ue_that_lost_power_is_registered_at_the_mme_alone() -> None:
    world = after(lab(), ATTACH, POWER_CYCLE)
    assert context(world).registered
    assert not is_registered(world, ue(world))


def test_a_held_message_is_no_rest() -> None:
    world = after(lab(), ATTACH, OPEN_SESSION)
    assert is_at_rest(world, ue(world))
    world = take(world, actions.Hold(*TO_UE), REAUTHENTICATE)
    assert not is_at_rest(settle(world).world, ue(world))


def test_the_world_shows_the_av_in_use_and_the_one_of_a_verified_res() -> None:
    """RES is verified before SECURITY MODE COMMAND goes out."""
    world = after(lab(), ATTACH)
    first, second = (vector.rand for vector in context(world).vectors[:2])
    assert shown_rands(world, ue(world)) == {first}
    world = until(take(world, REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)
    assert shown_rands(world, ue(world)) == {first}
    world = until(world, *TO_UE, nas.SecurityModeCommand)
    assert shown_rands(world, ue(world)) == {first, second}
    world = settle(world).world
    assert shown_rands(world, ue(world)) == {second}
    assert shown_rands(lab(), ue(lab())) == frozenset()


# All of them hold


@BOTH
def test_all_hold_after_every_step_of_an_ordinary_run(solution: Solution) -> None:
    run = watched(lab(solution)).after(ATTACH, OPEN_SESSION, REAUTHENTICATE, ASK, REALLOCATE)
    assert run.broken == {}
    assert violations(run.world, run.observation.monitor) == ()


# P1


def late_push(**options: Any) -> Watched:
    """Solution 12: a copy of the MME's push of AV 1 comes after that of AV 2."""
    run = watched(lab(**options)).take(ATTACH).until(*PUSHES, ActiveVectorPushRequest)
    run = run.take(actions.Duplicate(*PUSHES), actions.Deliver(*PUSHES), actions.Hold(*PUSHES)).settle()
    run = run.after(REAUTHENTICATE).take(actions.Deliver(*PUSHES, 1)).settle()
    return run.take(actions.Release(*PUSHES)).settle()


def test_a_late_push_flips_active_back() -> None:
    """P1: ACTIVE is AV 1 again, and nothing is under way that would mend it."""
    run = late_push()
    reason = "The UE uses AV 2, but the network gives AV 1."
    assert violations(run.world, run.observation.monitor) == (Violation(PropertyID.P1, "ue-1", reason),)
    assert run.broken == {"P1": reason}


def test_ordered_pushes_keep_p1() -> None:
    """Repair `ordered_push`: the SCEF ignores the older push."""
    assert late_push(ordered_push=True).broken == {}


def test_a_wrong_key_while_something_is_under_way_is_not_p1() -> None:
    run = watched(lab()).after(ATTACH).take(actions.Hold(*PUSHES)).after(REAUTHENTICATE)
    assert violations(run.world, run.observation.monitor) == ()
    assert run.broken == {}


@BOTH
def test_an_av_that_is_active_too_early_is_p1(solution: Solution) -> None:
    """`res-verified` with SECURITY MODE COMMAND lost for good: the UE stays with AV 1, the network gives AV 2."""
    run = watched(lab(solution, active_when=ActiveWhen.RES_VERIFIED)).after(ATTACH)
    run = run.take(REAUTHENTICATE).until(*TO_UE, nas.SecurityModeCommand)
    for _ in range(4):
        run = run.take(actions.Drop(*TO_UE)).settle().take(expire("mme-1", TimerName.T3460, IMSI_1))
    run = run.take(actions.Drop(*TO_UE), expire("mme-1", TimerName.T3460, IMSI_1)).settle()
    assert run.broken == {
        "P1": "The UE uses AV 1, but the network gives AV 2.",
        "P1w": "The UE uses AV 1, but the network gives AV 2, while T3460 at mme-1 runs for up to 6 s.",
    }


def test_the_key_of_another_ue_is_named_with_that_ue() -> None:
    world = after(lab(ues=2), ATTACH, actions.Command("ue-2", commands.Attach("mme-1")))
    assert av_of(world, ue(world, "ue-2").ks, ue(world)) == "AV 1 of ue-2"
    assert av_of(world, ue(world).ks, ue(world)) == "AV 1"
    assert av_of(world, None, ue(world)) == "no AV"


# P1a


def test_no_key_after_a_restart_of_the_scef() -> None:
    """P1a: the records are lost, and the MME has no reason to push again."""
    run = watched(lab()).after(ATTACH, actions.Restart("scef"))
    reason = "The network gives no key for the UE's GUTI: GUTI unknown."
    assert violations(run.world) == (Violation(PropertyID.P1A, "ue-1", reason),)
    assert run.broken == {"P1a": reason}


@BOTH
def test_no_key_is_no_violation_before_the_ue_is_registered(solution: Solution) -> None:
    assert violations(lab(solution)) == ()


def test_a_gutis_context_without_an_active_av_gives_no_key() -> None:
    world = with_context_of(after(lab(Solution.PULL), ATTACH), vectors=())
    assert [each.reason for each in violations(world)] == [
        "The network gives no key for the UE's GUTI: no AV is active."
    ]


def test_a_key_in_question_is_given_to_nobody() -> None:
    """P1a with the repair `settle_key`, once the MME has paged in vain: the UE's next message settles it."""
    world = until(
        take(after(lab(Solution.PULL, settle_key=True), ATTACH), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand
    )
    paged = take(world, actions.Fail(*TO_UE))
    limit = RULES[TimerName.T3413].limit
    silent = expire_and_lose(paged, expire("mme-1", TimerName.T3413, IMSI_1), limit).world
    assert [each.reason for each in violations(silent)] == [
        "The network gives no key for the UE's GUTI: it is open which of two the UE uses."
    ]


@pytest.mark.parametrize("lost", ["guti", "current"])
def test_a_ue_without_guti_or_key_is_not_registered(lost: str) -> None:
    """Whatever the MME takes it for."""
    world = after(lab(), ATTACH)
    state = ue(world)
    without = replace(state, guti=None) if lost == "guti" else replace(state, current=None)
    world = with_node(world, without)
    assert context(world).registered
    assert not is_registered(world, ue(world))


# P5: no node makes these worlds


def attached() -> World:
    return after(lab(), ATTACH)


def test_one_active_holds_at_rest_and_without_a_record() -> None:
    assert not flags_wrongly(attached(), Monitor(), ue(attached()))
    assert not flags_wrongly(lab(), Monitor(), ue(lab()))
    assert not flags_wrongly(after(lab(Solution.PULL), ATTACH), Monitor(), ue(attached()))
    assert STATE_PROPERTIES[PropertyID.P5].reason(lab(), Monitor(), ue(lab())) == ""


def test_an_av_that_no_ue_was_authenticated_with() -> None:
    world = attached()
    unused = context(world).vectors[1].rand
    world = with_record_of(world, replace(record(world), active=unused))
    reason = "The SCEF flags AV 2 ACTIVE, but no UE was authenticated with it."
    assert Violation(PropertyID.P5, "ue-1", reason) in violations(world)
    known = Monitor(authenticated=(Authenticated(IMSI_1, unused),))
    assert not flags_wrongly(world, known, ue(world))
    assert flags_wrongly(world, Monitor(authenticated=(Authenticated(IMSI("999990000000002"), unused),)), ue(world))


def test_a_flag_while_a_push_is_parked() -> None:
    world = attached()
    world = with_record_of(world, replace(record(world), parked=RAND(bytes(16))))
    reason = "The SCEF flags AV 1 ACTIVE while a push is parked."
    assert violations(world) == (Violation(PropertyID.P5, "ue-1", reason),)


def test_two_ks_under_one_flag() -> None:
    world = attached()
    found = record(world)
    assert found.active is not None
    twice = (*found.pairs, KeyPair(found.active, Ks(bytes(32))))
    world = with_record_of(world, replace(found, pairs=twice))
    assert violations(world) == (Violation(PropertyID.P5, "ue-1", "The SCEF flags 2 Ks ACTIVE."),)


# P6


def test_the_scef_answers_for_the_old_guti_after_a_detach() -> None:
    """Solution 12: the MME tells the SCEF nothing of a detach."""
    run = watched(lab()).after(ATTACH, DETACH)
    reason = "The UE's old GUTI still yields the key of AV 1."
    assert violations(run.world, run.observation.monitor) == (Violation(PropertyID.P6, "ue-1", reason),)


@pytest.mark.parametrize(
    ("solution", "options"),
    [(Solution.PULL, {}), (Solution.PUSH, {"withdraw_guti": True})],
    ids=["11", "12 with withdraw_guti"],
)
def test_the_old_guti_is_useless_after_a_detach(solution: Solution, options: dict[str, Any]) -> None:
    run = watched(lab(solution, **options)).after(ATTACH, DETACH)
    assert run.broken == {}
    assert PropertyID.P6 in run.observation.tried


@BOTH
def test_the_old_guti_is_useless_after_a_reallocation(solution: Solution) -> None:
    """Contribution 3-c."""
    run = watched(lab(solution)).after(ATTACH, REALLOCATE)
    assert run.broken == {}
    assert PropertyID.P6 in run.observation.tried


def test_an_old_guti_while_the_push_is_on_its_way_is_not_p6() -> None:
    run = watched(lab()).after(ATTACH).take(actions.Hold(*PUSHES)).after(REALLOCATE)
    monitor = run.observation.monitor
    assert [each.imsi for each in monitor.retired] == [IMSI_1]
    assert broken_in(run.world, monitor, ue(run.world)) == ()


def test_an_old_guti_of_another_ue_is_not_asked_for() -> None:
    world = after(lab(ues=2), ATTACH)
    guti = ue(world).guti
    assert guti is not None
    monitor = Monitor(retired=(Retired(guti, IMSI("999990000000002")),))
    assert broken_in(world, monitor, ue(world)) == ()
    assert broken_in(world, monitor, ue(world, "ue-2")) == (PropertyID.P6,)


def test_a_guti_that_was_allocated_again_does_not_count() -> None:
    lowest = lab(ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    run = watched(lowest).after(ATTACH, DETACH, actions.Command("ue-2", commands.Attach("mme-1")))
    assert run.observation.monitor.retired == ()
