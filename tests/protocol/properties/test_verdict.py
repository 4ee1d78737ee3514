"""The verdict: who uses which AV, since when that counts, and whom a step is about. What it says is test_claims'."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import NoSuchAction
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.options import Solution
from nodes.protocol.properties.verdict import Verdict, Word, diverges, judge, pairs, touched_ues
from nodes.protocol.world import actions
from nodes.protocol.world.diff import diff
from nodes.protocol.world.engine import next_delivery, step
from nodes.protocol.world.provenance import VectorName
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ASK,
    ATTACH,
    DETACH,
    IMSI_1,
    OPEN_SESSION,
    REALLOCATE,
    REAUTHENTICATE,
    SEND_COMMAND,
    SEND_READING,
    TO_MME,
    after,
    expire,
    expire_and_lose,
    lab,
    settle,
    take,
    until,
)

FIRST, SECOND = VectorName(IMSI_1, 1), VectorName(IMSI_1, 2)
BOTH = pytest.mark.parametrize("solution", Solution, ids=str)


def verdict(world: World) -> Verdict:
    return judge(world, "ue-1", "as-1")


def avs(world: World) -> tuple[VectorName | None, VectorName | None, VectorName | None]:
    """U, N and A."""
    found = verdict(world)
    return found.ue, found.network, found.application_server


@BOTH
def test_no_key_before_attach(solution: Solution) -> None:
    found = verdict(lab(solution))
    assert (found.word, found.reason) == (Word.NO_KEY_YET, "The UE is not attached.")
    assert avs(lab(solution)) == (None, None, None)


def test_no_key_while_attaching() -> None:
    found = verdict(take(lab(), ATTACH))
    assert (found.word, found.reason) == (Word.NO_KEY_YET, "The UE has no Ks yet.")
    assert found.busy == "message #1 is in flight"


@BOTH
def test_no_key_while_the_as_has_none(solution: Solution) -> None:
    attached = after(lab(solution), ATTACH)
    assert verdict(attached).reason == "The UE has its Ks. It has opened no session with the AS, which holds no key."
    opened = take(attached, OPEN_SESSION, actions.Deliver("ue-1", "as-1"))
    assert verdict(opened).reason == "The AS has no key for the UE's session."
    assert avs(opened) == (FIRST, FIRST, None)


@BOTH
def test_in_sync_after_the_key_is_delivered(solution: Solution) -> None:
    found = verdict(after(lab(solution), ATTACH, OPEN_SESSION))
    assert (found.word, found.busy, found.harm) == (Word.IN_SYNC, None, 0)
    assert found.reason == "UE, network and AS use the Ks of AV 1."


@BOTH
def test_key_delivered_then_reauthentication_is_out_of_sync(solution: Solution) -> None:
    """Contribution 2.1 step 7, 2.2 step 7: the AS keeps the key of the AV before."""
    world = after(lab(solution), ATTACH, OPEN_SESSION, REAUTHENTICATE)
    found = verdict(world)
    assert (found.word, found.mends) == (Word.OUT_OF_SYNC, True)
    assert found.reason.startswith("The AS holds AV 1, the UE uses AV 2. No message or timer is pending. ")
    assert found.reason.endswith(" pending. Asking again would mend it.")
    assert verdict(after(world, ASK)).word is Word.IN_SYNC


def test_push_in_flight_is_in_transit() -> None:
    """Solution 12: the SCEF still gives the key before the re-authentication."""
    world = after(lab(), ATTACH, OPEN_SESSION)
    world = take(until(take(world, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete), actions.Deliver(*TO_MME))
    found = verdict(world)
    assert (found.word, avs(world), found.mends) == (Word.IN_TRANSIT, (SECOND, FIRST, FIRST), False)
    assert found.reason.startswith("The UE uses AV 2, network and AS have AV 1. Not at rest: message #")
    assert found.reason.endswith("Asking again would give AV 1 and change nothing.")


def test_network_without_a_key() -> None:
    """Solution 11 after a detach: the MME has dropped the context, UE and AS keep their key."""
    found = verdict(after(lab(Solution.PULL), ATTACH, OPEN_SESSION, DETACH))
    assert found.reason == (
        "UE and AS use AV 1, but the network gives no AV. No message or timer is pending."
        " Asking again would give no key: 404 (GUTI unknown)."
    )


def test_three_different_avs() -> None:
    """The AS has AV 1; the push of AV 2 is known, that of AV 3 is still on its way."""
    world = after(lab(), ATTACH, OPEN_SESSION, REAUTHENTICATE)
    world = take(until(take(world, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete), actions.Deliver(*TO_MME))
    assert verdict(world).reason.startswith("The UE uses AV 3, the network gives AV 2, the AS holds AV 1.")


@pytest.mark.parametrize("send", [SEND_READING, SEND_COMMAND], ids=["uplink", "downlink"])
def test_a_message_that_does_not_open_is_harm(send: actions.Command) -> None:
    world = after(lab(), ATTACH, OPEN_SESSION, REAUTHENTICATE, send)
    assert verdict(world).harm == 1


def test_busy_by_a_timer_and_by_a_parked_push() -> None:
    lost = take(lab(), ATTACH, actions.Drop(*TO_MME))
    assert verdict(lost).busy == "T3410 runs at ue-1"
    world = take(lab(), ATTACH, actions.Hold("hss", "scef"))
    parked = expire_and_lose(settle(world).world, expire("hss", TimerName.PUSH, f"{IMSI_1}.1"), 0).world
    assert verdict(parked).busy is not None
    dropped = replace(parked, links=(), timers=())
    assert verdict(dropped).busy == "a push is parked at the SCEF"


@BOTH
def test_reallocation_keeps_everybody_in_sync(solution: Solution) -> None:
    """Contribution 3: the GUTI changes, the AV stays."""
    assert verdict(after(lab(solution), ATTACH, OPEN_SESSION, REALLOCATE)).word is Word.IN_SYNC


@BOTH
def test_the_answer_by_name_is_told_with_the_repair_only(solution: Solution) -> None:
    """Repair `named_key`: then N is what a request gets that names the key."""
    assert verdict(after(lab(solution), ATTACH)).named is None
    world = lab(solution, named_key=True)
    assert verdict(world).named is None
    assert verdict(after(world, ATTACH)).named is KeyResult.OK


def test_a_name_turns_a_wrong_key_into_none() -> None:
    """Solution 12, the push of AV 2 is on its way: without a name the SCEF gives AV 1."""
    world = after(lab(named_key=True), ATTACH, actions.Hold("mme-1", "scef"), REAUTHENTICATE)
    found = verdict(world)
    assert (found.ue, found.network, found.named) == (SECOND, None, KeyResult.NO_KEY_YET)


def test_unknown_nodes_are_refused() -> None:
    with pytest.raises(NoSuchAction, match="hss is no UE"):
        judge(lab(), "hss", "as-1")
    with pytest.raises(NoSuchAction, match="ue-1 is no ApplicationServer"):
        judge(lab(), "ue-1", "ue-1")


def test_pairs_are_the_first_as_and_those_with_a_session() -> None:
    world = after(lab(servers=3), ATTACH, actions.Command("ue-1", commands.OpenApplicationSession("as-3")))
    assert pairs(world, {"ue-1"}) == (("ue-1", "as-1"), ("ue-1", "as-3"))


def test_divergence_begins_when_ends_that_agreed_differ() -> None:
    agreed = verdict(after(lab(), ATTACH, OPEN_SESSION)).summary
    apart = verdict(after(lab(), ATTACH, OPEN_SESSION, REAUTHENTICATE)).summary
    assert diverges(agreed, apart)
    assert diverges(None, apart)
    assert not diverges(apart, apart)
    assert not diverges(apart, agreed)


@BOTH
def test_a_step_touches_the_ue_that_it_is_about(solution: Solution) -> None:
    """Whatever changes a verdict is about a UE that is named as touched."""
    world = lab(solution, ues=3)
    todo = [
        actions.Command(f"ue-{n}", wanted)
        for wanted in (commands.Attach("mme-1"), commands.OpenApplicationSession("as-1"))
        for n in (1, 2)
    ]
    for command in [*todo, REAUTHENTICATE, ASK, DETACH]:
        world = _walk(world, command)


def _walk(world: World, first: actions.Action) -> World:
    action: actions.Action | None = first
    while action is not None:
        after_it = step(world, action)
        touched = touched_ues(world, after_it, diff(world, after_it))
        for ue in ("ue-1", "ue-2", "ue-3"):
            if ue not in touched:
                assert judge(world, ue, "as-1") == judge(after_it, ue, "as-1")
        world, action = after_it, next_delivery(after_it)
    return world


def test_a_lost_message_touches_its_ue() -> None:
    world = take(lab(ues=2), ATTACH)
    lost = take(world, actions.Drop(*TO_MME))
    assert touched_ues(world, lost, diff(world, lost)) == {"ue-1"}


def test_a_copy_changes_no_verdict() -> None:
    world = take(lab(ues=2), ATTACH)
    assert verdict(take(world, actions.Duplicate(*TO_MME))) == verdict(world)
