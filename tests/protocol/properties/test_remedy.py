"""What asking again would come to, in words. Whether it is so on any walk is test_claims'."""

from dataclasses import replace

import pytest

from nodes.protocol.entities.ue.state import UEPhase
from nodes.protocol.messages import commands
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.options import MTMSIReuse, Solution
from nodes.protocol.properties.key_answers import answer_for
from nodes.protocol.properties.verdict import judge
from nodes.protocol.world import actions
from nodes.protocol.world.actions import Command
from nodes.protocol.world.world import World, with_node
from tests.support.claims import check_reason
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    DETACH,
    MOVE,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    after,
    lab,
    server_session,
    settle,
    take,
    ue,
    until,
)

BOTH = pytest.mark.parametrize("solution", Solution, ids=str)
PUSHES = ("mme-1", "scef")
GONE = "No message or timer is pending. The AS knows only an old GUTI: asking gives 404 (GUTI unknown)."


def reason(world: World) -> str:
    """The reason of the verdict, which is so."""
    check_reason(world, "ue-1", "as-1")
    return judge(world, "ue-1", "as-1").reason


@BOTH
def test_guti_and_av_both_changed(solution: Solution) -> None:
    """Contribution 3: the old GUTI is of no use, and it is the only one that the AS knows."""
    world = after(lab(solution), ATTACH, OPEN_SESSION, ASK, REALLOCATE, REAUTHENTICATE)
    told = f"The AS holds AV 1, the UE uses AV 2. {GONE} Only a new session of the UE mends it."
    assert reason(world) == reason(after(world, ASK)) == told
    assert not judge(world, "ue-1", "as-1").mends


@BOTH
@pytest.mark.parametrize("leave", [DETACH, POWER_CYCLE], ids=str)
def test_a_ue_that_was_away(solution: Solution, leave: Command) -> None:
    world = after(lab(solution), ATTACH, OPEN_SESSION, leave, ATTACH)
    assert reason(world).startswith("The AS holds AV 1, the UE uses AV ")
    assert reason(world).endswith(f"{GONE} Only a new session of the UE mends it.")


@BOTH
def test_every_other_access_brings_a_new_guti(solution: Solution) -> None:
    world = after(lab(solution, reallocate_every_accesses=2), ATTACH, OPEN_SESSION, REAUTHENTICATE, RELEASE, ACCESS)
    assert reason(world).endswith("Asking again would mend it.")
    assert reason(after(world, RELEASE, ACCESS)).endswith(f"{GONE} Only a new session of the UE mends it.")


@BOTH
def test_where_an_m_tmsi_is_used_again_a_session_is_not_the_only_way(solution: Solution) -> None:
    """An attach may bring the old GUTI back."""
    world = lab(solution, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    world = after(world, ATTACH, OPEN_SESSION, REALLOCATE, REAUTHENTICATE)
    assert reason(world).endswith(f"{GONE} A new session of the UE would mend it.")


@BOTH
def test_the_old_guti_is_another_ues_by_now(solution: Solution) -> None:
    world = after(lab(solution, ues=2, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE), ATTACH, OPEN_SESSION, DETACH)
    world = after(world, Command("ue-2", commands.Attach("mme-1")), ATTACH)
    assert reason(world).endswith(
        "Asking again would give AV 1 of ue-2, the key of another UE. A new session of the UE would mend it."
    )


def test_an_older_guti_that_names_the_ue_again() -> None:
    """The UE got its first M-TMSI back, and the AS asks with the second one unless it is told otherwise."""
    world = lab(Solution.PULL, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    world = after(world, ATTACH, OPEN_SESSION, REALLOCATE, OPEN_SESSION, REALLOCATE, REAUTHENTICATE)
    assert ue(world).guti == server_session(world).gutis[0]
    assert reason(world).endswith(
        "Asking again would give no key: 404 (GUTI unknown)."
        " Asking with GUTI 1, which the AS learned earlier, would mend it."
    )


def test_the_old_guti_still_answers_while_the_push_is_on_its_way() -> None:
    """Solution 12: for the UE's GUTI the network has no key, for that of the AS it has the right one."""
    world = after(lab(), ATTACH, OPEN_SESSION, actions.Hold(*PUSHES), REALLOCATE)
    told = reason(world)
    assert told.startswith("UE and AS use AV 1, but the network gives no AV. Not at rest: message #")
    assert told.endswith("Asking again, with an old GUTI, would give AV 1.")
    assert not judge(world, "ue-1", "as-1").mends


@BOTH
def test_the_name_of_an_old_key(solution: Solution) -> None:
    """Repair `named_key`: the AS asks for the key that the UE named last."""
    world = after(lab(solution, named_key=True), ATTACH, OPEN_SESSION, REAUTHENTICATE)
    assert reason(world).endswith(
        "Asking again would give AV 1 and change nothing. A message of the UE, which names its key, would mend it."
    )


@BOTH
def test_an_mme_without_the_rand_knows_the_name(solution: Solution) -> None:
    """Repair `named_key`, S10: the name comes from K_ASME."""
    world = after(lab(solution, mmes=2, named_key=True), ATTACH, OPEN_SESSION, REAUTHENTICATE, MOVE, OPEN_SESSION)
    assert reason(world) == "UE, network and AS use the Ks of AV 2."


def test_a_ue_in_a_procedure_opens_no_session() -> None:
    """Nothing on the application leg helps until the service request is over."""
    world = take(after(lab(), ATTACH, OPEN_SESSION, REALLOCATE, REAUTHENTICATE, RELEASE), ACCESS)
    assert reason(world).endswith("The AS knows only an old GUTI: asking gives 404 (GUTI unknown).")


@BOTH
def test_several_old_gutis(solution: Solution) -> None:
    world = after(lab(solution), ATTACH, OPEN_SESSION, REALLOCATE, OPEN_SESSION, REALLOCATE, REAUTHENTICATE)
    assert "The AS knows only old GUTIs: asking gives 404 (GUTI unknown)." in reason(world)


def test_a_late_push_is_given_to_the_as_too() -> None:
    world = until(take(lab(), ATTACH), *PUSHES, ActiveVectorPushRequest)
    world = take(world, actions.Duplicate(*PUSHES), actions.Deliver(*PUSHES), actions.Hold(*PUSHES))
    world = after(settle(world).world, OPEN_SESSION, REAUTHENTICATE)
    world = settle(take(world, actions.Deliver(*PUSHES, 1), actions.Release(*PUSHES))).world
    assert reason(world) == (
        "The UE uses AV 2, network and AS have AV 1. No message or timer is pending."
        " Asking again would give AV 1 and change nothing."
    )


def test_an_as_without_a_key_is_told_what_asking_would_give() -> None:
    world = after(lab(), ATTACH, actions.Hold("scef", "as-1"), OPEN_SESSION)
    assert reason(world) == "The AS has no key for the UE's session."
    dropped = take(world, actions.Drop("scef", "as-1"))
    given_up = dropped
    for _ in range(5):
        expiry = next(actions.Expire(each.node, each.name, each.subject) for each in given_up.timers)
        given_up = take(given_up, expiry)
        given_up = take(given_up, *(actions.Drop(*link.key) for link in given_up.links))
        if not given_up.timers:
            break
    assert reason(given_up) == "The AS has no key for the UE's session. Asking again would mend it."


def test_a_session_that_the_as_does_not_know_of() -> None:
    lost = take(after(lab(), ATTACH), OPEN_SESSION, actions.Drop("ue-1", "as-1"))
    assert reason(lost) == "The UE has its Ks. The AS knows of no session with it and holds no key."


def test_a_key_that_outlives_the_ues_context() -> None:
    """After AUTHENTICATION REJECT (TS 24.301 §5.4.2.5) the UE has neither GUTI nor key, and the AS still has one."""
    world = after(lab(), ATTACH, OPEN_SESSION)
    world = with_node(world, replace(ue(world), phase=UEPhase.DEREGISTERED, guti=None, current=None))
    assert reason(world) == "The UE is not attached. The AS still holds AV 1."
    assert judge(world, "ue-1", "as-1").prospect is not None
    assert not judge(world, "ue-1", "as-1").mends


def test_a_gummei_that_no_mme_has_is_a_bad_gateway() -> None:
    """As the SCEF itself answers."""
    world = after(lab(Solution.PULL), ATTACH, OPEN_SESSION)
    (guti,) = server_session(world).gutis
    elsewhere = replace(guti, gummei=replace(guti.gummei, mme_code=255))
    assert answer_for(world, elsewhere) == (KeyResult.BAD_GATEWAY, None)
