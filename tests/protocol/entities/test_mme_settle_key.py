"""Repair `settle_key`: which of two keys the UE uses, after a security mode control that ended without an answer.

Not defined by 3GPP.
"""

from typing import Any

import pytest

from nodes.protocol.entities.machine import Send, Step
from nodes.protocol.entities.mme.endings import abort
from nodes.protocol.entities.mme.keys import key_for
from nodes.protocol.entities.mme.nas_security import unwrap
from nodes.protocol.entities.mme.push import start_push
from nodes.protocol.entities.mme.security_mode import command_again, keep_current
from nodes.protocol.entities.mme.state import Paged, Stage, context_of
from nodes.protocol.entities.timers import RULES, TimerName
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import KeyResult, T6aKeyRequest
from nodes.protocol.messages.pushes import ActiveVectorPushRequest
from nodes.protocol.messages.s1 import Paging
from nodes.protocol.octets import Ks
from nodes.protocol.options import ActiveWhen, AfterAbandonedSMC, Solution
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ASK,
    ATTACH,
    FROM_NEW_MME,
    IMSI_1,
    MOVE,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
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
    server_session,
    settle,
    take,
    timers,
    told,
    ue,
    until,
)

both_solutions = pytest.mark.parametrize("solution", Solution)
both_moments = pytest.mark.parametrize("active_when", ActiveWhen)
T3460 = expire("mme-1", TimerName.T3460, IMSI_1)
T3413 = expire("mme-1", TimerName.T3413, IMSI_1)
AGAIN = "SECURITY MODE COMMAND again: its answer tells which key the UE uses"
STAYS = "mme-1: the UE uses the key of before: settled"


def attached(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, settle_key=True, **options), ATTACH, OPEN_SESSION)


def complete_failed(world: World) -> World:
    """The UE has switched, and its answer is lost for good with the connection."""
    world = until(take(world, REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    return take(world, actions.Fail(*TO_MME))


def command_failed(world: World) -> World:
    """COMMAND is lost for good with the connection: the UE has not switched."""
    world = until(take(world, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    return take(world, actions.Fail(*TO_UE))


def given(world: World) -> tuple[KeyResult, Ks | None]:
    """What the MME gives for the UE's GUTI now."""
    guti = ue(world).guti
    assert guti is not None
    result, ks, _ = key_for(mme(world), T6aKeyRequest("as-1", "1", guti))
    return result, ks


def procedure_of(world: World) -> tuple[Stage, Paged | None] | None:
    procedure = context(world).procedure
    return None if procedure is None else (procedure.stage, procedure.paged_for)


def is_agreed(world: World) -> bool:
    """UE and MME have the same current key, nothing is in question, and the MME gives that key."""
    its, mmes = ue(world).current, context(world).current
    assert its is not None
    assert mmes is not None
    return its.k_asme == mmes.k_asme and context(world).kept is None and given(world) == (KeyResult.OK, its.ks)


@both_moments
def test_no_key_is_given_while_two_are_in_question(active_when: ActiveWhen) -> None:
    """An AS that asks meanwhile is told: no key yet."""
    world = complete_failed(attached(active_when=active_when))
    assert given(world) == (KeyResult.NO_KEY_YET, None)

    asked = ladder(take(world, actions.Hold(*TO_UE)), ASK)

    assert "mme-1: no key yet: it is open which of two the UE uses" in asked.notes
    assert server_session(asked.world).last_result is KeyResult.NO_KEY_YET


def test_key_is_given_as_long_as_the_procedure_runs() -> None:
    """It is not in question before the procedure has ended without an answer."""
    world = until(take(attached(), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    result, ks = given(world)
    assert (result, ks) == (KeyResult.OK, ue(world).ks)


@both_solutions
@both_moments
def test_paging_tells_that_the_ue_has_switched(solution: Solution, active_when: ActiveWhen) -> None:
    """The UE's SERVICE REQUEST verifies under the new key, which is current and active from then on."""
    world = complete_failed(attached(solution, active_when=active_when))
    assert procedure_of(world) == (Stage.PAGING, Paged.SETTLING)
    assert [type(each) for each in in_flight(world, *TO_UE)] == [Paging]

    done = settle(world)

    assert done.sent[0] == "ue-1 > mme-1 ServiceRequest"
    assert is_agreed(done.world)
    assert procedure_of(done.world) is None


@both_solutions
@both_moments
def test_paging_tells_that_the_ue_has_not_switched(solution: Solution, active_when: ActiveWhen) -> None:
    """The first message of a new connection under the key of before: no COMMAND can reach the UE any more.

    The first paging is lost with the connection; T3413 repeats it.
    """
    world = command_failed(attached(solution, active_when=active_when))
    before = context(world).current
    assert in_flight(world, *TO_UE) == []

    done = ladder(world, T3413)

    assert STAYS in done.notes
    assert is_agreed(done.world)
    assert before is not None
    assert context(done.world).active_k_asme == before.k_asme
    if solution is Solution.PUSH:
        assert record(done.world).active == before.rand


def test_after_the_fifth_expiry_the_connection_is_released_and_the_ue_is_paged() -> None:
    """TS 24.301 §5.4.3.7 b aborts only; that the connection goes, too, is part of the repair."""
    world = until(take(attached(), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    world = take(world, actions.Drop(*TO_UE))

    world = expire_and_lose(world, T3460, RULES[TimerName.T3460].limit - 1).world
    gone = told(world, T3460)

    assert gone.sent == ["mme-1 > ue-1 ConnectionRelease", "mme-1 > ue-1 Paging"]
    # What is in flight when the UE gives the connection up is lost with it; T3413 repeats the paging.
    released = after(gone.world, actions.Deliver(*TO_UE))
    assert is_agreed(after(released, T3413))


def test_a_ue_that_no_paging_reaches_leaves_the_key_in_question() -> None:
    """How often the MME pages is this demonstrator's decision; the UE's next message settles it."""
    world = command_failed(attached())
    world = expire_and_lose(world, T3413, RULES[TimerName.T3413].limit).world
    assert procedure_of(world) is None
    assert given(world) == (KeyResult.NO_KEY_YET, None)

    assert is_agreed(after(world, ACCESS))


def collided() -> World:
    """The UE has not got COMMAND, which met its update; ACCEPT and COMMAND again wait behind it."""
    world = until(
        take(attached(active_when=ActiveWhen.RES_VERIFIED), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse
    )
    return after(take(world, actions.Hold(*TO_UE)), UPDATE)


@both_solutions
def test_command_goes_out_again_after_a_tracking_area_update(solution: Solution) -> None:
    """TS 24.301 §5.4.3.7 c: the update is accepted; then the same COMMAND settles which key the UE uses."""
    world = until(take(attached(solution), REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)

    done = ladder(world, UPDATE)

    commands = [each for each in done.sent if each.endswith("SecurityModeCommand")]
    assert len(commands) == 2
    assert f"mme-1: {AGAIN}" in done.notes
    assert context(done.world).kept is None
    its = ue(done.world).current
    assert its is not None
    assert context(done.world).active_k_asme == its.k_asme


def test_a_key_in_question_is_not_given_while_command_is_repeated() -> None:
    world = collided()
    assert procedure_of(world) == (Stage.SECURITY_MODE, None)
    assert given(world) == (KeyResult.NO_KEY_YET, None)


def test_a_message_under_the_key_in_question_ends_the_repeated_command() -> None:
    """The answer was lost, but the UE's next message tells as much: nothing is left to repeat, or in question."""
    world = take(collided(), actions.Drop(*TO_UE), actions.Release(*TO_UE))
    world = take(until(world, *TO_MME, nas.SecurityModeComplete), actions.Drop(*TO_MME))
    assert procedure_of(world) == (Stage.SECURITY_MODE, None)

    done = ladder(world, UPDATE)

    assert done.sent == ["ue-1 > mme-1 TrackingAreaUpdateRequest", "mme-1 > ue-1 TrackingAreaUpdateAccept"]
    assert timers(done.world) == []
    assert is_agreed(done.world)


def test_reject_of_the_repeated_command_keeps_the_key_of_before() -> None:
    """TS 24.301 §5.4.3.5: the UE stays with what it has; so does the MME, whatever was active at RES verified."""
    world = take(collided(), actions.Drop(*TO_UE))
    position = len(in_flight(world, *TO_UE)) - 1
    world = take(world, actions.Alter(*TO_UE, position), actions.Release(*TO_UE))

    done = ladder(world, actions.Deliver(*TO_UE))

    assert "ue-1 > mme-1 SecurityModeReject" in done.sent
    assert STAYS in done.notes
    assert is_agreed(done.world)


def test_reject_settles_nothing_where_nothing_is_in_question() -> None:
    world = until(take(attached(), REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    done = ladder(take(world, actions.Alter(*TO_UE)), actions.Deliver(*TO_UE))
    assert "ue-1 > mme-1 SecurityModeReject" in done.sent
    assert STAYS not in done.notes
    assert is_agreed(done.world)


def test_reject_takes_back_what_res_verified_made_active() -> None:
    world = attached(Solution.PUSH, active_when=ActiveWhen.RES_VERIFIED, store_ks=True)
    before = context(world).current
    world = until(take(world, REAUTHENTICATE), *TO_UE, nas.SecurityModeCommand)
    done = ladder(take(world, actions.Alter(*TO_UE)), actions.Deliver(*TO_UE))
    assert before is not None
    assert STAYS in done.notes
    assert (record(done.world).active, context(done.world).ks) == (before.rand, before.ks)


def test_the_key_is_pushed_once_it_is_settled() -> None:
    world = complete_failed(attached(Solution.PUSH))
    done = settle(world)
    assert done.sent.count("mme-1 > scef ActiveVectorPushRequest") == 1
    assert record(done.world).active == context(done.world).active_rand


def test_a_reallocation_for_an_idle_ue_waits_until_the_key_is_settled() -> None:
    world = command_failed(attached())
    world = expire_and_lose(world, T3413, RULES[TimerName.T3413].limit).world
    done = ladder(world, REALLOCATE)
    assert done.notes.index(STAYS) < done.notes.index("mme-1: new GUTI valid")
    assert is_agreed(done.world)


def test_an_attach_of_a_ue_that_lost_power_settles_it() -> None:
    world = after(complete_failed(attached()), POWER_CYCLE)
    done = ladder(world, ATTACH)
    assert is_agreed(done.world)


def test_the_key_in_question_does_not_go_over_s10() -> None:
    """A UE that uses it is not known at the old MME, and attaches anew at the new one: visible, and no wrong key."""
    world = after(lab(Solution.PULL, mmes=2, settle_key=True), ATTACH)
    world = take(complete_failed(world), actions.Drop(*TO_UE))
    done = ladder(world, MOVE)
    assert done.sent[0] == f"{TO_NEW_MME[0]} > {TO_NEW_MME[1]} TrackingAreaUpdateRequest"
    assert "mme-2 > ue-1 TrackingAreaUpdateReject" in done.sent
    assert context(done.world, name="mme-2").kept is None


def test_without_the_repair_the_old_key_is_given() -> None:
    world = complete_failed(after(lab(Solution.PULL), ATTACH))
    result, ks = given(world)
    assert result is KeyResult.OK
    assert ks != ue(world).ks
    assert procedure_of(world) is None


def test_keys_with_names_are_pushed_all_the_same() -> None:
    """With `named_key` no answer rests on which AV is active: a new GUTI need not wait."""
    world = command_failed(attached(Solution.PUSH, named_key=True))
    _, _, pushed = start_push(mme(world), context(world))
    assert [type(each.message) for each in pushed if isinstance(each, Send)] == [ActiveVectorPushRequest]


def test_nothing_is_pushed_while_two_keys_are_in_question() -> None:
    """The SCEF keeps what it was told before; a GUTI that changes meanwhile is pushed once that is settled."""
    world = command_failed(attached(Solution.PUSH))
    _, _, pushed = start_push(mme(world), context(world))
    assert pushed == ()


def test_a_complete_that_comes_late_settles_and_asks_for_no_more() -> None:
    """The procedure that it answers is over: it shows the key, and no table is asked."""
    world = until(take(attached(), REAUTHENTICATE), *TO_MME, nas.SecurityModeComplete)
    (late,) = in_flight(world, *TO_MME)
    abandoned = abort(mme(world), context(world))

    taken = unwrap(abandoned.state, late, "ue-1")

    assert isinstance(taken, Step)
    settled = context_of(taken.state, IMSI_1)
    its = ue(world).current
    assert settled is not None
    assert settled.current is not None
    assert its is not None
    assert (settled.kept, settled.current.k_asme, settled.active_k_asme) == (None, its.k_asme, its.k_asme)


def test_a_key_that_came_over_s10_is_active_again() -> None:
    """With `active_when` res-verified another one was; of the key that came the MME has no AV."""
    there = actions.Command("mme-2", commands.Reauthenticate(IMSI_1))
    world = lab(Solution.PULL, mmes=2, settle_key=True, active_when=ActiveWhen.RES_VERIFIED)
    world = after(world, ATTACH, MOVE)
    world = until(take(world, there), *FROM_NEW_MME, nas.SecurityModeCommand)
    world = after(take(world, actions.Fail(*FROM_NEW_MME)), expire("mme-2", TimerName.T3413, IMSI_1))
    its, found = ue(world).current, context(world, name="mme-2")
    assert its is not None
    assert (found.kept, found.active, found.active_k_asme) == (None, None, its.k_asme)


def test_command_is_not_repeated_where_there_is_no_connection() -> None:
    """Then paging settles it."""
    world = command_failed(attached())
    world = expire_and_lose(world, T3413, RULES[TimerName.T3413].limit).world
    idle = Step(mme(world))
    assert command_again(idle, IMSI_1) == idle


def test_a_context_that_is_kept_by_choice_is_in_question_only_with_the_repair() -> None:
    """`after_abandoned_smc` alone repeats no COMMAND and gives the key of before."""
    world = after(lab(Solution.PULL, after_abandoned_smc=AfterAbandonedSMC.KEEP), ATTACH)
    world = until(take(world, REAUTHENTICATE), *TO_MME, nas.AuthenticationResponse)
    done = ladder(world, UPDATE)
    assert [each for each in done.sent if each.endswith("SecurityModeCommand")] == ["mme-1 > ue-1 SecurityModeCommand"]
    assert context(done.world).kept is not None
    assert given(done.world)[0] is KeyResult.OK


def test_nothing_is_settled_where_no_key_is_in_use() -> None:
    with pytest.raises(LookupError, match=IMSI_1):
        keep_current(Step(mme(lab())), IMSI_1)
