"""GUTIs at the MME: which are chosen, and what a lost COMPLETE leaves behind."""

from dataclasses import replace
from typing import Any

import pytest

from nodes.protocol.dice import roll
from nodes.protocol.entities.machine import Note, NoteKind, Step
from nodes.protocol.entities.mme import identity
from nodes.protocol.entities.mme.state import Procedure, Stage, with_context
from nodes.protocol.entities.timers import TimerName
from nodes.protocol.errors import CommandRefused
from nodes.protocol.identities import GUTI
from nodes.protocol.messages import commands, nas
from nodes.protocol.messages.key_requests import KeyResult
from nodes.protocol.messages.pushes import GUTIWithdrawalAnswer, GUTIWithdrawalRequest
from nodes.protocol.options import SCEF, MTMSIReuse, Solution
from nodes.protocol.remarks import Remark
from nodes.protocol.world import actions
from nodes.protocol.world.world import World
from tests.support.protocol import (
    ACCESS,
    ATTACH,
    DETACH,
    IMSI_1,
    IMSI_2,
    OPEN_SESSION,
    POWER_CYCLE,
    REALLOCATE,
    REAUTHENTICATE,
    RELEASE,
    TO_MME,
    TO_UE,
    Told,
    after,
    command,
    context,
    expire,
    expire_and_lose,
    in_flight,
    lab,
    ladder,
    lose_all,
    mme,
    record,
    server_session,
    settle,
    take,
    timers,
    ue,
    until,
)

TO_SCEF = ("mme-1", SCEF)
WITHDRAWAL_TIMER = expire("mme-1", TimerName.WITHDRAWAL, IMSI_1)
T3450 = expire("mme-1", TimerName.T3450, IMSI_1)
PERIOD = expire("mme-1", TimerName.GUTI_PERIOD, IMSI_1)
COMMAND = "mme-1 > ue-1 GUTIReallocationCommand"
BOTH = pytest.mark.parametrize("has_new_guti", [False, True], ids=["UE has the old one", "UE has the new one"])


def registered(solution: Solution = Solution.PULL, **options: Any) -> World:
    return after(lab(solution, **options), ATTACH)


def failed_reallocation(world: World, *, has_new_guti: bool) -> Told:
    """COMMAND or COMPLETE is lost five times; the push that follows is on its way."""
    world = take(world, REALLOCATE)
    if has_new_guti:
        world = take(world, actions.Deliver(*TO_UE))
    world = expire_and_lose(lose_all(world), T3450, 4).world
    return ladder(world, T3450)


# M-TMSI


def test_m_tmsi_is_drawn_again_when_another_context_has_it() -> None:
    world = registered()
    state = mme(world)
    octets = roll(state.seed, state.name, IMSI_2, "M-TMSI", 0, length=4)
    taken = GUTI(state.gummei, int.from_bytes(octets, "big"))
    state = with_context(state, replace(context(world), guti=taken))
    after_it, guti = identity.allocate_guti(state, IMSI_2)
    assert guti.m_tmsi == int.from_bytes(roll(state.seed, state.name, IMSI_2, "M-TMSI", 1, length=4), "big")
    assert [counters.m_tmsis for counters in after_it.counters] == [1, 2]


def test_lowest_free_m_tmsi() -> None:
    world = lab(ues=3, m_tmsi_reuse=MTMSIReuse.LOWEST_FREE)
    attach_all = [command(f"ue-{number}", commands.Attach("mme-1")) for number in (1, 2, 3)]
    world = after(world, *attach_all)
    assert [each.guti.m_tmsi for each in mme(world).contexts] == [1, 2, 3]
    world = after(world, REALLOCATE)
    assert [each.guti.m_tmsi for each in mme(world).contexts] == [4, 2, 3]
    world = after(world, command("ue-2", commands.Detach()), DETACH, attach_all[1], attach_all[0])
    assert [each.guti.m_tmsi for each in mme(world).contexts] == [2, 1, 3]


def test_m_tmsis_that_are_never_reused_go_on_over_a_detach() -> None:
    world = registered()
    first = ue(world).guti
    world = after(world, DETACH, ATTACH)
    assert ue(world).guti != first
    assert mme(world).counters[0].m_tmsis == 2


# Reallocation


@pytest.mark.clause("TS 24.301", "5.4.1.6")
def test_command_is_repeated_and_the_ue_answers_each_time() -> None:
    world = until(take(registered(), REALLOCATE), *TO_MME, nas.GUTIReallocationComplete)
    told = ladder(take(world, actions.Drop(*TO_MME)), T3450)
    assert told.sent == [COMMAND, "ue-1 > mme-1 GUTIReallocationComplete"]
    assert context(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.1.6")
@BOTH
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_both_gutis_are_valid_after_the_fifth_expiry_and_an_access_settles_them(
    solution: Solution, *, has_new_guti: bool
) -> None:
    before = registered(solution)
    told = failed_reallocation(before, has_new_guti=has_new_guti)
    is_push = solution is Solution.PUSH
    push = ["mme-1 > scef ActiveVectorPushRequest", "scef > mme-1 ActiveVectorPushAnswer"] if is_push else []
    assert told.of_kind(NoteKind.ABANDONED) == ["mme-1: reallocation abandoned: both GUTIs are valid"]
    assert told.sent == push
    old = ue(before).guti
    assert len(set(context(told.world).gutis)) == 2
    assert context(told.world).old_guti == old
    assert timers(told.world) == []
    if is_push:
        assert record(told.world).gutis == context(told.world).gutis
    access = ladder(after(told.world, RELEASE), ACCESS)
    assert "mme-1: two valid GUTIs settled" in access.notes
    assert [line for line in access.sent if "Push" in line] == push
    assert context(access.world).gutis == (ue(access.world).guti,)
    assert (ue(access.world).guti != old) is has_new_guti
    if is_push:
        assert record(access.world).gutis == (ue(access.world).guti,)


@BOTH
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_either_guti_gets_the_key_until_it_is_settled(solution: Solution, *, has_new_guti: bool) -> None:
    world = after(registered(solution), OPEN_SESSION)
    world = after(failed_reallocation(world, has_new_guti=has_new_guti).world, OPEN_SESSION)
    for index, _ in enumerate(server_session(world).gutis):
        asked = after(world, command("as-1", commands.AskForKey("ue-1", guti_index=index)))
        assert server_session(asked).last_result is KeyResult.OK
    settled = after(world, RELEASE, ACCESS)
    results = []
    for guti in context(world).gutis:
        learned = server_session(settled).gutis
        if guti in learned:
            asked = after(settled, command("as-1", commands.AskForKey("ue-1", guti_index=learned.index(guti))))
            results.append((guti == ue(settled).guti, server_session(asked).last_result))
    assert set(results) <= {(True, KeyResult.OK), (False, KeyResult.GUTI_UNKNOWN)}


@BOTH
def test_activation_push_names_both_gutis_until_they_are_settled(*, has_new_guti: bool) -> None:
    world = failed_reallocation(registered(Solution.PUSH), has_new_guti=has_new_guti).world
    both = context(world).gutis
    world = after(world, REAUTHENTICATE)
    assert record(world).gutis == both
    assert record(world).active == context(world).vectors[1].rand


@BOTH
@pytest.mark.parametrize("solution", Solution, ids=str)
def test_reallocation_after_a_failed_one_offers_the_same_guti_again(solution: Solution, *, has_new_guti: bool) -> None:
    """Neither of the two may be lost: the UE may have the one or the other."""
    world = failed_reallocation(registered(solution), has_new_guti=has_new_guti).world
    new = context(world).guti
    told = ladder(world, REALLOCATE)
    assert told.sent[:2] == [COMMAND, "ue-1 > mme-1 GUTIReallocationComplete"]
    assert ue(told.world).guti == new
    assert context(told.world).gutis == (new,)
    assert not context(told.world).is_unsettled
    again = failed_reallocation(world, has_new_guti=has_new_guti)
    assert context(again.world).gutis == context(world).gutis


def test_reallocation_needs_a_registered_ue_and_no_running_procedure() -> None:
    with pytest.raises(CommandRefused, match="no registered context"):
        take(lab(), REALLOCATE)
    world = take(registered(), REAUTHENTICATE)
    with pytest.raises(CommandRefused, match="A NAS procedure runs for this UE: authentication"):
        identity.reallocate(mme(world), commands.ReallocateGUTI(IMSI_1))


def test_reallocation_of_an_attaching_ue_is_refused() -> None:
    world = until(take(lab(), ATTACH), *TO_UE, nas.AttachAccept)
    with pytest.raises(CommandRefused, match="no registered context"):
        identity.reallocate(mme(world), commands.ReallocateGUTI(IMSI_1))


# Period


def test_period_that_ends_during_a_procedure_is_put_off() -> None:
    world = take(registered(reallocate_every_minutes=1), REAUTHENTICATE)
    told = ladder(world, PERIOD)
    assert COMMAND not in told.sent
    assert told.notes[0] == "mme-1: put off: a NAS procedure runs"
    assert timers(told.world) == [("mme-1", "GUTI period")]
    assert ladder(told.world, PERIOD).sent[0] == COMMAND


def test_period_starts_anew_when_a_reallocation_failed() -> None:
    world = registered(reallocate_every_minutes=1)
    world = lose_all(take(world, PERIOD))
    told = ladder(expire_and_lose(world, T3450, 4).world, T3450)
    assert timers(told.world) == [("mme-1", "GUTI period")]


@pytest.mark.parametrize("is_attaching", [False, True], ids=["no context", "not registered yet"])
def test_period_of_a_ue_that_is_not_registered_changes_nothing(*, is_attaching: bool) -> None:
    world = until(take(lab(), ATTACH), *TO_UE, nas.AttachAccept) if is_attaching else lab()
    step = identity.on_guti_period_expiry(mme(world), IMSI_1)
    assert step == Step(mme(world), (Note(Remark.NOBODY_TO_REALLOCATE_FOR),))


def test_command_is_protected() -> None:
    """The UE drops a COMMAND that somebody changed; T3450 repeats it."""
    world = take(registered(), REALLOCATE, actions.Alter(*TO_UE))
    assert isinstance(in_flight(world, *TO_UE)[0], nas.SecurityProtected)
    told = ladder(world, actions.Deliver(*TO_UE))
    assert told.of_kind(NoteKind.DROPPED) == ["ue-1: integrity check failed (128-EIA2)"]
    assert ladder(told.world, T3450).sent == [COMMAND, "ue-1 > mme-1 GUTIReallocationComplete"]


# Repair `withdraw_guti`


def withdrawing(**options: Any) -> World:
    """A reallocation waits for the answer to the withdrawal that is on its way."""
    return take(registered(Solution.PUSH, withdraw_guti=True, **options), REALLOCATE)


def test_guti_is_withdrawn_and_that_is_answered_before_the_command() -> None:
    world = withdrawing()
    guti = context(world).guti
    assert in_flight(world, *TO_SCEF) == [GUTIWithdrawalRequest(IMSI_1, 2, (guti,))]
    assert context(world).procedure == Procedure(Stage.GUTI_WITHDRAWAL, attach=False)
    told = settle(world)
    assert told.sent == [
        "scef > mme-1 GUTIWithdrawalAnswer",
        COMMAND,
        "ue-1 > mme-1 GUTIReallocationComplete",
        "mme-1 > scef ActiveVectorPushRequest",
        "scef > mme-1 ActiveVectorPushAnswer",
    ]
    assert ue(told.world).guti not in (None, guti)
    assert record(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


def test_lost_withdrawal_is_repeated_and_the_reallocation_goes_on() -> None:
    told = ladder(take(withdrawing(), actions.Drop(*TO_SCEF)), WITHDRAWAL_TIMER)
    assert told.notes[:2] == ["mme-1: no answer, repeats", "scef: GUTI withdrawn"]
    assert told.sent[:3] == ["mme-1 > scef GUTIWithdrawalRequest", "scef > mme-1 GUTIWithdrawalAnswer", COMMAND]


def test_reallocation_without_an_answer_is_put_off_and_the_guti_pushed_again() -> None:
    """Whatever the SCEF got: it knows the GUTI that stays."""
    before = settle(take(withdrawing(), actions.Hold(SCEF, "mme-1"))).world
    assert record(before).gutis == ()
    world = take(before, *[WITHDRAWAL_TIMER] * 4)
    told = ladder(take(world, WITHDRAWAL_TIMER), actions.Release(SCEF, "mme-1"))
    assert told.of_kind(NoteKind.ABANDONED) == []
    assert set(told.of_kind(NoteKind.DROPPED)) == {"mme-1: answers no open withdrawal"}
    assert context(told.world).procedure is None
    assert context(told.world).guti == ue(told.world).guti == context(before).guti
    assert record(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == []


def test_last_expiry_says_that_the_reallocation_is_put_off() -> None:
    world = expire_and_lose(lose_all(withdrawing(reallocate_every_minutes=1)), WITHDRAWAL_TIMER, 4).world
    told = ladder(world, WITHDRAWAL_TIMER)
    assert told.of_kind(NoteKind.ABANDONED) == [
        "mme-1: withdrawal abandoned: no answer",
        "mme-1: reallocation put off, the GUTI stays",
    ]
    assert told.sent == ["mme-1 > scef ActiveVectorPushRequest", "scef > mme-1 ActiveVectorPushAnswer"]
    assert timers(told.world) == [("mme-1", "GUTI period")]


def test_both_gutis_of_a_failed_reallocation_are_withdrawn() -> None:
    world = withdrawing()
    world = expire_and_lose(lose_all(until(world, *TO_UE, nas.GUTIReallocationCommand)), T3450, 4).world
    world = after(world, T3450)
    both = context(world).gutis
    assert record(world).gutis == both
    assert len(both) == 2
    world = take(world, REALLOCATE)
    assert in_flight(world, *TO_SCEF) == [GUTIWithdrawalRequest(IMSI_1, 4, both)]
    assert record(settle(world).world).gutis == (both[0],)


def test_detach_that_was_on_its_way_aborts_the_reallocation() -> None:
    world = take(registered(Solution.PUSH, withdraw_guti=True, reallocate_every_minutes=1), DETACH, PERIOD)
    told = settle(world)
    assert COMMAND not in told.sent
    assert told.sent.count("mme-1 > scef GUTIWithdrawalRequest") == 1
    assert told.of_kind(NoteKind.DROPPED) == ["mme-1: answers no open withdrawal"]
    assert (mme(told.world).contexts, mme(told.world).withdrawals) == ((), ())
    assert timers(told.world) == []


@pytest.mark.clause("TS 24.301", "5.4.1.6")
def test_attach_that_was_on_its_way_aborts_the_reallocation_and_its_push_ends_the_withdrawal() -> None:
    """Item c. The reallocation has not begun: it is put off, and the GUTI that stays is pushed."""
    world = registered(Solution.PUSH, withdraw_guti=True, reallocate_every_minutes=1)
    world = take(world, POWER_CYCLE, ATTACH, actions.Hold(*TO_SCEF), PERIOD)
    world = until(world, *TO_MME, nas.SecurityModeComplete)
    assert mme(world).withdrawals == ()
    world = take(world, actions.Deliver(*TO_MME))
    told = ladder(world, actions.Release(*TO_SCEF))
    assert COMMAND not in told.sent
    assert record(told.world).gutis == (ue(told.world).guti,)
    assert timers(told.world) == [("mme-1", "GUTI period")]


def test_answer_and_expiry_that_no_withdrawal_waits_for_change_nothing() -> None:
    state = mme(registered(Solution.PUSH, withdraw_guti=True))
    step = identity.on_guti_withdrawal_answer(state, GUTIWithdrawalAnswer(IMSI_1, 1), SCEF)
    assert step == Step(state, (Note(Remark.ANSWERS_NO_OPEN_WITHDRAWAL, NoteKind.DROPPED),))
    assert identity.on_withdrawal_expiry(state, IMSI_1) == Step(state, (Note(Remark.NO_OPEN_WITHDRAWAL),))
