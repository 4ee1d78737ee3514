"""Challenges that a UE does not accept, and what it remembers of one that it did (TS 24.301 §5.4.2.3, §5.4.2.7)."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.machine import NoteKind, Step
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.entities.ue import procedures
from nodes.protocol.entities.ue.procedures import network_failed_check
from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import nas
from nodes.protocol.octets import AUTN, RAND
from nodes.protocol.options import Solution
from nodes.protocol.world import actions
from nodes.protocol.world.outputs import apply
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ATTACH,
    TO_MME,
    TO_UE,
    Told,
    after,
    expire,
    in_flight,
    lab,
    ladder,
    lose_all,
    settle,
    swap,
    take,
    timers,
    ue,
    until,
)

CHALLENGED = until(take(lab(Solution.PULL), ATTACH), *TO_UE, nas.AuthenticationRequest)


def forged() -> nas.AuthenticationRequest:
    challenge = in_flight(CHALLENGED, *TO_UE)[0]
    assert isinstance(challenge, nas.AuthenticationRequest)
    return nas.AuthenticationRequest(challenge.ksi, challenge.rand, AUTN(bytes(16)))


def get(world: World, message: nas.AuthenticationRequest) -> World:
    """The UE gets a challenge; whatever it sends is lost."""
    on_its_way = swap(CHALLENGED, *TO_UE, message)
    return lose_all(take(_with_links_of(world, on_its_way), actions.Deliver(*TO_UE)))


def _with_links_of(world: World, other: World) -> World:

    return replace(world, links=other.links)


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_failure_stops_the_timer_of_the_procedure_and_a_valid_challenge_starts_it_anew() -> None:
    """Item c, e."""
    spoilt = take(CHALLENGED, actions.Alter(*TO_UE), actions.Deliver(*TO_UE))
    assert [name for node, name in timers(spoilt) if node == "ue-1"] == ["T3418"]
    again = get(spoilt, in_flight(CHALLENGED, *TO_UE)[0])  # type: ignore[arg-type]
    assert [name for node, name in timers(again) if node == "ue-1"] == ["T3410", "T3416"]
    assert ue(again).failures == 0


@pytest.mark.clause("TS 24.301", "5.4.2.7")
@pytest.mark.parametrize("is_rejected", [False, True], ids=["accepted", "rejected"])
def test_security_mode_command_starts_the_timer_of_the_procedure_anew(*, is_rejected: bool) -> None:
    """A challenge was answered, a forged one refused, and then the COMMAND of the first comes (§10.2: T3418)."""
    world = until(take(CHALLENGED, actions.Deliver(*TO_UE)), *TO_UE, nas.SecurityModeCommand)
    (command,) = in_flight(world, *TO_UE)
    spoilt = lose_all(take(swap(world, *TO_UE, replace(forged(), rand=RAND(bytes(16)))), actions.Deliver(*TO_UE)))
    assert [name for node, name in timers(spoilt) if node == "ue-1"] == ["T3418"]
    world = swap(replace(spoilt, links=world.links), *TO_UE, command)
    world = take(world, *((actions.Alter(*TO_UE),) if is_rejected else ()), actions.Deliver(*TO_UE))
    assert (ue(world).current is None) is is_rejected
    assert [name for node, name in timers(world) if node == "ue-1"] == ["T3410"]


@pytest.mark.clause("TS 24.301", "5.4.2.7")
def test_third_failure_in_a_row_is_that_of_the_network() -> None:
    """Item f: the connection is released, and T3410 runs anew."""
    world = CHALLENGED
    for failures in (1, 2):
        world = get(world, forged())
        assert ue(world).failures == failures
    world = get(world, forged())
    assert (ue(world).failures, ue(world).connection.is_open) == (0, False)
    assert [name for node, name in timers(world) if node == "ue-1"] == ["T3410"]


@pytest.mark.clause("TS 24.301", "5.4.2.7")
@pytest.mark.parametrize("timer", [TimerName.T3418, TimerName.T3420], ids=lambda timer: timer.value)
def test_challenge_that_does_not_follow_is_a_failure_of_the_network(timer: TimerName) -> None:
    """Item f; the attach is then tried again as after any T3410."""
    spoilt = lose_all(take(CHALLENGED, actions.Alter(*TO_UE), actions.Deliver(*TO_UE)))
    told = _expired(spoilt, timer)
    assert told.of_kind(NoteKind.ABANDONED) == ["ue-1: the network has failed the check: connection released"]
    assert not ue(told.world).connection.is_open
    world = take(told.world, expire("ue-1", TimerName.T3410, "ue-1"))
    assert ue(world).phase is UEPhase.ATTEMPTING_TO_ATTACH
    assert [name for node, name in timers(world) if node == "ue-1"] == ["T3411"]


def _expired(world: World, timer: TimerName) -> Told:
    """T3420 does the same as T3418, which runs here."""

    if timer is TimerName.T3418:
        return ladder(world, expire("ue-1", timer, "ue-1"))
    step = procedures.on_t3420_expiry(ue(world), "ue-1")
    done = apply(world, Step(step.state, step.outputs), ())
    return Told(done.world, done.events)


@pytest.mark.clause("TS 24.301", "5.4.2.3")
def test_rand_and_res_are_deleted_with_t3416() -> None:
    world = until(CHALLENGED, *TO_MME, nas.AuthenticationResponse)
    assert ue(world).answered is not None
    told = ladder(lose_all(world), expire("ue-1", TimerName.T3416, "ue-1"))
    assert told.notes == ["ue-1: RAND and RES deleted"]
    assert ue(told.world).answered is None


def test_network_that_fails_a_registered_ue_leaves_it_idle() -> None:
    """No procedure of the UE's own runs, so no timer starts."""
    world = after(lab(Solution.PULL), ATTACH)

    step = network_failed_check(ue(world))
    assert not step.state.connection.is_open
    assert settle(world).sent == []
